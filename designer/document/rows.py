"""Rows of cards along the flow: what goes on from a card, and what has to move for one more row."""

from collections.abc import Mapping

from designer.document.drawing import Position, advance, pace, progress
from designer.document.graph import Edge
from designer.document.project import Project


def find_room(project: Project, edge: Edge) -> tuple[Mapping[str, Position], Position]:
    """Return the place for a card in a row after the source of `edge`, and where the cards move that stand too near."""
    flow, layout = project.drawing.flow, project.layout
    start = layout.get(edge.source, (0.0, 0.0))
    step, place = pace(flow), advance(flow, start, pace(flow))
    end = layout.get(edge.target)
    if end is None:
        return {}, place
    gap = progress(flow, end) - progress(flow, start)
    if gap < step / 2 or gap >= 2 * step:
        return {}, place
    pushed = find_following(project, edge.target)
    return {node: advance(flow, layout[node], 2 * step - gap) for node in pushed}, place


def find_following(project: Project, first: str) -> set[str]:
    """Return the nodes that go on from `first` along the flow; where a wire turns back, to a new column, they end."""
    flow, layout, outgoing = project.drawing.flow, project.layout, project.graph.outgoing
    found, pending = {first}, [first]
    while pending:
        node = pending.pop()
        here = progress(flow, layout[node])
        for edge in outgoing.get(node, ()):
            there = layout.get(edge.target)
            if edge.target not in found and there is not None and progress(flow, there) > here:
                found.add(edge.target)
                pending.append(edge.target)
    return found
