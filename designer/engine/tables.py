"""The two tables in a run folder: losses.csv, a row a step, and metrics.csv, a row an epoch. No torch."""

import contextlib
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from designer.document.atomic import write_file
from designer.engine.events import EpochDone

HEAD = b"step,loss\n"


class LossTable:
    """losses.csv. It is the only file that grows with every step, so rows are appended.

    What an append that failed has left is taken away before the next one. `step` is the one before the first row.
    """

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        self._written = step
        self._waiting: list[float] = []
        self._whole = 0  # bytes that are known to be there

    @property
    def step(self) -> int:
        """The last step noted."""
        return self._written + len(self._waiting)

    def note(self, losses: Sequence[float]) -> None:
        """Note the losses of some steps, to be written with the next write."""
        self._waiting += losses

    def write(self, *, fresh: bool = False) -> None:
        """Append what is new; `fresh` where what is there is another run's. Raises OSError."""
        lines = "".join(f"{step},{loss!r}\n" for step, loss in enumerate(self._waiting, self._written + 1)).encode()
        if fresh or not self._whole or not self.path.exists():
            write_file(self.path, HEAD + lines)
            self._whole = len(HEAD) + len(lines)
        elif lines:
            with self.path.open("r+b") as file:
                file.truncate(self._whole)
                file.seek(self._whole)
                file.write(lines)
            self._whole += len(lines)
        self._written, self._waiting = self.step, []

    def cut(self, source: Path | None = None) -> None:
        """Keep the steps up to the one the run goes on from, of this file or another; those after it come once more."""
        with contextlib.suppress(FileNotFoundError):
            lines = (source or self.path).read_bytes().splitlines(keepends=True)
            kept = b"".join([HEAD, *(line for line in lines if 0 < _read_step(line) <= self._written)])
            write_file(self.path, kept)
            self._whole = len(kept)


class EpochTable:
    """metrics.csv; numbers as repr, so that nothing is lost."""

    def __init__(self, path: Path, epochs: Sequence[EpochDone] = ()) -> None:
        self.path = path
        self.epochs = list(epochs)
        self._rows: list[str] = []

    def write(self) -> None:
        """Write the whole file; only the epochs since the last time are spelt. Raises OSError."""
        metrics = list(self.epochs[0].val_metrics) if self.epochs else []
        columns = ["epoch", "step", "train_loss", "val_loss"]
        columns += [f"{part}_{name}" for name in metrics for part in ("train", "val")] + ["learning_rate", "seconds"]
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        for e in self.epochs[len(self._rows) :]:
            pairs = [value for name in metrics for value in (e.train_metrics.get(name), e.val_metrics.get(name))]
            table.writerow([e.epoch, e.step, e.train_loss, e.val_loss, *pairs, e.learning_rate, e.seconds])
        self._rows += text.getvalue().splitlines(keepends=True)
        write_file(self.path, "".join([",".join(columns) + "\n", *self._rows]).encode())


def _read_step(line: bytes) -> int:
    """Return the step of a row, 0 for what is none: a head, a line that is torn or somebody else's."""
    step, comma, _ = line.partition(b",")
    return int(step) if line.endswith(b"\n") and comma and step.isdigit() else 0
