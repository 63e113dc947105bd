"""Where columns of cards stand: a wire that goes round many cards, one above the other, asks for their sides alone."""

import bisect
from collections.abc import Hashable
from typing import Generic, TypeVar

from designer.ui.canvas.geometry import Box

Key = TypeVar("Key", bound=Hashable)
Span = tuple[float, float]  # the left and right side of a column, or the top and bottom of a card in it


class Columns(Generic[Key]):
    """Boxes by key, those with the same sides in one column. Finding costs a look at each column within the sides."""

    def __init__(self) -> None:
        self._boxes: dict[Key, Box] = {}
        self._sides: list[Span] = []  # in rising order, as the cards of each column are
        self._cards: dict[Span, list[Span]] = {}
        self._widest = self._tallest = 0.0  # of all boxes there ever were

    def __len__(self) -> int:
        return len(self._boxes)

    def put(self, key: Key, box: Box) -> None:
        """Add a box, or move the one that was there under this key."""
        if self._boxes.get(key) == box:
            return
        self.drop(key)
        self._boxes[key] = box
        self._widest = max(self._widest, box.right - box.left)
        self._tallest = max(self._tallest, box.bottom - box.top)
        sides = (box.left, box.right)
        column = self._cards.get(sides)
        if column is None:
            column = self._cards[sides] = []
            bisect.insort(self._sides, sides)
        bisect.insort(column, (box.top, box.bottom))

    def drop(self, key: Key) -> None:
        """Forget a box; nothing happens where there is none."""
        box = self._boxes.pop(key, None)
        if box is None:
            return
        sides, ends = (box.left, box.right), (box.top, box.bottom)
        column = self._cards[sides]
        del column[bisect.bisect_left(column, ends)]
        if not column:
            del self._cards[sides]
            del self._sides[bisect.bisect_left(self._sides, sides)]

    def find(self, box: Box) -> list[Span]:
        """Return the sides of the columns in which at least one box meets `box`, in rising order."""
        left, top, right, bottom = box
        found = []
        for place in range(bisect.bisect_left(self._sides, (left - self._widest,)), len(self._sides)):
            sides = self._sides[place]
            if sides[0] > right:
                break
            if sides[1] >= left and self._is_met(self._cards[sides], top, bottom):
                found.append(sides)
        return found

    def _is_met(self, column: list[Span], top: float, bottom: float) -> bool:
        """Return whether a card of a column lies between two heights."""
        for place in range(bisect.bisect_left(column, (top - self._tallest,)), len(column)):
            if column[place][0] > bottom:
                return False
            if column[place][1] >= top:
                return True
        return False
