"""The best epoch of a run so far: its weights, and where that is cheap its state, until each is written."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from designer.engine.events import EpochDone
from designer.engine.packing import Weighted, write_weights
from designer.engine.state import SUFFIX, State, write_state

SHARE, LEAST_COST = 0.02, 0.05  # share of the time, and seconds, for states of best epochs


class BestEpoch:
    """What is kept of the epoch with the lowest validation loss. `weights` are none before one is over."""

    def __init__(self) -> None:
        self.weights: dict[str, Tensor] = {}
        self.is_new = False  # the weights are not written yet
        self._state: State | None = None
        self._cost = 0.0  # seconds that went into states
        self._born = time.perf_counter()

    def note(self, epoch: EpochDone, model: Weighted, capture: Callable[[], State]) -> None:
        """Copy the weights of an epoch that is the best so far, and its state if no more than a share of the time goes into it."""
        self._copy_weights(model)
        began = time.perf_counter()
        if epoch.last or self._cost <= LEAST_COST + SHARE * (began - self._born):
            self._state = capture().copy()
            self._cost += time.perf_counter() - began

    def list_writes(self, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield the names of the files that are due in a folder, and what writes each."""
        if self._state is not None:
            yield f"best{SUFFIX}", lambda: self._write_state(folder)
        if self.is_new:
            yield "best.safetensors", lambda: self._write_weights(folder)

    def _copy_weights(self, model: Weighted) -> None:
        """Copy the weights; into those of the best epoch before where they are alike: short epochs must not wait."""
        now, kept = model.state_dict(), self.weights
        if now.keys() == kept.keys() and all(
            each.shape == other.shape and each.dtype is other.dtype and each.device == other.device
            for each, other in zip(now.values(), kept.values(), strict=True)
        ):
            torch._foreach_copy_(list(kept.values()), list(now.values()))
        else:
            self.weights = {name: tensor.clone() for name, tensor in now.items()}
        self.is_new = True

    def _write_state(self, folder: Path) -> None:
        assert self._state is not None
        write_state(folder / f"best{SUFFIX}", self._state)
        self._state = None

    def _write_weights(self, folder: Path) -> None:
        write_weights(folder / "best.safetensors", self.weights)
        self.is_new = False
