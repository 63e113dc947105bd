"""What gestures do to the document: pure edits of a project, each with the title its undo step carries."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from designer.catalogue.spec import LayerSpec
from designer.document.closing import close_rows
from designer.document.edits import connect, disconnect, insert_on_edge, move_nodes, remove_nodes
from designer.document.graph import Edge, Graph
from designer.document.project import Position, Project
from designer.document.remarks import move_remarks, name_remarks, put_in_frame, remove_remarks
from designer.document.rows import find_room
from designer.document.wording import show_name
from designer.ui.canvas.geometry import PortRef
from designer.ui.editor import Editor
from designer.ui.placing import add_at_input, add_at_output
from designer.ui.words import write_amount

# The title of an undo step and the project it leads to.
Change = tuple[str, Project]


def edge_between(first: PortRef, second: PortRef) -> Edge | None:
    """Return the wire between two ports, whichever of them is the output; None for two of a kind."""
    if first.is_output == second.is_output:
        return None
    source, target = (first, second) if first.is_output else (second, first)
    return Edge(source.node, source.number, target.node, target.number)


def name_edge(graph: Graph, edge: Edge) -> str:
    """Return a wire in words: conv1 → relu1."""
    source, target = (graph.nodes[key].name if key in graph.nodes else key for key in (edge.source, edge.target))
    return f"{show_name(source)} → {show_name(target)}"


def name_nodes(graph: Graph, ids: Collection[str]) -> str:
    """Return nodes in words: conv1, or 3 layers."""
    return show_name(graph.nodes[next(iter(ids))].name) if len(ids) == 1 else write_amount(len(ids), "layer")


def draw_wire(project: Project, edge: Edge, lifted: Edge | None = None) -> Change:
    """Draw a wire; `lifted` is the one it takes the place of when a wire's end is plugged in elsewhere."""
    title = f"connect {name_edge(project.graph, edge)}"
    if lifted is not None and lifted != edge:
        title = f"rewire {name_edge(project.graph, edge)}"
        project = disconnect(project, [lifted])
    return title, connect(project, edge)


def remove_wires(project: Project, edges: Collection[Edge], word: str) -> Change:
    """Remove wires, one step for all; `word` says how: "cut", "unplug"."""
    names = name_edge(project.graph, next(iter(edges))) if len(edges) == 1 else write_amount(len(edges), "wire")
    return f"{word} {names}", disconnect(project, edges)


def remove_selected(
    project: Project, nodes: Collection[str], edges: Collection[Edge], remarks: Collection[str] = ()
) -> Change:
    """Remove nodes, closing the gaps and the rows they leave, and wires, comments and frames."""
    if edges and not nodes and not remarks:
        return remove_wires(project, edges, "cut")
    wires = len(set(edges) - set(project.graph.edges_of(nodes)))  # besides those that go with their layers
    named = [name_nodes(project.graph, nodes)] if nodes else []
    named += [name_remarks(project.drawing.remarks, remarks)] if remarks else []
    named += [write_amount(wires, "wire")] if wires else []
    bare = disconnect(remove_remarks(project, remarks) if remarks else project, edges)
    left = close_rows(bare, remove_nodes(bare, nodes, close_gap=True)) if nodes else bare
    return f"delete {' and '.join(named)}", left


def delete_selected(editor: Editor) -> None:
    """Remove what is selected in an editor, as one step."""
    chosen = editor.selected_nodes, editor.selected_edges, editor.selected_remarks
    if any(chosen):
        editor.apply_view(*remove_selected(editor.view, *chosen))


def move_by(project: Project, ids: Collection[str], delta: Position) -> Change:
    """Move nodes by so much."""
    return f"move {name_nodes(project.graph, ids)}", move_nodes(project, places_after(project, ids, delta))


def move_carried(
    project: Project, nodes: Collection[str], comments: Collection[str], delta: Position, remarks: Collection[str]
) -> Change:
    """Move nodes and comments by so much; `remarks` are the comments and frames that carry them."""
    moved = move_remarks(move_nodes(project, places_after(project, nodes, delta)), comments, delta)
    return f"move {name_remarks(project.drawing.remarks, remarks)}", moved


def move_into(
    project: Project, ids: Collection[str], delta: Position, frame: str | None, *, out: bool = False
) -> Change:
    """Move nodes by so much, into a frame where one is given, and out of their frames where asked for."""
    title, moved = move_by(project, ids, delta)
    if frame is not None and not set(ids) <= project.drawing.remarks[frame].nodes:
        return (
            f"move {name_nodes(project.graph, ids)} into {name_remarks(project.drawing.remarks, [frame])}",
            put_in_frame(moved, frame, ids),
        )
    return title, put_in_frame(moved, None, ids) if out and frame is None else moved


def places_after(project: Project, ids: Iterable[str], delta: Position) -> dict[str, Position]:
    """Return where nodes lie after a move by so much."""
    places = ((key, project.layout.get(key, (0.0, 0.0))) for key in ids)
    return {key: (x + delta[0], y + delta[1]) for key, (x, y) in places}


def take_out(project: Project, ids: Collection[str], delta: Position) -> Change:
    """Take nodes out of their wires, which close behind them, and move them by so much."""
    graph = project.graph
    inner = [edge for edge in graph.edges_of(ids) if edge.source in ids and edge.target in ids]
    bare = remove_nodes(project, ids, close_gap=True)
    loose = replace(project, graph=Graph(graph.nodes, (*bare.graph.edges, *inner)))
    return f"take out {name_nodes(graph, ids)}", move_nodes(loose, places_after(project, ids, delta))


def can_insert(spec: LayerSpec | None) -> bool:
    """Return whether a kind of layer has something to go in and something to come out."""
    return spec is not None and bool(spec.inputs) and bool(spec.outputs)


def can_follow(spec: LayerSpec | None, port: PortRef) -> bool:
    """Return whether a kind of layer has a port for a wire to or from `port`."""
    return spec is not None and bool(spec.inputs if port.is_output else spec.outputs)


def insert_layer(project: Project, edge: Edge, kind: str, place: Position | None = None) -> tuple[Change, str]:
    """Add a layer in the middle of a wire; return the change and the new node's id.

    Without a place it lies below the wire's source, and what follows makes room.
    """
    title = f"on {name_edge(project.graph, edge)}"
    project, new = insert_on_edge(project, edge, kind, position=place)
    return (f"insert {show_name(project.graph.nodes[new].name)} {title}", project), new


def insert_card(project: Project, edge: Edge, node: str, place: Position, *, beside: bool = False) -> Change:
    """Put a card without wires into the middle of a wire, by its first input and its first output.

    It lies after the wire's source, and what follows makes room; at `place` where the wire runs `beside` the cards.
    """
    title = f"insert {name_nodes(project.graph, [node])} on {name_edge(project.graph, edge)}"
    project = move_nodes(project, {node: place})
    if not beside:
        moves, room = find_room(project, edge)
        project = move_nodes(project, {**moves, node: room})
    project = connect(disconnect(project, [edge]), Edge(edge.source, edge.source_port, node, 0))
    return title, connect(project, Edge(node, 0, edge.target, edge.target_port))


def attach_layer(project: Project, port: PortRef, kind: str, place: Position) -> tuple[Change, str]:
    """Add a layer there, wired to a port; return the change and the new node's id."""
    add = add_at_output if port.is_output else add_at_input
    project, new, title = add(project, port.node, port.number, kind, place)
    return (title, project), new
