"""Where two texts differ, line by line: made for a text of which a few lines in a few places changed."""

from collections.abc import Sequence

LOOK_AHEAD = 48  # lines that may have come or gone between two places where both go on alike
RUN = 3  # lines that must be the same for them to go on alike
MOST = 40  # beyond so many places everything between the first and the last is one


def find_hunks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return (a, b, c, d) for each place where old[a:b] became new[c:d], in rising order; none touches the next."""
    tail = 0
    shorter = min(len(old), len(new))
    while tail < shorter and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    ends = len(old) - tail, len(new) - tail
    hunks: list[tuple[int, int, int, int]] = []
    here, there = 0, 0
    while here < ends[0] or there < ends[1]:
        if here < ends[0] and there < ends[1] and old[here] == new[there]:
            here, there = here + 1, there + 1
            continue
        first = here, there
        here, there = _meet_again(old, new, here, there, ends)
        hunks.append((first[0], here, first[1], there))
    if len(hunks) > MOST:
        return [(hunks[0][0], hunks[-1][1], hunks[0][2], hunks[-1][3])]
    return hunks


def _meet_again(
    old: Sequence[str], new: Sequence[str], here: int, there: int, ends: tuple[int, int]
) -> tuple[int, int]:
    """Return the nearest places from which both go on alike, the ends of the part that differs where there are none."""
    for distance in range(1, LOOK_AHEAD):
        for skipped in range(distance + 1):
            a, b = here + skipped, there + distance - skipped
            if a > ends[0] or b > ends[1]:
                continue
            if old[a : a + RUN] == new[b : b + RUN] and (a < ends[0] and b < ends[1]):
                return a, b
    return ends
