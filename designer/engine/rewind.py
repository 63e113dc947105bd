"""A way back: the state of a run about a second ago, from which a step can be looked at again after the fact."""

import time
from dataclasses import dataclass

from torch import Tensor

from designer.engine.blame import are_finite
from designer.engine.resuming import set_random, write_parts
from designer.engine.state import State, measure_tree
from designer.engine.trainer import Trainer

INTERVAL = 1.0  # seconds between two copies

# A larger state is not copied: a second one might not fit, and the copy would take time that can be felt.
LARGEST_STATE = 2**28  # bytes


@dataclass(frozen=True, slots=True)
class Ruin:
    """A step that left weights which are not finite, and its loss, which is."""

    step: int
    loss: float


class Rewind:
    """A copy of the state after `kept` steps; `trainer.since` counts from there."""

    def __init__(self) -> None:
        self.kept = 0
        self.state: State | None = None
        self._kept_at = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether the copy is old."""
        return time.monotonic() - self._kept_at >= INTERVAL

    def keep(self, trainer: Trainer, state: State) -> None:
        """Copy a state, that of the trainer now; where it is too large, only forget the steps before."""
        trainer.since.clear()
        self.forget()
        self.kept = state.step
        if trainer.ranks.world == 1 and measure_tree(state.parts) <= LARGEST_STATE:  # steps cannot be repeated alone
            self.state = state.copy()
        self._kept_at = time.monotonic()

    def forget(self) -> None:
        """Let go of the copy."""
        self.state = None

    def find_ruin(self, trainer: Trainer, last: int) -> Ruin | None:
        """Return the first step up to `last` that left weights which are not finite, and leave the trainer after it.

        None where there is none: then it is after `last`; or no copy to begin from: then it stays as it is.
        """
        if self.state is None:
            return None
        self._go_back(trainer, self.state)
        step = self.kept
        for rows in trainer.since:
            if rows is None:
                trainer.advance()
            elif step < last:
                loss, step = trainer.repeat(rows)[0], step + 1
                if not are_finite(trainer.model):
                    return Ruin(step, loss.item())
        return None

    def replay(self, trainer: Trainer, step: int) -> Tensor | None:
        """Take a trainer back to just before `step`, its last gradients included; return the rows of that batch.

        Without a copy the trainer stays as it is. None where the step is not among those since.
        """
        done, trainer.since = trainer.since, []
        ahead = step - self.kept
        if self.state is not None:
            self._go_back(trainer, self.state)
        trainer.model.train()
        for rows in done:
            ahead -= rows is not None
            if ahead == 0:
                trainer.note_learning_rate()
                return rows
            if self.state is not None and rows is not None:
                trainer.repeat(rows)
            elif self.state is not None:
                trainer.advance()
        return None

    def _go_back(self, trainer: Trainer, state: State) -> None:
        write_parts(trainer, state.parts)
        trainer.optimizer.zero_grad()
        set_random(state.random, trainer.device)
        trainer.model.train()
