"""How the numbers of a tensor are spread: now as a histogram, over the steps as bands of percentiles; a vector as bars."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.axes import Axis, fit_axis, list_ticks, write_tick
from designer.ui.plots.history import sample
from designer.ui.plots.plot import Plot, PointedPlot, draw_line, draw_note, make_polygon, tint
from designer.ui.theme import Theme, colour

Floats = NDArray[np.float64]
Array = NDArray[np.float32]

BINS = 60


class HistogramPlot(Plot):
    """The distribution now, and that of the first snapshot as an outline behind it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.hue = "linear"
        self.now = self.first = np.zeros(0, np.float32)
        self.setAccessibleName("distribution")

    def show_values(self, now: Array, first: Array) -> None:
        """Show the elements of a tensor, and those it began with."""
        self.now, self.first = sample(now), first
        self.update()

    def find_area(self) -> QRectF:
        return super().find_area().adjusted(-24, 0, 0, 0)  # no numbers at the left

    def paint(self, painter: QPainter) -> None:
        now, first = (part[np.isfinite(part)] for part in (self.now, self.first))
        if not len(now):
            return
        area, theme = self.area, self.theme
        both = np.concatenate([now, first])
        self.x_axis, _ = fit_axis(float(both.min()), float(both.max()), max(int(area.width() / 46), 2))
        if self.x_axis.low == 0 < both.min():
            self.x_axis = Axis(float(both.min()), self.x_axis.high)
        ends = self.x_axis.low, self.x_axis.high
        edges = np.linspace(*ends, BINS + 1)
        heights = [np.histogram(part, BINS, ends)[0] / max(len(part), 1) for part in (now, first)]
        self.y_axis = Axis(0.0, float(max(*(part.max() for part in heights), 1e-9)) * 1.05)
        x = self.pixels_x(edges)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(theme.panel, theme.family[self.hue], 0.75))
        tops = self.pixels_y(heights[0].astype(np.float64))
        painter.drawPolygon(make_polygon(*_stairs(x, tops, area.bottom())))
        outline = _stairs(x, self.pixels_y(heights[1].astype(np.float64)), area.bottom())
        draw_line(painter, *outline, colour(theme.muted), 1)
        painter.setPen(QPen(colour(theme.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        ticks = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 46), 2))
        self.draw_grid(painter, ticks, ())


class BarPlot(PointedPlot):
    """A vector: a bar for each element, or for the lowest and highest of several where there are many."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.hue = "linear"
        self.values = np.zeros(0, np.float32)
        self.setAccessibleName("values")

    def show_values(self, values: Array) -> None:
        """Show a vector."""
        self.values = values
        self.update()

    def paint(self, painter: QPainter) -> None:
        values = np.where(np.isfinite(self.values), self.values, 0).astype(np.float64)
        if not len(values):
            return
        area, count = self.area, len(values)
        self.x_axis = Axis(0.0, float(count))
        ends = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        self.y_axis, ticks = fit_axis(*ends, max(int(area.height() / 34), 2))
        self.draw_grid(painter, list_ticks(0, count, max(int(area.width() / 50), 1), whole=True), ticks)
        size = max(-(-count // max(int(area.width() / 2), 1)), 1)
        starts = np.arange(0, count, size)
        tops = self.pixels_y(np.maximum(np.maximum.reduceat(values, starts), 0))
        bottoms = self.pixels_y(np.minimum(np.minimum.reduceat(values, starts), 0))
        left, right = self.pixels_x(starts.astype(np.float64)), self.pixels_x(np.minimum(starts + size, count) * 1.0)
        gap = 1.0 if area.width() / len(starts) > 4 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.family[self.hue]))
        for x0, x1, y0, y1 in zip(left.tolist(), right.tolist(), tops.tolist(), bottoms.tolist(), strict=True):
            painter.drawRect(QRectF(x0, y0, max(x1 - x0 - gap, 0.5), y1 - y0))
        self._draw_reading(painter, count)

    def _draw_reading(self, painter: QPainter, count: int) -> None:
        area, at = self.area, self._at
        if at is None or not area.contains(at):
            return
        index = min(int((at.x() - area.left()) / area.width() * count), count - 1)
        text = f"{float(self.values[index]):.4g}".replace("-", "−")
        lines = [(f"element {index}", self.theme.muted), (text, self.theme.text)]
        draw_note(painter, self.theme, at, lines, QRectF(self.rect()))


class SpreadPlot(Plot):
    """The distribution over the steps: lowest to highest, the middle 90 %, the middle half, the median."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.hue = "linear"
        self.steps = np.zeros(0)
        self.bands = np.zeros((0, 7))
        self.setAccessibleName("distribution over the steps")

    def show_bands(self, steps: Floats, bands: Floats) -> None:
        """Show the percentiles (columns) at each step (rows)."""
        self.steps, self.bands = steps, bands
        self.update()

    def paint(self, painter: QPainter) -> None:
        keep = np.isfinite(self.bands).all(axis=1)
        steps, bands = self.steps[keep], self.bands[keep]
        if not len(steps):
            return
        area, theme = self.area, self.theme
        if len(steps) == 1:  # one snapshot: its spread as a band of its own
            steps, bands = np.array([steps[0], steps[0] + 1]), np.repeat(bands, 2, axis=0)
        self.x_axis = Axis(float(steps[0]), float(steps[-1]))
        self.y_axis, ticks = fit_axis(float(bands.min()), float(bands.max()), max(int(area.height() / 34), 2))
        x_ticks = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 42), 1), whole=True)
        self.draw_grid(painter, x_ticks, ticks, [write_step(tick) for tick in x_ticks])
        x = self.pixels_x(steps)
        painter.setPen(Qt.PenStyle.NoPen)
        for low, high, share in ((0, 6, 0.16), (1, 5, 0.36), (2, 4, 0.62)):
            painter.setBrush(tint(theme.panel, theme.family[self.hue], share))
            edge = self.pixels_y(bands[:, low]), self.pixels_y(bands[:, high])
            painter.drawPolygon(make_polygon(np.concatenate([x, x[::-1]]), np.concatenate([edge[0], edge[1][::-1]])))
        draw_line(painter, x, self.pixels_y(bands[:, 3]), colour(theme.text), 1.2)


def write_step(step: float) -> str:
    """Return a number of steps as an axis shows it: 800, 12k, 1.5M."""
    for scale, letter in ((1e6, "M"), (1e3, "k")):
        if step >= 10 * scale or (step >= scale and step % scale == 0):
            return f"{write_tick(step / scale)}{letter}"
    return write_tick(step)


def _stairs(edges: Floats, tops: Floats, bottom: float) -> tuple[Floats, Floats]:
    """Return the outline of bars between `edges` as points, from the bottom up and down to it again."""
    x = np.repeat(edges, 2)
    y = np.concatenate([[bottom], np.repeat(tops, 2), [bottom]])
    return x, y
