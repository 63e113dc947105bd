"""Drawing of wires and the shapes beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from designer.document.graph import Edge
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.geometry import Box, Point, wire_width
from designer.ui.canvas.labels import Labels, write_both, write_type
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import LaidText, LaidTexts, make_pen
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.sights import Sight, Sights
from designer.ui.theme import Theme, colour, fixed_font, mix

if TYPE_CHECKING:
    from designer.catalogue.comparing.merging import MergedInference  # the first paint compares nothing


@dataclass(frozen=True, slots=True, order=True)
class Look:
    """How a wire is drawn. Those of higher rank lie above; broken ones do not fit or would go."""

    rank: int
    code: str
    broken: bool


@dataclass(slots=True)
class _Strokes:
    """Wires of one look and width: the straight ones as lines, the others as paths."""

    lines: list[QLineF] = field(default_factory=list)
    paths: list[QPainterPath] = field(default_factory=list)


def look_at(item: EdgeItem, marks: Marks, theme: Theme) -> Look:
    """Return how a wire looks for the moment."""
    edge, unfit = item.edge, bool(item.refusal)
    if edge in marks.doomed:
        return Look(4, theme.error, True)
    if edge == marks.aim.edge:
        return Look(3, theme.accent, unfit)
    if edge in marks.edges:
        return Look(3, theme.selection, unfit)
    base = theme.error if unfit else theme.wire
    if edge == marks.hover.edge:
        return Look(2, mix(base, theme.text, 0.35), unfit)
    return Look(1 if unfit else 0, base, unfit)


def look_at_contrast(edge: Edge, contrast: "MergedInference", theme: Theme) -> Look:
    """Return how a wire looks where two projects are shown at once: added whole and thick, removed broken."""
    if edge in contrast.network.added_wires:
        return Look(2, theme.ok, False)
    if edge in contrast.network.removed_wires:
        return Look(1, theme.error, True)
    return Look(0, mix(theme.wire, theme.canvas, 0.35), False)


class WirePainter:
    """Draws the wires of a sheet in the colours of a theme."""

    def __init__(self, sheet: Sheet, theme: Theme) -> None:
        self._sheet = sheet
        self._theme = theme
        self._labels = Labels(sheet)
        self._plain = Look(0, theme.wire, False)
        self._texts = LaidTexts(fixed_font(theme.metrics.font_small))

    def paint_wires(self, painter: QPainter, items: Iterable[EdgeItem], marks: Marks) -> None:
        """Draw wires as thick as what flows along them."""
        looks: dict[tuple[Look, float], _Strokes] = {}
        for item, look, width in self._look_at_all(items, marks):
            strokes = looks.setdefault((look, width), _Strokes())
            if item.straight:
                (x0, y0), (x1, y1) = item.route.ends
                strokes.lines.append(QLineF(x0, y0, x1, y1))
            else:
                strokes.paths.append(item.path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (look, width), strokes in sorted(looks.items(), key=lambda entry: entry[0]):
            painter.setPen(make_pen(look.code, width + (1 if look.rank >= 2 else 0), broken=look.broken))
            painter.drawLines(strokes.lines)
            for path in strokes.paths:
                painter.drawPath(path)

    def see_wires(self, items: Iterable[EdgeItem], marks: Marks, sights: Sights) -> None:
        """Add wires to what is seen."""
        boxes = self._sheet.wires
        for item, look, width in self._look_at_all(items, marks):
            box = boxes.get(item.edge)
            if box is not None:
                sights.flat[item.edge] = Sight((item.route, item.shift, look, width), box)

    def _look_at_all(self, items: Iterable[EdgeItem], marks: Marks) -> Iterator[tuple[EdgeItem, Look, float]]:
        """Yield the wires that are drawn, each with its look and its width."""
        metrics, contrast = self._theme.metrics, self._sheet.contrast
        special, plain = marks.special_edges, self._plain
        for item in items:
            if item.edge == marks.lifted:
                continue
            look = look_at(item, marks, self._theme) if item.refusal or item.edge in special else plain
            if contrast is not None and look is plain:
                look = look_at_contrast(item.edge, contrast, self._theme)
            yield item, look, round(wire_width(item.elements, metrics.wire_min, metrics.wire_max) * 4) / 4

    def paint_labels(self, painter: QPainter, items: Iterable[NodeItem], *, as_text: bool = False) -> None:
        """Write beside each output what it gives, where there is room; `as_text` keeps the letters in a file."""
        painter.setPen(colour(self._theme.muted))
        for _, _, text, place in self._place_labels(items):
            text.draw(painter, *place, as_text=as_text)

    def see_labels(self, items: Iterable[NodeItem], sights: Sights) -> None:
        """Add what is written beside outputs to what is seen."""
        for key, port, text, (left, top) in self._place_labels(items):
            box = Box(left, top, left + text.width, top + text.height)
            sights.flat[key, port] = Sight((text.text,), box)

    def _place_labels(self, items: Iterable[NodeItem]) -> Iterator[tuple[str, int, LaidText, Point]]:
        """Yield the labels for which there is room: node, output, text and top left corner."""
        contrast = self._sheet.contrast
        for item in items:
            for port, kind in enumerate(item.inferred.outputs or ()):
                told = write_type(kind) if contrast is None else write_both(item.key, port, kind, contrast)
                text = self._texts.lay(told)
                place = self._labels.place(item, port, (text.width, text.height))
                if place is not None:
                    yield item.key, port, text, place
