"""Close the row that a removed card leaves: what went on below it moves up to where it lay, if that is free.

The other way round than `rows.find_room`, by which it moves down when a card is put in.
"""

from collections.abc import Collection

from designer.document.drawing import Position, advance, pace, progress
from designer.document.edits import move_nodes
from designer.document.graph import Edge
from designer.document.placement import is_room_for
from designer.document.project import Project
from designer.document.rows import find_following

MOST = 500  # cards that move up; of more it is as well to leave the place empty
MOST_ROWS = 20  # that are closed one by one; whoever takes more away wants the network arranged


def close_rows(before: Project, after: Project) -> Project:
    """Return `after`, which lacks nodes of `before` and has their wires bridged, with the rows they left closed if few."""
    gone = before.graph.nodes.keys() - after.graph.nodes.keys()
    if len(gone) > MOST_ROWS:
        return after
    for node in sorted(gone, key=lambda node: -progress(before.drawing.flow, before.layout.get(node, (0.0, 0.0)))):
        if not any(edge.source in gone for edge in before.graph.incoming.get(node, ())):
            after = _close_row(before, after, node, gone)
    return after


def _close_row(before: Project, after: Project, first: str, gone: Collection[str]) -> Project:
    """Close the row of one removed node, and of those removed after it in its column."""
    flow, place = before.drawing.flow, before.layout.get(first)
    sources = before.graph.incoming.get(first, ())
    if place is None or not sources:
        return after
    bridges = after.graph.outgoing.get(sources[0].source, ())
    below = [
        edge.target
        for edge in bridges
        if edge not in before.graph.incoming.get(edge.target, ())
        and _is_below(flow, place, after.layout.get(edge.target))
    ]
    if not below:
        return after
    nearest = min(below, key=lambda node: progress(flow, after.layout[node]))
    shift = progress(flow, place) - progress(flow, after.layout[nearest])
    moving = find_following(after, nearest)
    if len(moving) > MOST or not _may_move(after, moving, shift):
        return after
    moved = {node: advance(flow, after.layout[node], shift) for node in moving}
    others = [spot for node, spot in after.layout.items() if node not in moving]
    others += [one.position for one in after.drawing.remarks.values() if not one.is_frame]
    return move_nodes(after, moved) if is_room_for(moved.values(), others) else after


def _is_below(flow: str, place: Position, other: Position | None) -> bool:
    """Return whether a place lies straight on from another one."""
    if other is None or progress(flow, other) <= progress(flow, place):
        return False
    return advance(flow, place, progress(flow, other) - progress(flow, place)) == other


def _may_move(project: Project, moving: Collection[str], shift: float) -> bool:
    """Return whether every wire into what moves still goes on along the flow, a row at least, if it did."""
    flow, layout = project.drawing.flow, project.layout
    entering: list[Edge] = [edge for node in moving for edge in project.graph.incoming.get(node, ())]
    for edge in entering:
        if edge.source not in moving and edge.source in layout:
            way = progress(flow, layout[edge.target]) - progress(flow, layout[edge.source])
            if way > 0 and way + shift < pace(flow):
                return False
    return True
