"""Find what lies in a box without looking at everything: boxes sorted into square cells of the plane."""

import itertools
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from designer.ui.canvas.geometry import Box

Key = TypeVar("Key", bound=Hashable)

CELL = 320.0
MOST_CELLS = 400  # a box over more cells than this is kept apart and looked at every time


class Buckets(Generic[Key]):
    """Boxes by key. Finding costs the number of cells asked for and what lies in them."""

    def __init__(self) -> None:
        self._boxes: dict[Key, Box] = {}
        self._cells: dict[tuple[int, int], set[Key]] = {}
        self._large: set[Key] = set()

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, key: object) -> bool:
        return key in self._boxes

    def get(self, key: Key) -> Box | None:
        """Return the box of a key, None where there is none."""
        return self._boxes.get(key)

    def put(self, key: Key, box: Box) -> None:
        """Add a box, or move the one that was there under this key."""
        before = self._boxes.get(key)
        if before == box:
            return
        span = _span(box)
        if before is not None:
            if _span(before) == span:
                self._boxes[key] = box
                return
            self.drop(key)
        self._boxes[key] = box
        if _count(span) > MOST_CELLS:
            self._large.add(key)
            return
        cells = self._cells
        for cell in _walk(span):
            if cell in cells:
                cells[cell].add(key)
            else:
                cells[cell] = {key}

    def drop(self, key: Key) -> None:
        """Forget a box; nothing happens where there is none."""
        box = self._boxes.pop(key, None)
        if box is None:
            return
        if key in self._large:
            self._large.discard(key)
            return
        for cell in _walk(_span(box)):
            keys = self._cells[cell]
            keys.discard(key)
            if not keys:
                del self._cells[cell]

    def find(self, box: Box) -> list[Key]:
        """Return the keys of the boxes that meet `box`, in no particular order."""
        boxes = self._boxes
        span = _span(box)
        found: Iterable[Key]
        if _count(span) > len(boxes):
            found = boxes
        elif span[:2] == span[2:] and not self._large:
            found = self._cells.get(span[:2], ())
        else:
            found = set(self._large)
            for cell in _walk(span):
                found |= self._cells.get(cell, set())
        left, top, right, bottom = box
        # Box.meets, written out: this line is the cost of laying ten thousand wires.
        return [
            key
            for key in found
            if (other := boxes[key])[0] <= right and left <= other[2] and other[1] <= bottom and top <= other[3]
        ]


def _span(box: Box) -> tuple[int, int, int, int]:
    return int(box.left // CELL), int(box.top // CELL), int(box.right // CELL), int(box.bottom // CELL)


def _count(span: tuple[int, int, int, int]) -> int:
    return (span[2] - span[0] + 1) * (span[3] - span[1] + 1)


def _walk(span: tuple[int, int, int, int]) -> Iterable[tuple[int, int]]:
    if span[:2] == span[2:]:
        return (span[:2],)
    return itertools.product(range(span[0], span[2] + 1), range(span[1], span[3] + 1))
