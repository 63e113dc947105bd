"""What is drawn over curves: dots at their points, the best value, where something was changed, what is what."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from designer.ui.plots.axes import Floats
from designer.ui.theme import Theme, colour, readable, text_font


def draw_dots(painter: QPainter, x: Floats, y: Floats, code: str) -> None:
    """Draw a dot at each point that has a place."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(code))
    sound = np.isfinite(y)
    for place in zip(x[sound].tolist(), y[sound].tolist(), strict=True):
        painter.drawEllipse(QPointF(*place), 2.4, 2.4)


LINE = 14  # pixels of a line of notes
PLATE = 210  # of 255: how much a plate under a note hides


def place_legend(area: QRectF, names: Sequence[tuple[str, str]], *, low: bool) -> list[QRectF]:
    """Return where texts are written, from the last to the first: at the upper right of an area, or the lower."""
    metrics, right, places = QFontMetricsF(text_font(11, QFont.Weight.Medium)), area.right() - 2, []
    y = area.bottom() - 5 if low else area.top() + 10
    for name, _ in reversed(names):
        width = metrics.horizontalAdvance(name)
        places.append(QRectF(right - width, y - metrics.ascent(), width, metrics.height()))
        right -= width + 10
    return places


def draw_legend(painter: QPainter, theme: Theme, places: Sequence[QRectF], names: Sequence[tuple[str, str]]) -> None:
    """Write texts in the colours of their families in their places; a curve that rises has them below."""
    painter.setFont(text_font(11, QFont.Weight.Medium))
    for place, (name, family) in zip(places, reversed(names), strict=True):
        code = readable(theme.family[family], theme.panel, theme.text)
        write_on_plate(painter, theme, QPointF(place.left(), place.top() + painter.fontMetrics().ascent()), name, code)


def write_on_plate(painter: QPainter, theme: Theme, at: QPointF, text: str, code: str) -> None:
    """Write a text from a place on its base line on, on a plate that keeps curves from striking it out."""
    metrics = painter.fontMetrics()
    plate = QRectF(at.x() - 2, at.y() - metrics.ascent(), metrics.horizontalAdvance(text) + 4, metrics.height())
    painter.fillRect(plate, colour(theme.panel, PLATE))
    painter.setPen(colour(code))
    painter.drawText(at, text)


def draw_marks(painter: QPainter, theme: Theme, area: QRectF, marks: Sequence[tuple[float, str]], *, low: bool) -> None:
    """Draw a line where something was changed, and beside it what, as far as there is room up to the next one.

    The texts stand one line from the rim, where the legend is.
    """
    painter.setFont(text_font(11))
    ends = [*(x for x, _ in marks[1:]), area.right()]
    for (x, text), end in zip(marks, ends, strict=False):
        painter.setPen(QPen(colour(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(end - x) - 8)
        if len(cut) > 1:
            y = area.bottom() - 5 - LINE if low else area.top() + 10 + LINE
            write_on_plate(painter, theme, QPointF(x + 5, y), cut, theme.muted)


def place_best(area: QRectF, at: QPointF, text: str) -> QRectF | None:
    """Return where the best value is written, beside its ring; None where that is out of sight.

    A value of 0 has no place on a logarithmic axis.
    """
    if not np.isfinite(at.y()) or not area.adjusted(-1, -1, 1, 1).contains(at):
        return None
    metrics = QFontMetricsF(text_font(11, QFont.Weight.Medium))
    width = metrics.horizontalAdvance(text)
    x = at.x() + 9 if at.x() + 9 + width < area.right() else at.x() - 9 - width
    y = at.y() - 8 if at.y() - 22 > area.top() else at.y() + 18
    return QRectF(x, y - metrics.ascent(), width, metrics.height())


def draw_best(painter: QPainter, theme: Theme, at: QPointF, place: QRectF, text: str) -> None:
    """Ring the best value, and write it in its place."""
    painter.setPen(QPen(colour(theme.ok), 2))
    painter.setBrush(colour(theme.panel))
    painter.drawEllipse(at, 4, 4)
    painter.setFont(text_font(11, QFont.Weight.Medium))
    write_on_plate(painter, theme, QPointF(place.left(), place.top() + painter.fontMetrics().ascent()), text, theme.ok)
