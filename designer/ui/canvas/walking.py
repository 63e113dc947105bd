"""Go through the network by the arrow keys: along the wires, across to the branch beside, and from wire to wire.

Which keys lead along the wires follows from the way data flows: down and up, or right and left.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from designer.document.graph import Edge, Graph
from designer.document.project import Position

Direction = Literal["up", "down", "left", "right"]
Course = Literal["on", "back", "before", "after"]  # with the data, against it, and to either side

COURSES: Mapping[str, Mapping[Direction, Course]] = {
    "down": {"down": "on", "up": "back", "left": "before", "right": "after"},
    "right": {"right": "on", "left": "back", "up": "before", "down": "after"},
}


def step_from(
    graph: Graph,
    layout: Mapping[str, Position],
    node: str | None,
    direction: Direction,
    *,
    flow: str = "down",
    trail: Sequence[str] = (),
) -> str | None:
    """Return the node one step from `node`, None where there is none; from nowhere the first by its place.

    Where several wires lead on, the way leads back to where one came from last (`trail`, the latest at its end), else
    straight ahead. To the side it leads to the nearest of the branches beside, else to the nearest card.
    """

    def place(key: str) -> Position:
        """Return how far along the flow a card lies, and how far across it."""
        x, y = layout.get(key, (0.0, 0.0))
        return (x, y) if flow == "right" else (y, x)

    if node not in graph.nodes:
        return min(graph.nodes, key=lambda key: (*place(key), key), default=None)
    assert node is not None
    course = COURSES.get(flow, COURSES["down"])[direction]
    here = place(node)
    if course in ("on", "back"):
        ends = _list_ends(graph, node, onward=course == "on")
        known = next((key for key in reversed(trail) if key in ends), None)
        return known or min(ends, key=lambda key: abs(place(key)[1] - here[1]), default=None)
    sign = 1 if course == "after" else -1
    branches = [key for key in _list_branches(graph, node) if (place(key)[1] - here[1]) * sign > 0]
    if branches:
        return min(branches, key=lambda key: (abs(place(key)[1] - here[1]), abs(place(key)[0] - here[0]), key))
    others = {key: place(key) for key in graph.nodes if key != node}
    return _find_beside(here, others, sign)


def step_wire(graph: Graph, edge: Edge, direction: Direction, *, flow: str = "down") -> Edge | str | None:
    """Return what one step from a wire leads to: along it the node at its end, to the side the next wire, in a circle."""
    course = COURSES.get(flow, COURSES["down"])[direction]
    if course == "on":
        return edge.target if edge.target in graph.nodes else None
    if course == "back":
        return edge.source if edge.source in graph.nodes else None
    wires = list(dict.fromkeys((*graph.outgoing.get(edge.source, ()), *graph.incoming.get(edge.target, ()))))
    if edge not in wires:
        return next(iter(wires), None)
    return wires[(wires.index(edge) + (1 if course == "after" else -1)) % len(wires)]


def list_wires(graph: Graph, node: str) -> list[Edge]:
    """Return the wires of a node, those that leave it first."""
    return [*graph.outgoing.get(node, ()), *graph.incoming.get(node, ())]


def _list_ends(graph: Graph, node: str, *, onward: bool) -> list[str]:
    """Return the nodes at the other ends of a node's wires, each once, by port."""
    edges = (graph.outgoing if onward else graph.incoming).get(node, ())
    return list(dict.fromkeys(edge.target if onward else edge.source for edge in edges))


def _list_branches(graph: Graph, node: str) -> list[str]:
    """Return the nodes beside one: what else its sources feed, and what else feeds its targets."""
    beside: Iterable[str] = (
        *(key for end in _list_ends(graph, node, onward=False) for key in _list_ends(graph, end, onward=True)),
        *(key for end in _list_ends(graph, node, onward=True) for key in _list_ends(graph, end, onward=False)),
    )
    return [key for key in dict.fromkeys(beside) if key != node]


def _find_beside(here: Position, others: Mapping[str, Position], sign: int) -> str | None:
    """Return the nearest node to one side; the way along the flow counts double, so that one stays in the row."""
    beside = {key: at for key, at in others.items() if (at[1] - here[1]) * sign > 0}
    return min(
        beside,
        key=lambda key: ((beside[key][1] - here[1]) * sign + 2 * abs(beside[key][0] - here[0]), key),
        default=None,
    )
