"""Drawing of what was searched for: the rest of the canvas steps back, each card that was found gets a ring."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_rect, make_thin_pen
from designer.ui.theme import Theme, colour

VEIL = 165  # how much of the canvas's colour lies over what was not found, of 255
RING, OUTER = 5.0, 9.0  # logical pixels from a card to its ring, and to the second one around the card that was gone to
MOST_RINGS = 600  # where more are in view, standing out from the veil must do


class Spotlight:
    """Draws in the colours of a theme, over a sheet that is drawn already."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def dim(self, painter: QPainter, area: Box) -> None:
        """Lay a veil over everything."""
        painter.fillRect(make_rect(area), colour(self._theme.canvas, VEIL))

    def paint_blocks(self, painter: QPainter, items: Iterable[NodeItem]) -> None:
        """Draw cards as blocks in the colours of their families: from far away, or where they are many."""
        groups: dict[str, list[QRectF]] = {}
        for item in items:
            groups.setdefault(item.family, []).append(item.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for family, rects in groups.items():
            painter.setPen(make_thin_pen(self._theme.family[family], 1))
            painter.setBrush(colour(self._theme.family[family]))
            painter.drawRects(rects)

    def paint_rings(self, painter: QPainter, items: list[NodeItem], scale: float, marks: Marks) -> None:
        """Draw a ring around each card unless they are many, and a second one around the one that was gone to."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_thin_pen(self._theme.accent, 2))
        radius = self._theme.metrics.card_radius + RING / scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in items if len(items) <= MOST_RINGS else ():
            painter.drawRoundedRect(make_rect(item.box.grow(RING / scale)), radius, radius)
        painter.setPen(make_thin_pen(self._theme.accent, 3))
        for item in items:
            if item.key == marks.spot:
                painter.drawRoundedRect(make_rect(item.box.grow(OUTER / scale)), radius + 2, radius + 2)
