"""The run folder: the project, the script that ran, the last and the best weights, and the curves."""

import csv
import io
import time
import warnings
from pathlib import Path

from safetensors.torch import save as pack_tensors
from torch import Tensor, nn

from designer.document.atomic import write_file
from designer.document.files import dumps
from designer.engine.events import EpochDone
from designer.engine.failures import explain_file
from designer.engine.ownership import MARKER, RESULTS, FolderError, holds_run, mark
from designer.engine.plan import Plan

INTERVAL = 5.0  # seconds between two writes: short epochs must not wait for the disk


class RunFolderWarning(UserWarning):
    """The run folder cannot be written for now; the run goes on."""


class RunFolder:
    """What a run leaves behind. Every file is whole at every moment.

    project.nnd, train.py, last.safetensors, best.safetensors (the epoch with the lowest validation loss), metrics.csv
    (a row an epoch), and a marker that says that these are a run's. What an earlier run left stays until there are new
    weights. Raises FolderError where the folder holds anything else, OSError where it cannot be written.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self._path = path
        self._sources = {"project.nnd": dumps(plan.project).encode(), "train.py": plan.source.text.encode()}
        self._best: dict[str, Tensor] | None = None
        self._epochs: list[EpochDone] = []
        self._written = time.monotonic()
        self._warned = False
        self._replaces = holds_run(path)
        path.mkdir(parents=True, exist_ok=True)
        if not self._replaces:
            self._write_sources()

    def note_epoch(self, epoch: EpochDone, model: nn.Module) -> None:
        """Note an epoch, to be written with the next write."""
        self._epochs.append(epoch)
        if epoch.best:
            self._best = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def write_if_due(self, model: nn.Module) -> None:
        """Write what is new if the last time is some seconds ago.

        Where that cannot be, warn once and try again later: a full disk may be emptied before the run is over.
        """
        if time.monotonic() - self._written >= INTERVAL:
            try:
                self.write(model)
            except (OSError, FolderError) as error:
                self._written = time.monotonic()
                if not self._warned:
                    reason = f"{explain_file(error, 'write')} The run goes on, and tries again."
                    warnings.warn(reason, RunFolderWarning, stacklevel=2)
                self._warned = True

    def write(self, model: nn.Module | None) -> None:
        """Write the network's weights if it is given, the best ones if they are new, and the curves."""
        if self._replaces and model is None and self._best is None:
            return  # nothing is there that is worth what the earlier run left
        if not (self._path / MARKER).exists():  # somebody has cleared the folder away
            holds_run(self._path)
            self._path.mkdir(parents=True, exist_ok=True)
            self._write_sources()
        written = {"metrics.csv"}
        if model is not None:
            self._write_weights("last.safetensors", model.state_dict(), written)
        if self._best is not None:
            self._write_weights("best.safetensors", self._best, written)
            self._best = None
        write_file(self._path / "metrics.csv", _write_table(self._epochs).encode())
        if self._replaces:
            for name in set(RESULTS) - written:
                (self._path / name).unlink(missing_ok=True)  # the earlier run's weights do not belong to this script
            self._write_sources()
            self._replaces = False
        self._written = time.monotonic()

    def _write_weights(self, name: str, state: dict[str, Tensor], written: set[str]) -> None:
        write_file(self._path / name, pack_tensors(_pack(state)))
        written.add(name)

    def _write_sources(self) -> None:
        mark(self._path, self._sources)
        for name, content in self._sources.items():
            write_file(self._path / name, content)


def _pack(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors as a file takes them; a weight that two layers share is written under the name of each."""
    packed = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    seen: set[int] = set()
    for name, tensor in packed.items():
        if tensor.data_ptr() in seen and tensor.numel():
            packed[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    return packed


def _write_table(epochs: list[EpochDone]) -> str:
    """Return the epochs as CSV; numbers as repr, so that nothing is lost."""
    metrics = list(epochs[0].val_metrics) if epochs else []
    columns = ["epoch", "step", "train_loss", "val_loss"]
    columns += [f"{part}_{name}" for name in metrics for part in ("train", "val")] + ["learning_rate", "seconds"]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    for e in epochs:
        pairs = [value for name in metrics for value in (e.train_metrics.get(name), e.val_metrics.get(name))]
        table.writerow([e.epoch, e.step, e.train_loss, e.val_loss, *pairs, e.learning_rate, e.seconds])
    return text.getvalue()
