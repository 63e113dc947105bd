"""What a layer gives for one sample as pictures or bars, and how often its outputs have which value."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.axes import Axis, fit_axis, list_ticks
from designer.ui.plots.distribution import Floats, _stairs
from designer.ui.plots.filters import FilterPlot
from designer.ui.plots.plot import Plot, make_polygon, tint
from designer.ui.theme import Theme, colour
from designer.ui.words import write_amount, write_count

Array = NDArray[np.float32]


class MapPlot(FilterPlot):
    """The feature maps of a layer, or the picture that went in, each as large as all of them fit."""

    def __init__(self, theme: Theme, word: str = "map") -> None:
        super().__init__(theme)
        self._word = word
        self._count = 1
        self.setAccessibleName(f"{word}s of the sample")

    def show_maps(self, values: Array, count: int) -> None:
        """Show channels x height x width; there are `count` channels in all. Three are a colour picture of an input."""
        self._count = count
        coloured = self._word == "input" and len(values) == 3
        self.show_filters(values[None] if coloured else values[:, None])

    def describe(self) -> str:
        height, width = self.filters.shape[2:]
        size = f"{height} × {width}"
        if self._word == "input":
            return size
        shown = min(len(self.filters), self.grid.rows * self.grid.columns)
        first = f"first {shown} of " if shown < self._count else ""
        return f"{first}{write_amount(self._count, self._word)} of {size}"


class CountPlot(Plot):
    """How many outputs of a layer lie where, over all rows that were looked at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.hue = "linear"
        self.counts: Floats = np.zeros(0)
        self.edges: Floats = np.zeros(0)
        self.setAccessibleName("distribution of the outputs")

    def show_counts(self, counts: Array, edges: Array) -> None:
        """Show so many outputs between each two edges."""
        self.counts, self.edges = counts.astype(np.float64), edges.astype(np.float64)
        total = self.counts.sum()
        self.setAccessibleDescription(f"{write_count(int(total))} outputs from {edges[0]:.3g} to {edges[-1]:.3g}")
        self.update()

    def paint(self, painter: QPainter) -> None:
        if not len(self.counts):
            return
        area, theme = self.area, self.theme
        ticks = max(int(area.width() / 46), 2)
        self.x_axis, _ = fit_axis(float(self.edges[0]), float(self.edges[-1]), ticks)
        if self.x_axis.low == 0 < self.edges[0]:
            self.x_axis = Axis(float(self.edges[0]), self.x_axis.high)
        # Most outputs of a ReLU are 0: their bar is cut, so that the others are seen.
        ordered = np.sort(self.counts)
        most = float(ordered[-1]) if len(ordered) < 2 or ordered[-1] < 4 * ordered[-2] else 1.6 * float(ordered[-2])
        self.y_axis = Axis(0.0, max(most, 1.0) * 1.05)
        x, tops = self.pixels_x(self.edges), self.pixels_y(np.minimum(self.counts, self.y_axis.high))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(theme.panel, theme.family[self.hue], 0.75))
        painter.drawPolygon(make_polygon(*_stairs(x, tops, area.bottom())))
        painter.setPen(QPen(colour(theme.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        share = self.counts.max() / max(self.counts.sum(), 1)
        if self.counts.max() > self.y_axis.high:
            painter.setPen(QPen(colour(theme.muted)))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, f"{100 * share:.0f} % in one bar")
        self.draw_grid(painter, list_ticks(self.x_axis.low, self.x_axis.high, ticks), ())
