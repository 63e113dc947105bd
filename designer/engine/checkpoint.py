"""The run folder: the project, the script that ran, weights, checkpoints and curves, and what the run says of itself."""

import contextlib
import csv
import io
import re
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import torch
from safetensors.torch import save as pack_tensors
from torch import Tensor, nn

from designer.document.atomic import write_file
from designer.document.files import dumps
from designer.engine.board import LOGS, Board
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.failures import explain_file
from designer.engine.ownership import MARKER, RESULTS, FolderError, holds_run, mark
from designer.engine.plan import Plan
from designer.engine.receipt import NAME as RECEIPT
from designer.engine.receipt import hash_weights, make_receipt, write_receipt
from designer.engine.record import NAME, Change, Record, RecordError, hold, now, read_record, write_record
from designer.engine.state import SUFFIX, State, write_state

LAST_STATE = f"last{SUFFIX}"
EPOCH_STATE = re.compile(rf"epoch-(\d{{1,9}}){re.escape(SUFFIX)}")

INTERVAL = 5.0  # seconds between two writes: short epochs must not wait for the disk
BEST_SHARE, LEAST_COST = 0.02, 0.05  # share of the time, and seconds, for states of best epochs
FIRST = 1.0  # seconds until the first: what is killed early is there as well


class RunFolderWarning(UserWarning):
    """The run folder cannot be written for now; the run goes on."""


class RunFolder:
    """What a run leaves behind. Every file is whole at every moment.

    project.nnd, train.py, last.safetensors, best.safetensors (the epoch with the lowest validation loss), metrics.csv
    (a row an epoch), losses.csv (a row a step), run.json (what the run says of itself), and the checkpoints to go on
    from: last.state, best.state, and epoch-N.state where the plan keeps some. A marker says that these are a run's.
    best.safetensors is of the best epoch always; best.state may be of an earlier best one where epochs take less than
    milliseconds, as to keep each of them would take longer than to learn.
    What an earlier run left stays until there are new weights. Raises FolderError where the folder holds anything else,
    OSError where it cannot be written.
    """

    def __init__(
        self, path: Path, plan: Plan, record: Record, epochs: Sequence[EpochDone] = (), *, exactly: bool = True
    ) -> None:
        self._path = path
        self._plan = plan
        self._best: dict[str, Tensor] = {}
        self._has_best = False  # that is not written yet
        self._best_state: State | None = None
        self._best_cost = 0.0  # seconds that went into states of best epochs
        self._born = time.perf_counter()
        self._epochs: list[EpochDone] = list(epochs)
        self._rows: list[str] = []  # of metrics.csv
        self._board: Board | None = None
        self._losses: list[float] = []
        self._start = record.step  # steps taken elsewhere, or before
        self._written = time.monotonic()
        self._interval = min(FIRST, INTERVAL)
        self._warned = False
        self._replaces = holds_run(path)
        self._has_state = False
        self._continues = plan.resume is not None and plan.resume.parent.absolute() == path.absolute()
        self._record = self._take_over(record, exactly)
        path.mkdir(parents=True, exist_ok=True)
        if self._continues:
            self._replaces = False
            self._has_state = (path / LAST_STATE).exists()
            self._cut_losses()
            (path / RECEIPT).unlink(missing_ok=True)
        elif plan.resume is not None and not self._replaces:
            self._cut_losses(plan.resume.parent / "losses.csv")
        if not self._replaces:
            self._write_sources()
            write_record(path, self._record)
        if plan.tensorboard:
            if not self._continues:
                for log in (path / LOGS).glob("events.out.tfevents.*"):
                    log.unlink()
            self._board = Board(path / LOGS, record.step)

    @property
    def last_state(self) -> Path | None:
        """The newest checkpoint, None where there is none."""
        return self._path / LAST_STATE if self._has_state else None

    @property
    def is_due(self) -> bool:
        """Whether the last write is some seconds ago."""
        return time.monotonic() - self._written >= self._interval

    def note_steps(self, losses: Sequence[float]) -> None:
        """Note the losses of some steps, to be written with the next write."""
        self._losses += losses
        if self._board is not None and losses:
            self._board.note_steps(self._start + len(self._losses), losses)

    def note_epoch(self, epoch: EpochDone, model: nn.Module, capture: Callable[[], State]) -> None:
        """Note an epoch, to be written with the next write; one of those that are kept is written at once."""
        self._epochs.append(epoch)
        if self._board is not None:
            self._board.note_epoch(epoch)
        if epoch.best:
            self._keep_best(model)
            began = time.perf_counter()
            if epoch.last or self._best_cost <= LEAST_COST + BEST_SHARE * (began - self._born):
                self._best_state = capture().copy()
                self._best_cost += time.perf_counter() - began
        if self._plan.every and epoch.epoch % self._plan.every == 0 and not self._replaces:
            self._attempt(lambda: write_state(self._path / f"epoch-{epoch.epoch}{SUFFIX}", capture()))

    def write_in_passing(self, model: nn.Module, state: State) -> None:
        """Write what is new; where that cannot be, warn once and try again later: a full disk may be emptied.

        A write that takes long is made seldom, so that no more than a fiftieth of the time goes into it.
        """
        began = time.monotonic()
        self._attempt(lambda: self.write(model, state))
        self._written = time.monotonic()
        self._interval = max(INTERVAL, 50 * (self._written - began)) if INTERVAL else 0.0

    def write(
        self, model: nn.Module | None, state: State | None = None, ended: Finished | Failed | None = None
    ) -> None:
        """Write the network's weights if it is given, the state, the best ones if they are new, and the curves."""
        if self._replaces and model is None and not self._has_best and (state is None or not state.step):
            return  # nothing is there that is worth what the earlier run left
        if not (self._path / MARKER).exists():  # somebody has cleared the folder away
            holds_run(self._path)
            self._path.mkdir(parents=True, exist_ok=True)
            self._write_sources()
        written = {"metrics.csv", "losses.csv", NAME}
        if model is not None:
            self._write_weights("last.safetensors", model.state_dict(), written)
        if self._has_best:
            self._write_weights("best.safetensors", self._best, written)
        if state is not None:
            self._write_state(LAST_STATE, state, written)
            self._has_state = True
        if self._best_state is not None:
            self._write_state(f"best{SUFFIX}", self._best_state, written)
        write_file(self._path / "metrics.csv", self._write_table().encode())
        self._write_losses()
        self._has_best, self._best_state = False, None
        with hold(self._path):
            self._record = self._describe(state, ended)
            write_record(self._path, self._record)
        if self._replaces:
            for name in {*RESULTS, *list_states(self._path)} - written:
                (self._path / name).unlink(missing_ok=True)  # the earlier run's do not belong to this script
            self._write_sources()
            self._replaces = False
        self._written = time.monotonic()

    def finish(self, model: nn.Module | None, state: State | None, ended: Finished | Failed) -> None:
        """Write all that is left at the end of the run, and of one that went to its end a receipt. Raises OSError."""
        if self._board is not None:
            self._board.close()
        self.write(model, state, ended)
        if model is not None and isinstance(ended, Finished) and ended.reason != "stopped":
            weights = hash_weights(_pack(model.state_dict()))
            receipt = make_receipt(self._plan, self._record, self._epochs, ended, weights)
            write_receipt(self._path / RECEIPT, receipt)

    def change(self, plan: Plan) -> None:
        """Note that another plan goes on from here."""
        self._plan = plan
        changes = (*self._record.changes, Change(step=self._start + len(self._losses), at=now()))
        self._record = msgspec.structs.replace(self._record, changes=changes, epochs=plan.epochs)
        if not self._replaces:
            self._attempt(self._write_sources)

    def _take_over(self, record: Record, exactly: bool) -> Record:
        """Return a record with what the run that is gone on from says: its changes, and in its own folder its name."""
        resume = self._plan.resume
        if resume is None:
            return record
        try:
            before = read_record(resume.parent)
        except RecordError:
            before = Record()
        changes = tuple(change for change in before.changes if change.step <= record.step)
        if not exactly:
            changes = (*changes, Change(step=record.step, at=now()))
        record = msgspec.structs.replace(record, changes=changes)
        if self._continues and before.started:
            names = before.name, before.starred, before.started
            record = msgspec.structs.replace(record, name=names[0], starred=names[1], started=names[2])
        return record

    def _describe(self, state: State | None, ended: Finished | Failed | None) -> Record:
        last = self._epochs[-1] if self._epochs else None
        best = min(self._epochs, key=lambda epoch: epoch.val_loss, default=None)
        try:  # somebody may have named or starred it meanwhile
            known = read_record(self._path)
            name, starred = known.name, known.starred
        except RecordError:
            name, starred = self._record.name, self._record.starred
        place = ended or state
        return msgspec.structs.replace(
            self._record,
            name=name,
            starred=starred,
            state="running" if ended is None else ended.reason if isinstance(ended, Finished) else "failed",
            cause=ended.message if isinstance(ended, Failed) else "",
            node=(ended.node or "") if isinstance(ended, Failed) else "",
            epoch=place.epoch if place is not None else self._record.epoch,
            step=place.step if place is not None else self._record.step,
            seconds=state.seconds if state is not None else self._record.seconds,
            updated=now(),
            scores=_score(last),
            best=_score(best),
        )

    def _keep_best(self, model: nn.Module) -> None:
        """Copy the weights; into those of the best epoch before where they are alike: short epochs must not wait."""
        now, kept = model.state_dict(), self._best
        if now.keys() == kept.keys() and all(
            each.shape == other.shape and each.dtype is other.dtype and each.device == other.device
            for each, other in zip(now.values(), kept.values(), strict=True)
        ):
            torch._foreach_copy_(list(kept.values()), list(now.values()))
        else:
            self._best = {name: tensor.clone() for name, tensor in now.items()}
        self._has_best = True

    def _write_table(self) -> str:
        """Return the epochs as CSV; numbers as repr, so that nothing is lost."""
        metrics = list(self._epochs[0].val_metrics) if self._epochs else []
        columns = ["epoch", "step", "train_loss", "val_loss"]
        columns += [f"{part}_{name}" for name in metrics for part in ("train", "val")] + ["learning_rate", "seconds"]
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        for e in self._epochs[len(self._rows) :]:
            pairs = [value for name in metrics for value in (e.train_metrics.get(name), e.val_metrics.get(name))]
            table.writerow([e.epoch, e.step, e.train_loss, e.val_loss, *pairs, e.learning_rate, e.seconds])
        self._rows += text.getvalue().splitlines(keepends=True)
        return "".join([",".join(columns) + "\n", *self._rows])

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, FolderError) as error:
            if not self._warned:
                reason = f"{explain_file(error, 'write')} The run goes on, and tries again."
                warnings.warn(reason, RunFolderWarning, stacklevel=2)
            self._warned = True

    def _write_weights(self, name: str, state: dict[str, Tensor], written: set[str]) -> None:
        write_file(self._path / name, pack_tensors(_pack(state)))
        written.add(name)

    def _write_state(self, name: str, state: State, written: set[str]) -> None:
        write_state(self._path / name, state)
        written.add(name)

    def _write_losses(self) -> None:
        """Append what is new: the file is the only one that grows with every step."""
        path = self._path / "losses.csv"
        fresh = self._replaces or not path.exists()
        lines = [f"{step},{loss!r}\n" for step, loss in enumerate(self._losses, self._start + 1)]
        with path.open("w" if fresh else "a", encoding="utf-8", newline="") as file:
            file.write("".join((["step,loss\n"] if fresh else []) + lines))
        self._start += len(self._losses)
        self._losses = []

    def _cut_losses(self, source: Path | None = None) -> None:
        """Keep the steps up to the checkpoint that the run goes on from; those after it come once more."""
        path = self._path / "losses.csv"
        with contextlib.suppress(FileNotFoundError, ValueError):
            lines = (source or path).read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines[1:] if line.endswith("\n") and int(line.split(",")[0]) <= self._start]
            write_file(path, "".join(["step,loss\n", *kept]).encode())

    def _write_sources(self) -> None:
        plan = self._plan
        sources = {"project.nnd": dumps(plan.project).encode(), "train.py": plan.source.text.encode()}
        mark(self._path, sources)
        for name, content in sources.items():
            write_file(self._path / name, content)


def list_states(folder: Path) -> list[str]:
    """Return the names of the checkpoints in a folder: the last, the best, then those of single epochs."""
    numbered = [(int(found[1]), path.name) for path in folder.iterdir() if (found := EPOCH_STATE.fullmatch(path.name))]
    known = [name for name in (LAST_STATE, f"best{SUFFIX}") if (folder / name).is_file()]
    return [*known, *(name for _, name in sorted(numbered))]


def _score(epoch: EpochDone | None) -> dict[str, float]:
    if epoch is None:
        return {}
    scores = {"epoch": float(epoch.epoch), "train_loss": epoch.train_loss, "val_loss": epoch.val_loss}
    scores |= {f"train_{name}": value for name, value in epoch.train_metrics.items()}
    return scores | {f"val_{name}": value for name, value in epoch.val_metrics.items()}


def _pack(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors as a file takes them; a weight that two layers share is written under the name of each."""
    packed = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    seen: set[int] = set()
    for name, tensor in packed.items():
        if tensor.data_ptr() in seen and tensor.numel():
            packed[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    return packed
