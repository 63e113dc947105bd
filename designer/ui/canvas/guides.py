"""Lines that show when a dragged card stands in one line with another, and draw it there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Box, Point

REACH = 1200.0  # canvas units to the cards that come into question
PULL = 7.0  # pixels by which a card may be off a line that draws it


@dataclass(frozen=True, slots=True)
class Guides:
    """Where a card is drawn to, and the lines from its middle to the middle of the card it is in line with."""

    place: Point
    lines: tuple[tuple[Point, Point], ...] = ()

    @property
    def across(self) -> bool:
        """Whether the card is drawn to another's column."""
        return any(start[0] == end[0] for start, end in self.lines)

    @property
    def along(self) -> bool:
        """Whether it is drawn to another's row."""
        return any(start[1] == end[1] for start, end in self.lines)


def search_area(place: Point, pull: float) -> tuple[Box, Box]:
    """Return the stretches of the canvas above and below a card, and left and right of it, where others count."""
    x, y = place
    return (
        Box(x - pull, y - REACH, x + CARD_WIDTH + pull, y + REACH),
        Box(x - REACH, y - pull, x + REACH, y + CARD_HEIGHT + pull),
    )


def find_guides(place: Point, columns: Iterable[Point], rows: Iterable[Point], pull: float) -> Guides:
    """Return where a card at `place` is drawn to: into the column of the nearest card and into the row of another.

    `columns` are the places of cards above and below, `rows` those of cards beside; `pull` is how far off it may be.
    """
    above = _choose(place, columns, 0, pull)
    beside = _choose(place, rows, 1, pull)
    drawn = (place[0] if above is None else above[0], place[1] if beside is None else beside[1])
    return Guides(drawn, tuple((_middle(other), _middle(drawn)) for other in (above, beside) if other is not None))


def _choose(place: Point, others: Iterable[Point], axis: int, pull: float) -> Point | None:
    """Return the nearest of the cards that stand about in line."""
    fitting: Sequence[Point] = [
        other
        for other in others
        if abs(other[axis] - place[axis]) <= pull and abs(other[1 - axis] - place[1 - axis]) > 1
    ]
    key = 1 - axis
    return min(fitting, key=lambda other: (abs(other[key] - place[key]), other), default=None)


def _middle(place: Point) -> Point:
    return place[0] + CARD_WIDTH / 2, place[1] + CARD_HEIGHT / 2
