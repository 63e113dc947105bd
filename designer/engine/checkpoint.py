"""The run folder: the project, the script that ran, weights, checkpoints and curves, and what the run says of itself."""

import contextlib
import re
import shutil
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from torch import Tensor

from designer.document.atomic import write_file
from designer.document.files import dumps
from designer.document.project import Project
from designer.engine.best import BestEpoch
from designer.engine.board import LOGS, Board
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.failures import explain_file
from designer.engine.ownership import MARKER, RESULTS, FolderError, clear_temporary, holds_run, mark
from designer.engine.packing import Weighted, arrange, write_weights
from designer.engine.plan import Plan
from designer.engine.receipt import NAME as RECEIPT
from designer.engine.receipt import hash_weights, make_receipt, write_receipt
from designer.engine.record import NAME, Record, hold, write_record
from designer.engine.standing import describe_change, describe_standing, has_other_data, take_over
from designer.engine.state import SUFFIX, State, write_state
from designer.engine.tables import EpochTable, LossTable

LAST_STATE = f"last{SUFFIX}"
EPOCH_STATE = re.compile(rf"epoch-(\d{{1,9}}){re.escape(SUFFIX)}")

INTERVAL = 5.0  # seconds between two writes: short epochs must not wait for the disk
FIRST = 1.0  # seconds until the first: what is killed early is there as well


class RunFolderWarning(UserWarning):
    """A part of the run folder that is not needed is written no longer; the run goes on."""


class RunFolder:
    """What a run leaves behind. Every file is whole at every moment.

    project.nnd, train.py, last.safetensors, best.safetensors (the epoch with the lowest validation loss), metrics.csv
    (a row an epoch), losses.csv (a row a step), run.json (what the run says of itself), and the checkpoints to go on
    from: last.state, best.state, and epoch-N.state where the plan keeps some. A marker says that these are a run's.
    best.safetensors is of the best epoch always; best.state may be of an earlier best one where epochs take less than
    milliseconds, as to keep each of them would take longer than to learn.
    What an earlier run left stays until there are new weights. `trouble` says in a sentence why the last write in passing
    failed, "" where it did not. Raises FolderError where the folder holds anything else,
    OSError where it cannot be written.
    """

    def __init__(
        self,
        path: Path,
        plan: Plan,
        record: Record,
        epochs: Sequence[EpochDone] = (),
        *,
        exactly: bool = True,
        before: Project | None = None,
    ) -> None:
        self.path = path
        self._plan = plan
        self._best = BestEpoch()
        self._epochs = EpochTable(path / "metrics.csv", epochs)
        self._losses = LossTable(path / "losses.csv", record.step)
        self._board: Board | None = None
        self._written = time.monotonic()
        self._interval = min(FIRST, INTERVAL)
        self.trouble = ""
        self._replaces = holds_run(path)
        self._has_sources = False
        self._continues = plan.resume is not None and plan.resume.parent.absolute() == path.absolute()
        self.has_other_data = has_other_data(record, plan)
        self._record = take_over(record, plan, path, exactly=exactly, before=before)
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
    def changes(self) -> tuple[tuple[int, str], ...]:
        """The steps at which the run was changed, and how."""
        return tuple((change.step, ", ".join(change.names)) for change in self._record.changes)

    @property
    def last_state(self) -> Path | None:
        """The newest checkpoint, None where there is none of this run."""
        path = self.path / LAST_STATE
        return path if not self._replaces and path.is_file() else None

    @property
    def best_weights(self) -> dict[str, Tensor]:
        """The weights of the best epoch, none before one is over."""
        return self._best.weights

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
        self._log(lambda board: board.note_epoch(epoch, model))
        if epoch.best:
            self._best.note(epoch, model, capture)
        if self._plan.every and epoch.epoch % self._plan.every == 0 and not self._replaces:
            self._attempt(lambda: write_state(self.path / f"epoch-{epoch.epoch}{SUFFIX}", capture()))

    def write_in_passing(self, model: Weighted, state: State) -> None:
        """Write what is new; where that cannot be, note why and try again later: a full disk may be emptied.

        A write that takes long is made seldom, so that no more than a fiftieth of the time goes into it.
        """
        began = time.monotonic()
        self.trouble = ""
        self._attempt(lambda: self.write(model, state))
        self._written = time.monotonic()
        self._interval = max(INTERVAL, 50 * (self._written - began)) if INTERVAL else 0.0

    def write(self, model: Weighted | None, state: State | None = None, ended: Finished | Failed | None = None) -> None:
        """Write the curves, the network's weights if it is given, the best ones if they are new, and the state.

        Each file is tried, whatever becomes of the others. Raises what the first that failed has raised. Losses come
        before the state: where the process is killed in between, those after the state are taken once more.
        """
        if self._replaces and model is None and not self._best.is_new and (state is None or not state.step):
            return  # nothing is there that is worth what the earlier run left
        if not (self.path / MARKER).exists():  # somebody has cleared the folder away
            holds_run(self.path)
            self.path.mkdir(parents=True, exist_ok=True)
            self._has_sources = False
        written = {"metrics.csv", "losses.csv", NAME}
        parts: list[Callable[[], None]] = [lambda: self._losses.write(fresh=self._replaces), self._epochs.write]
        if not self._has_sources and not self._replaces:
            parts.append(self._write_sources)
        if state is not None:
            written.add(LAST_STATE)
            parts.append(lambda: write_state(self.path / LAST_STATE, state))
        if model is not None:
            written.add("last.safetensors")
            parts.append(lambda: write_weights(self.path / "last.safetensors", model.state_dict()))
        for name, write in self._best.list_writes(self.path):
            written.add(name)
            parts.append(write)
        parts.append(lambda: self._write_record(state, ended))
        _do_all(parts)
        if self._replaces:
            for name in {*RESULTS, *list_states(self.path)} - written:
                (self.path / name).unlink(missing_ok=True)  # the earlier run's do not belong to this script
            self._write_sources()
            self._replaces = False
        self._written = time.monotonic()

    def finish(self, model: Weighted | None, state: State | None, ended: Finished | Failed) -> None:
        """Write all that is left at the end of the run, and of one that went to its end a receipt. Raises OSError."""
        self._log(Board.close)
        self.write(model, state, ended)
        if model is not None and isinstance(ended, Finished) and ended.reason != "stopped":
            weights = hash_weights(arrange(model.state_dict()))
            receipt = make_receipt(self._plan, self._record, self._epochs.epochs, ended, weights)
            write_receipt(self.path / RECEIPT, receipt)

    def change(self, plan: Plan) -> None:
        """Note that another plan goes on from here."""
        change = describe_change(self._record, self._losses.step, self._plan.project, plan.project)
        self._plan, changes = plan, (*self._record.changes, change)
        self._record = msgspec.structs.replace(self._record, changes=changes, epochs=plan.epochs)
        self._has_sources = False
        if not self._replaces:
            self._attempt(self._write_sources)

    def move(self, path: Path) -> None:
        """Keep the run in another folder from now on, with what can be read of the one so far. Raises OSError, FolderError."""
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise FolderError(f"The folder {path} is not empty. Choose another one.")
        if not self._replaces:
            for name in {MARKER, *RESULTS, *list_states(self.path)}:
                with contextlib.suppress(OSError):  # what is not there is written anew as far as it is known
                    shutil.copyfile(self.path / name, path / name)
        if self._plan.tensorboard:
            self._move_board(path / LOGS)
        self.path, self._plan = path, replace(self._plan, out=path)
        self._losses.path, self._epochs.path = path / "losses.csv", path / "metrics.csv"
        self._replaces = self._has_sources = False

    def _move_board(self, logs: Path) -> None:
        """Go on with TensorBoard's log in another folder, behind what can be read of it."""
        self._log(Board.close)
        with contextlib.suppress(OSError):
            shutil.copytree(self.path / LOGS, logs)
        self._board = Board(logs, self._losses.step)

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, FolderError) as error:
            self.trouble = explain_file(error, "write")

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

    def _write_record(self, state: State | None, ended: Finished | Failed | None) -> None:
        with hold(self.path):
            self._record = describe_standing(self._record, self.path, self._epochs.epochs, state, ended)
            write_record(self.path, self._record)

    def _write_sources(self) -> None:
        plan = self._plan
        sources = {"project.nnd": dumps(plan.project).encode(), "train.py": plan.source.text.encode()}
        mark(self.path, sources)
        for name, content in sources.items():
            write_file(self.path / name, content)
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
