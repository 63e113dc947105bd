"""Rows for a layered drawing: which nodes stand beside one another, in which order, with as few crossings as can be.

The method is that of Sugiyama, Tagawa and Toda (1981), done by the library fast-sugiyama.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Link = tuple[int, int]
Ports = Mapping[Link, tuple[int, int]]  # output and input by which two nodes are joined

LARGEST_EXACT = 20_000  # nodes, or rows crossed by wires; beyond it a plain layout by depth has to do
_MOST_PATIENT = 300  # independent ways round in the graph; beyond it the library's best settings take seconds
_WIDEST_PATIENT = 300  # nodes in one row, as well
_MOST_SWEEPS, _MOST_TRIES = 12, 50_000
_WIDEST_SORTED = 400  # nodes of a row that are still exchanged one by one
_SPACING = 288.0  # what the library is told; only the order of what it answers counts


@dataclass(frozen=True, slots=True)
class Rows:
    """Vertices from left to right, row by row, and the links, each from a row to the next.

    Vertices 0 ... count - 1 are nodes; the others are the bends of links that pass a row.
    """

    count: int
    rows: tuple[tuple[int, ...], ...]
    links: tuple[Link, ...]
    exact: bool = True


def find_rows(count: int, links: Sequence[Link], rank_in_file: Sequence[int], ports: Ports) -> Rows:
    """Return the rows of a connected graph of at least two nodes without circles. Every link goes to a later node.

    Among orders with as few crossings, nodes stand as they were added (`rank_in_file`) and as the ports they are wired
    to follow each other.
    """
    depth = _measure_depths(count, links)
    height = sum(depth[target] - depth[source] for source, target in links)
    if count > LARGEST_EXACT or height > LARGEST_EXACT:
        return Rows(count, _list_rows(depth), (), exact=False)
    widest = max(map(len, _list_rows(depth)))
    patient = len(links) - count < _MOST_PATIENT and widest <= _WIDEST_PATIENT
    from fast_sugiyama import from_edges  # here, so that only those who arrange pay for it

    ((points, _, _, bent), *_) = from_edges(
        list(links),
        vertex_spacing=_SPACING,
        dummy_vertices=True,
        dummy_size=8.0,
        ranking_type="minimize" if patient else "up",
        transpose=patient,
        check_layout=False,
    )
    top = max(y for _, (_, y) in points)
    found: dict[int, list[tuple[float, int]]] = {}
    for vertex, (x, y) in points:
        found.setdefault(round((top - y) / _SPACING), []).append((x, vertex))
    rows = [[vertex for _, vertex in sorted(found[number])] for number in sorted(found)]
    if _is_mirrored(rows, rank_in_file):
        rows = [row[::-1] for row in rows]
    _sort_ports(rows, bent, ports, rank_in_file)
    return Rows(count, tuple(map(tuple, rows)), tuple(bent))


def _measure_depths(count: int, links: Sequence[Link]) -> list[int]:
    """Return the length of the longest way from a start to each node."""
    depth = [0] * count
    for source, target in sorted(links):
        depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _list_rows(depth: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    rows: list[list[int]] = [[] for _ in range(max(depth) + 1)]
    for node, row in enumerate(depth):
        rows[row].append(node)
    return tuple(map(tuple, rows))


def _is_mirrored(rows: Sequence[Sequence[int]], rank_in_file: Sequence[int]) -> bool:
    """Return whether nodes that were added first stand right of their neighbours more often than left."""
    balance = 0
    for row in rows:
        real = [rank_in_file[vertex] for vertex in row if vertex < len(rank_in_file)]
        balance += sum(1 if left > right else -1 for left, right in itertools.pairwise(real))
    return balance > 0


class _Exchange:
    """Neighbours in a row, or whole chains side by side, change places where that saves crossings.

    What the library counts as no crossing may be one for the eye: it knows no ports.
    """

    def __init__(self, rows: list[list[int]], links: Sequence[Link], ports: Ports, rank_in_file: Sequence[int]) -> None:
        self.rows = rows
        self._rank = rank_in_file
        self.row_of = {vertex: number for number, row in enumerate(rows) for vertex in row}
        self.place = {vertex: place for row in rows for place, vertex in enumerate(row)}
        self.above: dict[int, list[tuple[int, int, int]]] = {vertex: [] for vertex in self.row_of}  # vertex, ports
        self.below: dict[int, list[tuple[int, int, int]]] = {vertex: [] for vertex in self.row_of}
        port_of = _spread_ports(links, ports, len(rank_in_file))
        for source, target in links:
            out, into = port_of[source, target]
            self.below[source].append((target, out, into))
            self.above[target].append((source, out, into))
        self._chain = self._find_chains()

    def sweep(self) -> bool:
        """Go through all rows once; return whether anything changed places."""
        changed = False
        for row in self.rows:
            if len(row) <= _WIDEST_SORTED:
                for place in range(len(row) - 1):
                    changed |= self._try(row[place], row[place + 1])
        return changed

    def _find_chains(self) -> dict[int, list[int]]:
        """Return for each vertex the run of single links that it is part of, from the top."""
        chains: dict[int, list[int]] = {}
        for row in self.rows:
            for vertex in row:
                above = self.above[vertex]
                if len(above) == 1 and len(self.below[above[0][0]]) == 1:
                    chain = chains[above[0][0]]
                    chain.append(vertex)
                    chains[vertex] = chain
                else:
                    chains[vertex] = [vertex]
        return chains

    def _try(self, left: int, right: int) -> bool:
        """Exchange two neighbours, with the chains they are part of, where that is better; return whether."""
        first, second = self._chain[left], self._chain[right]
        pairs = self._pair(first, second)
        if not pairs or pairs[0] != (left, right):
            return False  # they part company somewhere, or were looked at in a row above
        before = self._count(first, second)
        self._swap(pairs)
        after = self._count(first, second)
        if (after, *self._disorder(second, first)) < (before, *self._disorder(first, second)):
            return True
        self._swap([(b, a) for a, b in pairs])
        return False

    def _pair(self, first: list[int], second: list[int]) -> list[tuple[int, int]]:
        """Return the vertices side by side where both chains are, empty unless they are neighbours in all those rows."""
        start = max(self.row_of[first[0]], self.row_of[second[0]])
        end = min(self.row_of[first[-1]], self.row_of[second[-1]])
        a, b = start - self.row_of[first[0]], start - self.row_of[second[0]]
        pairs = list(zip(first[a : a + end - start + 1], second[b : b + end - start + 1], strict=True))
        return pairs if all(self.place[y] - self.place[x] == 1 for x, y in pairs) else []

    def _swap(self, pairs: Sequence[tuple[int, int]]) -> None:
        for left, right in pairs:
            row, place = self.rows[self.row_of[left]], self.place
            row[place[left]], row[place[right]] = right, left
            place[left], place[right] = place[right], place[left]

    def _disorder(self, left: list[int], right: list[int]) -> tuple[int]:
        """Return (1,) where the one at the left was added later."""
        real_left = [self._rank[v] for v in left if v < len(self._rank)]
        real_right = [self._rank[v] for v in right if v < len(self._rank)]
        return (1 if real_left and real_right and min(real_left) > min(real_right) else 0,)

    def _count(self, first: list[int], second: list[int]) -> int:
        """Return how often links of one chain cross links of the other."""
        crossings = 0
        theirs: dict[int, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
        for row, upper, lower in self._ends(second):
            theirs.setdefault(row, []).append((upper, lower))
        for row, upper, lower in self._ends(first):
            for other_upper, other_lower in theirs.get(row, ()):
                crossings += (upper < other_upper and lower > other_lower) or (
                    upper > other_upper and lower < other_lower
                )
        return crossings

    def _ends(self, chain: list[int]) -> list[tuple[int, tuple[int, int], tuple[int, int]]]:
        """Return the links that touch a chain: row, and place and port at either end."""
        place = self.place
        found = []
        for source, out, into in self.above[chain[0]]:
            found.append((self.row_of[source], (place[source], out), (place[chain[0]], into)))
        for vertex in chain:
            for target, out, into in self.below[vertex]:
                found.append((self.row_of[vertex], (place[vertex], out), (place[target], into)))
        return found


def _sort_ports(rows: list[list[int]], links: Sequence[Link], ports: Ports, rank_in_file: Sequence[int]) -> None:
    """Exchange neighbours in the rows, in place, until no exchange saves a crossing."""
    if all(len(row) == 1 for row in rows):
        return
    exchange = _Exchange(rows, links, ports, rank_in_file)
    for _ in range(max(1, min(_MOST_SWEEPS, _MOST_TRIES // len(exchange.place)))):
        if not exchange.sweep():
            return


def _spread_ports(links: Sequence[Link], ports: Ports, count: int) -> dict[Link, tuple[int, int]]:
    """Return the ports of each link between rows: those of its long link at its two ends, 0 at its bends."""
    onward = {source: target for source, target in links if source >= count}
    back = {target: source for source, target in links if target >= count}
    found = {}
    for source, target in links:
        start, end = source, target
        while end >= count:
            end = onward[end]
        while start >= count:
            start = back[start]
        out, into = ports.get((start, end), (0, 0))
        found[source, target] = (out if source < count else 0, into if target < count else 0)
    return found
