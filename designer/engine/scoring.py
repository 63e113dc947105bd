"""What is worked out of a whole network between its steps: its scores on the validation data, and whether it is sound."""

import math
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor, nn

from designer.engine.blame import are_finite, measure_norms
from designer.engine.build import Pair, Script
from designer.engine.bundle import Bundle, apply, count_rows, join_rows, move_rows, split_rows
from designer.engine.repeated import Repeated, read_numbers
from designer.engine.trainer import Trainer


class Scoring:
    """Scores the network of a trainer as the script's `evaluate` does, bit for bit: first `walk`, then `read`."""

    def __init__(self, script: Script, trainer: Trainer, validation: Pair) -> None:
        self._script, self._trainer = script, trainer
        self._x, self._y = validation
        self._batch = script.source.evaluation_batch
        self._parts: list[Bundle] = []
        self._is_recorded = trainer.is_plain and trainer.device.type == "cpu"
        self._norms = Repeated(partial(measure_norms, trainer.model), is_recorded=self._is_recorded)
        self._score(trainer.trained)

    @property
    def rows(self) -> int:
        """Number of samples."""
        return count_rows(self._x)

    def walk(self) -> Iterator[int]:
        """Apply the network to the samples in batches, where they are more than one; yield how many are done."""
        if self.rows <= self._batch:
            return
        self._trainer.trained.eval()
        for batch in split_rows(self._x, self._batch):
            with torch.no_grad():
                moved = self._script.arrange(move_rows(batch, self._trainer.device))
                self._parts.append(apply(self._trainer.trained, moved))
            yield sum(map(count_rows, self._parts))

    def read(self) -> dict[str, float]:
        """Return the loss and the metrics."""
        trained = self._trainer.trained
        if self._parts:
            parts, self._parts = self._parts, []
            with torch.no_grad():
                return read_numbers(_measure(self._script, self._trainer.loss, parts, self._y))
        if self._scored is not trained:  # it was an average of weights that began to count
            self._score(trained)
        return self._scores.read()

    def is_sound(self) -> bool:
        """Return whether all that is learned is finite."""
        return math.isfinite(self._norms.read()["norm"]) or are_finite(self._trainer.model)

    def _score(self, trained: nn.Module) -> None:
        """Score this network from now on."""
        x = move_rows(self._x, self._trainer.device) if self.rows <= self._batch else self._x
        score = partial(_score, self._script, self._trainer.loss, trained, x, self._y)
        self._scores, self._scored = Repeated(score, is_recorded=self._is_recorded), trained


def _score(script: Script, loss: nn.Module, trained: nn.Module, x: Bundle, y: Bundle) -> dict[str, Tensor]:
    trained.eval()
    return _measure(script, loss, [apply(trained, script.arrange(x))], y)


def _measure(script: Script, loss: nn.Module, parts: list[Bundle], y: Bundle) -> dict[str, Tensor]:
    outputs = join_rows(parts)
    return {"loss": loss(outputs, y)} | script.measure(outputs, y)
