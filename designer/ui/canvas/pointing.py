"""What the pointer is doing on the canvas: a gesture from press to release, or a layer that is dragged in."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from designer.ui.canvas.dropping import DropLayer, read_kind
from designer.ui.canvas.geometry import Point
from designer.ui.canvas.gestures import Gesture, Pan, Pointer
from designer.ui.canvas.rim import RimScroll

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView


class Pointing:
    """The gesture under way on a view, or the layer that is dragged over it; at most one of them."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self.gesture: Gesture | None = None
        self._drags = False  # whether the pointer went far enough for it
        self._drop: DropLayer | None = None
        self.rim = RimScroll(view)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self.gesture is not None or self._drop is not None

    def begin(self, gesture: Gesture | None) -> None:
        """Begin a gesture, in the place of a press."""
        self.gesture, self._drags = gesture, False

    def follow(self, pointer: Pointer) -> None:
        """Let a drag go on at a place."""
        if self.gesture is not None and self._drags:
            self.gesture.move(pointer)
            self._view.viewport().update()

    def move(self, pointer: Pointer) -> None:
        """Let the gesture go on, as a drag once the pointer went far enough; at the rim the view scrolls."""
        gesture = self.gesture
        if gesture is None or not (self._drags or self._begins_drag(gesture, pointer)):
            return
        self.follow(pointer)
        if not isinstance(gesture, Pan):
            self.rim.follow(pointer.screen)

    def release(self, pointer: Pointer) -> bool:
        """End the gesture; return whether there was one."""
        gesture, self.gesture = self.gesture, None
        if gesture is None:
            return False
        self.rim.stop()
        self._view.viewport().unsetCursor()
        gesture.end(pointer) if self._drags else gesture.click(pointer)
        return True

    def cancel(self) -> bool:
        """End what is under way without doing it; return whether anything was."""
        was_busy = self.busy
        gesture, self.gesture = self.gesture, None
        drop, self._drop = self._drop, None
        self.rim.stop()
        if gesture is not None:
            self._view.viewport().unsetCursor()
            gesture.cancel()
        if drop is not None:
            drop.leave()
        self._view.viewport().update()
        return was_busy

    def drag_in(self, kind: str) -> bool:
        """Let a layer of a kind be dragged in; return whether there is such a kind."""
        known = read_kind(self._view.editor.view, kind) if kind else None
        if known is not None:
            self._drop = DropLayer(self._view, *known)
        return known is not None

    def drag_over(self, place: Point) -> bool:
        """Let the layer that is dragged in follow; return whether there is one."""
        if self._drop is not None:
            self._drop.move(place)
            self._view.viewport().update()
        return self._drop is not None

    def drop(self, place: Point) -> bool:
        """Drop the layer that was dragged in; return whether there was one."""
        drop, self._drop = self._drop, None
        if drop is not None:
            drop.move(place)
            drop.drop()
        return drop is not None

    def paint(self, painter: QPainter) -> None:
        """Draw what belongs to the gesture, or to the layer, alone."""
        if self.gesture is not None and self._drags:
            self.gesture.paint(painter)
        if self._drop is not None:
            self._drop.paint(painter)

    def _begins_drag(self, gesture: Gesture, pointer: Pointer) -> bool:
        way = pointer.screen - gesture.start.screen
        self._drags = way.manhattanLength() >= QApplication.startDragDistance()
        if self._drags and gesture.cursor is not None:
            self._view.viewport().setCursor(gesture.cursor)
        return self._drags
