"""The way of a wire from an output down to an input: straight where it can be, round the cards where it must be.

A wire leaves and enters vertically. Where a card is in the way, or where the target lies above the source, it runs
along a vertical lane beside the cards; lanes that would lie on one another are moved apart. A route depends on its
end points and the cards near them alone, so the same document always gives the same picture. Where data flows to the
right everything is worked out mirrored along the diagonal, in the room that cards leave there.
"""

import bisect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from designer.ui.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    Box,
    Curve,
    Point,
    enclose,
    flatten_curve,
    join_boxes,
    mirror,
    mirror_box,
)
from designer.ui.canvas.swerving import Swerve, find_swerves, trace_swerves

LANE_STEP = 14.0  # between two lanes side by side
MOST_SHIFTS = 16  # beyond so many lanes side by side they share the last
CLEARANCE = 6.0  # what a wire keeps from cards it passes
LEVEL = 16.0  # a target at least this far below is reached without turning back
FAR = 100.0  # a lane so far beside both ports is worth a look for one that goes round a few cards
MOST_LOOKED_AT = 200  # cards beside a wire, beyond which no such lane is looked for
SEARCH_WIDTH = 600.0  # how far to either side a lane is looked for

# Gives the boxes of the cards that meet a box.
FindCards = Callable[[Box], Iterable[Box]]
# Gives the left and right sides of the cards that meet a box, each pair once; where data flows right, of the mirrored.
FindSides = Callable[[Box], Sequence[tuple[float, float]]]
Key = TypeVar("Key", bound=Any)  # hashable and orderable


@dataclass(frozen=True, slots=True)
class Room:
    """The room that wires have: how wide a card is across the flow, from its side to a lane, the bend into a lane."""

    turned: bool
    across: float
    margin: float
    step: float
    bend: float


DOWN = Room(turned=False, across=CARD_WIDTH, margin=40.0, step=LANE_STEP, bend=52.0)
RIGHT = Room(turned=True, across=CARD_HEIGHT, margin=14.0, step=6.0, bend=64.0)


class Lane(NamedTuple):
    """The vertical part of a route. `outward` is +1 where the way round the cards goes right, -1 where it goes left.

    `free` is how far it can move outward before it comes to other cards.
    """

    x: float
    outward: int
    swerves: tuple[Swerve, ...] = ()
    free: float = math.inf


class Route(NamedTuple):
    """The way of one wire, as it is where data flows down. Cards outside the box `reach` have no part in it.

    `reach` is a box of the canvas; `ends` are where the wire begins and ends there.
    """

    start: Point
    end: Point
    lane: Lane | None
    reach: Box
    room: Room = DOWN

    @property
    def ends(self) -> tuple[Point, Point]:
        """Where on the canvas it begins and ends."""
        return (mirror(self.start), mirror(self.end)) if self.room.turned else (self.start, self.end)


def find_route(
    start: Point, end: Point, own: tuple[Box, Box], cards: FindCards, sides: FindSides, room: Room = DOWN
) -> Route:
    """Return the way from an output port to an input port. `own` are the boxes of the two cards it joins."""
    if not room.turned:
        return _find_route(start, end, own, cards, sides, room)

    def find_turned(box: Box) -> Iterable[Box]:
        return [mirror_box(card) for card in cards(mirror_box(box))]

    both = (mirror_box(own[0]), mirror_box(own[1]))
    route = _find_route(mirror(start), mirror(end), both, find_turned, sides, room)
    return route._replace(reach=mirror_box(route.reach))


def straight_route(start: Point, end: Point, room: Room = DOWN) -> Route:
    """Return the way from an output port to an input port over whatever lies between."""
    if room.turned:
        start, end = mirror(start), mirror(end)
    return Route(start, end, None, enclose((start, end)), room)


def _find_route(
    start: Point, end: Point, own: tuple[Box, Box], cards: FindCards, sides: FindSides, room: Room
) -> Route:
    if start[0] == end[0] and end[1] - start[1] >= LEVEL:
        # Port under port, as most are: every card that comes near is in the way.
        near = Box(start[0] - CLEARANCE, start[1] - 2, end[0] + CLEARANCE, end[1] + 2)
        if all(card in own for card in cards(near)):
            return Route(start, end, None, near, room)
    line = flatten_curve(direct_curve(start, end), 8)
    around = enclose(line)
    rise = start[1] - end[1]
    if rise <= -LEVEL:
        if not any(card not in own and _crosses(line, card) for card in cards(around.grow(CLEARANCE, 2))):
            return Route(start, end, None, around.grow(CLEARANCE, 2), room)
    elif abs(end[0] - start[0]) > room.across and rise < CARD_WIDTH / 3:
        # Cards side by side: an S between them reads better than two turns.
        return Route(start, end, None, around, room)
    top, bottom = sorted((start[1], end[1]))
    # What only touches the ends is left out going down, and taken in going up: the wire must pass it.
    inset = -CLEARANCE if rise > -LEVEL else 1.0
    reach = Box(min(start[0], end[0]) - SEARCH_WIDTH, top + inset, max(start[0], end[0]) + SEARCH_WIDTH, bottom - inset)
    lane = _choose_lane(start, end, sides(reach), room)
    if rise > -LEVEL and _find_detour(start, end, lane.x) > FAR:
        lane = _swerve(start, end, lane, own, list(cards(reach)), room)
    # A card that stands in the straight way, and above or below the reach, has a part in it too: it calls for the lane.
    straight = around.grow(CLEARANCE, 2)
    return Route(start, end, lane, join_boxes((reach, straight)) or reach, room)


def trace_route(route: Route, shift: float = 0.0) -> Curve:
    """Return the curve of a route on the canvas, its lane moved outward by `shift`."""
    if route.lane is None:
        curve = direct_curve(route.start, route.end)
    else:
        aside = route.lane.outward * shift
        curve = lane_curve(route.start, route.end, route.lane.x + aside, route.room.bend)
        if route.lane.swerves:
            curve = (*curve[:4], *trace_swerves(curve[3], curve[6], route.lane.swerves, aside), *curve[7:])
    return tuple([mirror(point) for point in curve]) if route.room.turned else curve


def free_curve(start: Point, end: Point, room: Room) -> Curve:
    """Return the curve of a wire in the hand, from place to place on the canvas, whatever lies between."""
    if not room.turned:
        return direct_curve(start, end)
    return tuple([mirror(point) for point in direct_curve(mirror(start), mirror(end))])


def direct_curve(start: Point, end: Point) -> Curve:
    """Return the curve that leaves downward and arrives downward, straight where the ports stand in line."""
    height = end[1] - start[1]
    handle = height / 2 if height >= LEVEL else min(80.0, 48.0 + abs(height) / 4)
    return start, (start[0], start[1] + handle), (end[0], end[1] - handle), end


def lane_curve(start: Point, end: Point, x: float, most: float = DOWN.bend) -> Curve:
    """Return the curve from port to port by way of the vertical line at `x`."""
    (x0, y0), (x3, y3) = start, end
    if y3 >= y0 + LEVEL:
        bend = min(most, (y3 - y0) / 2)
        lean = bend * 0.8
        enter, leave = y0 + bend, y3 - bend
        first = ((x0, y0 + lean), (x, enter - lean), (x, enter))
        last = ((x, leave + lean), (x3, y3 - lean), end)
    else:
        enter, leave = y0, y3
        if enter < leave:
            enter = leave = (y0 + y3) / 2
        swing, dip = _swing(x - x0), _swing(x - x3)
        first = ((x0, y0 + swing), (x, y0 + swing), (x, enter))
        last = ((x, y3 - dip), (x3, y3 - dip), end)
    return start, *first, (x, enter), (x, leave), (x, leave), *last


def separate_lanes(routes: Mapping[Key, Route]) -> dict[Key, float]:
    """Return how far to move each lane outward so that no two lie on one another; routes without a lane are left out.

    Short lanes stay inside and long ones go round them, as brackets do.
    """
    spans = []
    for key, route in routes.items():
        if route.lane is not None:
            low, high = sorted((route.start[1], route.end[1]))
            spans.append((high - low, low, route.start, route.end, key, route.lane))
    spans.sort(key=lambda span: span[:5])
    taken: dict[int, list[tuple[float, float]]] = {}  # free of overlap, in rising order, by column
    shifts: dict[Key, float] = {}
    width = next((route.room.step for route in routes.values()), LANE_STEP)
    for height, low, _, _, key, lane in spans:
        for step in range(1 + int(min(lane.free, (MOST_SHIFTS - 1) * width) // width)):
            column = taken.setdefault(round((lane.x + lane.outward * step * width) / width), [])
            place = bisect.bisect_left(column, (low, low))
            after = column[place][0] if place < len(column) else float("inf")
            before = column[place - 1][1] if place else float("-inf")
            if before <= low and low + height <= after:
                column.insert(place, (low, low + height))
                break
        shifts[key] = step * width
    return shifts


def _find_detour(start: Point, end: Point, x: float) -> float:
    """Return how much further to the side than both ports a lane lies."""
    return max(min(start[0], end[0]) - x, x - max(start[0], end[0]), 0.0)


def _swerve(start: Point, end: Point, lane: Lane, own: tuple[Box, Box], cards: list[Box], room: Room) -> Lane:
    """Return a lane that is much nearer than a free one and goes round the few cards in it, else the free one."""
    if len(cards) > MOST_LOOKED_AT:
        return lane
    curve = lane_curve(start, end, lane.x, room.bend)
    top, bottom = sorted((curve[3][1], curve[6][1]))
    near = {(card.right + room.margin, 1) for card in cards} | {(card.left - room.margin, -1) for card in cards}
    for x, outward in sorted(near, key=lambda one: (_find_detour(start, end, one[0]), abs(one[0] - end[0]), one)):
        far = _find_detour(start, end, lane.x) - FAR
        if _find_detour(start, end, x) > far:
            break
        swerves = find_swerves(x, (top, bottom), cards, own, CLEARANCE)
        if swerves and all(_find_detour(start, end, swerve.x) <= far for swerve in swerves):
            return Lane(x, outward, swerves)
    return lane


def _choose_lane(start: Point, end: Point, sides: Sequence[tuple[float, float]], room: Room) -> Lane:
    """Return the lane with the least detour that no card blocks."""
    middle, spread = (start[0] + end[0]) / 2, abs(start[0] - end[0]) / 2
    goal = end[0] if end[1] < start[1] + LEVEL else start[0]
    side = 1 if end[0] > start[0] or end[1] < start[1] + LEVEL else -1
    candidates = [(right + room.margin, 1) for _, right in sides]
    candidates += [(left - room.margin, -1) for left, _ in sides]
    if end[1] >= start[1] + LEVEL:  # straight on from the one, and only then over to the other
        candidates += [(x, 1 if x >= middle else -1) for x in (start[0], end[0])]

    def cost(lane: tuple[float, int]) -> tuple[float, float, int, float]:
        # Least detour first; then nearer to the goal's column; then the side of the port: what comes from the trunk
        # itself enters at the port beside this one, and is not crossed so.
        x, outward = lane
        return max(abs(x - middle), spread), abs(x - goal), -side * outward, x

    walls = _merge_intervals((left - CLEARANCE, right + CLEARANCE) for left, right in sides)
    gaps = [(left, right) for (_, left), (right, _) in itertools.pairwise(walls) if right - left < 2 * room.margin]
    candidates += [((left + right) / 2, side) for left, right in gaps]
    for x, outward in sorted(candidates, key=cost):
        place = bisect.bisect_right(walls, (x, float("inf"))) - 1
        if place < 0 or walls[place][1] <= x:
            beside = walls[place + 1 : place + 2] if outward > 0 else walls[max(place, 0) : place + 1]
            return Lane(x, outward, free=min((abs(x - wall[outward < 0]) for wall in beside), default=math.inf))
    return Lane(max((right for _, right in sides), default=max(start[0], end[0]) + room.across / 2) + room.margin, 1)


def _merge_intervals(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the same stretch of the line as intervals that do not overlap, in rising order."""
    merged: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _swing(distance: float) -> float:
    """Return how far a wire swings out before it turns back into a lane so far away."""
    return 26.0 + min(abs(distance), 260.0) * 0.1


def _crosses(line: tuple[Point, ...], card: Box) -> bool:
    left, top, right, bottom = card.grow(CLEARANCE, 2)
    return any(
        (a[0] <= right or b[0] <= right)
        and (a[0] >= left or b[0] >= left)
        and (a[1] <= bottom or b[1] <= bottom)
        and (a[1] >= top or b[1] >= top)
        for a, b in itertools.pairwise(line)
    )
