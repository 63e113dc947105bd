"""The minimap: all cards small in a corner of the canvas, with a frame around the part in view; drag it to go there."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Box, join_boxes
from designer.ui.canvas.pens import make_thin_pen
from designer.ui.theme import colour

if TYPE_CHECKING:
    from designer.ui.canvas.sheet import Sheet
    from designer.ui.canvas.sheet_view import SheetView

SIZE, LEAST_HEIGHT = QSize(168, 124), 48  # logical pixels, at most and at least
GAP, MARGIN = 12, 9  # logical pixels from the corner of the canvas, and from the rim to the cards
LEAST_FRAME = 9  # logical pixels of the frame: a smaller one is not seen
PAUSE = 120  # ms from the last change on the canvas to the next picture
LEAST_ROOM = 3  # the canvas must be so many times as wide and as high
MOST_SELECTED = 400
STEPS = 64  # of the width or height of the network, to which its frame is rounded: an edit seldom moves the whole map


class Minimap(QWidget):
    """The map. Its picture is drawn once for each version of the sheet; a frame of the canvas costs nothing.

    It shows itself only while some card is out of view: else there is nothing that the canvas does not show better.
    """

    def __init__(self, view: "SheetView") -> None:
        super().__init__(view)
        self._view = view
        self._wanted = True
        self._picture = QPixmap()
        self._drawn: tuple[int, str, float] | None = None  # sheet version, theme and pixel ratio of the picture
        self._awaited: tuple[int, str, float] | None = None  # what is to be drawn once the pause is over
        self._network: Box | None = None  # around all cards,
        self._bounds: Box | None = None  # and what the map is of
        self._scale = 1.0
        self._sheet: Sheet | None = None  # what the picture is of, how it is framed, and how often it had been touched
        self._frame: object = None
        self._touches = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._renew)
        self.resize(SIZE)
        self.hide()
        self.setAccessibleName("overview of the network")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The whole network. Drag or click to go there; View, Minimap hides it.")
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.follow)
        view.scale_changed.connect(self.follow)
        view.editor.view_changed.connect(lambda *_: self.look())
        view.installEventFilter(self)

    @property
    def wanted(self) -> bool:
        """Whether the user wants to see it."""
        return self._wanted

    @wanted.setter
    def wanted(self, on: bool) -> None:
        self._wanted = on
        self._renew()

    @property
    def corner(self) -> QRect | None:
        """The part of the canvas's view that it covers, or is about to; None where it covers nothing."""
        return self.geometry() if self.isVisibleTo(self._view) or (self._wanted and self._awaited is not None) else None

    def renew(self) -> None:
        """Draw the map anew now."""
        self._drawn = self._frame = None
        self._renew()

    def look(self) -> None:
        """Draw the map anew once the canvas rests if something on it moved since."""
        key = self._key()
        if self._wanted and key not in (self._drawn, self._awaited):
            self._awaited = key
            self._pause.start()

    def follow(self) -> None:
        """Let the frame follow the view."""
        self._appear()
        if self.isVisible():
            self.update()

    def to_canvas(self, point: QPointF) -> QPointF:
        """Return the place on the canvas that a point of the map shows."""
        bounds = self._bounds or Box(0, 0, 0, 0)
        left, top = self._corner(bounds)
        return QPointF(bounds.left + (point.x() - left) / self._scale, bounds.top + (point.y() - top) / self._scale)

    def to_map(self, box: Box) -> QRectF:
        """Return where on the map a part of the canvas is."""
        bounds = self._bounds or Box(0, 0, 0, 0)
        left, top = self._corner(bounds)
        return QRectF(
            left + (box.left - bounds.left) * self._scale,
            top + (box.top - bounds.top) * self._scale,
            (box.right - box.left) * self._scale,
            (box.bottom - box.top) * self._scale,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
            self._renew()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._view.centerOn(self.to_canvas(event.position()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._view.centerOn(self.to_canvas(event.position()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._view.zoom_by(1.0015 ** event.angleDelta().y())
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._view.theme
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        marks, sheet = self._view.marks, self._view.sheet
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if 0 < len(marks.nodes) <= MOST_SELECTED:
            painter.setPen(make_thin_pen(theme.selection, 1))
            whole, rim = self.to_map(Box(0, 0, 1 / self._scale, 1 / self._scale)), 1 / self._scale
            painter.setWorldTransform(QTransform(self._scale, 0, 0, self._scale, whole.left(), whole.top()))
            chosen = [sheet.nodes[key].rect for key in marks.nodes & sheet.nodes.keys()]
            painter.drawRects([rect.adjusted(-rim, -rim, rim, rim) for rect in chosen])
            painter.resetTransform()
        frame = self.to_map(self._view.area())
        x, y = max(0.0, LEAST_FRAME - frame.width()) / 2, max(0.0, LEAST_FRAME - frame.height()) / 2
        frame = frame.adjusted(-x, -y, x, y).intersected(inside)
        painter.setPen(QPen(colour(theme.canvas), 3.5))
        painter.drawRoundedRect(frame, 2, 2)
        painter.setPen(QPen(colour(theme.selection), 1.5))
        painter.setBrush(colour(theme.selection, 26))
        painter.drawRoundedRect(frame, 2, 2)

    def _key(self) -> tuple[int, str, float]:
        return self._view.sheet.places, self._view.theme.name, self.devicePixelRatioF()

    def _corner(self, bounds: Box) -> tuple[float, float]:
        """Return where on the map the upper left corner of the network is."""
        width, height = (bounds.right - bounds.left) * self._scale, (bounds.bottom - bounds.top) * self._scale
        return (self.width() - width) / 2, (self.height() - height) / 2

    def _appear(self) -> None:
        """Show the map if there is anything that it alone shows."""
        view, bounds = self._view, self._network
        room = view.width() >= LEAST_ROOM * self.width() and view.height() >= LEAST_ROOM * self.height()
        there = self._wanted and room and bounds is not None
        if there and bounds is not None:
            area = view.area()
            there = not (area.holds((bounds.left, bounds.top)) and area.holds((bounds.right, bounds.bottom)))
        if there and self._awaited is not None and not self.isVisibleTo(view):
            return  # what it would show is not drawn yet, and may be all in view
        if there != self.isVisibleTo(view):
            self.setVisible(there)

    def _renew(self) -> None:
        """Draw the picture if the sheet has changed since; nothing is drawn while nobody wants it."""
        self._pause.stop()
        self._awaited = None
        if not self._wanted:
            self.hide()
            return
        if self._key() != self._drawn:
            self._drawn = self._key()
            self._network = join_boxes([item.box for item in self._view.sheet.nodes.values()])
            self._bounds = None if self._network is None else _round_out(self._network)
            self._place()
            self._draw()
        self.follow()

    def _place(self) -> None:
        """Take the shape of the network, as far as there is room, and stand in the corner."""
        height = SIZE.height()
        if (bounds := self._bounds) is not None:
            across, down = max(1.0, bounds.right - bounds.left), bounds.bottom - bounds.top
            fitting = (SIZE.width() - 2 * MARGIN) * down / across + 2 * MARGIN
            height = round(min(max(fitting, LEAST_HEIGHT), SIZE.height()))
        view = self._view
        self.setGeometry(view.width() - SIZE.width() - GAP, view.height() - height - GAP, SIZE.width(), height)

    def _draw(self) -> None:
        """Draw the picture: where it shows the same part of the canvas as before, only what was touched since."""
        sheet, frame = self._view.sheet, (self._key()[1:], self.size(), self._bounds, self._is_crowded())
        touched = sheet.touches.since(self._touches) if self._frame == frame and sheet is self._sheet else None
        self._sheet, self._frame, self._touches = sheet, frame, sheet.touches.count
        if touched is not None:
            area = join_boxes(touched)
            if area is not None:
                self._draw_part(self.to_map(area).toAlignedRect().adjusted(-2, -2, 2, 2) & self.rect())
            return
        ratio = self.devicePixelRatioF()
        self._picture = QPixmap(self.size() * ratio)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        if (bounds := self._bounds) is not None:
            across, down = bounds.right - bounds.left, bounds.bottom - bounds.top
            self._scale = min((self.width() - 2 * MARGIN) / across, (self.height() - 2 * MARGIN) / down, 0.2)
        self._draw_part(self.rect())

    def _draw_part(self, part: QRect) -> None:
        theme = self._view.theme
        painter = QPainter(self._picture)
        painter.setClipRect(part)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(part, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(theme.border), 1))
        painter.setBrush(colour(theme.panel, 238))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if (bounds := self._bounds) is not None:
            left, top = self._corner(bounds)
            crowded = self._is_crowded()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, crowded or self._scale > 0.02)
            painter.translate(left, top)
            painter.scale(self._scale, self._scale)
            painter.translate(-bounds.left, -bounds.top)
            for family, rects in self._gather(part).items():
                # What is too small to fill is a dot at least; so many that dots would cover one another are a haze.
                painter.setPen(Qt.PenStyle.NoPen if crowded else make_thin_pen(theme.family[family], 1))
                painter.setBrush(colour(theme.family[family]))
                painter.drawRects(rects)
        painter.end()

    def _gather(self, part: QRect) -> dict[str, list[QRectF]]:
        """Return what is to be drawn of a part of the map: cards by family."""
        items, cards = self._view.sheet.nodes, self._view.sheet.cards
        corners = [self.to_canvas(QPointF(point)) for point in (part.topLeft(), part.bottomRight() + QPoint(1, 1))]
        area = Box(corners[0].x(), corners[0].y(), corners[1].x(), corners[1].y()).grow(2 / self._scale)
        families: dict[str, list[QRectF]] = {family: [] for family in self._view.theme.family}  # the last lies above
        for item in items.values() if part == self.rect() else map(items.__getitem__, cards.find(area)):
            families[item.family].append(item.rect)
        return families

    def _is_crowded(self) -> bool:
        """Return whether cards drawn as dots would fill most of the map."""
        left, top, right, bottom = self._bounds or Box(0, 0, 0, 0)
        across, down = max(1.0, CARD_WIDTH * self._scale) + 1, max(1.0, CARD_HEIGHT * self._scale) + 1
        area = (right - left) * (bottom - top) * self._scale**2
        return len(self._view.sheet.nodes) * across * down > area


def _round_out(box: Box) -> Box:
    step = 2.0 ** math.floor(math.log2(max(box.right - box.left, box.bottom - box.top) / STEPS))
    left, top = math.floor(box.left / step) * step, math.floor(box.top / step) * step
    return Box(left, top, math.ceil(box.right / step) * step, math.ceil(box.bottom / step) * step)
