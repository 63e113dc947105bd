"""What is seen of a sheet, item by item, as values: where two pictures of it agree, nothing needs to be drawn anew."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QRect

from designer.ui.canvas.geometry import Box

MOST_PARTS = 8  # of a picture that are drawn anew, each on its own
MOST_SHARE = 0.4  # of a picture: where more changed all of it is drawn anew, as parts cover more than what changed
RIM = 16.0  # canvas units around a box in which there may be more of it: ports, badges, half a thick wire
DEAR = 12_000  # pixels that are as quickly drawn as one part more is begun


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


def join_parts(parts: Collection[QRect], whole: QRect) -> list[QRect]:
    """Return a few rectangles that cover all of these, parts of `whole`: what is drawn as quickly together is made one."""
    if sum(map(_count, parts)) > MOST_SHARE * _count(whole):
        return [whole]
    joined: list[QRect] = []
    for part in parts:
        rest = part
        while (near := next((one for one in joined if _is_worth(one, rest)), None)) is not None:
            joined.remove(near)
            rest = rest.united(near)
        joined.append(rest)
        if len(joined) > MOST_PARTS:
            whole = joined[0]
            for one in joined[1:]:
                whole = whole.united(one)
            joined = [whole]
    return joined


def _is_worth(one: QRect, other: QRect) -> bool:
    return _count(one.united(other)) <= _count(one) + _count(other) + DEAR


def _count(rect: QRect) -> int:
    return rect.width() * rect.height()
