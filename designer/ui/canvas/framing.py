"""Where comments and frames lie: a frame round the cards of its nodes and round the frames inside it. Pure, no Qt."""

from collections.abc import Callable, Collection, Mapping

from designer.document.drawing import FRAME_MARGINS, Remark
from designer.ui.canvas.geometry import Box, Point, join_boxes

Remarks = Mapping[str, Remark]


def place_remarks(
    remarks: Remarks, cards: Mapping[str, Box], flow: str, measure: Callable[[str], tuple[float, float]]
) -> dict[str, Box]:
    """Return the box of each comment and frame, outer frames before those inside them; without cards a frame has none.

    `measure` gives width and height of a comment with a text.
    """
    boxes = place_frames(remarks, cards, flow)
    for key, remark in remarks.items():
        if not remark.is_frame:
            (x, y), (width, height) = remark.position, measure(remark.text)
            boxes[key] = Box(x, y, x + width, y + height)
    return boxes


def place_frames(remarks: Remarks, cards: Mapping[str, Box], flow: str) -> dict[str, Box]:
    """Return the box of each frame, outer ones first."""
    margins = FRAME_MARGINS[flow]
    frames = sorted(((key, one.nodes) for key, one in remarks.items() if one.is_frame), key=lambda pair: len(pair[1]))
    boxes: dict[str, Box] = {}
    placed: dict[str, list[tuple[frozenset[str], Box]]] = {}  # by one of their nodes: frames share few
    for key, nodes in frames:
        inner = [box for node in nodes for inside, box in placed.get(node, ()) if inside <= nodes]
        ends = [(cards[node], margins.foot) for node in nodes if node in cards]
        ends += [(box, margins.step) for box in inner]
        around = join_boxes(Box(box.left, box.top, box.right, box.bottom + foot) for box, foot in ends)
        if around is not None:
            left, top, right, bottom = around
            boxes[key] = box = Box(left - margins.side, top - margins.head, right + margins.side, bottom)
            placed.setdefault(min(nodes), []).append((nodes, box))
    return dict(reversed(boxes.items()))


def title_box(box: Box, flow: str) -> Box:
    """Return the strip of a frame that has its words and is taken hold of."""
    return Box(box.left, box.top, box.right, box.top + FRAME_MARGINS[flow].title)


def find_frame(
    remarks: Remarks, cards: Mapping[str, Box], flow: str, moved: Collection[str], point: Point
) -> str | None:
    """Return the innermost frame that a point lies in when the moved nodes are left out of it, None for none.

    A frame that holds nothing but moved nodes moves with them, so it takes nothing in.
    """
    still = {key: box for key, box in cards.items() if key not in moved}
    holding = [key for key, box in place_frames(remarks, still, flow).items() if box.holds(point)]
    return holding[-1] if holding else None
