"""Where everything on the canvas lies: ports, snapped positions, curves, distances, label places. Pure, without Qt.

Lengths are canvas units. A position is the top left corner of a card. y grows downward, and data flows that way, or to
the right where it is said to be turned: then x and y change places, as in a mirror along the diagonal.
"""

import functools
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

CARD_WIDTH = 208.0
CARD_HEIGHT = 44.0
GRID = 8.0
PORT_STEP = 20.0
PORT_MARGIN = 16.0
SMALL_HEIGHT = 22.0  # of a card that shows its name alone, in the middle of where the whole card would be
SIDE_STEP, LEAST_SIDE_STEP, SIDE_MARGIN = 14.0, 5.5, 5.0  # of ports on the sides of a card
CLOSE = 120.0  # a gap between boxes that counts as none where only about is asked
SNUG_GAP = 38.0  # the gap that a column of cards keeps, room for one line of text beside the wire

Point = tuple[float, float]
# Control points of joined cubic Bézier pieces: start, then two handles and an end for each piece.
Curve = tuple[Point, ...]


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def grow(self, x: float, y: float | None = None) -> "Box":
        """Return the box with its sides moved out by `x` and by `y` (the same unless given)."""
        y = x if y is None else y
        return Box(self.left - x, self.top - y, self.right + x, self.bottom + y)

    def meets(self, other: "Box") -> bool:
        """Return whether the two share a point."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def cut(self, other: "Box") -> "Box":
        """Return what the two share, where they meet."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def encloses(self, other: "Box") -> bool:
        """Return whether the other lies inside, its rim included."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def holds(self, point: Point) -> bool:
        """Return whether the point lies inside or on the rim."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


@dataclass(frozen=True, slots=True, order=True)
class PortRef:
    """One port of one node: output number `number` where `is_output`, else input number `number`."""

    node: str
    number: int
    is_output: bool


def mirror(point: Point) -> Point:
    """Return a point with x and y changed about."""
    return point[1], point[0]


def mirror_box(box: Box) -> Box:
    """Return a box with x and y changed about."""
    return Box(box.top, box.left, box.bottom, box.right)


def card_box(position: Point, *, small: bool = False) -> Box:
    """Return the box a card fills."""
    x, y = position
    inset = (CARD_HEIGHT - SMALL_HEIGHT) / 2 if small else 0.0
    return Box(x, y + inset, x + CARD_WIDTH, y + CARD_HEIGHT - inset)


def port_offset(
    index: int,
    count: int,
    half: float = CARD_WIDTH / 2 - PORT_MARGIN,
    step: float = PORT_STEP,
    least: float = PORT_STEP,
) -> float:
    """Return how far from the middle of a card's rim port `index` of `count` stands.

    The first stands in the middle, so that a chain of layers hangs on one straight line; the others follow by `step`,
    by no less than `least` where it is narrow. When they no longer fit there, all of them share the whole rim, `half`
    to either side.
    """
    if (count - 1) * least <= half:
        return index * min(step, half / max(count - 1, 1))
    return -half + 2 * half * index / (count - 1)


def port_point(
    position: Point, index: int, count: int, is_output: bool, *, turned: bool = False, small: bool = False
) -> Point:
    """Return where a port stands: inputs on the card's upper rim, outputs on the lower one; turned, left and right.

    A number outside 0 ... count - 1, as a damaged file may have, is shown at the nearest port there is.
    """
    count = max(count, 1)
    index = min(max(index, 0), count - 1)
    box = card_box(position, small=small)
    if not turned:
        return box.left + CARD_WIDTH / 2 + port_offset(index, count), box.bottom if is_output else box.top
    half = (box.bottom - box.top) / 2 - SIDE_MARGIN
    y = (box.top + box.bottom) / 2 + port_offset(index, count, half, SIDE_STEP, LEAST_SIDE_STEP)
    return box.right if is_output else box.left, y


@functools.lru_cache(maxsize=1000)
def list_ports(inputs: int, outputs: int, turned: bool, small: bool) -> tuple[tuple[int, bool, float, float], ...]:
    """Return the ports of a card: number, whether it is an output, and how far it stands from the card's corner."""
    ports = [(number, False) for number in range(inputs)] + [(number, True) for number in range(outputs)]
    return tuple(
        (
            number,
            is_output,
            *port_point((0.0, 0.0), number, outputs if is_output else inputs, is_output, turned=turned, small=small),
        )
        for number, is_output in ports
    )


def snap(value: float, step: float = GRID) -> float:
    """Return the grid line nearest to `value`."""
    return math.floor(value / step + 0.5) * step


def snap_move(anchor: Point, delta: Point) -> Point:
    """Return the move nearest to `delta` that puts `anchor` on the grid."""
    return snap(anchor[0] + delta[0]) - anchor[0], snap(anchor[1] + delta[1]) - anchor[1]


def centred(point: Point) -> Point:
    """Return the snapped position of a card whose middle is at `point`."""
    return snap(point[0] - CARD_WIDTH / 2), snap(point[1] - CARD_HEIGHT / 2)


def enclose(points: Iterable[Point]) -> Box:
    """Return the smallest box around at least one point."""
    xs, ys = zip(*points)  # noqa: B905 (points have two numbers each)
    return Box(min(xs), min(ys), max(xs), max(ys))


def join_boxes(boxes: Iterable[Box]) -> Box | None:
    """Return the smallest box around all of them, None where there are none."""
    boxes = list(boxes)
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def join_two(first: Box, second: Box) -> Box:
    """Return the smallest box around both."""
    return Box(
        min(first.left, second.left),
        min(first.top, second.top),
        max(first.right, second.right),
        max(first.bottom, second.bottom),
    )


def join_stacks(boxes: Iterable[Box], *, turned: bool = False) -> list[Box]:
    """Return boxes that cover all of them: those that stand close together in one column, or row, are made one."""
    joined: list[Box] = []
    for box in sorted(mirror_box(box) for box in boxes) if turned else sorted(boxes):
        before = joined[-1] if joined else None
        if (
            before is not None
            and (before.left, before.right) == (box.left, box.right)
            and box.top <= before.bottom + CLOSE
        ):
            joined[-1] = Box(box.left, before.top, box.right, max(before.bottom, box.bottom))
        else:
            joined.append(box)
    return [mirror_box(box) for box in joined] if turned else joined


def box_between(first: Point, second: Point) -> Box:
    """Return the box with these two corners, in whatever order they come."""
    return enclose((first, second))


def flatten_curve(curve: Curve, steps: int = 12) -> tuple[Point, ...]:
    """Return points along a curve, `steps` straight lines for each piece that bends and one for each that does not."""
    points = [curve[0]]
    for start in range(0, len(curve) - 1, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve[start : start + 4]
        if x0 == x1 == x2 == x3 or y0 == y1 == y2 == y3:
            points.append((x3, y3))
            continue
        for step in range(1, steps + 1):
            t = step / steps
            s = 1 - t
            a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return tuple(points)


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """Return the distance from a point to a straight line between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if length <= 0:
        return math.dist(point, start)
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * dx, start[1] + share * dy))


def distance_to_line(point: Point, line: Sequence[Point]) -> float:
    """Return the distance from a point to a line of several straight pieces."""
    return min(distance_to_segment(point, a, b) for a, b in itertools.pairwise(line))


def segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether the straight lines a-b and c-d share a point."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    for axis in (0, 1):
        if max(a[axis], b[axis]) < min(c[axis], d[axis]) or max(c[axis], d[axis]) < min(a[axis], b[axis]):
            return False
    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0


def lines_cross(first: Sequence[Point], second: Sequence[Point]) -> bool:
    """Return whether two lines of several straight pieces share a point."""
    return any(segments_cross(a, b, c, d) for a, b in itertools.pairwise(first) for c, d in itertools.pairwise(second))


def line_meets_box(line: Sequence[Point], box: Box) -> bool:
    """Return whether any part of a line of several straight pieces lies in the box."""
    left, top, right, bottom = box
    x0, y0 = line[0]
    for x1, y1 in line[1:] or line:
        # Most pieces lie wholly to one side of the box: asked of every label and wire in view, so written out.
        beside = (x0 < left and x1 < left) or (x0 > right and x1 > right)
        if not (beside or (y0 < top and y1 < top) or (y0 > bottom and y1 > bottom)):
            # The two overlap along both axes: they meet unless all corners lie on one side of the line.
            dx, dy = x1 - x0, y1 - y0
            sides = [dx * (y - y0) - dy * (x - x0) for x in (left, right) for y in (top, bottom)]
            if min(sides) <= 0 <= max(sides):
                return True
        x0, y0 = x1, y1
    return False


def place_label(
    port: Point, below: float, size: Point, lines: Iterable[Sequence[Point]], cards: Iterable[Box]
) -> Box | None:
    """Return where the shape label of an output port goes: right of its wire, else left, None where neither has room.

    `below` is how much free height lies under the port, `size` the label's width and height; `lines` (wires) and
    `cards` are what it must not cover.
    """
    width, height = size
    if below < height + 2:
        return None
    top = port[1] + min(below, SNUG_GAP) / 2 - height / 2
    lines, cards = list(lines), list(cards)
    for left in (port[0] + 10, port[0] - 10 - width):
        box = Box(left, top, left + width, top + height)
        room = box.grow(3, 1)
        if not any(box.meets(card) for card in cards) and not any(line_meets_box(line, room) for line in lines):
            return box
    return None


def wire_width(elements: int | None, thinnest: float, thickest: float) -> float:
    """Return the width of a wire that carries a tensor of so many elements: by its logarithm, 100 to 100,000."""
    if not elements:
        return thinnest
    share = (math.log10(elements) - 2) / 3
    return thinnest + (thickest - thinnest) * min(1.0, max(0.0, share))
