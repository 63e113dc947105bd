"""Where a new layer goes and what it is wired to: pure functions on the project, no Qt."""

from collections.abc import Mapping

from designer.catalogue.blocks import find_spec
from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH
from designer.document.clip import Clip
from designer.document.drawing import Drawing, advance, pace
from designer.document.edits import add_node, connect, insert_on_edge
from designer.document.graph import Edge
from designer.document.library import is_library_kind, read_library, take_kind
from designer.document.placement import move_to_room, place_all, shift_all
from designer.document.project import Position, Project
from designer.document.wording import show_name
from designer.paths import user_blocks

# A card with the room it wants around it, in canvas units.
ROOM_WIDTH, ROOM_HEIGHT = 232.0, 64.0
_BESIDE = (24.0, 24.0)
_GRID = 8.0


def add_after(
    project: Project, node: str | None, kind: str, place: Position, *, at_place: bool = False
) -> tuple[Project, str, str]:
    """Return the project with a new layer after `node`, its id, and a title for the step.

    A node that feeds one other gets the new layer in between; else the new layer takes its output and lies below.
    Without a node, or where either has no port for a wire, it lies at `place` alone. With `at_place` it lies
    there in any case, and as a branch: no other wire is touched.
    """
    spec = find_spec(kind, project.blocks)
    before = project.graph.nodes.get(node) if node is not None else None
    source = find_spec(before.kind, project.blocks) if before is not None else None
    if before is None or spec is None or not spec.inputs or (source is not None and not source.outputs):
        return _named(*add_node(project, kind, position=find_free_place(project, place)))
    onward = project.graph.outgoing.get(before.id, ())
    if len(onward) == 1 and spec.outputs and not at_place:
        return _named(*insert_on_edge(project, onward[0], kind), f"after {show_name(before.name)}")
    flow = project.drawing.flow
    next_place = place if at_place else advance(flow, project.layout.get(before.id, place), pace(flow))
    project, new = add_node(project, kind, position=find_free_place(project, next_place))
    return _named(connect(project, Edge(before.id, 0, new, 0)), new, f"after {show_name(before.name)}")


def add_at_output(project: Project, node: str, port: int, kind: str, place: Position) -> tuple[Project, str, str]:
    """Return the project with a new layer that takes an output, its id, and a title for the step.

    It lies at `place`, or at the next free one.
    """
    project, new = add_node(project, kind, position=find_free_place(project, place))
    spec = find_spec(kind, project.blocks)
    if spec is not None and spec.inputs:
        project = connect(project, Edge(node, port, new, 0))
    return _named(project, new, f"after {show_name(project.graph.nodes[node].name)}")


def add_at_input(project: Project, node: str, port: int, kind: str, place: Position) -> tuple[Project, str, str]:
    """Return the project with a new layer that feeds an input, its id, and a title for the step.

    It lies at `place`, or at the next free one.
    """
    project, new = add_node(project, kind, position=find_free_place(project, place))
    spec = find_spec(kind, project.blocks)
    if spec is not None and spec.outputs:
        project = connect(project, Edge(new, 0, node, port))
    return _named(project, new, f"before {show_name(project.graph.nodes[node].name)}")


def bring_kind(project: Project, kind: str) -> tuple[Project, str]:
    """Return the project ready to use a kind, and the kind to use: a block of the user's library is brought along.

    Raise EditError where the library no longer has it.
    """
    return take_kind(project, kind, read_library(user_blocks())) if is_library_kind(kind) else (project, kind)


def find_free_place(project: Project, place: Position) -> Position:
    """Return `place`, or the next place beside the flow where no card lies: to its right, or below."""
    x, y = place
    if project.drawing.flow == "right":
        column = sorted(top for left, top in project.layout.values() if abs(left - x) < ROOM_WIDTH)
        for top in column:
            if abs(top - y) < ROOM_HEIGHT:
                y = top + ROOM_HEIGHT
        return x, y
    row = sorted(left for left, top in project.layout.values() if abs(top - y) < ROOM_HEIGHT)
    for left in row:
        if abs(left - x) < ROOM_WIDTH:
            x = left + ROOM_WIDTH
    return x, y


def place_clip(project: Project, clip: Clip, middle: Position | None = None) -> Position:
    """Return how far the cards of a clip are moved so that they cover nothing: to the nearest free place.

    They go with their middle to `middle`; without it, a little beside where they lay.
    """
    cards = _list_places(clip.drawing, place_all(clip.graph, clip.layout, clip.drawing.flow))
    if not cards:
        return _BESIDE
    shift = _BESIDE
    if middle is not None:
        now = find_middle(clip)
        shift = round((middle[0] - now[0]) / _GRID) * _GRID, round((middle[1] - now[1]) / _GRID) * _GRID
    others = _list_places(project.drawing, project.layout)
    found = move_to_room(shift_all(cards, shift), list(others.values())).positions
    key = next(iter(cards))
    return found[key][0] - cards[key][0], found[key][1] - cards[key][1]


def find_middle(clip: Clip) -> Position:
    """Return the middle of the cards and comments of a clip."""
    cards = _list_places(clip.drawing, place_all(clip.graph, clip.layout, clip.drawing.flow))
    lefts, tops = zip(*(cards.values() or [(0.0, 0.0)]), strict=True)
    return (min(lefts) + max(lefts) + CARD_WIDTH) / 2, (min(tops) + max(tops) + CARD_HEIGHT) / 2


def _list_places(drawing: Drawing, layout: Mapping[str, Position]) -> dict[str, Position]:
    """Return where cards and comments lie."""
    comments = {f"comment {key}": one.position for key, one in drawing.remarks.items() if not one.is_frame}
    return {**layout, **comments}


def _named(project: Project, new: str, where: str = "") -> tuple[Project, str, str]:
    return project, new, f"add {show_name(project.graph.nodes[new].name)} {where}".rstrip()
