"""What is seen of a sheet, item by item, as values: where two pictures of it agree, nothing needs to be drawn anew."""

import functools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from designer.ui.canvas.geometry import Box, join_two

MOST_PARTS = 8  # of a picture that are drawn anew, each on its own
MOST_SHARE = 0.7  # of a picture: where more changed all of it is drawn anew
RIM = 16.0  # canvas units around a box in which there may be more of it: ports, badges, half a thick wire


class Sight(NamedTuple):
    """One thing that is drawn: all that its look follows from, and the box that it fills, but for its `RIM`."""

    look: tuple[object, ...]
    box: Box


@dataclass(slots=True)
class Sights:
    """What is seen, by what it is of: `stacked` things lie on one another, the last above; `flat` ones in any order."""

    stacked: dict[Hashable, Sight] = field(default_factory=dict)
    flat: dict[Hashable, Sight] = field(default_factory=dict)


def compare_sights(before: Sights, after: Sights) -> list[Box] | None:
    """Return the boxes in which two pictures differ; None where things lie on one another in another order."""
    old, new = before.stacked, after.stacked
    if [key for key in old if key in new] != [key for key in new if key in old]:
        return None
    return _compare(old, new) + _compare(before.flat, after.flat)


def _compare(before: dict[Hashable, Sight], after: dict[Hashable, Sight]) -> list[Box]:
    changed = [sight.box for key, sight in before.items() if key not in after]
    for key, sight in after.items():
        known = before.get(key)
        if known is None or (known.look != sight.look and known.box == sight.box):
            changed.append(sight.box)
        elif known != sight:
            changed += [known.box, sight.box]
    return changed


def join_parts(parts: Iterable[Box], whole: Box, dear: float) -> list[Box]:
    """Return a few boxes that cover what of these lies in `whole`: what is drawn as quickly together is made one.

    `dear` is the area that is drawn as quickly as one box more is begun.
    """
    joined: list[Box] = []
    for part in parts:
        if not part.meets(whole):
            continue
        box, place = part.cut(whole), 0
        while place < len(joined):
            both = join_two(box, joined[place])
            if _measure(both) <= _measure(box) + _measure(joined[place]) + dear:
                box, place = both, 0
                joined = [other for other in joined if not both.encloses(other)]
            else:
                place += 1
        joined.append(box)
        if len(joined) > MOST_PARTS:
            joined = [functools.reduce(join_two, joined)]
    return joined if sum(map(_measure, joined)) <= MOST_SHARE * _measure(whole) else [whole]


def _measure(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
