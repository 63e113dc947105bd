"""Room for frames in a layout: each is laid out by itself and then stands in the whole as one large card.

So the cards of a frame lie together, and no card lies in a frame that it does not belong to. Frames that cut across one
another cannot all have that: the larger ones do.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from frozendict import frozendict

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, SPACINGS, Spacing, arrange
from designer.document.drawing import FRAME_MARGINS, Position
from designer.document.graph import Edge, Graph, Node
from designer.document.order import sort_nodes

_GRID = 8.0
_LEAST = 4.0  # canvas units from a frame to the middle of the gap between two cards

Positions = Mapping[str, Position]
# Given a part of the graph, its layout and the nodes of the frames in it: returns the layout as it is to be.
Finish = Callable[[Graph, Positions, Sequence[frozenset[str]]], Positions]


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """The nodes of a frame, and the frames inside it. Told apart by identity: two may be round the same nodes."""

    nodes: frozenset[str]
    inner: "list[_Frame]"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A frame laid out by itself: where its cards are, and how far it reaches beyond the card by which it is entered.

    Lengths are before and after that card: first across the flow, then along it.
    """

    places: Mapping[str, tuple[float, float]]  # across and along, from the card by which it is entered
    across: tuple[float, float]
    along: tuple[float, float]


def arrange_framed(graph: Graph, flow: str, frames: Iterable[Collection[str]], finish: Finish) -> Positions:
    """Return a position for every node, as `arrange` does, with the cards of each frame apart from all others."""
    known = [frozenset(frame) & graph.nodes.keys() for frame in frames]
    return _arrange(graph, flow, _nest([one for one in known if one]), finish)


def _nest(frames: Iterable[frozenset[str]]) -> tuple[_Frame, ...]:
    """Return the frames as they stand in one another, the outer ones; those that cut across a larger one are left out."""
    roots: list[_Frame] = []
    around: dict[str, tuple[_Frame, ...]] = {}  # the frames that a node is in, from the outside in
    for nodes in sorted(frames, key=lambda one: (-len(one), min(one))):
        outer = around.get(min(nodes), ())
        if any(around.get(node, ()) != outer for node in nodes):
            continue
        made = _Frame(nodes, [])
        (outer[-1].inner if outer else roots).append(made)
        around |= dict.fromkeys(nodes, (*outer, made))
    return tuple(roots)


def _arrange(graph: Graph, flow: str, frames: Sequence[_Frame], finish: Finish) -> Positions:
    if not frames:
        return finish(graph, arrange(graph, flow), ())
    spacing = SPACINGS.get(flow, SPACINGS["down"])
    home = {node: frame for frame in frames for node in frame.nodes}
    pieces: dict[str, _Piece] = {}
    heads: dict[_Frame, str] = {}  # the node that stands for each
    for frame in frames:
        part = _take_part(graph, frame.nodes)
        entry = _find_entry(graph, part)
        heads[frame] = entry
        pieces[entry] = _lay_piece(part, flow, frame, entry, finish)
    stand_in = {node: heads[home[node]] if node in home else node for node in graph.nodes}
    drawn = arrange(_contract(graph, stand_in), flow)
    places = _spread({node: spacing.split(place) for node, place in drawn.items()}, pieces, spacing)
    positions: dict[str, Position] = {}
    for node in graph.nodes:
        across, along = places[stand_in[node]]
        piece = pieces.get(stand_in[node])
        inside = piece.places[node] if piece is not None else (0.0, 0.0)
        positions[node] = spacing.place(across + inside[0], along + inside[1])
    return finish(graph, frozendict(positions), [frame.nodes for frame in frames])


def _lay_piece(part: Graph, flow: str, frame: _Frame, entry: str, finish: Finish) -> _Piece:
    spacing = SPACINGS.get(flow, SPACINGS["down"])
    drawn = {node: spacing.split(place) for node, place in _arrange(part, flow, frame.inner, finish).items()}
    start = drawn[entry]
    places = {node: (across - start[0], along - start[1]) for node, (across, along) in drawn.items()}
    wide, long = _card(spacing)
    box = _enclose(frame, places, spacing)
    return _Piece(places, (-box[0], box[2] - wide), (-box[1], box[3] - long))


def _enclose(
    frame: _Frame, places: Mapping[str, tuple[float, float]], spacing: Spacing
) -> tuple[float, float, float, float]:
    """Return where a frame lies round its cards and the frames inside it: from and to, across and along."""
    wide, long = _card(spacing)
    inner = [_enclose(one, places, spacing) for one in frame.inner]
    cards = [places[node] for node in frame.nodes]
    margins = FRAME_MARGINS["right" if spacing.turned else "down"]
    before = spacing.split((margins.side, margins.head))
    after = spacing.split((margins.side, margins.foot))
    beyond = spacing.split((margins.side, margins.step))
    return (
        min([across for across, _ in cards] + [box[0] for box in inner]) - before[0],
        min([along for _, along in cards] + [box[1] for box in inner]) - before[1],
        max([across + wide + after[0] for across, _ in cards] + [box[2] + beyond[0] for box in inner]),
        max([along + long + after[1] for _, along in cards] + [box[3] + beyond[1] for box in inner]),
    )


def _card(spacing: Spacing) -> tuple[float, float]:
    """Return the size of a card across the flow and along it."""
    return spacing.split((CARD_WIDTH, CARD_HEIGHT))


def _find_entry(graph: Graph, part: Graph) -> str:
    """Return the card of a part by which data comes in from outside; the first in order where none does."""
    order, unplaced = sort_nodes(part)
    ordered = [*order, *(node for node in part.nodes if node in unplaced)]
    fed = (node for node in ordered if any(edge.source not in part.nodes for edge in graph.incoming.get(node, ())))
    return next(fed, ordered[0])


def _take_part(graph: Graph, wanted: Collection[str]) -> Graph:
    nodes = {key: node for key, node in graph.nodes.items() if key in wanted}
    edges = {edge for key in nodes for edge in graph.outgoing.get(key, ()) if edge.target in wanted}
    return Graph(nodes, tuple(sorted(edges)))


def _contract(graph: Graph, stand_in: Mapping[str, str]) -> Graph:
    """Return the graph with each frame as one node. Wires that lead back up into a frame are left out: no circles."""
    order, unplaced = sort_nodes(graph)
    place: dict[str, int] = {}
    for node in [*order, *(node for node in graph.nodes if node in unplaced)]:
        place.setdefault(stand_in[node], len(place))
    nodes: dict[str, Node] = {node: graph.nodes[node] for node in place}
    edges: dict[tuple[str, str], Edge] = {}
    for edge in graph.edges:
        if edge.source in stand_in and edge.target in stand_in:
            ends = stand_in[edge.source], stand_in[edge.target]
            if place[ends[0]] < place[ends[1]]:
                edges.setdefault(ends, Edge(ends[0], edge.source_port, ends[1], edge.target_port))
    return Graph(nodes, tuple(edges.values()))


def _spread(
    places: Mapping[str, tuple[float, float]], pieces: Mapping[str, _Piece], spacing: Spacing
) -> dict[str, tuple[float, float]]:
    """Return the places with room for the pieces: what lies after one, either way, moves on by what it needs."""
    wide, long = _card(spacing)
    gaps = (spacing.pitch - wide, spacing.rank - long)
    reaches = {node: (piece.across, piece.along) for node, piece in pieces.items()}
    shifts = []
    for axis in (0, 1):
        room = gaps[axis] / 2 - _LEAST
        before: dict[float, float] = {}
        after: dict[float, float] = {}
        for node, reach in reaches.items():
            at = places[node][axis]
            before[at] = max(before.get(at, 0.0), _round_up(reach[axis][0] - room))
            after[at] = max(after.get(at, 0.0), _round_up(reach[axis][1] - room))
        shifts.append(_sum_up(sorted({place[axis] for place in places.values()}), before, after))
    return {node: (across + shifts[0][across], along + shifts[1][along]) for node, (across, along) in places.items()}


def _sum_up(levels: Sequence[float], before: Mapping[float, float], after: Mapping[float, float]) -> dict[float, float]:
    """Return how far each level moves: by what it needs before it, and all that those before it need."""
    moved, total = {}, 0.0
    for level in levels:
        total += before.get(level, 0.0)
        moved[level] = total
        total += after.get(level, 0.0)
    return moved


def _round_up(length: float) -> float:
    return math.ceil(max(0.0, length) / _GRID) * _GRID
