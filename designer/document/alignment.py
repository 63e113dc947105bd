"""What two sequences have in common, in order: the longest common subsequence, or nearly, in bounded time.

The way is that of Myers (An O(ND) difference algorithm, 1986). Sequences that differ in too many places are done in
stretches, each as long as the bound allows, so that the cost stays in proportion to the length.
"""

from collections.abc import Hashable, Sequence

_FEWEST_STEPS, _MOST_STEPS = 64, 400  # differences that are looked for in one stretch
_MOST_WORK = 1_000_000  # and at most so many for two sequences of one item

Token = Hashable


def align(left: Sequence[Token], right: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the places of equal tokens, rising in both sequences: as many as can be, where they are not too unlike."""
    start = 0
    shorter = min(len(left), len(right))
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    pairs = [(place, place) for place in range(start)]
    middle_left, middle_right = left[start : len(left) - end], right[start : len(right) - end]
    pairs += [(start + x, start + y) for x, y in _align_middle(middle_left, middle_right)]
    pairs += [(len(left) - back, len(right) - back) for back in range(end, 0, -1)]
    return pairs


def _align_middle(left: Sequence[Token], right: Sequence[Token]) -> list[tuple[int, int]]:
    if not left or not right or set(left).isdisjoint(right):
        return []
    total = len(left) + len(right)
    bound = max(_FEWEST_STEPS, min(_MOST_STEPS, _MOST_WORK // total))
    pairs: list[tuple[int, int]] = []
    x = y = 0
    while x < len(left) and y < len(right):
        found, x, y = _find_stretch(left, right, x, y, bound)
        pairs += found
    return pairs


def _find_stretch(
    left: Sequence[Token], right: Sequence[Token], x0: int, y0: int, bound: int
) -> tuple[list[tuple[int, int]], int, int]:
    """Return the pairs from a place on until both sequences end or `bound` differences were met, and where that is."""
    width, height = len(left) - x0, len(right) - y0
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    best = (0, 0, 0)  # x + y, diagonal, differences
    for steps in range(bound + 1):
        trail.append(furthest)
        furthest = dict(furthest)
        for diagonal in range(-steps, steps + 1, 2):
            down = diagonal == -steps or (
                diagonal != steps and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1)
            )
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < width and y < height and left[x0 + x] == right[y0 + y]:
                x += 1
                y += 1
            furthest[diagonal] = x
            if x <= width and y <= height:
                best = max(best, (x + y, diagonal, -steps))
                if x == width and y == height:
                    return _walk_back(trail, diagonal, x, x0, y0), x0 + x, y0 + y
    _, diagonal, negative = best
    reached = (best[0] + diagonal) // 2
    pairs = _walk_back(trail[: 1 - negative], diagonal, reached, x0, y0)
    return pairs, x0 + reached, y0 + reached - diagonal


def _walk_back(trail: list[dict[int, int]], diagonal: int, x: int, x0: int, y0: int) -> list[tuple[int, int]]:
    """Return the pairs on the way to a place, from what was reached on each diagonal before each difference."""
    pairs: list[tuple[int, int]] = []
    for steps in range(len(trail) - 1, -1, -1):
        before = trail[steps]
        down = diagonal == -steps or (diagonal != steps and before.get(diagonal - 1, -1) < before.get(diagonal + 1, -1))
        previous = diagonal + 1 if down else diagonal - 1
        start = before[previous] if down else before[previous] + 1
        while x > start:
            x -= 1
            pairs.append((x0 + x, y0 + x - diagonal))
        x = before[previous]
        diagonal = previous
    return pairs[::-1]
