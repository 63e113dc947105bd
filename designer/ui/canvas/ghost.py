"""What a change would do to the network, drawn over the canvas before it is done: chips on wires and cards.

A ghost is a value made of two views and shown until the canvas shows another project, or somebody takes it away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF

from designer.catalogue.blocks import name_kind
from designer.catalogue.shapes import Inference
from designer.document.diff import compare
from designer.document.graph import Edge, Node
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Box, Point
from designer.ui.canvas.labels import write_type
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.sheet import Sheet

MOST = 60  # chips at once; how many are left out is counted
MOST_LINES = 60
CHIP_HEIGHT, CHIP_STEP = 28.0, 32.0  # canvas units


@dataclass(frozen=True, slots=True)
class Chip:
    """One card that would come, change or go: where it is, what is said of it, and the colour of its family.

    `what` is "added", "changed" or "removed". That of a card that is there lies on its lower half, inside `card`.
    """

    what: str
    box: Box
    text: str
    shape: str = ""
    family: str = ""
    card: Box | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Ghost:
    """Everything that is drawn of a change: chips, and straight lines for wires that would come.

    `more` are the kinds of those cards that would come, change or go, and have no chip.
    """

    chips: tuple[Chip, ...] = ()
    lines: tuple[tuple[Point, Point], ...] = ()
    more: tuple[str, ...] = ()


def imagine(sheet: Sheet, before: Project, after: Project, inference: Inference) -> Ghost:
    """Return what a change from the view that `sheet` shows to another one would do; nothing where that is nothing."""
    change = compare(before, after)
    boxes = _place_added(sheet, before, after, change.added[:MOST])
    nodes = {**before.graph.nodes, **after.graph.nodes}
    chips = []
    for node, box in boxes.items():
        known = inference.nodes.get(node)
        spec = known.spec if known is not None else None
        family, kind = (spec.family, name_kind(spec)) if spec is not None else ("custom", nodes[node].kind)
        chips.append(Chip("added", box, f"+ {kind}", _write_shape(inference, node), family, kind=kind))
    covered = (*change.changed, *change.removed)
    for node in covered[: MOST - len(boxes)]:
        item = sheet.nodes.get(node)
        if item is None:
            continue
        if node in after.graph.nodes:
            text = ", ".join(_tell_changes(before.graph.nodes[node], after.graph.nodes[node]))
            chips.append(_cover(item, "changed", text, _write_shape(inference, node)))
        else:
            chips.append(_cover(item, "removed", "is removed", ""))
    more = tuple(nodes[node].kind for node in (*change.added[MOST:], *covered[max(0, MOST - len(boxes)) :]))
    return Ghost(tuple(chips), tuple(_draw_lines(sheet, before, boxes, change.added_edges)), more)


def _write_shape(inference: Inference, node: str) -> str:
    known = inference.nodes.get(node)
    first = known.outputs[0] if known is not None and known.outputs else None
    return f"→ {write_type(first)}" if first is not None else ""


def _cover(item: NodeItem, what: str, text: str, shape: str) -> Chip:
    """Return the chip of a card that is there: over its lower half, so that its name is still read."""
    box = item.box
    chip = Box(box.left + 3, box.bottom - CHIP_HEIGHT + 3, box.right - 3, box.bottom - 3)
    return Chip(what, chip, text, shape, item.family, box, item.inferred.node.kind)


def _tell_changes(old: Node, new: Node) -> Iterator[str]:
    if old.kind != new.kind:
        yield f"becomes {show_name(new.kind)}"
    if old.name != new.name:
        yield f"named {show_name(new.name)}"
    for before, after in ((old.parameters, new.parameters), (old.options, new.options)):
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                was = f"{before[name]} " if name in before else ""
                yield f"{show_name(name)} {was}→ {after.get(name, 'default')}"


def _place_added(sheet: Sheet, before: Project, after: Project, added: tuple[str, ...]) -> dict[str, Box]:
    """Return where new cards are drawn: on the wire they go into, one below the other, else where they would lie."""
    new = set(added)
    boxes: dict[str, Box] = {}
    on_wires: dict[Edge, list[str]] = {}
    for node in added:
        edge = _find_wire(before, after, node, new)
        if edge is not None and edge in sheet.edges:
            on_wires.setdefault(edge, []).append(node)
        else:
            x, y = after.layout.get(node, (0.0, 0.0))
            boxes[node] = Box(x, y, x + CARD_WIDTH, y + CARD_HEIGHT)
    for edge, nodes in on_wires.items():
        nodes.sort(key=lambda node: len(_walk(after, node, new, forward=False)))
        x, y = _find_middle(sheet.edges[edge].line)
        top = y - (CHIP_STEP * (len(nodes) - 1) + CHIP_HEIGHT) / 2
        for number, node in enumerate(nodes):
            low = top + CHIP_STEP * number
            boxes[node] = Box(x - CARD_WIDTH / 2, low, x + CARD_WIDTH / 2, low + CHIP_HEIGHT)
    return boxes


def _walk(after: Project, node: str, new: set[str], *, forward: bool) -> list[str]:
    """Return the nodes from a new one along first wires, up to and with the first that is there already."""
    way = [node]
    while way[-1] in new and len(way) <= len(new):
        edges = (after.graph.outgoing if forward else after.graph.incoming).get(way[-1], ())
        if not edges:
            break
        way.append(edges[0].target if forward else edges[0].source)
    return way


def _find_wire(before: Project, after: Project, node: str, new: set[str]) -> Edge | None:
    """Return the present wire that a new node would lie on, None where it is none."""
    source, target = _walk(after, node, new, forward=False)[-1], _walk(after, node, new, forward=True)[-1]
    wires = before.graph.outgoing.get(source, ())
    return next((wire for wire in wires if wire.target == target and wire not in after.graph.edges), None)


def _find_middle(line: tuple[Point, ...]) -> Point:
    """Return the point half way along a line."""
    pieces = [QLineF(QPointF(*a), QPointF(*b)) for a, b in pairwise(line)]
    left = sum(piece.length() for piece in pieces) / 2
    for piece in pieces:
        if piece.length() >= left > 0:
            point = piece.pointAt(left / piece.length())
            return point.x(), point.y()
        left -= piece.length()
    return line[len(line) // 2]


def _draw_lines(
    sheet: Sheet, before: Project, boxes: dict[str, Box], wires: tuple[Edge, ...]
) -> Iterator[tuple[Point, Point]]:
    """Yield a line for each new wire between what is drawn; within a wire that is there its chips say enough."""
    turned = sheet.room.turned
    for wire in wires[:MOST_LINES]:
        ends = []
        for node, is_output in ((wire.source, True), (wire.target, False)):
            item = sheet.nodes.get(node)
            box = boxes.get(node, item.box if item is not None else None)
            if box is not None:
                across = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
                along = (box.right, box.bottom) if is_output else (box.left, box.top)
                ends.append((along[0], across[1]) if turned else (across[0], along[1]))
        if len(ends) == 2:
            yield ends[0], ends[1]
