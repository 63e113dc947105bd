"""The value axis of curves, and the lines across them that are to be beaten."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.ui.plots.axes import Axis, Floats, fit_axis, fit_log_axis
from designer.ui.plots.curve_notes import write_on_plate
from designer.ui.theme import Theme, colour, text_font

LINE = 12.0  # pixels that a name takes above its line
LEGEND = 120  # pixels that the values of the curves take at the right


def find_nearest(levels: Sequence[tuple[float, str]], better: str) -> list[float]:
    """Return the level that is hardest to beat, for which there must be room; the others are drawn where they fit."""
    values = [value for value, _ in levels if np.isfinite(value)]
    return [max(values) if better == "higher" else min(values)] if values else []


def fit_values(values: Floats, ticks: int, *, log: bool, percent: bool) -> tuple[Axis, tuple[float, ...]]:
    """Return a value axis that holds all these values, and its ticks."""
    shown = values[np.isfinite(values)]
    shown = shown[shown > 0] if log else shown
    if not len(shown):
        return (Axis(0.0, 100.0), (0.0, 50.0, 100.0)) if percent else (Axis(0.0, 1.0), (0.0, 0.5, 1.0))
    low, high = float(shown.min()), float(shown.max())
    if log:
        return fit_log_axis(low, high, ticks)
    axis, places = fit_axis(low, high, ticks)
    if percent:
        axis = Axis(max(axis.low, 0.0), min(axis.high, 100.0))
        places = tuple(place for place in places if 0 <= place <= 100)
    return axis, places


def draw_levels(painter: QPainter, theme: Theme, area: QRectF, heights: Sequence[float]) -> None:
    """Draw a dotted line across an area at each height within it."""
    painter.setPen(QPen(colour(theme.muted), 1, Qt.PenStyle.DotLine))
    for y in heights:
        if area.top() <= y <= area.bottom():
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))


def name_levels(
    painter: QPainter, theme: Theme, area: QRectF, levels: Sequence[tuple[float, str]], taken: Sequence[QRectF] = ()
) -> None:
    """Write the names of lines over the curves: left of where those are named, or at the left end.

    Of names that meet the last stays; one that has no place beside what is `taken` is left out.
    """
    painter.setFont(text_font(11))
    metrics, full = painter.fontMetrics(), list(taken)
    for y, text in levels[::-1]:
        width = metrics.horizontalAdvance(text)
        base = y - 3 if y - LINE > area.top() else y + LINE
        for x in (max(area.right() - LEGEND - width, area.left() + 4), area.left() + 4):
            place = QRectF(x, base - LINE + 1, width, LINE - 1)
            if area.top() <= y <= area.bottom() and not any(place.intersects(other) for other in full):
                write_on_plate(painter, theme, QPointF(x, base), text, theme.muted)
                full.append(place)
                break
