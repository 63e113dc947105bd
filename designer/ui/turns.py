"""Work in small pieces, each in a turn of the event loop, so that keys and paints come between them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

STEP = 0.008  # seconds of work between two turns of the event loop


class Turns(QObject):
    """Does pieces of work one after another in the window's thread; `done` follows the last, unless it is stopped.

    A piece that returns an iterator is gone on with, a step a turn, before the next one begins. A piece that fails is
    reported as any fault is, and holds up none of the others.
    """

    done = Signal()

    def __init__(self, pieces: Iterable[Callable[[], object]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pieces = deque(pieces)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take)

    def start(self, wait: int = 0) -> None:
        """Begin with the next turn, or after so many milliseconds."""
        self._timer.start(wait)

    def stop(self) -> None:
        """Do nothing more."""
        self._timer.stop()
        self._pieces.clear()

    def _take(self) -> None:
        if not self._pieces:
            self.done.emit()
            return
        piece = self._pieces.popleft()
        self._timer.start(0)  # before the piece: it may fail, and it may stop all
        rest = piece()
        if isinstance(rest, Iterator):
            self._pieces.appendleft(lambda: self._go_on(rest))

    def _go_on(self, steps: Iterator[object]) -> Iterator[object] | None:
        """Take one step; return the steps while there may be more."""
        return None if next(steps, self) is self else steps


def polish(widget: QWidget) -> Iterator[None]:
    """Style what a widget consists of, in steps: the style sheet takes longer than all else, and to show does all at once."""
    end = perf_counter() + STEP
    for one in widget.findChildren(QWidget):
        if shiboken6.isValid(one):
            one.ensurePolished()
        if perf_counter() > end:
            yield
            end = perf_counter() + STEP
