"""What a run says of a card: what looks wrong with its layer while it trains, and how it learns, as a thin line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPolygonF

from designer.ui.canvas.geometry import Box
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_pen
from designer.ui.theme import Theme, colour

SIZE = 8.0  # from the middle of the badge to its rim
REACH = 11.0  # canvas units around it that count as the badge
TREND = (46.0, 26.0)  # the size of the lines,
BESIDE = 9.0  # and how far they lie from the card
LEAST_UPDATE, MOST_UPDATE = 1e-6, 1.0  # what a step moves, relative to the weights: bottom and top of its line
GRADIENT, UPDATE = "pooling", "recurrent"  # families whose hues the lines borrow
WAVE = ((-5.0, 0.0), (-2.4, 0.0), (-0.8, -3.6), (1.2, 3.6), (2.6, 0.0), (5.0, 0.0))


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a run says of one card.

    `findings` tell what looks wrong, a text each; `facts` is a line of figures. `gradients` and `updates` are the norm of
    the gradient and the share of the weights that a step moves, at the last looks.
    """

    findings: tuple[str, ...] = ()
    facts: str = ""
    gradients: tuple[float, ...] = ()
    updates: tuple[float, ...] = ()


def badge_place(item: NodeItem) -> tuple[float, float]:
    """Return the middle of a card's badge: its lower right corner, as problems have the upper one."""
    return item.box.right - 1, item.box.bottom - 1


def trend_box(item: NodeItem) -> Box:
    """Return where the lines of a card lie: at its right, or below it where data flows to the right."""
    width, height = TREND
    if item.turned:
        left, top = item.box.left + 14, item.box.bottom + BESIDE
    else:
        left, top = item.box.right + BESIDE, (item.box.top + item.box.bottom - height) / 2
    return Box(left, top, left + width, top + height)


class VitalsPainter:
    """Draws what a run says of cards in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, item: NodeItem, vitals: Vitals) -> None:
        """Draw the lines of a card and the badge of what looks wrong."""
        if len(vitals.gradients) > 1:
            self._paint_trend(painter, trend_box(item), vitals)
        if vitals.findings:
            self._paint_badge(painter, *badge_place(item))

    def _paint_badge(self, painter: QPainter, x: float, y: float) -> None:
        """Draw a square with round corners and a pulse in it: neither the disc nor the diamond of a problem."""
        theme = self._theme
        painter.setPen(make_pen(theme.canvas, 1.5))
        painter.setBrush(colour(theme.warning))
        painter.drawRoundedRect(QRectF(x - SIZE, y - SIZE, 2 * SIZE, 2 * SIZE), 4, 4)
        painter.setPen(make_pen(theme.canvas, 1.6, round_ends=True))
        painter.drawPolyline(QPolygonF([QPointF(x + across, y + down) for across, down in WAVE]))

    def _paint_trend(self, painter: QPainter, box: Box, vitals: Vitals) -> None:
        theme = self._theme
        painter.setPen(make_pen(theme.border, 1))
        painter.drawLine(QPointF(box.left, box.bottom + 1), QPointF(box.right, box.bottom + 1))
        levels = [math.log10(value) for value in vitals.gradients if value > 0]
        if levels:
            low, high = min(levels), max(levels)
            spare = max(1.0 - (high - low), 0.0) / 2  # a decade at least, so that a steady gradient looks steady
            self._paint_line(painter, box, vitals.gradients, (low - spare, high + spare), GRADIENT, broken=False)
        ends = math.log10(LEAST_UPDATE), math.log10(MOST_UPDATE)
        self._paint_line(painter, box, vitals.updates, ends, UPDATE, broken=True)

    def _paint_line(
        self,
        painter: QPainter,
        box: Box,
        values: Sequence[float],
        ends: tuple[float, float],
        family: str,
        *,
        broken: bool,
    ) -> None:
        low, high = ends
        width, height, last = box.right - box.left, box.bottom - box.top, max(len(values) - 1, 1)
        points = [
            QPointF(
                box.left + width * place / last,
                box.bottom - height * min(max((math.log10(value) - low) / (high - low), 0.0), 1.0),
            )
            for place, value in enumerate(values)
            if value > 0
        ]
        painter.setPen(make_pen(self._theme.family[family], 1.3, broken=broken))
        painter.drawPolyline(QPolygonF(points))
