"""One piece of work beside the window at a time: its progress, its end, and what was in its way as a sentence."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from designer.document.custom import Untrusted
from designer.ui.background import LOOK_EVERY, Job, Report

LONGEST_WAIT = 5.0  # seconds for a job, when the window closes

Work = Callable[[Report], Any]


class Aside(QObject):
    """`done` carries what the work gave, `refused` in a sentence why it gave nothing. `task` is what it is called there.

    It is looked `every` so many milliseconds whether it is done.
    """

    done = Signal(object)
    refused = Signal(str)
    busy_changed = Signal(bool)
    progressed = Signal(float)

    def __init__(self, task: str, parent: QObject, every: int = LOOK_EVERY) -> None:
        super().__init__(parent)
        self._task, self._every = task, every
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self._job is not None

    def start(self, work: Work) -> None:
        """Begin; what is in hand is given up."""
        busy = self.is_busy
        self._leave()

        def begin(report: Report) -> Any:
            from designer.engine.preload import import_torch

            import_torch()
            return work(report)

        self._job = job = Job(begin, self, self._every)
        job.answered.connect(self._end)
        job.done.connect(self.done)
        job.failed.connect(self._fail)
        job.progressed.connect(self.progressed)
        job.start()
        if not busy:
            self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Give up what is in hand."""
        if self._job is not None:
            self._leave()
            self.busy_changed.emit(False)

    def shut_down(self) -> None:
        """End what is done beside the window, when that closes."""
        busy = self.is_busy
        self._leave(LONGEST_WAIT)
        if busy:
            self.busy_changed.emit(False)

    def _leave(self, patience: float = 0.0) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel(patience)
            job.deleteLater()

    def _end(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        self.busy_changed.emit(False)

    def _fail(self, error: Exception) -> None:
        from designer.engine.evaluation.resampling import Cancelled

        if isinstance(error, Cancelled):
            return
        if isinstance(error, Untrusted | ValueError | OSError | ImportError):
            self.refused.emit(str(error))
        elif isinstance(error, MemoryError) or "out of memory" in str(error).lower():
            self.refused.emit(f"There is not enough memory to {self._task} beside what is there already.")
        else:
            self.refused.emit(f"It was not possible to {self._task}: {type(error).__name__}: {error}")
