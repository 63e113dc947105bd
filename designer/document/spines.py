"""Where the rows of a layered drawing stand across the flow: what runs on in one line stays in one line.

Each node is in a spine: a run of links that are drawn straight. The longest way through a network is one (the trunk of a
residual network), and so is each branch. Spines then move to the middle of what they are wired to, as far as those
beside them let them: the joint of four equal branches stands below their middle.
"""

import bisect
import itertools
import math
from collections.abc import Callable, Sequence

from designer.document.layers import Link, Rows

_MOST_ROUNDS, _FEWEST_ROUNDS = 60, 6
_WORK = 120_000  # spines moved in all rounds together, about
_STILL = 0.5  # canvas units: what moves less than this has arrived
_LEAD = 3  # layers by which one of three or more ways must be longer to be the trunk; of two ways, one layer is enough


def place_rows(rows: Rows, pitch: float, lane: float) -> list[float]:
    """Return how far right each node stands, in canvas units; the leftmost at 0.

    Nodes of a row are at least `pitch` apart, and wires that pass between two of them `lane`.
    """
    spine, count = _join_spines(rows)
    befores, afters = _order_spines(rows, spine, count, pitch, lane)
    wires = _wire_spines(rows.links, spine, count)
    order = _sort_spines(befores, afters)
    at = _push(order, [0.0] * count, befores, max, 1.0)
    rounds = min(_MOST_ROUNDS, max(_FEWEST_ROUNDS, _WORK // max(count, 1)))
    for _ in range(rounds):
        wanted = [sum(at[other] for other in near) / len(near) if near else at[own] for own, near in enumerate(wires)]
        # The leftmost and the rightmost way to grant the wishes; between two good ways lie good ways. Half the way is
        # gone at once: two that want to each other's place would change places for ever.
        right = _push(order, wanted, befores, max, 1.0)
        left = _push(order[::-1], wanted, afters, min, -1.0)
        new = [(a + b) / 4 + old / 2 for a, b, old in zip(left, right, at, strict=True)]
        moved = max(abs(a - b) for a, b in zip(at, new, strict=True))
        at = new
        if moved < _STILL:
            break
    low = min(at[spine[node]] for node in range(rows.count))
    return [at[spine[node]] - low for node in range(rows.count)]


def _join_spines(rows: Rows) -> tuple[dict[int, int], int]:
    """Return the number of the spine of each vertex, and how many there are. No two spines cross."""
    straight = _choose_straight(rows)
    onward: dict[int, int] = dict(_drop_crossing(rows, straight))
    spine: dict[int, int] = {}
    count = 0
    for row in rows.rows:
        for vertex in row:
            if vertex not in spine:
                walked = vertex
                while True:
                    spine[walked] = count
                    if walked not in onward:
                        break
                    walked = onward[walked]
                count += 1
    return spine, count


def _choose_straight(rows: Rows) -> list[tuple[int, Link]]:
    """Return the links that should be straight, and how long the longest way is on which each lies."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for source, target in rows.links:
        below.setdefault(source, []).append(target)
        above.setdefault(target, []).append(source)
    order = [vertex for row in rows.rows for vertex in row]
    before, after = _measure(order, above, rows.count), _measure(order[::-1], below, rows.count)
    heirs = {vertex: _find_heir(near, after) for vertex, near in below.items()}
    parents = {vertex: _find_heir(near, before) for vertex, near in above.items()}
    return [
        (before[source] + after[target], (source, target))
        for source, target in rows.links
        if heirs[source] == target and parents[target] == source
    ]


def _measure(order: Sequence[int], near: dict[int, list[int]], count: int) -> dict[int, int]:
    """Return the number of nodes on the longest way to each vertex."""
    length: dict[int, int] = {}
    for vertex in order:
        length[vertex] = max((length[other] for other in near.get(vertex, ())), default=0) + (vertex < count)
    return length


def _find_heir(near: Sequence[int], length: dict[int, int]) -> int | None:
    """Return the neighbour on the way that is clearly the longest, None where no way is."""
    if len(near) == 1:
        return near[0]
    first, second = sorted((length[vertex] for vertex in near), reverse=True)[:2]
    if first - second < (1 if len(near) == 2 else _LEAD):
        return None
    return next(vertex for vertex in near if length[vertex] == first)


def _drop_crossing(rows: Rows, straight: Sequence[tuple[int, Link]]) -> list[Link]:
    """Return the straight links without those that cross one on a longer way."""
    row_of = {vertex: number for number, row in enumerate(rows.rows) for vertex in row}
    place = {vertex: number for row in rows.rows for number, vertex in enumerate(row)}
    taken: dict[int, tuple[list[int], list[int]]] = {}  # by row: the places of upper ends, and of lower, both rising
    kept = []
    for _, (source, target) in sorted(straight, key=lambda entry: (-entry[0], entry[1])):
        upper, lower = taken.setdefault(row_of[source], ([], []))
        where = bisect.bisect_left(upper, place[source])
        if where == bisect.bisect_left(lower, place[target]):
            upper.insert(where, place[source])
            lower.insert(where, place[target])
            kept.append((source, target))
    return kept


Gaps = list[dict[int, float]]  # by spine: the spines beside it, and how far away from them it must stay


def _order_spines(rows: Rows, spine: dict[int, int], count: int, pitch: float, lane: float) -> tuple[Gaps, Gaps]:
    """Return what stands left of each spine, and what right of it."""
    befores: Gaps = [{} for _ in range(count)]
    afters: Gaps = [{} for _ in range(count)]
    for row in rows.rows:
        for left, right in itertools.pairwise(row):
            bends = (left >= rows.count) + (right >= rows.count)
            gap = (pitch, pitch / 2, lane)[bends]
            a, b = spine[left], spine[right]
            if gap > befores[b].get(a, 0.0):
                befores[b][a] = afters[a][b] = gap
    return befores, afters


def _wire_spines(links: Sequence[Link], spine: dict[int, int], count: int) -> list[list[int]]:
    """Return the spines that each is wired to, once for each wire."""
    wires: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        a, b = spine[source], spine[target]
        if a != b:
            wires[a].append(b)
            wires[b].append(a)
    return wires


def _sort_spines(befores: Gaps, afters: Gaps) -> list[int]:
    """Return the spines so that each comes after all that stand left of it."""
    waiting = [len(near) for near in befores]
    ready = [spine for spine, number in enumerate(waiting) if number == 0]
    order = []
    while ready:
        spine = ready.pop()
        order.append(spine)
        for other in afters[spine]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    return order


def _push(
    order: Sequence[int], wanted: Sequence[float], beside: Gaps, choose: Callable[..., float], sign: float
) -> list[float]:
    """Return places no nearer than allowed to those beside, each where it wants to be or pushed on from there."""
    at = [math.nan] * len(wanted)
    for spine in order:
        place = wanted[spine]
        for other, gap in beside[spine].items():
            place = choose(place, at[other] + sign * gap)
        at[spine] = place
    return at
