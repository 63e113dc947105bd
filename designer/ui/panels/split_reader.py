"""What the split makes of the rows, found beside the window: the part each row is in, and what leaks from one to another."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.catalogue import facts as known_facts
from designer.data import Table
from designer.data.copies import say_copies
from designer.data.leaks import find_leaks
from designer.document.project import OFF, Data, Project
from designer.ui.background import Job, Report
from designer.ui.panels.data_reader import DataReader

if TYPE_CHECKING:
    from designer.engine.repeats import Repeats

TYPING = 300  # milliseconds after an edit before rows are shared out anew


class SplitReader(QObject):
    """Shares out the rows of a project's data. `found` carries the parts of a table's rows, or None, and the leaks.

    These are None where samples cannot be compared.
    `failed` carries a sentence; `began` says that what was told before holds no longer.
    """

    found = Signal(object, object)  # NDArray[np.int8] | None, tuple[Leak, ...] | None
    failed = Signal(str)
    began = Signal()

    def __init__(self, samples: DataReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._wanted: tuple[Project, Table | None, Path | None] | None = None
        self._known: object = None  # what the last answer, or the one to come, is about
        self._job: Job | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._begin)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._job is not None or self._typing.isActive()

    def read(self, project: Project, table: Table | None, beside: Path | None) -> None:
        """Share out the rows of a table, or, without one, compare the samples of a project's data; an answer follows."""
        key = replace(project.data, sampling=OFF, augmentation=()), table, beside
        if key == self._known:
            return
        self.stop()
        self._known, self._wanted = key, (project, table, beside)
        self.began.emit()
        self._typing.start()

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is in hand."""
        self._typing.stop()
        if self._job is not None:
            self._job.cancel(timeout)
            self._job.deleteLater()
            self._job = None
        self._known = None

    def _begin(self) -> None:
        assert self._wanted is not None
        project, table, _ = self._wanted
        problem = known_facts.source_problem(project) or known_facts.missing_path(project)
        if problem:
            self.failed.emit(problem)
            return

        compare = self._samples.compare() if table is None else None

        def work(report: Report) -> object:
            from designer.engine.preload import import_torch

            import_torch()
            if compare is not None:
                return _say(compare(report), project.data)
            assert table is not None
            return _share_out(project, table, report)

        self._job = job = Job(work, self)
        job.answered.connect(self._end)
        job.done.connect(lambda answer: self.found.emit(*answer))
        job.failed.connect(lambda error: self.failed.emit(str(error) or type(error).__name__))
        job.start()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None


def _share_out(project: Project, table: Table, report: Report) -> object:
    from designer.engine.parting import find_parts

    assert table.frame is not None
    parts = find_parts(project.data, table.frame) if table.is_whole else None
    return parts, find_leaks(table, project.data, parts, report)


def _say(repeats: "Repeats | None", data: Data) -> object:
    if repeats is None:
        return None, None
    leak = say_copies(*repeats, "samples", data)
    return None, (leak,) if leak is not None else ()
