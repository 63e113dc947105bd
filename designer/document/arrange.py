"""A readable layout: data flows from top to bottom, branches lie side by side, no card on another.

The layered drawing is that of Sugiyama, Tagawa and Toda (1981), done by the library fast-sugiyama.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence

from frozendict import frozendict

from designer.document.graph import Graph
from designer.document.order import sort_nodes
from designer.document.project import PITCH, Position

COLUMN = 288.0  # canvas units from the left of one card to the left of the next beside it: a card and room for wires
_GRID = 8.0
_LARGEST_EXACT = 20_000  # nodes, or rows crossed by wires; beyond it a plain layout by depth has to do
_MOST_PATIENT = 300  # independent ways round in the graph; beyond it the library's best settings take seconds

Link = tuple[int, int]


def arrange(graph: Graph) -> Mapping[str, Position]:
    """Return a position for every node, the first at (0, 0) or right of it. Never raises, whatever the graph.

    A wire that runs past a longer way between the same two nodes (a skip connection) moves nothing: the canvas
    leads it round the cards. Wires that close a circle are left out.
    """
    order, unplaced = sort_nodes(graph)
    names = [*order, *(node for node in graph.nodes if node in unplaced)]
    place = {name: index for index, name in enumerate(names)}
    links = sorted({(place[e.source], place[e.target]) for e in graph.edges if e.source in place and e.target in place})
    links = [(source, target) for source, target in links if source < target]
    links = _drop_skips(len(names), links) if len(names) <= _LARGEST_EXACT else links
    rank_in_file = {place[name]: index for index, name in enumerate(graph.nodes)}
    positions: dict[int, Position] = {}
    left = 0.0
    for part, inner in _split_parts(len(names), links):
        drawn = _draw_part(part, inner, rank_in_file)
        positions |= {node: (left + x, y) for node, (x, y) in drawn.items()}
        left += max(x for x, _ in drawn.values()) + COLUMN
    return frozendict({name: positions[place[name]] for name in graph.nodes})


def _drop_skips(count: int, links: Sequence[Link]) -> list[Link]:
    """Return the links without those that a longer way bridges too (transitive reduction; nodes are in order)."""
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        targets[source].append(target)
    reach = [0] * count  # bit count - 1 - node: whether that node can be reached
    kept = []
    for source in range(count - 1, -1, -1):
        beyond = 0
        for target in targets[source]:
            beyond |= reach[target]
        direct = 0
        for target in targets[source]:
            bit = 1 << (count - 1 - target)
            direct |= bit
            if not beyond & bit:
                kept.append((source, target))
        reach[source] = beyond | direct
    return kept[::-1]


def _split_parts(count: int, links: Sequence[Link]) -> Iterable[tuple[list[int], list[Link]]]:
    """Return the connected parts with their links, in the order of their first nodes; all lone nodes as one, last."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for source, target in links:
        first, second = sorted((find(source), find(target)))
        root[second] = first
    parts: dict[int, tuple[list[int], list[Link]]] = {}
    for node in range(count):
        parts.setdefault(find(node), ([], []))[0].append(node)
    for link in links:
        parts[find(link[0])][1].append(link)
    lone = [nodes[0] for nodes, inner in parts.values() if not inner]
    yield from (part for part in parts.values() if part[1])
    if lone:
        yield lone, []


def _draw_part(nodes: Sequence[int], links: Sequence[Link], rank_in_file: Mapping[int, int]) -> dict[int, Position]:
    """Return positions from (0, 0) on; nodes without links stand in one column."""
    if not links:
        return {node: (0.0, row * PITCH) for row, node in enumerate(nodes)}
    by_depth = _draw_by_depth(nodes, links)
    height = sum(by_depth[target][1] - by_depth[source][1] for source, target in links) / PITCH
    if len(nodes) > _LARGEST_EXACT or height > _LARGEST_EXACT:
        return by_depth
    patient = len(links) - len(nodes) < _MOST_PATIENT
    from fast_sugiyama import from_edges  # here, so that only those who arrange pay for it

    (drawn, *_) = from_edges(
        links,
        vertex_spacing=COLUMN,
        dummy_vertices=True,
        dummy_size=_GRID,
        ranking_type="minimize" if patient else "up",
        transpose=patient,
        check_layout=False,
    )
    real = set(nodes)
    points = {node: point for node, point in drawn[0] if node in real}
    if _is_mirrored(points, rank_in_file):
        points = {node: (-x, y) for node, (x, y) in points.items()}
    left, top = min(x for x, _ in points.values()), max(y for _, y in points.values())
    return {
        node: (round((x - left) / _GRID) * _GRID, round((top - y) / COLUMN) * PITCH) for node, (x, y) in points.items()
    }


def _is_mirrored(points: Mapping[int, Position], rank_in_file: Mapping[int, int]) -> bool:
    """Return whether nodes that were added first stand right of their neighbours more often than left."""
    rows: dict[float, list[tuple[float, int]]] = {}
    for node, (x, y) in points.items():
        rows.setdefault(y, []).append((x, rank_in_file[node]))
    balance = 0
    for row in rows.values():
        row.sort()
        balance += sum(1 if left[1] > right[1] else -1 for left, right in itertools.pairwise(row))
    return balance > 0


def _draw_by_depth(nodes: Sequence[int], links: Sequence[Link]) -> dict[int, Position]:
    """Return each node in the row of its longest way from a start, side by side in order."""
    depth = dict.fromkeys(nodes, 0)
    for source, target in sorted(links):
        depth[target] = max(depth[target], depth[source] + 1)
    width: dict[int, int] = {}
    positions = {}
    for node in nodes:
        row = depth[node]
        column = width[row] = width.get(row, -1) + 1
        positions[node] = (column * COLUMN, row * PITCH)
    return positions
