"""Scroll the canvas while a drag is held at the rim of the view."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

RIM = 20  # logical pixels from the rim, or anywhere beyond it
STEP = 12  # logical pixels, 60 times a second


class RimScroll:
    """Scrolls a view as long as the pointer it was last told of is at the rim."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self._pointer = QPoint()
        self._timer = QTimer(view)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._scroll)

    @property
    def active(self) -> bool:
        """Whether the view is being scrolled."""
        return self._timer.isActive()

    def follow(self, pointer: QPoint) -> None:
        """Take note of where a drag is, in the view."""
        self._pointer = pointer
        if self._push().isNull():
            self._timer.stop()
        elif not self.active:
            self._timer.start()

    def stop(self) -> None:
        """Take note that no drag is under way."""
        self._timer.stop()

    def _push(self) -> QPoint:
        inner = self._view.viewport().rect().adjusted(RIM, RIM, -RIM, -RIM)
        x, y = self._pointer.x(), self._pointer.y()
        across = (x > inner.right()) - (x < inner.left())
        down = (y > inner.bottom()) - (y < inner.top())
        return QPoint(across * STEP, down * STEP)

    def _scroll(self) -> None:
        self._view.scroll_by(self._push())
        self._view.follow(self._pointer)
