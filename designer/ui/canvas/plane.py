"""An endless plane to look at: pan, zoom at the pointer, fit. Knows nothing of what lies on it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QShowEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsScene, QGraphicsView, QPinchGesture, QWidget

from designer.ui.canvas.geometry import Box

LEAST_SCALE, LARGEST_SCALE = 0.01, 4.0
LARGEST_FIT = 1.25  # fitting does not blow a single card up to fill the window
FIT_MARGIN = 40.0  # logical pixels left free around what is fitted
LOOSE = 1.15  # times larger that what was fitted could be seen: it is fitted anew
WHEEL_STEP = 1.0015  # zoom factor for each unit of the wheel; a notch has 120


@dataclass(frozen=True, slots=True)
class Look:
    """What was in view: the scale, the point in the middle, and both exactly for a view of the same size."""

    scale: float
    centre: QPointF
    size: QSize
    scroll: QPoint


Spot = tuple[float, int, int]  # where one looks, whatever the size of the view: the scale and the scroll bars


class PlaneView(QGraphicsView):
    """A view of a scene without scroll bars and without end."""

    scale_changed = Signal(float)  # logical pixels for each canvas unit

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._fit_later: Box | None = None
        self._fitted: tuple[Box, Spot] | None = None  # what was fitted last, and where one looked then
        self._arrived: tuple[Look, Spot] | None = None  # what was to be in view again, and where one looked then
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.centerOn(0, 0)

    @property
    def scale_now(self) -> float:
        """Logical pixels for each canvas unit."""
        return self.transform().m11()

    @property
    def page(self) -> float:
        """Width to height of the room that something fitted has."""
        width, height = self._room()
        return width / height

    @property
    def fits_later(self) -> bool:
        """Whether there is still something to fit once the view has a size."""
        return self._fit_later is not None

    def look(self) -> Look:
        """Return what is in view, to come back to."""
        scroll = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return Look(self.scale_now, self.view_centre(), self.viewport().size(), scroll)

    def look_at(self, look: Look) -> None:
        """Show what was in view once."""
        self._fit_later = None
        self._scale_to(look.scale)
        if look.size == self.viewport().size():
            self.horizontalScrollBar().setValue(look.scroll.x())
            self.verticalScrollBar().setValue(look.scroll.y())
        else:
            self.centerOn(look.centre)
        self._arrived = look, self._spot()

    def view_centre(self) -> QPointF:
        """Return the point of the canvas in the middle of the view."""
        return self.mapToScene(self.viewport().rect().center())

    def area(self) -> Box:
        """Return the part of the canvas in view."""
        rect = self.mapToScene(self.viewport().rect()).boundingRect()
        return Box(rect.left(), rect.top(), rect.right(), rect.bottom())

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom so that what lies under `at`, a point of the view, stays there; under its middle unless given."""
        at = self.viewport().rect().center() if at is None else at
        before = self.mapToScene(at)
        self._scale_to(self.scale_now * factor)
        self.scroll_by(self.mapFromScene(before) - at)

    def scroll_by(self, pixels: QPoint) -> None:
        """Move the view over the canvas by so many logical pixels."""
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() + pixels.x())
        vertical.setValue(vertical.value() + pixels.y())

    def fit_box(self, box: Box) -> None:
        """Show the whole box in the middle of the view; as soon as the view has a size, if it has none yet."""
        if not self.isVisible():
            self._fit_later = box
            return
        self._fit_later = None
        self._scale_to(self._find_scale(box))
        self.centerOn((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        self._fitted = box, self._spot()

    def shows_fitted(self, box: Box | None) -> bool:
        """Return whether this box was fitted last, and nobody has looked elsewhere since."""
        return self._fitted is not None and self._fitted == (box, self._spot())

    def reveal(self, box: Box, margin: float = 24.0) -> None:
        """Move the view just so far that the box lies in it; of one that is larger, the upper left corner."""
        area, scale = self.area().grow(-margin / self.scale_now), self.scale_now
        across = _find_way(box.left, box.right, area.left, area.right)
        down = _find_way(box.top, box.bottom, area.top, area.bottom)
        self.scroll_by(QPoint(round(across * scale), round(down * scale)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        look, spot = self._arrived or (None, None)
        fitted = self._fitted[0] if self._fitted is not None and self._fitted[1] == self._spot() else None
        arrived = spot == self._spot()
        super().resizeEvent(event)
        self._fit_now()
        if fitted is not None and self._is_loose(fitted):
            self.fit_box(fitted)
        elif look is not None and arrived and look.size == self.viewport().size():
            self.look_at(look)  # a bar above has come or gone since one came here

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels, turn = event.pixelDelta(), event.angleDelta()
        keys = event.modifiers()
        if not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase and not keys:
            self.scroll_by(-pixels)  # two fingers on a touch pad
        elif keys & Qt.KeyboardModifier.ShiftModifier or (turn.x() and not turn.y()):
            self.scroll_by(QPoint(-(turn.x() or turn.y()) // 2, 0))
        else:
            self.zoom_by(WHEEL_STEP ** turn.y(), event.position().toPoint())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1.0 + event.value(), event.position().toPoint())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), self.viewport().mapFromGlobal(pinch.hotSpot().toPoint()))
                return True
        return super().viewportEvent(event)

    def _spot(self) -> Spot:
        return self.scale_now, self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def _find_scale(self, box: Box) -> float:
        """Return the scale at which a box fills the view."""
        width, height = self._room()
        return min(width / max(box.right - box.left, 1.0), height / max(box.bottom - box.top, 1.0), LARGEST_FIT)

    def _is_loose(self, box: Box) -> bool:
        """Return whether a box that was fitted is cut now, or could be seen much larger."""
        return not self.area().encloses(box) or self._find_scale(box) > LOOSE * self.scale_now

    def _room(self) -> tuple[float, float]:
        """Return the width and the height in logical pixels that something fitted has."""
        size = self.viewport().size()
        return max(size.width() - 2 * FIT_MARGIN, 1.0), max(size.height() - 2 * FIT_MARGIN, 1.0)

    def _fit_now(self) -> None:
        if self._fit_later is not None and self.isVisible():
            self.fit_box(self._fit_later)

    def _scale_to(self, scale: float) -> None:
        scale = min(max(scale, LEAST_SCALE), LARGEST_SCALE)
        if scale != self.scale_now:
            self.setTransform(QTransform.fromScale(scale, scale))
            self.scale_changed.emit(scale)


def _find_way(start: float, end: float, first: float, last: float) -> float:
    """Return how far a view from `first` to `last` moves to show what lies between `start` and `end`."""
    return min(max(end - last, 0.0), start - first) if start > first else start - first
