"""Slow work beside the window: a function on a thread of its own, its result back in the window's thread."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

LOOK_EVERY = 25  # milliseconds

# Told the share that is done, from 0 to 1; says whether to go on.
Report = Callable[[float], bool]


class Job(QObject):
    """Runs `work(report)` once on a thread. Exactly one of `done` and `failed` follows, unless it is cancelled.

    The thread touches no Qt object: a timer looks for what it left behind, `every` so many milliseconds.
    """

    answered = Signal()  # before either of the two
    done = Signal(object)
    failed = Signal(object)  # the exception
    progressed = Signal(float)

    def __init__(self, work: Callable[[Report], Any], parent: QObject | None = None, every: int = LOOK_EVERY) -> None:
        super().__init__(parent)
        self._work = work
        self._share = self._told = 0.0
        self._cancelled = threading.Event()
        self._left: list[tuple[bool, Any]] = []
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)
        self._timer = QTimer(self, interval=every)
        self._timer.timeout.connect(self._look)

    @property
    def running(self) -> bool:
        """Whether an answer is still to come."""
        return self._timer.isActive()

    def start(self) -> "Job":
        """Begin; returns the job itself."""
        self._thread.start()
        self._timer.start()
        return self

    def cancel(self, timeout: float = 0.0) -> None:
        """Give up: no signal follows. The thread ends at its next report; waits for that at most `timeout` seconds."""
        self._cancelled.set()
        self._timer.stop()
        if timeout and self._thread.is_alive():
            self._thread.join(timeout)

    def _report(self, share: float) -> bool:
        self._share = share
        return not self._cancelled.is_set()

    def _run(self) -> None:
        try:
            self._left.append((True, self._work(self._report)))
        except Exception as error:  # noqa: BLE001 - whatever it was, the window must hear of it
            self._left.append((False, error))

    def _look(self) -> None:
        if self._left:
            self._timer.stop()
            good, result = self._left.pop()
            self.answered.emit()
            (self.done if good else self.failed).emit(result)
        elif self._share != self._told:
            self._told = self._share
            self.progressed.emit(self._told)
