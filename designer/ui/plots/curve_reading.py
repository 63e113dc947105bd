"""What curves are at the epoch under the mouse: a line there, and a note beside it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.plot import draw_note
from designer.ui.theme import colour

if TYPE_CHECKING:
    from designer.ui.plots.curves import CurvePlot

MARK_REACH = 6.0  # pixels from a mark within which it is read in full


def draw_reading(painter: QPainter, plot: "CurvePlot", epoch: float) -> None:
    """Draw a line at an epoch that is in sight, and beside it the values there and what was changed there."""
    lines = plot.readings(epoch)
    if not lines:
        return
    area, axis, theme = plot.area, plot.x_axis, plot.theme
    x = round(plot.point(epoch, plot.y_axis.low).x()) + 0.5
    painter.setPen(QPen(colour(theme.wire), 1))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    corner = area.top() if plot.better == "lower" else area.bottom()  # where no curve is late in a run
    step = f" · step {plot.step_at(epoch):,.0f}" if len(plot.steps) else ""
    lines.insert(0, (f"epoch {epoch:.2f}{step}", theme.text))
    near = (axis.high - axis.low) * MARK_REACH / max(area.width(), 1)
    lines += [(text, theme.muted) for place, text in plot.marks if abs(place - epoch) < near]
    draw_note(painter, theme, QPointF(x, corner), lines, area)
