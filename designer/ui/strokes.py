"""Strokes by which several runs are told apart, in a plot and in a table: each has a colour and dashes of its own."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from designer.ui.theme import Theme, colour, mix, readable

HUES = ("linear", "activation", "normalization", "recurrent", "convolution", "attention", "pooling", "regularization")
DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 3.0), (1.5, 2.5), (7.0, 2.5, 1.5, 2.5))  # in widths of the stroke
MOST = len(HUES)
WIDTH = 1.8


def make_stroke(theme: Theme, number: int, width: float = WIDTH, *, faint: bool = False) -> QPen:
    """Return the pen of the run of this number, from 0."""
    code = theme.family[HUES[number % len(HUES)]]
    ink = mix(theme.panel, code, 0.45) if faint else readable(code, theme.panel, theme.text)
    pen = QPen(colour(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    dashes = DASHES[number % len(DASHES)]
    if dashes:
        pen.setDashPattern([each * WIDTH / width for each in dashes])
    return pen


def draw_sample(theme: Theme, number: int, size: QSize, scale: float = 1.0) -> QPixmap:
    """Return a picture of a stroke: a line from side to side."""
    picture = QPixmap(size * scale)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(make_stroke(theme, number, 2.2))
    middle = size.height() / 2
    painter.drawLine(QPointF(0, middle), QPointF(size.width(), middle))
    painter.end()
    return picture
