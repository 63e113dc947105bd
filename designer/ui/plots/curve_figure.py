"""Curves as a figure of their own, to be saved: plots side by side under their names, their axes named."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from designer.ui.theme import Theme, colour, text_font

MARGIN, GAP = 16, 24  # pixels round the figure, and between two plots
TITLE, AXIS = 26, 20  # pixels of height for a plot's name and for that of its axis


class Part(NamedTuple):
    """A plot as it was drawn, its name, and that of its horizontal axis, "" for none."""

    title: str
    picture: QPixmap
    axis: str


def draw_figure(theme: Theme, parts: Sequence[Part], ratio: float) -> QPixmap:
    """Return the plots side by side, at so many pixels of the device for each of ours."""
    sizes = [part.picture.deviceIndependentSize() for part in parts]
    height = max(size.height() for size in sizes)
    whole = QSizeF(
        sum(size.width() for size in sizes) + GAP * (len(sizes) - 1) + 2 * MARGIN, height + TITLE + AXIS + 2 * MARGIN
    )
    figure = QPixmap((whole * ratio).toSize())
    figure.setDevicePixelRatio(ratio)
    figure.fill(colour(theme.panel))
    painter = QPainter(figure)
    left = float(MARGIN)
    for part, size in zip(parts, sizes, strict=True):
        painter.setFont(text_font(13, QFont.Weight.DemiBold))
        painter.setPen(colour(theme.text))
        painter.drawText(QRectF(left, MARGIN, size.width(), TITLE), Qt.AlignmentFlag.AlignLeft, part.title)
        painter.drawPixmap(round(left), MARGIN + TITLE, part.picture)
        painter.setFont(text_font(11))
        painter.setPen(colour(theme.muted))
        below = QRectF(left, MARGIN + TITLE + size.height(), size.width(), AXIS)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, part.axis)
        left += size.width() + GAP
    painter.end()
    return figure
