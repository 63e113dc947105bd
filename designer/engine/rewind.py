"""A way back: the state of a run about a second ago, from which a step can be looked at again after the fact."""

import copy
import time
from typing import Any

import torch
from torch import Tensor

from designer.engine.trainer import Trainer

INTERVAL = 1.0  # seconds between two copies

# A larger state is not copied: a second one might not fit, and the copy would take time that can be felt.
LARGEST_STATE = 2**28  # bytes


class Rewind:
    """A copy of weights, optimizer, schedule and random state after `kept` steps; `trainer.since` counts from there."""

    def __init__(self) -> None:
        self.kept = 0
        self._states: list[dict[str, Any]] = []
        self._random: list[Tensor] = []
        self._kept_at = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether the copy is old."""
        return time.monotonic() - self._kept_at >= INTERVAL

    def keep(self, trainer: Trainer, step: int) -> None:
        """Copy the state after `step` steps; where it is too large, only forget the steps before."""
        trainer.since.clear()
        self.forget()
        self.kept = step
        states = [part.state_dict() for part in _parts(trainer)]
        if sum(map(_size, states)) <= LARGEST_STATE:
            self._states = copy.deepcopy(states)
            self._random = [torch.get_rng_state()]
            if trainer.device.type != "cpu":
                self._random.append(torch.get_device_module(trainer.device).get_rng_state(trainer.device))
        self._kept_at = time.monotonic()

    def forget(self) -> None:
        """Let go of the copy."""
        self._states, self._random = [], []

    def replay(self, trainer: Trainer, step: int) -> Tensor | None:
        """Take a trainer back to just before `step`, its last gradients included; return the rows of that batch.

        Without a copy the trainer stays as it is. None where the step is not among those since.
        """
        done, trainer.since = trainer.since, []
        ahead = step - self.kept
        if self._states:
            for part, state in zip(_parts(trainer), self._states, strict=True):
                part.load_state_dict(copy.deepcopy(state))
            trainer.optimizer.zero_grad()
            torch.set_rng_state(self._random[0])
            if len(self._random) > 1:
                torch.get_device_module(trainer.device).set_rng_state(self._random[1], trainer.device)
        trainer.model.train()
        for rows in done:
            ahead -= rows is not None
            if ahead == 0:
                trainer.note_learning_rate()
                return rows
            if self._states and rows is not None:
                trainer.repeat(rows)
            elif self._states:
                trainer.advance()
        return None


def _parts(trainer: Trainer) -> list[Any]:
    """Return what has a state."""
    return [part for part in (trainer.model, trainer.optimizer, trainer.schedule) if part is not None]


def _size(state: Any) -> int:
    if isinstance(state, Tensor):
        return state.nbytes
    if isinstance(state, dict):
        return sum(map(_size, state.values()))
    return sum(map(_size, state)) if isinstance(state, list | tuple) else 0
