"""A plot area with axes, and lines drawn from arrays: what all plots of the window share.

Painted with QPainter alone. pyqtgraph was measured at five times the cost of a redraw, and takes a quarter of a
second to import.
"""

import functools
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from shiboken6 import Shiboken

from designer.ui.plots.axes import Axis, Floats, write_tick
from designer.ui.theme import Theme, colour, mix, readable, text_font

LEFT, TOP, RIGHT, BOTTOM = 36.0, 7.0, 10.0, 19.0  # room around the area for the axes' numbers, in pixels
SMALL = 10.5


class Plot(QWidget):
    """A widget with a plot area in the colours of a theme. Subclasses paint it, within `area`, by `paint`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._area: QRectF | None = None
        self._grid: tuple[object, QPixmap] | None = None
        self.x_axis = Axis(0.0, 1.0)
        self.y_axis = Axis(0.0, 1.0)
        self.is_vector = False  # whether it is drawn into a file in which nothing may be of pixels
        self.setMinimumSize(120, 64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def area(self) -> QRectF:
        """Where values are drawn, in pixels of the widget."""
        if self._area is None:
            self._area = self.find_area()
        return self._area

    def find_area(self) -> QRectF:
        """Return the area for the present size."""
        width, height = self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM
        return QRectF(LEFT, TOP, max(width, 1.0), max(height, 1.0))

    def resizeEvent(self, event) -> None:
        self._area = None
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Paint the plot; antialiased, in the font of axes."""
        raise NotImplementedError

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        self.paint(painter)
        painter.end()

    def draw_into(self, painter: QPainter) -> None:
        """Draw the plot as it stands, on the ground of panels, into a file of vectors."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        painter.fillRect(self.rect(), colour(self.theme.panel))
        self.is_vector = True
        try:
            self.paint(painter)
        finally:
            self.is_vector = False

    def pixels_x(self, values: Floats) -> Floats:
        """Return where values of the horizontal axis lie, in pixels."""
        area = self.area
        return area.left() + area.width() * self.x_axis.place(values)

    def pixels_y(self, values: Floats) -> Floats:
        """Return where values of the vertical axis lie, in pixels."""
        area = self.area
        return area.bottom() - area.height() * self.y_axis.place(values)

    def point(self, x: float, y: float) -> QPointF:
        """Return where one value lies, in pixels."""
        return QPointF(float(self.pixels_x(np.array([x]))[0]), float(self.pixels_y(np.array([y]))[0]))

    def draw_grid(
        self, painter: QPainter, x_ticks: Sequence[float], y_ticks: Sequence[float], x_labels: Sequence[str] = ()
    ) -> None:
        """Draw the horizontal grid lines and the numbers of both axes; `x_labels` stand in for the numbers.

        What was drawn is kept: axes change far less often than curves.
        """
        if self.is_vector:
            self._draw_axes(painter, x_ticks, y_ticks, x_labels)
            return
        scale = self.devicePixelRatioF()
        state = (self.size(), scale, self.theme.name, self.x_axis, self.y_axis, x_ticks, y_ticks, x_labels)
        if self._grid is None or self._grid[0] != state:
            kept = QPixmap(self.size() * scale)
            kept.setDevicePixelRatio(scale)
            kept.fill(Qt.GlobalColor.transparent)
            inner = QPainter(kept)
            inner.setRenderHints(painter.renderHints())
            inner.setFont(painter.font())
            self._draw_axes(inner, x_ticks, y_ticks, x_labels)
            inner.end()
            self._grid = state, kept
        painter.drawPixmap(0, 0, self._grid[1])

    def _draw_axes(
        self, painter: QPainter, x_ticks: Sequence[float], y_ticks: Sequence[float], x_labels: Sequence[str]
    ) -> None:
        area = self.area
        line = QPen(colour(self.theme.grid), 1)
        text = QPen(colour(self.theme.muted))
        right_middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, y in zip(y_ticks, self.pixels_y(np.array(y_ticks, np.float64)).tolist(), strict=True):
            level = round(y) + 0.5
            painter.setPen(line)
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
            painter.setPen(text)
            painter.drawText(QRectF(0, y - 8, area.left() - 6, 16), right_middle, write_tick(value))
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(text)
        labels = x_labels or [write_tick(value) for value in x_ticks]
        for label, x in zip(labels, self.pixels_x(np.array(x_ticks, np.float64)).tolist(), strict=True):
            left = min(x - 40, self.width() - 40 - painter.fontMetrics().horizontalAdvance(label) / 2)
            painter.drawText(QRectF(left, area.bottom() + 5, 80, 14), top, label)


class PointedPlot(Plot):
    """A plot that tells of what the mouse points at: `_at`, in pixels, None where it is elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._at: QPointF | None = None
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self.update()

    def leaveEvent(self, event) -> None:
        self._at = None
        self.update()
        super().leaveEvent(event)


def make_polygon(x: Floats, y: Floats) -> QPolygonF:
    """Return the points as Qt's polygon: one copy of memory instead of an object for each point."""
    polygon = QPolygonF()
    polygon.resize(len(x))
    if len(x):
        pointer = Shiboken.VoidPtr(polygon.data(), 16 * len(x), True)  # type: ignore[arg-type]
        memory = np.frombuffer(memoryview(pointer), np.float64).reshape(-1, 2)  # type: ignore[arg-type]
        memory[:, 0], memory[:, 1] = x, y
    return polygon


def draw_line(painter: QPainter, x: Floats, y: Floats, ink: QColor, width: float, *, dashed: bool = False) -> None:
    """Draw a line through the points, in pixels; it breaks where a coordinate is not a number."""
    stroke = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(ink, width, stroke, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.BevelJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    sound = np.isfinite(x) & np.isfinite(y)
    if sound.all():
        painter.drawPolyline(make_polygon(x, y))
        return
    ends = np.flatnonzero(np.diff(np.concatenate([[0], sound.view(np.int8), [0]])))
    for start, end in ends.reshape(-1, 2).tolist():
        if end - start == 1:
            painter.drawPoint(QPointF(float(x[start]), float(y[start])))
        else:
            painter.drawPolyline(make_polygon(x[start:end], y[start:end]))


def draw_note(painter: QPainter, theme: Theme, at: QPointF, lines: Sequence[tuple[str, str]], inside: QRectF) -> None:
    """Draw lines of text, each with its colour, on a card right or left of a place, where there is room."""
    painter.setFont(text_font(11, QFont.Weight.Medium))
    metrics = painter.fontMetrics()
    width = max(metrics.horizontalAdvance(text) for text, _ in lines) + 14
    height = 15 * len(lines) + 6
    left = at.x() + 10 if at.x() + 10 + width < inside.right() else at.x() - 10 - width
    top = max(inside.top(), min(at.y(), inside.bottom() - height))
    card = QRectF(left, top, width, height)
    painter.setPen(QPen(colour(theme.border), 1))
    painter.setBrush(colour(theme.card, 235))
    painter.drawRoundedRect(card, 4, 4)
    for number, (text, ink) in enumerate(lines):
        painter.setPen(colour(readable(ink, theme.card, theme.text)))
        painter.drawText(QPointF(left + 7, top + 15 * number + 14), text)


@functools.cache
def tint(ground: str, code: str, share: float) -> QColor:
    """Return the colour `share` of the way from the ground to a colour; shared, so treat it as constant."""
    return colour(mix(ground, code, share))
