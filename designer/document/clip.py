"""Copy and paste: some nodes, the wires between them and where their cards lay, as a value and as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from frozendict import frozendict

from designer.document import limits
from designer.document.blocks import bring_blocks, find_needed
from designer.document.drawing import PLAIN, Drawing
from designer.document.edits import EditError
from designer.document.files import VERSION, read_json, write_blocks, write_drawing, write_graph
from designer.document.graph import Edge, Graph
from designer.document.naming import fresh_ids, fresh_names, take_copy_name, take_id
from designer.document.placement import place_all
from designer.document.project import NO_BLOCKS, Blocks, Position, Project
from designer.document.reading import FileError, read_blocks, read_drawing, read_graph, read_layout
from designer.document.remarks import bring_drawing, turn
from designer.document.wording import show_name

_MARK = "designer-clip"
FOREIGN = "the clipboard holds no layers. Copy some first."


@dataclass(frozen=True, slots=True)
class Clip:
    """Copied nodes with their inner wires, their positions, the blocks they use, and comments and frames."""

    graph: Graph
    layout: Mapping[str, Position] = frozendict()
    blocks: Blocks = NO_BLOCKS
    drawing: Drawing = PLAIN


def copy_nodes(project: Project, ids: Iterable[str], comments: Iterable[str] = ()) -> Clip:
    """Return these nodes, in the order of the project, the wires between them, and frames around them alone.

    `comments` are ids of comments to copy along. Raise EditError for unknown ids.
    """
    wanted = set(ids)
    graph = project.graph
    if unknown := wanted - graph.nodes.keys():
        raise EditError(f"There is no node with the id `{show_name(min(unknown))}`.")
    chosen = Graph(
        {key: node for key, node in graph.nodes.items() if key in wanted},
        tuple(edge for edge in graph.edges if edge.source in wanted and edge.target in wanted),
    )
    return Clip(
        chosen,
        frozendict({key: position for key, position in project.layout.items() if key in wanted}),
        frozendict({key: project.blocks[key] for key in find_needed(project.blocks, chosen)}),
        project.drawing.part(wanted, comments),
    )


def paste_clip(project: Project, clip: Clip, offset: Position = (24.0, 24.0)) -> tuple[Project, tuple[str, ...]]:
    """Return the project with a copy of the clip, and the ids of the new nodes.

    A name stays where it is free ("conv1"), else it gets another number ("conv2"). Blocks that the project does not
    have come along; one that it has under the same id but with another inside comes under a new id. What was copied
    where data flows the other way is turned. Raise EditError where there would be too much.
    """
    clip = turn(clip, project.drawing.flow)
    project, kinds = bring_blocks(project, clip.blocks)
    graph = project.graph
    if len(graph.nodes) + len(clip.graph.nodes) > limits.MOST_NODES:
        raise EditError(f"A network has at most {limits.MOST_NODES:,} nodes.")
    ids, names = fresh_ids(graph), fresh_names(graph)
    new = {key: take_id(ids, node.kind) for key, node in clip.graph.nodes.items()}
    nodes = {
        new[key]: replace(
            node, id=new[key], name=take_copy_name(names, node.name), kind=kinds.get(node.kind, node.kind)
        )
        for key, node in clip.graph.nodes.items()
    }
    edges = [
        Edge(new[edge.source], edge.source_port, new[edge.target], edge.target_port)
        for edge in clip.graph.edges
        if edge.source in new and edge.target in new
    ]
    places = place_all(clip.graph, clip.layout, clip.drawing.flow)
    layout = {new[key]: (_clamp(x + offset[0]), _clamp(y + offset[1])) for key, (x, y) in places.items() if key in new}
    pasted = replace(
        project,
        graph=Graph({**graph.nodes, **nodes}, (*graph.edges, *edges)),
        layout={**project.layout, **layout},
        drawing=bring_drawing(project.drawing, clip.drawing, new, offset),
    )
    return pasted, tuple(nodes)


def to_text(clip: Clip) -> str:
    """Return a clip as text for the clipboard, in the form of a project file."""
    parts = [f'"{_MARK}": {VERSION}', *write_graph(clip.graph, clip.layout)]
    if clip.blocks:
        parts.append(write_blocks(clip.blocks))
    parts += write_drawing(clip.drawing)
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def from_text(text: str) -> Clip:
    """Return the clip that a text holds. Raise FileError where it holds none."""
    try:
        document = read_json(text)
    except FileError as error:
        if _MARK in text:  # a part of one
            raise
        raise FileError(FOREIGN) from error
    if document.get(_MARK) != VERSION:
        raise FileError(FOREIGN)
    blocks = read_blocks(document.get("blocks", {}))
    drawing = read_drawing(document.get("drawing", {}))
    return Clip(read_graph(document), read_layout(document.get("layout", {})), blocks, drawing)


def _clamp(number: float) -> float:
    return max(-limits.FURTHEST, min(limits.FURTHEST, number))
