"""The gradient of a tensor and the size of a step, over the steps of a run, on a logarithmic axis."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from designer.ui.plots.axes import Axis, fit_log_axis, list_ticks
from designer.ui.plots.distribution import write_step
from designer.ui.plots.plot import Plot, draw_line
from designer.ui.theme import Theme, colour

Floats = NDArray[np.float64]

GRADIENT, UPDATE = "pooling", "recurrent"  # families whose hues the two lines borrow


class NormPlot(Plot):
    """Two lines: the norm of the gradient, and the size of one step relative to the norm of the weights."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.steps = self.gradients = self.updates = np.zeros(0)
        self.setAccessibleName("gradient and update")

    def show_norms(self, steps: Floats, gradients: Floats, updates: Floats) -> None:
        """Show both at each step; what is not known is not a number."""
        self.steps, self.gradients, self.updates = steps, gradients, updates
        self.update()

    def paint(self, painter: QPainter) -> None:
        values = np.concatenate([self.gradients, self.updates])
        values = values[np.isfinite(values) & (values > 0)]
        if not len(values):
            return
        area = self.area
        self.x_axis = Axis(float(self.steps[0]), float(max(self.steps[-1], self.steps[0] + 1)))
        self.y_axis, ticks = fit_log_axis(float(values.min()), float(values.max()), max(int(area.height() / 30), 2))
        x_ticks = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 42), 1), whole=True)
        self.draw_grid(painter, x_ticks, ticks, [write_step(tick) for tick in x_ticks])
        x = self.pixels_x(self.steps)
        for line, family in ((self.gradients, GRADIENT), (self.updates, UPDATE)):
            draw_line(painter, x, self.pixels_y(line), colour(self.theme.family[family]), 1.6, dashed=family == UPDATE)
