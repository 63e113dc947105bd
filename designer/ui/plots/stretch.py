"""A stretch of a series: what was known, what a network says came after it, and what came."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.axes import Axis, fit_axis, list_ticks
from designer.ui.plots.plot import TOP, PointedPlot, draw_line, draw_note
from designer.ui.theme import Theme, colour

LEFT_ROOM, FOOT = 52.0, 22.0
KNOWN, CAME, FORETOLD = "linear", "normalization", "activation"
DOT = 2.6
FEW = 40  # foretold numbers up to which each has a dot


class StretchPlot(PointedPlot):
    """Lines over the places of the series: known in blue, what came in green, what was foretold orange and dashed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.start = 0
        self.known = self.foretold = self.came = np.zeros(0)
        self.name = "value"
        self.setMinimumSize(170, 80)
        self.setAccessibleName("window and forecast")

    def find_area(self) -> QRectF:
        width, height = self.width() - LEFT_ROOM - 12, self.height() - TOP - FOOT - 16
        return QRectF(LEFT_ROOM, TOP + 16, max(width, 1.0), max(height, 1.0))

    def show_stretch(self, start: int, known: np.ndarray, foretold: np.ndarray, came: np.ndarray, name: str) -> None:
        """Show a window that begins at a place of the series, what was foretold after it, and what came, if it is known."""
        self.start, self.known, self.foretold, self.came, self.name = start, known, foretold, came, name
        told = "; ".join(f"{value:.5g}" for value in foretold[:5].tolist())
        self.setAccessibleDescription(f"after {len(known):,} numbers, foretold: {told}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        if not len(self.known):
            return
        everything = np.concatenate([self.known, self.foretold, self.came])
        everything = everything[np.isfinite(everything)]
        if not len(everything):
            return
        area, theme = self.area, self.theme
        here = self.start + len(self.known)
        self.x_axis = Axis(float(self.start), float(here + max(len(self.foretold) - 1, 0)))
        self.y_axis, ticks = fit_axis(float(everything.min()), float(everything.max()), max(int(area.height() / 30), 2))
        x_ticks = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 60), 1), whole=True)
        self.draw_grid(painter, x_ticks, ticks)
        edge = float(self.pixels_x(np.array([here - 0.5]))[0])
        painter.setPen(QPen(colour(theme.border), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QRectF(edge, area.top(), 0, area.height()).topLeft(), QRectF(edge, area.top(), 0, area.height()).bottomLeft())  # fmt: skip
        for values, hue, start, dashed in (
            (self.known, KNOWN, self.start, False),
            (self.came, CAME, here, False),
            (self.foretold, FORETOLD, here, True),
        ):
            self._draw(painter, values, hue, start, dashed=dashed)
        self._draw_key(painter)
        self._draw_reading(painter, here)

    def _draw(self, painter: QPainter, values: np.ndarray, hue: str, start: int, *, dashed: bool) -> None:
        if not len(values):
            return
        if start > self.start:  # joined to the last known number
            values, start = np.concatenate([self.known[-1:], values]), start - 1
        x = self.pixels_x(np.arange(start, start + len(values), dtype=np.float64))
        y = self.pixels_y(values.astype(np.float64))
        draw_line(painter, x, y, colour(self.theme.family[hue]), 1.7, dashed=dashed)
        if start + 1 > self.start and hue != KNOWN and len(values) <= FEW:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.family[hue]))
            for left, top in zip(x[1:].tolist(), y[1:].tolist(), strict=True):
                if not np.isfinite(top):
                    continue
                painter.drawEllipse(QRectF(left - DOT, top - DOT, 2 * DOT, 2 * DOT))

    def _draw_key(self, painter: QPainter) -> None:
        left = self.area.left()
        for text, hue, there in (
            ("known", KNOWN, True),
            ("foretold", FORETOLD, True),
            ("what came", CAME, len(self.came) > 0),
        ):
            if there:
                painter.setPen(QPen(colour(self.theme.family[hue]), 2))
                painter.drawLine(QRectF(left, 11, 14, 0).topLeft(), QRectF(left, 11, 14, 0).topRight())
                painter.setPen(colour(self.theme.muted))
                painter.drawText(QRectF(left + 19, 3, 120, 16), Qt.AlignmentFlag.AlignVCenter, text)
                left += 19 + painter.fontMetrics().horizontalAdvance(text) + 16

    def _draw_reading(self, painter: QPainter, here: int) -> None:
        area, at = self.area, self._at
        if at is None or not area.contains(at):
            return
        share = (at.x() - area.left()) / area.width()
        place = round(self.x_axis.low + share * (self.x_axis.high - self.x_axis.low))
        lines = [(f"place {place:,}", self.theme.muted)]
        for word, values, start in (("", self.known, self.start), ("foretold ", self.foretold, here), ("came ", self.came, here)):  # fmt: skip
            if 0 <= place - start < len(values):
                lines.append((f"{word}{values[place - start]:.5g}".replace("-", "−"), self.theme.text))
        draw_note(painter, self.theme, at, lines, QRectF(self.rect()))
