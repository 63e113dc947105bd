"""The shapes written beside the wires: what each output gives, put where it covers neither wire nor card."""

from typing import TYPE_CHECKING

from designer.catalogue.spec import TensorType
from designer.ui.canvas.contrast import join_both
from designer.ui.canvas.finding import edges_in, nodes_in
from designer.ui.canvas.geometry import SNUG_GAP, Box, Point, line_meets_box, place_label
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.sheet import Sheet
from designer.ui.words import write_sizes

if TYPE_CHECKING:
    from designer.catalogue.comparing.merging import MergedInference  # the first paint compares nothing


def write_type(kind: TensorType) -> str:
    """Return what a label says: 32 × 28 × 28, and for class indices 28 · int."""
    return write_sizes(kind) + (" · int" if kind.dtype == "int" else "")


def write_both(key: str, port: int, kind: TensorType, contrast: "MergedInference") -> str:
    """Return what the label of an output says: its size, before and after where it differs."""
    after = write_type(kind)
    before = contrast.find_before(key)
    if before is None or before.outputs is None or port >= len(before.outputs):
        return after
    return join_both(write_type(before.outputs[port]), after)


class Labels:
    """Where the label of each output goes, worked out when first asked for and again when the sheet has changed.

    `measure` gives a label's width and height in canvas units.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._version = -1
        self._places: dict[tuple[str, int, Point], Point | None] = {}

    def place(self, item: NodeItem, port: int, size: Point) -> Point | None:
        """Return the top left corner of a label of this size, None where there is no room for it."""
        if self._version != self._sheet.places:
            self._version = self._sheet.places
            self._places.clear()
        key = (item.key, port, size)
        if key not in self._places:
            box = self._find_place(item, port, size)
            self._places[key] = None if box is None else (box.left, box.top)
        return self._places[key]

    def _find_place(self, item: NodeItem, port: int, size: Point) -> Box | None:
        sheet = self._sheet
        x, y = item.output_point(port)
        if item.turned:
            return self._find_place_above(item, port, size)
        area = Box(x - size[0] - 16, y + 1, x + size[0] + 16, y + SNUG_GAP)
        wires = edges_in(sheet, area)
        own = [
            wire.route.end[1] - y
            for wire in wires
            if wire.edge.source == item.key and wire.edge.source_port == port and wire.route.lane is None
        ]
        below = min([height for height in own if height > 0] + [SNUG_GAP])
        cards = [card.box for card in nodes_in(sheet, area)]
        return place_label((x, y), below, size, (wire.line for wire in wires), cards)

    def _find_place_above(self, item: NodeItem, port: int, size: Point) -> Box | None:
        """Return the place where data flows to the right: above the wire, else below it, if it is long enough."""
        sheet = self._sheet
        x, y = item.output_point(port)
        width, height = size
        area = Box(x + 1, y - height - 6, x + width + 18, y + height + 6)
        cards = [card.box for card in nodes_in(sheet, area)]
        wires = [wire.line for wire in edges_in(sheet, area)]
        for top in (y - height - 2, y + 4):
            box = Box(x + 9, top, x + 9 + width, top + height)
            free = not any(box.grow(4, 0).meets(card) for card in cards)
            if free and not any(line_meets_box(line, box) for line in wires):
                return box
        return None
