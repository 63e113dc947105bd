"""Work in small pieces, each in a turn of the event loop, so that keys and paints come between them."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal


class Turns(QObject):
    """Does pieces of work one after another in the window's thread; `done` follows the last, unless it is stopped.

    A piece that fails is reported as any fault is, and holds up none of the others.
    """

    done = Signal()

    def __init__(self, pieces: Iterable[Callable[[], object]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pieces = deque(pieces)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take)

    def start(self) -> None:
        """Begin with the next turn."""
        self._timer.start()

    def stop(self) -> None:
        """Do nothing more."""
        self._timer.stop()
        self._pieces.clear()

    def _take(self) -> None:
        if not self._pieces:
            self.done.emit()
            return
        piece = self._pieces.popleft()
        self._timer.start()  # before the piece: it may fail, and it may stop all
        piece()
