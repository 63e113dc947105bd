"""Drawing of what differs between two projects: each kind by a shape of its own as well as by a colour.

Added: a thick whole rim and a disc with a plus. Removed: a broken rim, hollow, a square with a minus. Changed: two rims
and a triangle. What is the same is quiet.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_pen, make_rect, make_thin_pen
from designer.ui.canvas.sheet import Sheet
from designer.ui.theme import Theme, colour, mix

MARKED = ("added", "removed", "changed")
SIZE = 8.0  # from the middle of a badge to its rim
LEAST_BADGE = 0.1  # scale from which badges are drawn over cards seen from far away
FAR_SIZE = 6.0  # pixels of those


def change_colour(theme: Theme, change: str) -> str:
    """Return the colour of a kind of difference."""
    return {"added": theme.ok, "removed": theme.error, "changed": theme.warning}.get(change, theme.muted)


def paint_badge(painter: QPainter, theme: Theme, change: str, x: float, y: float, size: float = SIZE) -> None:
    """Draw the badge of a kind of difference around a point: a disc, a square or a triangle, with its sign."""
    painter.setPen(make_pen(theme.canvas, size / 6))
    painter.setBrush(colour(change_colour(theme, change)))
    arm = size * 0.55
    if change == "changed":
        corners = ((x, y - size), (x + size, y + size * 0.75), (x - size, y + size * 0.75))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        return
    if change == "added":
        painter.drawEllipse(QPointF(x, y), size, size)
    else:
        painter.drawRect(QRectF(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8))
    painter.setPen(make_pen(theme.canvas, size / 4))
    painter.drawLine(QLineF(x - arm, y, x + arm, y))
    if change == "added":
        painter.drawLine(QLineF(x, y - arm, x, y + arm))


@dataclass(slots=True)
class _Far:
    """What is drawn of a version of the sheet from far away: blocks by family, marked cards, lines of wires."""

    version: int
    quiet: dict[str, list[QRectF]] = field(default_factory=dict)
    loud: dict[str, list[QRectF]] = field(default_factory=dict)
    marked: dict[str, list[NodeItem]] = field(default_factory=lambda: {change: [] for change in MARKED})
    added: list[QLineF] = field(default_factory=list)
    removed: list[QLineF] = field(default_factory=list)


class ContrastPainter:
    """Draws the marks of a sheet in the colours of a theme, where it shows two projects at once."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._far: _Far | None = None

    def paint_card(self, painter: QPainter, item: NodeItem) -> None:
        """Draw rim and badge of one card."""
        contrast = self._sheet.contrast
        change = contrast.changes.get(item.key, "") if contrast is not None else ""
        if change not in MARKED:
            return
        code, radius = change_colour(self._theme, change), self._theme.metrics.card_radius
        rect = make_rect(item.box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if change == "added":
            painter.setPen(make_pen(code, 3))
            painter.drawRoundedRect(rect, radius, radius)
        elif change == "removed":
            painter.setPen(make_pen(code, 1.5, broken=True))
            painter.drawRoundedRect(rect, radius, radius)
        else:
            painter.setPen(make_pen(code, 1.25))
            painter.drawRoundedRect(rect, radius, radius)
            painter.drawRoundedRect(rect.adjusted(-3.5, -3.5, 3.5, 3.5), radius + 3, radius + 3)
        paint_badge(painter, self._theme, change, item.box.left, item.box.top)

    def paint_far(self, painter: QPainter, scale: float) -> None:
        """Draw every card as a block: what is the same quiet, what was removed hollow; then the rims."""
        theme, far = self._theme, self._look()
        for lines, change in ((far.added, "added"), (far.removed, "removed")):
            broken = change == "removed"
            painter.setPen(make_thin_pen(change_colour(theme, change), 1.5 if broken else 2.5, broken=broken))
            painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for group, share in ((far.quiet, 0.6), (far.loud, 0.0)):
            for family, rects in group.items():
                painter.setBrush(colour(mix(theme.family[family], theme.canvas, share)))
                painter.drawRects(rects)
        self.paint_rims(painter, scale)

    def paint_rims(self, painter: QPainter, scale: float) -> None:
        """Draw the rims of cards seen from far away, and their badges where there is room."""
        theme, marked = self._theme, self._look().marked
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(make_thin_pen(theme.ok, 3))
        painter.drawRects([make_rect(item.box.grow(1 / scale)) for item in marked["added"]])
        painter.setPen(make_thin_pen(theme.warning, 1))
        painter.drawRects([make_rect(item.box) for item in marked["changed"]])
        painter.drawRects([make_rect(item.box.grow(3 / scale)) for item in marked["changed"]])
        painter.setBrush(colour(theme.canvas))
        painter.setPen(make_thin_pen(theme.error, 1.5, broken=True))
        painter.drawRects([make_rect(item.box) for item in marked["removed"]])
        if scale >= LEAST_BADGE:
            for change, items in marked.items():
                for item in items:
                    paint_badge(painter, theme, change, item.box.left, item.box.top, FAR_SIZE / scale)

    def _look(self) -> _Far:
        """Return what is drawn from far away, gathered anew only once something on the sheet has changed."""
        sheet, contrast = self._sheet, self._sheet.contrast
        assert contrast is not None
        if self._far is not None and self._far.version == sheet.version:
            return self._far
        far = _Far(sheet.version)
        for key, item in sheet.nodes.items():
            change = contrast.changes.get(key, "")
            if change in far.marked:
                far.marked[change].append(item)
            if change != "removed":
                (far.loud if change in MARKED else far.quiet).setdefault(item.family, []).append(item.rect)
        for wires, lines in ((contrast.network.added_wires, far.added), (contrast.network.removed_wires, far.removed)):
            lines += [line for edge in wires if edge in sheet.edges for line in sheet.edges[edge].threads]
        self._far = far
        return far
