"""Cards in line and evenly apart: pure functions from the places of some cards to better ones.

No card comes to lie on another of them: where an alignment would stack cards, those that meet are spread along the line
just so far that they touch no longer.
"""

import math
from collections.abc import Mapping
from typing import Literal

from frozendict import frozendict

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH
from designer.document.drawing import Position

Side = Literal["left", "right", "top", "bottom", "centre", "middle"]
Axis = Literal["horizontally", "vertically"]
SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")

_LEAST_GAP = (16.0, 32.0)  # canvas units that stay free between two cards side by side, and below one another
_NEAREST = 8  # cards of a line that a further one can meet
_SIZE = (CARD_WIDTH, CARD_HEIGHT)
# Which axis a side fixes, and where between the two ends of the selection the line runs.
_LINES: Mapping[str, tuple[int, float]] = frozendict(
    left=(0, 0.0), centre=(0, 0.5), right=(0, 1.0), top=(1, 0.0), middle=(1, 0.5), bottom=(1, 1.0)
)


def align(places: Mapping[str, Position], side: Side) -> Mapping[str, Position]:
    """Return new places for cards with one side, or their middles, on one line.

    "left", "centre" and "right" make a column, "top", "middle" and "bottom" a row.
    """
    if len(places) < 2:
        return places
    axis, share = _LINES[side]
    low, high = min(place[axis] for place in places.values()), max(place[axis] for place in places.values())
    line = low + (high - low) * share
    aligned = {key: _put(place, axis, line) for key, place in places.items()}
    return _spread(aligned, 1 - axis)


def distribute(places: Mapping[str, Position], axis: Axis) -> Mapping[str, Position]:
    """Return new places for cards with the same distance from each to the next; the two at the ends stay.

    Cards that have not enough room between the two are spread beyond the last.
    """
    if len(places) < 3:
        return places
    along = 0 if axis == "horizontally" else 1
    order = _sort(places, along)
    first, last = places[order[0]][along], places[order[-1]][along]
    step = (last - first) / (len(order) - 1)
    # Cards of other rows may stand above one another: only such as meet must keep away.
    even = {key: _put(places[key], along, round(first + number * step)) for number, key in enumerate(order)}
    return _spread({key: even[key] for key in places}, along)


def _spread(places: Mapping[str, Position], axis: int) -> Mapping[str, Position]:
    """Return the places with cards that meet pushed apart along an axis, around their common middle, in their order."""
    size, across = _SIZE[axis], _SIZE[1 - axis]
    moved = dict(places)
    lines: dict[int, list[str]] = {}  # cards by where they stand across the axis, in steps of a card
    for key in _sort(places, axis):
        line = math.floor(moved[key][1 - axis] / across)
        near = [other for number in (line - 1, line, line + 1) for other in lines.get(number, ())[-_NEAREST:]]
        for before in sorted(near, key=lambda other: moved[other][axis]):
            meets = abs(moved[before][1 - axis] - moved[key][1 - axis]) < across
            if meets and abs(moved[before][axis] - moved[key][axis]) < size:
                moved[key] = _put(moved[key], axis, moved[before][axis] + size + _LEAST_GAP[axis])
        lines.setdefault(line, []).append(key)
    if not moved:
        return frozendict()
    grown = sum(moved[key][axis] - places[key][axis] for key in moved) / len(moved)
    back = round(grown / 8.0) * 8.0  # the middle of all stays about where it was, and on the grid
    return frozendict({key: _put(place, axis, place[axis] - back) for key, place in moved.items()})


def _sort(places: Mapping[str, Position], axis: int) -> list[str]:
    return sorted(places, key=lambda key: (places[key][axis], places[key][1 - axis], key))


def _put(place: Position, axis: int, value: float) -> Position:
    return (value, place[1]) if axis == 0 else (place[0], value)
