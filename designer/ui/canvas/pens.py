"""Pens, rectangles and laid-out texts as the painters of the canvas use them."""

import functools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPen, QStaticText

from designer.ui.canvas.geometry import Box
from designer.ui.theme import colour


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


def lay_text(text: str, font: QFont) -> QStaticText:
    """Return a text laid out once. Plain text, never rich: names come from strangers."""
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.prepare(font=font)
    return laid
