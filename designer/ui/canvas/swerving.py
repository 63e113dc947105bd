"""Where a lane goes round one card that stands in it, so that the wire need not go round a whole column of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from designer.ui.canvas.geometry import Box, Curve, Point

BEND = 40.0  # canvas units before and after the card in which the lane moves over
BESIDE = 14.0  # that it keeps from the card there


@dataclass(frozen=True, slots=True)
class Swerve:
    """A part of a lane that runs at another `x`, from `top` to `bottom`; it moves over within `BEND` on either side."""

    x: float
    top: float
    bottom: float


def find_swerve(
    x: float, span: tuple[float, float], cards: Iterable[Box], own: tuple[Box, Box], keep: float
) -> Swerve | None:
    """Return the way round the one card in a lane at `x`, None where more is in the way, or nothing.

    `span` is the part of the lane that runs straight, from above; `cards` are all near it. Cards are passed at `keep`
    at least.
    """
    cards = list(cards)
    met = [card for card in cards if card.left - keep < x < card.right + keep]
    if len(met) != 1 or met[0] in own:
        return None
    (card,) = met
    top, bottom = card.top - BEND, card.bottom + BEND
    if top < span[0] or bottom > span[1]:
        return None
    for side in sorted((card.left - BESIDE, card.right + BESIDE), key=lambda side: abs(side - x)):
        way = Box(min(x, side) - keep, top, max(x, side) + keep, bottom)
        if not any(other is not card and other.meets(way) for other in cards):
            return Swerve(side, card.top, card.bottom)
    return None


def trace_swerve(start: Point, end: Point, swerve: Swerve, shift: float) -> Curve:
    """Return the pieces of a lane from one of its ends to the other, without its first point."""
    x, aside = start[0], swerve.x + shift
    down = end[1] > start[1]
    first, last = (swerve.top, swerve.bottom) if down else (swerve.bottom, swerve.top)
    bend = BEND if down else -BEND
    before, after = first - bend, last + bend
    return (
        *_run(x, start[1], before),
        *((x, before + bend / 2), (aside, first - bend / 2), (aside, first)),
        *_run(aside, first, last),
        *((aside, last + bend / 2), (x, after - bend / 2), (x, after)),
        *_run(x, after, end[1]),
    )


def _run(x: float, start: float, end: float) -> Curve:
    return (x, start), (x, end), (x, end)
