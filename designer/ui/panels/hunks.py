"""Where two texts differ, line by line: made for a text of which a few lines in a few places changed."""

from collections.abc import Sequence

LOOK_AHEAD = 48  # lines that may have come or gone between two places where both go on alike
RUN = 3  # lines that must be the same for them to go on alike
PIECE = 128  # lines that are compared at once
MOST = 40  # beyond so many places everything between the first and the last is one


def find_hunks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return (a, b, c, d) for each place where old[a:b] became new[c:d], in rising order; none touches the next."""
    tail = _count_alike(old[::-1], new[::-1], 0, 0)
    ends = len(old) - tail, len(new) - tail
    hunks: list[tuple[int, int, int, int]] = []
    here, there = 0, 0
    while here < ends[0] or there < ends[1]:
        alike = min(_count_alike(old, new, here, there), ends[0] - here, ends[1] - there)
        if alike > 0:
            here, there = here + alike, there + alike
            continue
        first = here, there
        here, there = _meet_again(old, new, here, there, ends)
        hunks.append((first[0], here, first[1], there))
    if len(hunks) > MOST:
        return [(hunks[0][0], hunks[-1][1], hunks[0][2], hunks[-1][3])]
    return hunks


def _count_alike(old: Sequence[str], new: Sequence[str], here: int, there: int) -> int:
    """Return how many lines from two places on are the same; compared by pieces, as most of a text is as it was."""
    count, most = 0, min(len(old) - here, len(new) - there)
    size = PIECE
    while count < most:
        a, b = here + count, there + count
        if old[a : a + size] == new[b : b + size]:
            count += size
        elif size == 1:
            break
        else:
            size = 1  # it is somewhere in here
    return min(count, most)


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
