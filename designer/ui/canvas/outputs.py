"""What layers give for one sample, as a small picture beside each card."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from designer.ui.canvas.geometry import Box
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_pen, make_rect
from designer.ui.theme import Theme

ROOM = (52.0, 40.0)  # the most that a picture takes, in canvas units
BESIDE = 9.0  # how far it lies from the card
REACH = (64.0, 52.0)  # how far from a card there may be something of it


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """What a layer gave: a picture of it, and a line that says its sizes and its range. Each is another than all before."""

    image: QImage
    facts: str


def output_box(item: NodeItem, image: QImage) -> Box:
    """Return where the picture of a card lies: at its left, or above it where data flows to the right."""
    scale = min(ROOM[0] / max(image.width(), 1), ROOM[1] / max(image.height(), 1))
    width, height = image.width() * scale, image.height() * scale
    box = item.box
    if item.turned:
        left, bottom = (box.left + box.right - width) / 2, box.top - BESIDE
        return Box(left, bottom - height, left + width, bottom)
    top = (box.top + box.bottom - height) / 2
    return Box(box.left - BESIDE - width, top, box.left - BESIDE, top + height)


class OutputPainter:
    """Draws what layers give, in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, item: NodeItem, output: Output) -> None:
        """Draw the picture of a card, its pixels left sharp."""
        place: QRectF = make_rect(output_box(item, output.image))
        painter.drawImage(place, output.image)
        painter.setPen(make_pen(self._theme.border, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
