"""A readable layout: data flows down or to the right, branches lie side by side, no card on another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from frozendict import frozendict

from designer.document.drawing import COLUMN, PITCH, ROW, STRIDE, Position
from designer.document.graph import Graph
from designer.document.layers import LARGEST_EXACT, Link, Ports, find_rows
from designer.document.order import sort_nodes
from designer.document.spines import place_rows

CARD_WIDTH, CARD_HEIGHT = 208.0, 44.0  # canvas units; as the canvas draws them
_GRID = 8.0
_LONE_ROWS = 8  # cards without wires that stand below one another at least


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances of a drawing in canvas units.

    `rank` is from a row to the next along the flow, `pitch` from a card to the next beside it, `lane` between two wires
    that pass through a row. `turned` says that data flows to the right.
    """

    rank: float
    pitch: float
    lane: float
    turned: bool = False

    def place(self, across: float, along: float) -> Position:
        """Return the position of a card so far across the flow and so far along it."""
        return (along, across) if self.turned else (across, along)

    def split(self, position: Position) -> tuple[float, float]:
        """Return how far across the flow and how far along it a position is."""
        return (position[1], position[0]) if self.turned else position


# Beside a card as much is free as a wire needs to pass. To the right there is room for a shape between two cards.
SPACINGS: Mapping[str, Spacing] = frozendict(
    {"down": Spacing(PITCH, COLUMN, 16.0), "right": Spacing(STRIDE, ROW, 8.0, turned=True)}
)


def arrange(graph: Graph, flow: str = "down") -> Mapping[str, Position]:
    """Return a position for every node, the first at (0, 0) or beyond it. Never raises, whatever the graph.

    A wire that runs past a longer way between the same two nodes (a skip connection) moves nothing: the canvas
    leads it round the cards. Wires that close a circle are left out. Separate networks stand side by side.
    """
    spacing = SPACINGS.get(flow, SPACINGS["down"])
    order, unplaced = sort_nodes(graph)
    names = [*order, *(node for node in graph.nodes if node in unplaced)]
    place = {name: index for index, name in enumerate(names)}
    ports: dict[Link, tuple[int, int]] = {}
    for edge in graph.edges:
        if edge.source in place and edge.target in place:
            link, pair = (place[edge.source], place[edge.target]), (edge.source_port, edge.target_port)
            ports[link] = min(pair, ports.get(link, pair))
    links = [(source, target) for source, target in sorted(ports) if source < target]
    links = _drop_skips(len(names), links) if len(names) <= LARGEST_EXACT else links
    rank_in_file = [0] * len(names)
    for index, name in enumerate(graph.nodes):
        rank_in_file[place[name]] = index
    positions: dict[int, Position] = {}
    left = 0.0
    tallest = 0
    for part, inner in _split_parts(len(names), links):
        drawn = (
            _draw_part(part, inner, ports, rank_in_file, spacing) if inner else _draw_lone(part, tallest, spacing.pitch)
        )
        positions |= {node: spacing.place(left + across, row * spacing.rank) for node, (across, row) in drawn.items()}
        tallest = max(tallest, 1 + max(row for _, row in drawn.values()))
        left += max(across for across, _ in drawn.values()) + spacing.pitch
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


Drawn = dict[int, tuple[float, int]]  # how far across the flow, and in which row


def _draw_lone(nodes: Sequence[int], tallest: int, pitch: float) -> Drawn:
    """Return places for nodes without wires: below one another, in as many columns as it takes."""
    rows = max(_LONE_ROWS, tallest)
    return {node: (number // rows * pitch, number % rows) for number, node in enumerate(nodes)}


def _draw_part(
    nodes: Sequence[int], links: Sequence[Link], ports: Ports, rank_in_file: Sequence[int], spacing: Spacing
) -> Drawn:
    """Return places for a connected part."""
    local = {node: number for number, node in enumerate(nodes)}
    own_links = [(local[source], local[target]) for source, target in links]
    own_ports = {(local[source], local[target]): ports[source, target] for source, target in links}
    rows = find_rows(len(nodes), own_links, [rank_in_file[node] for node in nodes], own_ports)
    if not rows.exact:
        return {nodes[one]: (c * spacing.pitch, r) for r, row in enumerate(rows.rows) for c, one in enumerate(row)}
    across = place_rows(rows, spacing.pitch, spacing.lane)
    return {
        nodes[vertex]: (round(round(across[vertex], 3) / _GRID) * _GRID, number)
        for number, row in enumerate(rows.rows)
        for vertex in row
        if vertex < len(nodes)
    }
