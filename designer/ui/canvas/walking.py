"""Go through the network by the arrow keys: along the wires up and down, to the neighbour left and right."""

from collections.abc import Mapping
from typing import Literal

from designer.document.graph import Graph
from designer.document.project import Position

Direction = Literal["up", "down", "left", "right"]


def step_from(graph: Graph, layout: Mapping[str, Position], node: str | None, direction: Direction) -> str | None:
    """Return the node one step from `node`, None where there is none; from nowhere the uppermost."""

    def place(key: str) -> Position:
        return layout.get(key, (0.0, 0.0))

    if node not in graph.nodes:
        return min(graph.nodes, key=lambda key: (place(key)[1], place(key)[0]), default=None)
    assert node is not None
    if direction == "down":
        return next((edge.target for edge in graph.outgoing.get(node, ())), None)
    if direction == "up":
        return next((edge.source for edge in graph.incoming.get(node, ())), None)
    return _find_beside(graph, place(node), {key: place(key) for key in graph.nodes if key != node}, direction)


def _find_beside(graph: Graph, here: Position, others: Mapping[str, Position], direction: Direction) -> str | None:
    """Return the nearest node to one side; height counts double, so that one stays in the row."""
    sign = 1 if direction == "right" else -1
    beside = {key: (x, y) for key, (x, y) in others.items() if (x - here[0]) * sign > 0}
    return min(
        beside,
        key=lambda key: ((beside[key][0] - here[0]) * sign + 2 * abs(beside[key][1] - here[1]), key),
        default=None,
    )
