"""Where a lane goes round cards that stand in it, so that the wire need not go round a whole column of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from designer.ui.canvas.geometry import Box, Curve, Point, join_boxes

BEND = 40.0  # canvas units before and after the cards in which the lane moves over
BESIDE = 14.0  # that it keeps from the cards there
MOST = 4  # places at which a lane swerves: one that goes round more is harder to follow than a long way


@dataclass(frozen=True, slots=True)
class Swerve:
    """A part of a lane that runs at another `x`, from `top` to `bottom`; it moves over within `BEND` on either side."""

    x: float
    top: float
    bottom: float


def find_swerves(
    x: float, span: tuple[float, float], cards: Iterable[Box], own: tuple[Box, Box], keep: float
) -> tuple[Swerve, ...]:
    """Return the ways round the cards in a lane at `x`, from above; none where nothing is in it, or too much.

    `span` is the part of the lane that runs straight, from above; `cards` are all near it. Cards are passed at `keep`
    at least, and those that stand close above one another in one go.
    """
    cards = list(cards)
    met = sorted((card for card in cards if card.left - keep < x < card.right + keep), key=lambda card: card.top)
    if any(card in own for card in met):
        return ()
    stacks: list[list[Box]] = []
    for card in met:
        if stacks and card.top - BEND < max(one.bottom for one in stacks[-1]) + BEND:
            stacks[-1].append(card)
        else:
            stacks.append([card])
    if len(stacks) > MOST:
        return ()
    found = [_go_round(x, span, stack, cards, keep) for stack in stacks]
    return tuple(swerve for swerve in found if swerve is not None) if None not in found else ()


def _go_round(
    x: float, span: tuple[float, float], stack: Sequence[Box], cards: Sequence[Box], keep: float
) -> Swerve | None:
    """Return the way round cards that stand close together, None where there is no room for it."""
    around = join_boxes(stack)
    assert around is not None
    top, bottom = around.top - BEND, around.bottom + BEND
    if top < span[0] or bottom > span[1]:
        return None
    for side in sorted((around.left - BESIDE, around.right + BESIDE), key=lambda side: abs(side - x)):
        way = Box(min(x, side) - keep, top, max(x, side) + keep, bottom)
        if not any(other not in stack and other.meets(way) for other in cards):
            return Swerve(side, around.top, around.bottom)
    return None


def trace_swerves(start: Point, end: Point, swerves: Sequence[Swerve], shift: float) -> Curve:
    """Return the pieces of a lane from one of its ends to the other, without its first point."""
    x, at = start[0], start[1]
    down = end[1] > start[1]
    pieces: list[Point] = []
    for swerve in swerves if down else reversed(swerves):
        aside = swerve.x + shift
        first, last = (swerve.top, swerve.bottom) if down else (swerve.bottom, swerve.top)
        bend = BEND if down else -BEND
        before, after = first - bend, last + bend
        pieces += _run(x, at, before)
        pieces += ((x, before + bend / 2), (aside, first - bend / 2), (aside, first))
        pieces += _run(aside, first, last)
        pieces += ((aside, last + bend / 2), (x, after - bend / 2), (x, after))
        at = after
    return (*pieces, *_run(x, at, end[1]))


def _run(x: float, start: float, end: float) -> Curve:
    return (x, start), (x, end), (x, end)
