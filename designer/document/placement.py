"""Places for some cards of a drawing: part of it arranged anew where it lies, and cards put in that have no place yet.

Cards that are not asked about stay where they are.
"""

import functools
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from frozendict import frozendict

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, SPACINGS, Spacing
from designer.document.drawing import Position
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project
from designer.document.remarks import move_remarks

_MARGIN = 16.0  # canvas units that stay free between two cards
_GRID = 8.0
_STEP = 32.0  # canvas units between two places that are tried
_FURTHEST = 40  # steps to either side
_MOST_CARDS = 300  # of a part that looks for room step by step
_MOST_PARTS = 200  # without a place that each look for one of their own
_CELL = 256.0
_NEAR = 500.0  # canvas units from a comment to the card it is about


class Arranged(NamedTuple):
    """New places, and whether they are free of the cards that stay."""

    positions: Mapping[str, Position]
    free: bool


def arrange_some(
    graph: Graph,
    layout: Mapping[str, Position],
    ids: Collection[str],
    flow: str = "down",
    *,
    fold: bool = True,
    frames: Iterable[Collection[str]] = (),
) -> Arranged:
    """Return new places for these nodes, laid out by themselves, their middle where it was.

    `frames` are the nodes of each frame, as for `lay_out`.

    Where other cards stand there, the part moves as a whole to the nearest free place; where there is none near, it
    stays and lies on them.
    """
    part = _take_part(graph, ids)
    if not part.nodes:
        return Arranged(frozendict(), True)
    drawn = lay_out(part, flow, fold=fold, frames=frames)
    before = _middle(layout.get(node, (0.0, 0.0)) for node in part.nodes)
    middle = _middle(drawn.values())
    moved = shift_all(drawn, (_snap(before[0] - middle[0]), _snap(before[1] - middle[1])))
    others = [layout.get(node, (0.0, 0.0)) for node in graph.nodes if node not in part.nodes]
    return move_to_room(moved, others)


def place_missing(project: Project) -> Project:
    """Return the project with a place for every node, in the network and in each block; those that have one keep it."""
    blocks = {}
    for key, inside in project.blocks.items():
        found = place_all(inside.graph, inside.layout, inside.drawing.flow)
        blocks[key] = inside if found is inside.layout else replace(inside, layout=found)
    layout = place_all(project.graph, project.layout, project.drawing.flow)
    if layout is project.layout and all(blocks[key] is inside for key, inside in project.blocks.items()):
        return project
    return replace(project, layout=layout, blocks=blocks)


def place_all(graph: Graph, layout: Mapping[str, Position], flow: str = "down") -> Mapping[str, Position]:
    """Return the layout with a place for every node: the missing ones near what they are wired to, on no other card."""
    missing = [node for node in graph.nodes if node not in layout]
    if not missing:
        return layout
    if len(missing) == len(graph.nodes):
        return lay_out(graph, flow)
    placed = dict(layout)
    spacing = SPACINGS.get(flow, SPACINGS["down"])
    parts = _split_parts(graph, missing)
    if len(parts) > _MOST_PARTS:
        parts = [_take_part(graph, missing)]
    taken = _Taken(place for node, place in layout.items() if node in graph.nodes)
    for part in parts:
        drawn = lay_out(part, flow)
        found = _move_to_room(shift_all(drawn, _find_anchor(graph, placed, drawn, spacing)), taken).positions
        for place in found.values():
            taken.put(place)
        placed |= found
    return frozendict(placed)


def move_to_room(positions: Mapping[str, Position], others: Collection[Position]) -> Arranged:
    """Return the positions moved as one to the nearest place where they lie on none of the other cards."""
    return _move_to_room(positions, _Taken(others))


def is_room_for(positions: Iterable[Position], others: Iterable[Position]) -> bool:
    """Return whether cards would lie at these positions without coming near one of the other cards."""
    cards = list(positions)
    if not cards:
        return True
    left, top, right, bottom = _outline(cards)
    left, top = left - CARD_WIDTH - _MARGIN, top - CARD_HEIGHT - _MARGIN
    right, bottom = right + _MARGIN, bottom + _MARGIN
    taken = _Taken((x, y) for x, y in others if left < x < right and top < y < bottom)
    return all(taken.is_free(x, y, x + CARD_WIDTH, y + CARD_HEIGHT) for x, y in cards)


def _move_to_room(positions: Mapping[str, Position], taken: "_Taken") -> Arranged:
    cards = list(positions.values())
    steps = _steps() if len(cards) <= _MOST_CARDS else _long_steps(_outline(cards), taken.outline)
    for dx, dy in steps:
        if all(taken.is_free(x + dx, y + dy, x + dx + CARD_WIDTH, y + dy + CARD_HEIGHT) for x, y in cards):
            return Arranged(shift_all(positions, (dx, dy)), True)
    return Arranged(positions, False)


def carry_comments(before: Project, after: Project) -> Project:
    """Return the project after cards were moved, with each comment moved as the card is that it stood nearest to."""
    comments = {key: one for key, one in after.drawing.remarks.items() if not one.is_frame}
    places = {node: before.layout[node] for node in before.graph.nodes if node in before.layout}
    if not comments or not places:
        return after
    for key, comment in comments.items():
        x, y = comment.position
        near = min(places, key=lambda node: (math.dist(places[node], (x, y)), node))
        if math.dist(places[near], (x, y)) <= _NEAR:
            after = move_remarks(after, [key], _difference(after.layout[near], places[near]))
    return after


def shift_all(positions: Mapping[str, Position], shift: Position) -> Mapping[str, Position]:
    """Return the positions moved by as much."""
    return frozendict({node: (x + shift[0], y + shift[1]) for node, (x, y) in positions.items()})


class _Taken:
    """Where cards stand, found by the cell of a coarse grid."""

    def __init__(self, positions: Iterable[Position]) -> None:
        self._cells: dict[tuple[int, int], list[Position]] = {}
        self.outline: tuple[float, float, float, float] | None = None
        for place in positions:
            self.put(place)

    def put(self, place: Position) -> None:
        """Take another place."""
        x, y = place
        around = self.outline or (x, y, x, y)
        self.outline = (
            min(around[0], x),
            min(around[1], y),
            max(around[2], x + CARD_WIDTH),
            max(around[3], y + CARD_HEIGHT),
        )
        for cell in _cells(x, y, x + CARD_WIDTH, y + CARD_HEIGHT):
            self._cells.setdefault(cell, []).append(place)

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Return whether no card comes near this rectangle."""
        near = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        return not any(
            x < near[2] and near[0] < x + CARD_WIDTH and y < near[3] and near[1] < y + CARD_HEIGHT
            for cell in _cells(*near)
            for x, y in self._cells.get(cell, ())
        )


def _cells(left: float, top: float, right: float, bottom: float) -> Iterable[tuple[int, int]]:
    columns = range(math.floor(left / _CELL), math.floor(right / _CELL) + 1)
    return itertools.product(columns, range(math.floor(top / _CELL), math.floor(bottom / _CELL) + 1))


def _long_steps(own: tuple[float, ...], others: tuple[float, ...] | None) -> list[Position]:
    """Return the shifts that are tried for a large part: none, then past everything else on either side."""
    if others is None:
        return [(0.0, 0.0)]
    gap = 4 * _MARGIN
    away = [
        (others[2] - own[0] + gap, 0.0),
        (0.0, others[3] - own[1] + gap),
        (others[0] - own[2] - gap, 0.0),
        (0.0, others[1] - own[3] - gap),
    ]
    return [(0.0, 0.0), *sorted(((_snap(x), _snap(y)) for x, y in away), key=lambda step: math.hypot(*step))]


@functools.cache
def _steps() -> Sequence[Position]:
    """Return the shifts that are tried, the nearest first."""
    reach = range(-_FURTHEST, _FURTHEST + 1)
    steps = [(_STEP * x, _STEP * y) for x in reach for y in reach]
    return sorted(steps, key=lambda step: (math.hypot(*step), -step[0], -step[1]))


def _take_part(graph: Graph, ids: Collection[str]) -> Graph:
    """Return the part of a graph that these nodes and the wires between them make."""
    wanted = set(ids)
    nodes = {key: node for key, node in graph.nodes.items() if key in wanted}
    return Graph(nodes, tuple(edge for edge in graph.edges if edge.source in wanted and edge.target in wanted))


def _split_parts(graph: Graph, nodes: Collection[str]) -> list[Graph]:
    """Return the connected parts that some nodes of a graph make."""
    part = _take_part(graph, nodes)
    near: dict[str, list[str]] = {key: [] for key in part.nodes}
    for edge in part.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    number: dict[str, int] = {}
    found: list[list[str]] = []
    for start in part.nodes:
        if start in number:
            continue
        number[start], ready = len(found), [start]
        for node in ready:
            for other in near[node]:
                if other not in number:
                    number[other] = len(found)
                    ready.append(other)
        found.append(ready)
    edges: list[list[Edge]] = [[] for _ in found]
    for edge in part.edges:
        edges[number[edge.source]].append(edge)
    inside: list[dict[str, Node]] = [{} for _ in found]
    for key, value in part.nodes.items():
        inside[number[key]][key] = value
    return [Graph(keys, tuple(own)) for keys, own in zip(inside, edges, strict=True)]


def _find_anchor(
    graph: Graph, placed: Mapping[str, Position], drawn: Mapping[str, Position], spacing: Spacing
) -> Position:
    """Return how far a drawing moves to stand after what feeds it, or before what it feeds; else beside everything."""
    fed, feeding = [], []
    for edge in graph.edges:
        if edge.target in drawn and edge.source in placed:
            fed.append(_difference(_step(placed[edge.source], spacing, 1), drawn[edge.target]))
        elif edge.source in drawn and edge.target in placed:
            feeding.append(_difference(_step(placed[edge.target], spacing, -1), drawn[edge.source]))
    wishes = fed or feeding
    if not wishes:
        right = max(x for x, _ in placed.values()) + spacing.place(spacing.pitch, spacing.rank)[0]
        return right, min(y for _, y in placed.values())
    wishes.sort(key=spacing.split)
    across = spacing.split(wishes[len(wishes) // 2])[0]
    along = max(spacing.split(wish)[1] for wish in wishes) if fed else min(spacing.split(wish)[1] for wish in wishes)
    x, y = spacing.place(across, along)
    return _snap(x), _snap(y)


def _step(position: Position, spacing: Spacing, ranks: int) -> Position:
    across, along = spacing.split(position)
    return spacing.place(across, along + ranks * spacing.rank)


def _difference(first: Position, second: Position) -> Position:
    return first[0] - second[0], first[1] - second[1]


def _outline(positions: Iterable[Position]) -> tuple[float, float, float, float]:
    xs, ys = zip(*positions, strict=True)
    return min(xs), min(ys), max(xs) + CARD_WIDTH, max(ys) + CARD_HEIGHT


def _middle(positions: Iterable[Position]) -> Position:
    left, top, right, bottom = _outline(positions)
    return (left + right) / 2, (top + bottom) / 2


def _snap(value: float) -> float:
    return math.floor(value / _GRID + 0.5) * _GRID
