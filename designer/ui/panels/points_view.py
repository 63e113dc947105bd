"""Samples of two numbers as points in a plane, in the colours of their classes; those held out are rings."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from designer.document.wording import show_name
from designer.ui.theme import Theme, class_colour, colour, text_font

if TYPE_CHECKING:
    from designer.engine.inspection import Raw

EDGE, HEAD, DOT = 10, 22, 3.2  # pixels
NEAR = 14.0  # pixels from a point within which a click is meant for it
MOST_POINTS = 5_000  # that are drawn, evenly spaced
MOST_LABELS = 8


class PointsView(QWidget):
    """Shows some of the points of a source. `chosen` carries the number of the one that is clicked or gone to."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.raw: Raw | None = None
        self.places: NDArray[np.int64] = np.zeros(0, np.int64)
        self.points: NDArray[np.float64] = np.zeros((0, 2))
        self.current = -1  # an index into them
        self.setMinimumSize(120, 80)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_points(self, raw: "Raw | None", places: NDArray[np.int64]) -> None:
        """Show the samples of these numbers."""
        self.raw, self.current = raw, -1
        self.places = places[:: max(1, -(-len(places) // MOST_POINTS))]
        read = raw.read if raw is not None else None
        points = [read(place).reshape(-1) for place in self.places.tolist()] if read is not None else []
        self.points = np.array(points, np.float64).reshape(-1, 2)
        self.setAccessibleName(f"{len(self.points):,} points")
        self.update()

    @property
    def spots(self) -> NDArray[np.float64]:
        """Where the points stand, the same distance for 1 in both directions."""
        if not len(self.points):
            return self.points
        low, high = self.points.min(0), self.points.max(0)
        room = QRectF(self.rect()).adjusted(EDGE, HEAD, -EDGE, -EDGE)
        scale = min(room.width() / max(high[0] - low[0], 1e-9), room.height() / max(high[1] - low[1], 1e-9))
        middle = np.array([room.center().x(), room.center().y()])
        return middle + (self.points - (low + high) / 2) * scale * np.array([1, -1])

    def select(self, index: int) -> None:
        """Choose a point by its place among those that are shown."""
        if len(self.places):
            self.current = max(0, min(index, len(self.places) - 1))
            self.update()
            self.chosen.emit(int(self.places[self.current]))

    def hue(self, place: int) -> str:
        """Return the colour of a sample: that of its class, where it has one."""
        raw = self.raw
        if raw is None or raw.classes is None:
            return self.theme.accent
        return class_colour(self.theme, int(raw.classes[place]))

    def paintEvent(self, event) -> None:
        raw = self.raw
        if raw is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_key(painter, raw)
        for place, (x, y) in zip(self.places.tolist(), self.spots.tolist(), strict=True):
            held_out = int(raw.parts[place]) != 0
            painter.setPen(QPen(colour(self.hue(place)), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush if held_out else colour(self.hue(place)))
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
        if self.current >= 0:
            painter.setPen(QPen(colour(self.theme.text), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(*self.spots[self.current].tolist()), 2 * DOT, 2 * DOT)

    def _paint_key(self, painter: QPainter, raw: "Raw") -> None:
        painter.setFont(text_font(11))
        x = 0.0
        for number, label in enumerate(raw.labels[:MOST_LABELS] if raw.classes is not None else ()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(class_colour(self.theme, number)))
            painter.drawEllipse(QPointF(x + 5, 10), 4, 4)
            x = self._write(painter, x + 14, show_name(label, 20))
        self._write(painter, x, "rings are held out")

    def _write(self, painter: QPainter, x: float, text: str) -> float:
        painter.setPen(colour(self.theme.muted))
        painter.drawText(QPointF(x, 14), text)
        return x + painter.fontMetrics().horizontalAdvance(text) + 14

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.find(event.position().toPoint())
        if index >= 0:
            self.select(index)

    def find(self, point: QPoint) -> int:
        """Return which of the points is meant by a place in the view, -1 where none is near."""
        if not len(self.points):
            return -1
        away = np.hypot(*(self.spots - np.array([point.x(), point.y()])).T)
        return int(away.argmin()) if away.min() <= NEAR else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self.select(self.current + steps[key] if self.current >= 0 else 0)
        else:
            super().keyPressEvent(event)
