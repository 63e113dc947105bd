"""Pens, rectangles and laid-out texts as the painters of the canvas use them."""

import functools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPen, QTextLayout

from designer.ui.canvas.geometry import Box
from designer.ui.theme import Theme, colour

MOST_TEXTS = 2000  # laid-out texts kept at once, of one font

HELD, LEAST_HELD = 2.5, 1.5  # the width of a wire in the hand: in canvas units, and in pixels at least


def make_rect(box: Box) -> QRectF:
    """Return a box as Qt draws it."""
    return QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)


@functools.cache
def make_pen(code: str, width: float, *, broken: bool = False, round_ends: bool = False) -> QPen:
    """Return a pen whose width is in canvas units; shared, so treat it as constant."""
    pen = QPen(colour(code), width)
    if broken:
        pen.setDashPattern([8 / width, 5 / width])
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if round_ends else Qt.PenCapStyle.FlatCap)
    return pen


@functools.cache
def make_thin_pen(code: str, width: float, *, broken: bool = False) -> QPen:
    """Return a pen whose width is in pixels, whatever the scale; shared, so treat it as constant."""
    pen = QPen(QBrush(colour(code)), width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if broken:
        pen.setDashPattern([3, 2])
    return pen


def make_held_pen(theme: Theme, scale: float) -> QPen:
    """Return the pen of a wire in the hand: as wide as others, and not so thin that it is not seen."""
    return QPen(colour(theme.accent), max(HELD, LEAST_HELD / scale))


class LaidText:
    """A line of text, laid out once for every scale. Plain text, never rich: names come from strangers."""

    __slots__ = ("_ascent", "_font", "_runs", "height", "text", "width")

    def __init__(self, text: str, font: QFont) -> None:
        layout = QTextLayout(text, font)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        self.text = text
        self.width, self.height = line.naturalTextWidth(), line.height()
        self._font = font
        self._ascent = line.ascent()
        self._runs = layout.glyphRuns()

    def draw(self, painter: QPainter, left: float, top: float, *, as_text: bool = False) -> None:
        """Draw it in the colour of the pen. `as_text` for a file that keeps letters: there it is laid out anew."""
        if as_text:
            painter.setFont(self._font)
            painter.drawText(QPointF(left, top + self._ascent), self.text)
        else:
            for run in self._runs:
                painter.drawGlyphRun(QPointF(left, top), run)


class LaidTexts:
    """Lines of text in one font, each laid out once: names and sizes come again and again."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._texts: dict[str, LaidText] = {}

    def lay(self, text: str) -> LaidText:
        """Return a text laid out."""
        laid = self._texts.get(text)
        if laid is None:
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            laid = self._texts[text] = LaidText(text, self._font)
        return laid
