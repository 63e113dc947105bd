"""What is drawn over curves: dots at their points, the best value, where something was changed, what is what."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from designer.ui.plots.axes import Floats
from designer.ui.theme import Theme, colour, readable, text_font


def draw_dots(painter: QPainter, x: Floats, y: Floats, code: str) -> None:
    """Draw a dot at each point that has a place."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(code))
    sound = np.isfinite(y)
    for place in zip(x[sound].tolist(), y[sound].tolist(), strict=True):
        painter.drawEllipse(QPointF(*place), 2.4, 2.4)


def draw_legend(painter: QPainter, theme: Theme, area: QRectF, names: Sequence[tuple[str, str]]) -> None:
    """Write names in the colours of their families at the upper right of an area, where a loss has left by then."""
    painter.setFont(text_font(11, QFont.Weight.Medium))
    metrics, right = painter.fontMetrics(), area.right() - 2
    for name, family in reversed(names):
        right -= metrics.horizontalAdvance(name)
        painter.setPen(colour(readable(theme.family[family], theme.panel, theme.text)))
        painter.drawText(QPointF(right, area.top() + 10), name)
        right -= 10


def draw_marks(painter: QPainter, theme: Theme, area: QRectF, marks: Sequence[tuple[float, str]], *, low: bool) -> None:
    """Draw a line where something was changed, and beside it what, as far as there is room up to the next one."""
    painter.setFont(text_font(11))
    ends = [*(x for x, _ in marks[1:]), area.right()]
    for (x, text), end in zip(marks, ends, strict=False):
        painter.setPen(QPen(colour(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(end - x) - 8)
        if len(cut) > 1:
            painter.drawText(QPointF(x + 5, area.bottom() - 5 if low else area.top() + 11), cut)


def draw_best(painter: QPainter, theme: Theme, area: QRectF, at: QPointF, text: str) -> None:
    """Ring the best value, and write it beside; one of 0 has no place on a logarithmic axis."""
    if not np.isfinite(at.y()) or not area.adjusted(-1, -1, 1, 1).contains(at):
        return
    painter.setPen(QPen(colour(theme.ok), 2))
    painter.setBrush(colour(theme.panel))
    painter.drawEllipse(at, 4, 4)
    painter.setFont(text_font(11, QFont.Weight.Medium))
    width = painter.fontMetrics().horizontalAdvance(text)
    x = at.x() + 9 if at.x() + 9 + width < area.right() else at.x() - 9 - width
    y = at.y() - 8 if at.y() - 22 > area.top() else at.y() + 18
    painter.drawText(QPointF(x, y), text)
