"""Rows made item by item: where most of a row is as it was in the one before, its items are taken over from there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from designer.document.diff import count_same

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """Items, and the columns of values that each was made from; the columns are kept alive with them."""

    columns: tuple[Sequence[object], ...]
    items: list[T]


def count_alike(before: Sequence[Sequence[object]], after: Sequence[Sequence[object]]) -> tuple[int, int]:
    """Return how many places at the front and at the back hold the very same values in each of some columns.

    No place counts for both ends.
    """
    shorter = min(len(before[0]), len(after[0])) if before and after else 0
    front = back = shorter
    for old, new in zip(before, after, strict=True):
        front = count_same(old, new, front)
    for old, new in zip(before, after, strict=True):
        back = count_same(reversed(old), reversed(new), min(back, shorter - front))
    return front, back


def carry(
    before: Row[T] | None, columns: tuple[Sequence[object], ...], make: Callable[[int], T], *, looks_back: bool = False
) -> Row[T]:
    """Return the row of what `make` gives for each place, which must follow from the values of the columns there alone.

    Where it `looks_back` it follows from those at the place before, too. At the front and at the back, as far as the
    values are the very same as before, nothing is made anew.
    """
    size = len(columns[0])
    if before is None or len(before.columns) != len(columns):
        return Row(columns, [make(place) for place in range(size)])
    front, back = count_alike(before.columns, columns)
    if front == size == len(before.items):
        return before
    if looks_back:
        back = max(0, back - 1)
    behind = len(before.items) - back
    made = [make(place) for place in range(front, size - back)]
    return Row(columns, [*before.items[:front], *made, *before.items[behind:]])
