"""Drawing of a sheet seen from far away: cards as blocks in the colour of their family, wires as thin lines.

Ten thousand of them go to Qt in a dozen calls, made from lists that are kept until something on the sheet changes.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.ui.canvas.contrast_painter import ContrastPainter
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.nameplates import Nameplates
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_rect, make_thin_pen
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.wire_painter import look_at
from designer.ui.theme import Theme, colour

MOST_SMOOTH = 4000  # more lines than this are drawn without smoothing
SELECTED = 2.0  # pixels of the rim of what is selected


class Overview:
    """Draws a sheet from far away in the colours of a theme."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._contrasts = ContrastPainter(sheet, theme)
        self._nameplates = Nameplates(sheet, theme)
        self._version = -1
        self._blocks: dict[str, list[QRectF]] = {}
        self._bad: dict[str, list[NodeItem]] = {}
        self._threads: list[QLineF] = []
        self._unfit: list[QLineF] = []

    def paint_all(self, painter: QPainter, marks: Marks, scale: float) -> None:
        """Draw every wire and every card of the sheet."""
        self._refresh()
        theme, sheet = self._theme, self._sheet
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self._threads) < MOST_SMOOTH)
        painter.setPen(make_thin_pen(theme.wire, 1))
        painter.drawLines(self._threads)
        painter.setPen(make_thin_pen(theme.error, 1, broken=True))
        painter.drawLines(self._unfit)
        for edge in marks.special_edges & sheet.edges.keys():
            painter.setPen(make_thin_pen(look_at(sheet.edges[edge], marks, theme).code, 2))
            painter.drawLines(sheet.edges[edge].threads)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._underlay(painter, marks.nodes, scale)
        if sheet.contrast is None:
            self._fill(painter, self._blocks)
        else:
            self._contrasts.paint_far(painter, scale)
        self._outline(painter, self._bad, sheet.vitals, scale)

    def paint_named(self, painter: QPainter, items: list[NodeItem], marks: Marks, scale: float) -> None:
        """Draw these cards with nothing on them but their colour and what is written large over it."""
        self._refresh()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._underlay(painter, marks.nodes, scale)
        self._paint_plates(painter, items, scale)
        if self._sheet.contrast is not None:
            self._contrasts.paint_rims(painter, scale)
        self._outline(painter, self._bad, self._sheet.vitals, scale)
        self._nameplates.paint(painter, items, scale)

    def paint_found(self, painter: QPainter, items: list[NodeItem], marks: Marks, scale: float) -> None:
        """Draw these cards once more, as `paint_named` does, over a sheet that stepped back behind them."""
        found = {item.key for item in items}
        bad: dict[str, list[NodeItem]] = {}
        for item in items:
            bad.setdefault(item.badge or "", []).append(item)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._underlay(painter, marks.nodes & found, scale)
        self._paint_plates(painter, items, scale)
        self._outline(painter, bad, found & self._sheet.vitals.keys(), scale)
        self._nameplates.paint(painter, items, scale)

    def _paint_plates(self, painter: QPainter, items: list[NodeItem], scale: float) -> None:
        bars: dict[str, list[QRectF]] = {}
        for item in items:
            rect = item.rect
            bars.setdefault(item.family, []).append(QRectF(rect.left(), rect.top(), 3 / scale, rect.height()))
        painter.setPen(make_thin_pen(self._theme.border, 1))
        painter.setBrush(colour(self._theme.card))
        painter.drawRects([item.rect for item in items])
        self._fill(painter, bars)

    def _refresh(self) -> None:
        if self._version == self._sheet.version:
            return
        self._version = self._sheet.version
        self._blocks, self._bad = {}, {}
        for item in self._sheet.nodes.values():
            self._blocks.setdefault(item.family, []).append(item.rect)
            if item.badge:
                self._bad.setdefault(item.badge, []).append(item)
        wires = self._sheet.edges.values()
        self._threads = [line for item in wires if not item.refusal for line in item.threads]
        self._unfit = [line for item in wires if item.refusal for line in item.threads]

    def _fill(self, painter: QPainter, rects: dict[str, list[QRectF]]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for family, group in rects.items():
            painter.setBrush(colour(self._theme.family[family]))
            painter.drawRects(group)

    def _underlay(self, painter: QPainter, chosen: Iterable[str], scale: float) -> None:
        """Put what is selected on a larger block in the colour of the selection: quicker than ten thousand rims."""
        items, rim = self._sheet.nodes, SELECTED / scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theme.selection))
        rects = [items[key].rect for key in chosen if key in items]
        painter.drawRects([rect.adjusted(-rim, -rim, rim, rim) for rect in rects])

    def _outline(
        self, painter: QPainter, bad: Mapping[str, list[NodeItem]], watched: Iterable[str], scale: float
    ) -> None:
        """Frame what has a problem, broken, of those that are watched what trains badly, and the layer that a run failed at."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for badge, code in (("warning", self._theme.warning), ("error", self._theme.error)):
            painter.setPen(make_thin_pen(code, 2, broken=True))
            painter.drawRects([make_rect(item.box.grow(3 / scale)) for item in bad.get(badge, ())])
        sheet = self._sheet
        ill = [key for key in watched if sheet.vitals[key].findings and key in sheet.nodes]
        painter.setPen(make_thin_pen(self._theme.warning, 2))
        painter.drawRects([make_rect(sheet.nodes[key].box.grow(3 / scale)) for key in ill])
        if sheet.fault in sheet.nodes:
            painter.setPen(make_thin_pen(self._theme.error, 3))
            painter.drawRect(make_rect(sheet.nodes[sheet.fault].box.grow(3 / scale)))
