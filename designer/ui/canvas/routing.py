"""The way of a wire from an output down to an input: straight where it can be, round the cards where it must be.

A wire leaves and enters vertically. Where a card is in the way, or where the target lies above the source, it runs
along a vertical lane beside the cards; lanes that would lie on one another are moved apart. A route depends on its
end points and the cards near them alone, so the same document always gives the same picture.
"""

import bisect
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from designer.ui.canvas.geometry import CARD_WIDTH, Box, Curve, Point, enclose, flatten_curve, join_boxes

LANE_MARGIN = 40.0  # from a card's side to the nearest lane
LANE_STEP = 14.0  # between two lanes side by side
MOST_SHIFTS = 16  # beyond so many lanes side by side they share the last
CLEARANCE = 6.0  # what a wire keeps from cards it passes
BEND = 52.0  # height of the bend into a lane
LEVEL = 16.0  # a target at least this far below is reached without turning back
SEARCH_WIDTH = 600.0  # how far to either side a lane is looked for

# Gives the boxes of the cards that meet a box.
FindCards = Callable[[Box], Iterable[Box]]
Key = TypeVar("Key", bound=Any)  # hashable and orderable


@dataclass(frozen=True, slots=True)
class Lane:
    """The vertical part of a route. `outward` is +1 where the way round the cards goes right, -1 where it goes left."""

    x: float
    outward: int


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one wire. Cards outside the box `reach` have no part in it."""

    start: Point
    end: Point
    lane: Lane | None
    reach: Box


def find_route(start: Point, end: Point, own: tuple[Box, Box], cards: FindCards) -> Route:
    """Return the way from an output port to an input port. `own` are the boxes of the two cards it joins."""
    line = flatten_curve(direct_curve(start, end), 8)
    around = enclose(line)
    rise = start[1] - end[1]
    if rise <= -LEVEL:
        if not any(card not in own and _crosses(line, card) for card in cards(around.grow(CLEARANCE, 2))):
            return Route(start, end, None, around.grow(CLEARANCE, 2))
    elif abs(end[0] - start[0]) > CARD_WIDTH and rise < CARD_WIDTH / 3:
        # Cards side by side: an S between them reads better than two turns.
        return Route(start, end, None, around)
    top, bottom = sorted((start[1], end[1]))
    # What only touches the ends is left out going down, and taken in going up: the wire must pass it.
    inset = -CLEARANCE if rise > -LEVEL else 1.0
    reach = Box(min(start[0], end[0]) - SEARCH_WIDTH, top + inset, max(start[0], end[0]) + SEARCH_WIDTH, bottom - inset)
    lane = _choose_lane(start, end, list(cards(reach)))
    # A card that stands in the straight way, and above or below the reach, has a part in it too: it calls for the lane.
    straight = around.grow(CLEARANCE, 2)
    return Route(start, end, lane, join_boxes((reach, straight)) or reach)


def trace_route(route: Route, shift: float = 0.0) -> Curve:
    """Return the curve of a route, its lane moved outward by `shift`."""
    if route.lane is None:
        return direct_curve(route.start, route.end)
    return lane_curve(route.start, route.end, route.lane.x + route.lane.outward * shift)


def direct_curve(start: Point, end: Point) -> Curve:
    """Return the curve that leaves downward and arrives downward, straight where the ports stand in line."""
    height = end[1] - start[1]
    handle = height / 2 if height >= LEVEL else min(80.0, 48.0 + abs(height) / 4)
    return start, (start[0], start[1] + handle), (end[0], end[1] - handle), end


def lane_curve(start: Point, end: Point, x: float) -> Curve:
    """Return the curve from port to port by way of the vertical line at `x`."""
    (x0, y0), (x3, y3) = start, end
    if y3 >= y0 + LEVEL:
        bend = min(BEND, (y3 - y0) / 2)
        lean = bend * 0.8
        enter, leave = y0 + bend, y3 - bend
        first = ((x0, y0 + lean), (x, enter - lean), (x, enter))
        last = ((x, leave + lean), (x3, y3 - lean), end)
    else:
        enter, leave = y0 - BEND, y3 + BEND / 2
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
    taken: dict[int, list[tuple[float, float]]] = {}  # free of overlap, in rising order, by column of LANE_STEP
    shifts: dict[Key, float] = {}
    for height, low, _, _, key, lane in spans:
        for step in range(MOST_SHIFTS):
            column = taken.setdefault(round((lane.x + lane.outward * step * LANE_STEP) / LANE_STEP), [])
            place = bisect.bisect_left(column, (low, low))
            after = column[place][0] if place < len(column) else float("inf")
            before = column[place - 1][1] if place else float("-inf")
            if before <= low and low + height <= after:
                column.insert(place, (low, low + height))
                break
        shifts[key] = step * LANE_STEP
    return shifts


def _choose_lane(start: Point, end: Point, cards: list[Box]) -> Lane:
    """Return the lane with the least detour that no card blocks."""
    middle, spread = (start[0] + end[0]) / 2, abs(start[0] - end[0]) / 2
    goal = end[0] if end[1] < start[1] + LEVEL else start[0]
    candidates = [Lane(x + LANE_MARGIN, 1) for x in {card.right for card in cards}]
    candidates += [Lane(x - LANE_MARGIN, -1) for x in {card.left for card in cards}]

    def cost(lane: Lane) -> tuple[float, float, int, float]:
        # Least detour first; then nearer to the goal's column; then right before left.
        return max(abs(lane.x - middle), spread), abs(lane.x - goal), -lane.outward, lane.x

    walls = _merge_intervals((card.left - CLEARANCE, card.right + CLEARANCE) for card in cards)
    for lane in sorted(candidates, key=cost):
        place = bisect.bisect_right(walls, (lane.x, float("inf"))) - 1
        if place < 0 or walls[place][1] <= lane.x:
            return lane
    return Lane(max((card.right for card in cards), default=max(start[0], end[0]) + CARD_WIDTH / 2) + LANE_MARGIN, 1)


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
