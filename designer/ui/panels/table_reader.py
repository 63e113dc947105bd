"""Reading a CSV file beside the window: what it holds, and the parameters that a choice of its columns gives."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.data import DataError, Table, Task, csv_parameters, inspect_csv
from designer.data.selection import Treated
from designer.document.graph import Value
from designer.document.project import RANDOM, Data
from designer.ui.background import Job, Report

PATIENCE = 500  # milliseconds before something counts as long


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of columns: everything that `csv_parameters` wants."""

    target: str
    features: tuple[str, ...]
    one_hot: tuple[str, ...]
    task: Task
    more: tuple[str, ...] = ()
    treatments: tuple[Treated, ...] = ()
    weight: str = ""


class TableReader(QObject):
    """Does one thing at a time; asking for another gives up the one in hand.

    `changed` is emitted when reading begins, has taken half a second (`is_long`), and is over.
    """

    looked = Signal(object)  # Table
    found = Signal(object, object)  # Selection, Mapping[str, Value]
    failed = Signal(str)  # a sentence
    progressed = Signal(float)  # the share that is done, 0 to 1
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.is_long = False
        self.error: Exception | None = None  # of what failed last
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._note_long)

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._job is not None

    def look(self, path: str, given: Mapping[str, Any]) -> None:
        """Look at a file; `looked` follows, or `failed`. What is not given is guessed."""
        job = Job(lambda report: inspect_csv(path, given=given, progress=report), self)
        job.done.connect(self.looked)
        self._begin(job)

    def find(self, table: Table, selection: Selection, data: Data) -> None:
        """Find the parameters of a choice of columns under a split; `found` follows, or `failed`."""
        job = Job(lambda report: find_parameters(table, selection, data, report), self)
        job.done.connect(lambda parameters: self.found.emit(selection, parameters))
        self._begin(job)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is in hand; wait for its thread at most `timeout` seconds."""
        if self._job is not None:
            self._job.cancel(timeout)
            self._end()

    def _begin(self, job: Job) -> None:
        self.stop()
        self._job = job
        job.progressed.connect(self.progressed)
        # Ended first, so that whoever hears of the result finds the reader free.
        job.answered.connect(self._end)
        job.failed.connect(self._fail)
        self._patience.start()
        job.start()
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.error = error
        self.failed.emit(explain(error))

    def _end(self) -> None:
        job, self._job = self._job, None
        self.is_long = False
        self._patience.stop()
        if job is not None:
            job.deleteLater()
        self.changed.emit()

    def _note_long(self) -> None:
        self.is_long = True
        self.changed.emit()


def find_place(path: str, beside: Path | None) -> Path:
    """Return the place that a path of a project means: a relative one starts from the folder `beside`."""
    place = Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where ~somebody is nobody
    return place if beside is None else beside / place


def find_parameters(table: Table, selection: Selection, data: Data, report: Report) -> Mapping[str, Value]:
    """Return the parameters of the Csv source for a choice of columns. Raises DataError."""
    is_random = data.split.kind == RANDOM.kind
    return csv_parameters(
        table,
        selection.target,
        selection.features,
        task=selection.task,
        one_hot=selection.one_hot,
        more=selection.more,
        treatments=selection.treatments,
        weight=selection.weight,
        # Of rows that are split otherwise the values of all are taken: one that no training row has is a feature of noughts.
        validation=data.validation if is_random else 0.0,
        test=data.test if is_random else 0.0,
        split_seed=data.split_seed,
        progress=report,
    )


def explain(error: Exception) -> str:
    """Return the sentence of an error; of one that was not foreseen its own words."""
    return str(error) if isinstance(error, DataError) else f"The file cannot be read: {type(error).__name__}: {error}."
