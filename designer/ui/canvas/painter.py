"""Drawing of a sheet: the ground, then wires and cards in as much detail as can be read at the scale."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

from designer.ui.canvas.card_painter import CardPainter
from designer.ui.canvas.finding import edges_in, nodes_in
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.outputs import OutputPainter
from designer.ui.canvas.overview import Overview
from designer.ui.canvas.pens import make_rect, make_thin_pen
from designer.ui.canvas.remark_painter import RemarkPainter
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.sights import Sights
from designer.ui.canvas.spotlight import Spotlight
from designer.ui.canvas.wire_painter import WirePainter
from designer.ui.theme import Theme, colour

LABEL_SCALE = 0.7  # from here on the shapes beside the wires can be read,
FULL_SCALE = 0.6  # from here on the text on a card,
NAME_SCALE = 0.27  # and from here on a name written large over it
MOST_FULL = 400  # more cards than this in view are drawn with their names alone,
MOST_NAMED = 700  # and more than this as blocks
GRID_STEP = 32.0  # canvas units between the dots of the ground
LEAST_STEP = 18.0  # pixels between them, else they lie further apart
WIDEST_STEP = 512.0
DOTS = 12  # in a row or column, or a multiple of that
MOST_DOTS = 24  # grids that are kept: a picture is drawn in parts of several sizes


class SheetPainter:
    """Draws a sheet in the colours of a theme. Reads items and marks and changes neither."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._cards = CardPainter(sheet, theme)
        self._wires = WirePainter(sheet, theme)
        self._overview = Overview(sheet, theme)
        self._remarks = RemarkPainter(sheet, theme)
        self._spotlight = Spotlight(theme)
        self._outputs = OutputPainter(theme)
        self._dots: dict[tuple[int, int, float], QPolygonF] = {}

    def paint_ground(self, painter: QPainter, area: Box, scale: float) -> None:
        """Fill the area and put the dots of the grid on it, further apart the further away."""
        painter.fillRect(make_rect(area), colour(self._theme.canvas))
        step = GRID_STEP
        while step * scale < LEAST_STEP:
            step *= 4
        if step > WIDEST_STEP:
            return
        left, top = area.left // step * step, area.top // step * step
        # Made by the dozen: zooming asks for a few more or fewer each time, and those out of view cost next to nothing.
        across, down = (area.right - left) / step, (area.bottom - top) / step
        size = (int(across / DOTS + 1) * DOTS, int(down / DOTS + 1) * DOTS, step)
        if size not in self._dots:
            columns, rows, _ = size
            points = [QPointF(x * step, y * step) for x in range(columns) for y in range(rows)]
            if len(self._dots) >= MOST_DOTS:
                self._dots.clear()
            self._dots[size] = QPolygonF(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(make_thin_pen(self._theme.grid, 2))
        painter.translate(left, top)
        painter.drawPoints(self._dots[size])
        painter.translate(-left, -top)

    def paint_detail(self, painter: QPainter, step: int) -> Iterator[float]:
        """Draw the whole sheet with everything on it, whatever the scale; yield the share done after `step` items."""
        sheet, marks = self._sheet, Marks()
        area = (sheet.bounds() or Box(0, 0, 0, 0)).grow(200)
        wires, nodes = list(sheet.edges.values()), sorted(sheet.nodes.values(), key=lambda item: item.order)
        total, done = len(wires) + 2 * len(nodes) + 1, 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._remarks.paint_frames(painter, area, 1.0, marks)
        for start in range(0, len(wires), step):
            part = wires[start : start + step]
            self._wires.paint_wires(painter, part, marks)
            done += len(part)
            yield done / total
        for start in range(0, len(nodes), step):
            near = nodes[start : start + step]
            self._wires.paint_labels(painter, near, as_text=True)
            done += len(near)
            yield done / total
        for start in range(0, len(nodes), step):
            near = nodes[start : start + step]
            for item in near:
                self._cards.paint(painter, item, marks, as_text=True)
            done += len(near)
            yield done / total
        self._remarks.paint_comments(painter, area, 1.0, marks)

    def paint_sheet(self, painter: QPainter, area: Box, scale: float, marks: Marks) -> None:
        """Draw the wires and cards that meet the area; what was searched for stands out from the rest."""
        self._paint_all(painter, area, scale, marks)
        if marks.found is not None:
            self._spotlight.dim(painter, area)
            there = (self._sheet.nodes.get(key) for key in marks.found)
            items = [item for item in there if item is not None and item.box.meets(area)]
            if scale < NAME_SCALE or len(items) > MOST_NAMED:
                self._spotlight.paint_blocks(painter, items)
            elif scale < FULL_SCALE or len(items) > MOST_FULL:
                self._overview.paint_found(painter, items, marks, scale)
            else:
                for item in items:
                    self._cards.paint(painter, item, marks)
            self._spotlight.paint_rings(painter, items, scale, marks)

    def see(self, area: Box, scale: float, marks: Marks) -> Sights | None:
        """Return what `paint_sheet` draws of an area that is seen in full detail; None where it is not told apart."""
        if scale < FULL_SCALE or marks.found is not None or self._sheet.contrast is not None:
            return None
        nodes = nodes_in(self._sheet, self._around(area))
        if len(nodes) > MOST_FULL:
            return None
        sights = Sights()
        self._remarks.see(area, marks, sights)
        for item in nodes:
            sights.stacked[item.key] = self._cards.see(item, marks)
        self._wires.see_wires(edges_in(self._sheet, area.grow(8)), marks, sights)
        if scale >= LABEL_SCALE:
            self._wires.see_labels(nodes_in(self._sheet, area.grow(140, 60)), sights)
        return sights

    def _around(self, area: Box) -> Box:
        """Return the box that the cards meet of which something is seen in an area: ports, badges, lines of a run."""
        return area.grow(64, 52) if self._sheet.vitals or self._sheet.outputs else area.grow(16)

    def _paint_all(self, painter: QPainter, area: Box, scale: float, marks: Marks) -> None:
        count = len(self._sheet.cards.find(area)) if scale >= NAME_SCALE else 0
        if scale < NAME_SCALE or count > MOST_NAMED:
            self._remarks.paint_frames(painter, area, scale, marks, titled=False)
            self._overview.paint_all(painter, marks, scale)
            self._remarks.paint_titles(painter, area, scale)
            self._remarks.paint_comments(painter, area, scale, marks)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._remarks.paint_frames(painter, area, scale, marks)
        self._wires.paint_wires(painter, edges_in(self._sheet, area.grow(8)), marks)
        nodes = nodes_in(self._sheet, self._around(area))
        if scale < FULL_SCALE or count > MOST_FULL:
            self._overview.paint_named(painter, nodes, marks, scale)
            for item in nodes if self._sheet.outputs else ():
                if item.key in self._sheet.outputs:
                    self._outputs.paint(painter, item, self._sheet.outputs[item.key])
            self._remarks.paint_comments(painter, area, scale, marks)
            return
        if scale >= LABEL_SCALE:
            self._wires.paint_labels(painter, nodes_in(self._sheet, area.grow(140, 60)))
        for item in nodes:
            self._cards.paint(painter, item, marks)
        self._remarks.paint_comments(painter, area, scale, marks)
