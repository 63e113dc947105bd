"""The plot of a learning-rate range test: losses over rates, the proposal marked."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.axes import Axis, Floats, fit_axis, list_ticks, write_tick
from designer.ui.plots.plot import Plot, draw_line, draw_note, tint
from designer.ui.theme import Theme, colour

RAW, SMOOTH = "linear", "activation"  # families whose hues the two lines borrow
MOST = 1.5  # how far above the first loss the plot reaches: what lies above has diverged


class RatePlot(Plot):
    """Losses of single steps and their running mean, over a logarithmic axis of rates."""

    def __init__(self, theme: Theme, lowest: float, highest: float) -> None:
        super().__init__(theme)
        self.x_axis = Axis(lowest, highest, log=True)
        self._rates = self._losses = self._smoothed = np.zeros(0)
        self._proposal: float | None = None
        self.setMinimumSize(420, 220)
        self.setAccessibleName("loss over learning rate")

    def show_losses(self, rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float]) -> None:
        """Draw these steps."""
        self._rates, self._losses, self._smoothed = (
            np.asarray(values, dtype=np.float64) for values in (rates, losses, smoothed)
        )
        self.update()

    def mark(self, proposal: float | None) -> None:
        """Mark a rate, None for none."""
        self._proposal = proposal
        self.setAccessibleDescription(f"proposed learning rate {proposal:g}" if proposal is not None else "")
        self.update()

    def paint(self, painter: QPainter) -> None:
        self.y_axis, ticks = self._fit()
        powers = list_ticks(math.log10(self.x_axis.low), math.log10(self.x_axis.high), 8, whole=True)
        marks = [10.0**power for power in powers]
        self.draw_grid(painter, marks, ticks, [write_tick(mark) for mark in marks])
        painter.setClipRect(self.area.adjusted(-2, -2, 2, 2))
        x, family = self.pixels_x(self._rates), self.theme.family
        draw_line(painter, x, self.pixels_y(self._losses), tint(self.theme.panel, family[RAW], 0.45), 1)
        draw_line(painter, x, self.pixels_y(self._smoothed), colour(family[SMOOTH]), 1.8)
        painter.setClipping(False)
        if self._proposal is not None:
            area, ok = self.area, self.theme.ok
            at = round(self.point(self._proposal, self.y_axis.low).x()) + 0.5
            painter.setPen(QPen(colour(ok), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
            draw_note(painter, self.theme, QPointF(at, area.top()), [(f"{self._proposal:g}", ok)], area)

    def _fit(self) -> tuple[Axis, tuple[float, ...]]:
        values: Floats = np.concatenate([self._losses, self._smoothed])
        values = values[np.isfinite(values)]
        if not len(values):
            return Axis(0.0, 1.0), (0.0, 0.5, 1.0)
        high = min(float(values.max()), MOST * max(float(self._smoothed[0]), float(np.median(values))))
        return fit_axis(float(values.min()), high, max(int(self.area.height() / 32), 2))
