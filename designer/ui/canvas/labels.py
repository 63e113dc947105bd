"""The shapes written beside the wires: what each output gives, put where it covers neither wire nor card."""

import functools
from typing import TYPE_CHECKING

from designer.catalogue.spec import TensorType
from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.contrast import join_both
from designer.ui.canvas.finding import edges_in, nodes_in
from designer.ui.canvas.geometry import SNUG_GAP, Box, Point, join_stacks, line_meets_box, place_label
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.sheet import Sheet
from designer.ui.words import write_sizes

if TYPE_CHECKING:
    from designer.catalogue.comparing.merging import MergedInference  # the first paint compares nothing


OWN = 2.0  # so far the card of a label lies from its area
_Label = tuple[str, int, Point]  # node, output port, width and height


@functools.lru_cache(maxsize=2000)
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
    """Where the label of each output goes, worked out when first asked for and again when something near it changed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._seen = 0
        self._places: dict[_Label, Point | None] = {}
        self._areas: Buckets[_Label] = Buckets()  # what each place depends on

    def place(self, item: NodeItem, port: int, size: Point) -> Point | None:
        """Return the top left corner of a label of this size, None where there is no room for it."""
        if self._seen != self.sheet.touches.count:
            self._forget()
        key = (item.key, port, size)
        if key not in self._places:
            area = _find_area(item, port, size)
            box = (self._find_place_above if item.turned else self._find_place)(item, port, size, area)
            self._places[key] = None if box is None else (box.left, box.top)
            self._areas.put(key, area.grow(OWN))
        return self._places[key]

    def _forget(self) -> None:
        """Let go of the places that something touched since."""
        touched = self.sheet.touches.since(self._seen)
        self._seen = self.sheet.touches.count
        if touched is None:
            self._places, self._areas = {}, Buckets()
            return
        for box in join_stacks(touched, turned=self.sheet.room.turned):
            for key in self._areas.find(box):
                self._areas.drop(key)
                del self._places[key]

    def _find_place(self, item: NodeItem, port: int, size: Point, area: Box) -> Box | None:
        x, y = item.output_point(port)
        wires = edges_in(self.sheet, area)
        own = [
            wire.route.end[1] - y
            for wire in wires
            if wire.edge.source == item.key and wire.edge.source_port == port and wire.route.lane is None
        ]
        below = min([height for height in own if height > 0] + [SNUG_GAP])
        cards = [self.sheet.nodes[key].box for key in self.sheet.cards.find(area)]
        return place_label((x, y), below, size, (wire.line for wire in wires), cards)

    def _find_place_above(self, item: NodeItem, port: int, size: Point, area: Box) -> Box | None:
        """Return the place where data flows to the right: above the wire, else below it, if it is long enough."""
        x, y = item.output_point(port)
        width, height = size
        cards = [card.box for card in nodes_in(self.sheet, area)]
        wires = [wire.line for wire in edges_in(self.sheet, area)]
        for top in (y - height - 2, y + 4):
            box = Box(x + 9, top, x + 9 + width, top + height)
            free = not any(box.grow(4, 0).meets(card) for card in cards)
            if free and not any(line_meets_box(line, box) for line in wires):
                return box
        return None


def _find_area(item: NodeItem, port: int, size: Point) -> Box:
    """Return the part of the canvas in which a label may come to stand, with the room it keeps free around itself."""
    x, y = item.output_point(port)
    width, height = size
    if item.turned:
        return Box(x + 1, y - height - 6, x + width + 18, y + height + 6)
    return Box(x - width - 16, y + 1, x + width + 16, y + SNUG_GAP)
