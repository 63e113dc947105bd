"""Where comments and frames lie: a frame round the cards of its nodes and round the frames inside it. Pure, no Qt."""

from collections.abc import Callable, Collection, Mapping

from designer.document.drawing import FRAME_FOOT, FRAME_SIDE, FRAME_TITLE, Remark
from designer.ui.canvas.geometry import Box, Point, join_boxes

MARGIN = FRAME_SIDE  # from the cards to the rim of their frame
FOOT = FRAME_FOOT  # below them
TITLE = FRAME_TITLE  # height of the strip with a frame's words

Remarks = Mapping[str, Remark]


def place_remarks(
    remarks: Remarks, cards: Mapping[str, Box], measure: Callable[[str], tuple[float, float]]
) -> dict[str, Box]:
    """Return the box of each comment and frame, outer frames before those inside them; without cards a frame has none.

    `measure` gives width and height of a comment with a text.
    """
    boxes = place_frames(remarks, cards)
    for key, remark in remarks.items():
        if not remark.is_frame:
            (x, y), (width, height) = remark.position, measure(remark.text)
            boxes[key] = Box(x, y, x + width, y + height)
    return boxes


def place_frames(remarks: Remarks, cards: Mapping[str, Box]) -> dict[str, Box]:
    """Return the box of each frame, outer ones first."""
    frames = sorted(((key, one.nodes) for key, one in remarks.items() if one.is_frame), key=lambda pair: len(pair[1]))
    boxes: dict[str, Box] = {}
    placed: dict[str, list[tuple[frozenset[str], Box]]] = {}  # by one of their nodes: frames share few
    for key, nodes in frames:
        inner = [box for node in nodes for inside, box in placed.get(node, ()) if inside <= nodes]
        around = join_boxes([cards[node] for node in nodes if node in cards] + inner)
        if around is not None:
            box = Box(around.left - MARGIN, around.top - MARGIN - TITLE, around.right + MARGIN, around.bottom + FOOT)
            boxes[key] = box
            placed.setdefault(min(nodes), []).append((nodes, box))
    return dict(reversed(boxes.items()))


def title_box(box: Box) -> Box:
    """Return the strip of a frame that has its words and is taken hold of."""
    return Box(box.left, box.top, box.right, box.top + TITLE)


def find_frame(remarks: Remarks, cards: Mapping[str, Box], moved: Collection[str], point: Point) -> str | None:
    """Return the innermost frame that a point lies in when the moved nodes are left out of it, None for none.

    A frame that holds nothing but moved nodes moves with them, so it takes nothing in.
    """
    still = {key: box for key, box in cards.items() if key not in moved}
    holding = [key for key, box in place_frames(remarks, still).items() if box.holds(point)]
    return holding[-1] if holding else None
