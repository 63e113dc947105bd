"""The run folder: the project, the script that ran, weights, checkpoints and curves, and what the run says of itself."""

import re
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import torch
from safetensors.torch import save as pack_tensors
from torch import Tensor

from designer.document.atomic import write_file
from designer.document.files import dumps
from designer.engine.board import LOGS, Board
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.failures import explain_file
from designer.engine.ownership import MARKER, RESULTS, FolderError, clear_temporary, holds_run, mark
from designer.engine.plan import Plan
from designer.engine.receipt import NAME as RECEIPT
from designer.engine.receipt import hash_weights, make_receipt, write_receipt
from designer.engine.record import NAME, Change, Record, hold, now, write_record
from designer.engine.standing import describe_standing, take_over
from designer.engine.state import SUFFIX, State, write_state
from designer.engine.tables import EpochTable, LossTable

LAST_STATE = f"last{SUFFIX}"
EPOCH_STATE = re.compile(rf"epoch-(\d{{1,9}}){re.escape(SUFFIX)}")

INTERVAL = 5.0  # seconds between two writes: short epochs must not wait for the disk
BEST_SHARE, LEAST_COST = 0.02, 0.05  # share of the time, and seconds, for states of best epochs
FIRST = 1.0  # seconds until the first: what is killed early is there as well


class RunFolderWarning(UserWarning):
    """The run folder cannot be written for now; the run goes on."""


class Weighted(Protocol):
    """What a run folder asks of a network."""

    def state_dict(self) -> dict[str, Tensor]:
        """Return the weights by name."""
        ...


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
        self._epochs = EpochTable(path / "metrics.csv", epochs)
        self._losses = LossTable(path / "losses.csv", record.step)
        self._board: Board | None = None
        self._written = time.monotonic()
        self._interval = min(FIRST, INTERVAL)
        self._warned = False
        self._replaces = holds_run(path)
        self._has_sources = False
        self._continues = plan.resume is not None and plan.resume.parent.absolute() == path.absolute()
        self._record = take_over(record, plan, path, exactly=exactly)
        path.mkdir(parents=True, exist_ok=True)
        clear_temporary(path)
        if self._continues:
            self._replaces = False
            self._losses.cut()
            (path / RECEIPT).unlink(missing_ok=True)
        elif plan.resume is not None and not self._replaces:
            self._losses.cut(plan.resume.parent / "losses.csv")
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
        """The newest checkpoint, None where there is none of this run."""
        path = self._path / LAST_STATE
        return path if not self._replaces and path.is_file() else None

    @property
    def best_weights(self) -> dict[str, Tensor]:
        """The weights of the best epoch, none before one is over."""
        return self._best

    @property
    def is_due(self) -> bool:
        """Whether the last write is some seconds ago."""
        return time.monotonic() - self._written >= self._interval

    def note_steps(self, losses: Sequence[float]) -> None:
        """Note the losses of some steps, to be written with the next write."""
        self._losses.note(losses)
        if losses:
            self._log(lambda board: board.note_steps(self._losses.step, losses))

    def note_epoch(self, epoch: EpochDone, model: Weighted, capture: Callable[[], State]) -> None:
        """Note an epoch, to be written with the next write; one of those that are kept is written at once."""
        self._epochs.epochs.append(epoch)
        self._log(lambda board: board.note_epoch(epoch))
        if epoch.best:
            self._keep_best(model)
            began = time.perf_counter()
            if epoch.last or self._best_cost <= LEAST_COST + BEST_SHARE * (began - self._born):
                self._best_state = capture().copy()
                self._best_cost += time.perf_counter() - began
        if self._plan.every and epoch.epoch % self._plan.every == 0 and not self._replaces:
            self._attempt(lambda: write_state(self._path / f"epoch-{epoch.epoch}{SUFFIX}", capture()))

    def write_in_passing(self, model: Weighted, state: State) -> None:
        """Write what is new; where that cannot be, warn once and try again later: a full disk may be emptied.

        A write that takes long is made seldom, so that no more than a fiftieth of the time goes into it.
        """
        began = time.monotonic()
        self._attempt(lambda: self.write(model, state))
        self._written = time.monotonic()
        self._interval = max(INTERVAL, 50 * (self._written - began)) if INTERVAL else 0.0

    def write(self, model: Weighted | None, state: State | None = None, ended: Finished | Failed | None = None) -> None:
        """Write the curves, the network's weights if it is given, the best ones if they are new, and the state.

        Each file is tried, whatever becomes of the others. Raises what the first that failed has raised. Losses come
        before the state: where the process is killed in between, those after the state are taken once more.
        """
        if self._replaces and model is None and not self._has_best and (state is None or not state.step):
            return  # nothing is there that is worth what the earlier run left
        if not (self._path / MARKER).exists():  # somebody has cleared the folder away
            holds_run(self._path)
            self._path.mkdir(parents=True, exist_ok=True)
            self._has_sources = False
        written = {"metrics.csv", "losses.csv", NAME}
        parts: list[Callable[[], None]] = [lambda: self._losses.write(fresh=self._replaces), self._epochs.write]
        if not self._has_sources and not self._replaces:
            parts.append(self._write_sources)
        if state is not None:
            written.add(LAST_STATE)
            parts.append(lambda: write_state(self._path / LAST_STATE, state))
        if self._best_state is not None:
            written.add(f"best{SUFFIX}")
            parts.append(self._write_best_state)
        if model is not None:
            written.add("last.safetensors")
            parts.append(lambda: self._write_weights("last.safetensors", model.state_dict()))
        if self._has_best:
            written.add("best.safetensors")
            parts.append(self._write_best)
        parts.append(lambda: self._write_record(state, ended))
        _do_all(parts)
        if self._replaces:
            for name in {*RESULTS, *list_states(self._path)} - written:
                (self._path / name).unlink(missing_ok=True)  # the earlier run's do not belong to this script
            self._write_sources()
            self._replaces = False
        self._written = time.monotonic()

    def finish(self, model: Weighted | None, state: State | None, ended: Finished | Failed) -> None:
        """Write all that is left at the end of the run, and of one that went to its end a receipt. Raises OSError."""
        self._log(Board.close)
        self.write(model, state, ended)
        if model is not None and isinstance(ended, Finished) and ended.reason != "stopped":
            weights = hash_weights(_pack(model.state_dict()))
            receipt = make_receipt(self._plan, self._record, self._epochs.epochs, ended, weights)
            write_receipt(self._path / RECEIPT, receipt)

    def change(self, plan: Plan) -> None:
        """Note that another plan goes on from here."""
        self._plan = plan
        changes = (*self._record.changes, Change(step=self._losses.step, at=now()))
        self._record = msgspec.structs.replace(self._record, changes=changes, epochs=plan.epochs)
        self._has_sources = False
        if not self._replaces:
            self._attempt(self._write_sources)

    def _keep_best(self, model: Weighted) -> None:
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

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, FolderError) as error:
            if not self._warned:
                reason = f"{explain_file(error, 'write')} The run goes on, and tries again."
                warnings.warn(reason, RunFolderWarning, stacklevel=2)
            self._warned = True

    def _log(self, write: Callable[[Board], None]) -> None:
        """Write to TensorBoard's log, where there is one; without it where that cannot be."""
        if self._board is None:
            return
        try:
            write(self._board)
        except (OSError, ValueError) as error:
            self._board = None
            reason = f"No more logs are written for TensorBoard. {explain_file(error, 'write')}"
            warnings.warn(reason, RunFolderWarning, stacklevel=2)

    def _write_weights(self, name: str, state: dict[str, Tensor]) -> None:
        write_file(self._path / name, pack_tensors(_pack(state)))

    def _write_best(self) -> None:
        self._write_weights("best.safetensors", self._best)
        self._has_best = False

    def _write_best_state(self) -> None:
        assert self._best_state is not None
        write_state(self._path / f"best{SUFFIX}", self._best_state)
        self._best_state = None

    def _write_record(self, state: State | None, ended: Finished | Failed | None) -> None:
        with hold(self._path):
            self._record = describe_standing(self._record, self._path, self._epochs.epochs, state, ended)
            write_record(self._path, self._record)

    def _write_sources(self) -> None:
        plan = self._plan
        sources = {"project.nnd": dumps(plan.project).encode(), "train.py": plan.source.text.encode()}
        mark(self._path, sources)
        for name, content in sources.items():
            write_file(self._path / name, content)
        self._has_sources = True


def list_states(folder: Path) -> list[str]:
    """Return the names of the checkpoints in a folder: the last, the best, then those of single epochs."""
    numbered = [(int(found[1]), path.name) for path in folder.iterdir() if (found := EPOCH_STATE.fullmatch(path.name))]
    known = [name for name in (LAST_STATE, f"best{SUFFIX}") if (folder / name).is_file()]
    return [*known, *(name for _, name in sorted(numbered))]


def _do_all(parts: Sequence[Callable[[], None]]) -> None:
    """Do each, whatever becomes of the others; raise what the first that failed has raised."""
    failed: list[Exception] = []
    for part in parts:
        try:
            part()
        except (
            OSError,
            FolderError,
            RuntimeError,
            MemoryError,
        ) as error:  # the disk, or the device that tensors lie on
            failed.append(error)
    if failed:
        raise failed[0]


def _pack(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors as a file takes them; a weight that two layers share is written under the name of each."""
    packed = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    seen: set[int] = set()
    for name, tensor in packed.items():
        if tensor.data_ptr() in seen and tensor.numel():
            packed[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    return packed
