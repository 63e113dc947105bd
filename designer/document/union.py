"""Two projects on one canvas: a project with every node and every wire of both, each once.

What both have and what was added lies where the project after has it; what was removed lies beside its neighbours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from frozendict import frozendict

from designer.document.comparison import Comparison, NetworkComparison
from designer.document.drawing import COLUMN, PITCH, PLAIN, ROW, STRIDE, Drawing, advance, pace
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph, Node
from designer.document.naming import FreshNames
from designer.document.pairing import sort_chains
from designer.document.project import Block, Position, Project, block_kind, used_block

_MOST_TRIES = 400  # places beside one another that are tried before a card is laid on another
_ALLEY = 96.0  # canvas units between a whole network that was removed and what is left


@dataclass(frozen=True, slots=True)
class UnionNetwork:
    """Where the nodes and wires of a united network come from.

    All ids are those of the union. Those of nodes after are the same there; `before` gives the id before of each node
    that was there.
    """

    before: Mapping[str, str] = frozendict()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    added_wires: frozenset[Edge] = frozenset()
    removed_wires: frozenset[Edge] = frozenset()


@dataclass(frozen=True, slots=True)
class Union:
    """The united project, and what is known of its network and of the inside of each of its blocks, by id.

    `blocks_before` gives the id before of each block that was there.
    """

    project: Project
    network: UnionNetwork
    blocks: Mapping[str, UnionNetwork]
    blocks_before: Mapping[str, str]


def unite(comparison: Comparison, name: str = "comparison") -> Union:
    """Return the two projects as one, under a name. Data and training are those after. Never raises."""
    before, after = comparison.before, comparison.after
    ids = FreshNames(after.blocks)
    blocks_before = {right: left for left, right in comparison.block_pairs.items()}
    blocks_before |= {ids.take(left[:900] or "block", bare=True): left for left in comparison.removed_blocks}
    names = {left: block for block, left in blocks_before.items()}
    network, drawn = _unite_networks(comparison.network, _part(before), _part(after), names)
    blocks: dict[str, Block] = {}
    parts: dict[str, UnionNetwork] = {}
    for key in (*after.blocks, *(key for key in blocks_before if key not in after.blocks)):
        left = blocks_before.get(key)
        old = before.blocks[left] if left is not None else None
        new = after.blocks.get(key)
        if new is None:
            assert old is not None
            there = NetworkComparison(removed=tuple(old.graph.nodes), removed_wires=old.graph.edges)
        elif old is None:
            there = NetworkComparison(added=tuple(new.graph.nodes), added_wires=new.graph.edges)
        else:
            assert left is not None
            there = comparison.blocks[left]
        parts[key], inside = _unite_networks(there, _part(old), _part(new), names)
        kept = new or old
        assert kept is not None
        blocks[key] = replace(kept, graph=inside.graph, layout=inside.layout)
    project = replace(
        after,
        name=name,
        graph=drawn.graph,
        layout=drawn.layout,
        blocks=frozendict(blocks),
        notes="",
        drawing=drawn.drawing,
    )
    return Union(project, network, frozendict(parts), frozendict(blocks_before))


@dataclass(frozen=True, slots=True)
class _Part:
    """A network with its picture, of a project or of a block."""

    graph: Graph
    layout: Mapping[str, Position]
    drawing: Drawing


def _part(there: Project | Block | None) -> _Part:
    return _Part(Graph(), frozendict(), PLAIN) if there is None else _Part(there.graph, there.layout, there.drawing)


def _unite_networks(
    found: NetworkComparison, before: _Part, after: _Part, blocks: Mapping[str, str]
) -> tuple[UnionNetwork, _Part]:
    """Return where nodes and wires come from, and the united network. `blocks` are ids in the union by those before."""
    ids = FreshNames(after.graph.nodes)
    new = dict(found.pairs)
    for key in found.removed:
        new[key] = ids.take(key[:900] or "node", bare=True)
    nodes = dict(after.graph.nodes)
    for key in found.removed:
        nodes[new[key]] = _move_node(before.graph.nodes[key], new[key], blocks)
    gone = [
        Edge(new[edge.source], edge.source_port, new[edge.target], edge.target_port)
        for edge in found.removed_wires
        if edge.source in new and edge.target in new
    ]
    graph = Graph(frozendict(nodes), (*after.graph.edges, *gone))
    removed = [new[key] for key in found.removed]
    network = UnionNetwork(
        frozendict({united: left for left, united in new.items()}),
        frozenset(found.added),
        frozenset(removed),
        frozenset(found.added_wires),
        frozenset(gone),
    )
    places = {new[key]: place for key, place in before.layout.items() if key in new}
    layout = _place_removed(graph, after, frozenset(removed), places)
    drawing = (
        after.drawing if after.graph.nodes else before.drawing.renamed({left: (key,) for left, key in new.items()})
    )
    return network, _Part(graph, layout, drawing)


def _move_node(node: Node, key: str, blocks: Mapping[str, str]) -> Node:
    """Return a node as it stands in the union: under its id there, using the block that its block is there."""
    block = used_block(node.kind)
    kind = block_kind(blocks[block]) if block in blocks and block is not None else node.kind
    return node if (key, kind) == (node.id, node.kind) else replace(node, id=key, kind=kind)


def _place_removed(
    graph: Graph, after: _Part, removed: frozenset[str], before: Mapping[str, Position]
) -> Mapping[str, Position]:
    """Return the layout after with a place for each removed node: one step from what it was wired to, on no other card."""
    if not removed:
        return after.layout
    flow = after.drawing.flow
    room = _Room(flow, (after.layout.get(key, (0.0, 0.0)) for key in after.graph.nodes))
    layout = dict(after.layout)
    placed = {key: after.layout.get(key, (0.0, 0.0)) for key in after.graph.nodes}
    alone: list[str] = []
    order = [key for key in sort_chains(graph) if key in removed]
    for key in order:
        near = next((edge.source for edge in graph.incoming.get(key, ()) if edge.source in placed), None)
        if near is None:
            alone.append(key)
        else:
            placed[key] = layout[key] = room.take(advance(flow, placed[near], pace(flow)))
    left: list[str] = []
    for key in reversed(alone):  # from what comes after, backward
        near = next((edge.target for edge in graph.outgoing.get(key, ()) if edge.target in placed), None)
        if near is None:
            left.append(key)
        else:
            placed[key] = layout[key] = room.take(advance(flow, placed[near], -pace(flow)))
    if left:
        _place_apart(graph, left, before, room, layout)
    return frozendict(layout)


def _place_apart(
    graph: Graph, keys: list[str], before: Mapping[str, Position], room: "_Room", layout: dict[str, Position]
) -> None:
    """Lay nodes that have no neighbour left side by side as they lay before, left of everything."""
    known = before if all(key in before for key in keys) else lay_out(graph)
    right = max(known[key][0] for key in keys)
    top = min(known[key][1] for key in keys)
    shift = (room.left - COLUMN - _ALLEY - right, room.top - top) if room.filled else (0.0, 0.0)
    for key in keys:
        x, y = known[key]
        layout[key] = room.take((x + shift[0], y + shift[1]))


class _Room:
    """Which places are taken by cards, and the next free one beside a place."""

    def __init__(self, flow: str, places: Iterable[Position]) -> None:
        across = flow == "down"
        self._step = (COLUMN, 0.0) if across else (0.0, ROW)
        self._clear = (COLUMN - 56.0, PITCH - 32.0) if across else (STRIDE - 80.0, ROW - 16.0)
        self._cells: dict[tuple[int, int], set[Position]] = {}
        self._tried: dict[Position, int] = {}
        self.left = self.top = 0.0
        self.filled = False
        for place in places:
            self._put(place)

    def take(self, place: Position) -> Position:
        """Return the place, or the nearest free one beside it, and take it."""
        x, y = place
        tried = place
        number = first = self._tried.get(place, 0)
        for number in range(first, first + _MOST_TRIES):
            steps = (number + 1) // 2 * (1 if number % 2 else -1)
            tried = (x + steps * self._step[0], y + steps * self._step[1])
            if self._is_free(tried):
                break
        self._tried[place] = number
        self._put(tried)
        return tried

    def _put(self, place: Position) -> None:
        self._cells.setdefault(self._cell(place), set()).add(place)
        self.left = min(self.left, place[0]) if self.filled else place[0]
        self.top = min(self.top, place[1]) if self.filled else place[1]
        self.filled = True

    def _cell(self, place: Position) -> tuple[int, int]:
        return int(place[0] // self._clear[0]), int(place[1] // self._clear[1])

    def _is_free(self, place: Position) -> bool:
        column, row = self._cell(place)
        return not any(
            abs(place[0] - x) < self._clear[0] and abs(place[1] - y) < self._clear[1]
            for near in range(column - 1, column + 2)
            for level in range(row - 1, row + 2)
            for x, y in self._cells.get((near, level), ())
        )
