"""Every change to a project, as a function that takes one project and returns another.

All of them raise EditError for an impossible ask (a node that is not there) and for values that no file could hold;
everything else may be done, however wrong the network then is: `rules` and the catalogue's checker tell.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from frozendict import frozendict

from designer.document import limits
from designer.document.acceptance import EditError as EditError
from designer.document.acceptance import (
    accept,
    accept_data,
    accept_parameters,
    accept_position,
    accept_training,
)
from designer.document.graph import NO_PARAMETERS, Edge, Graph, Node, Value
from designer.document.naming import fresh_ids, fresh_names, name_stem, take_id, take_name
from designer.document.project import Data, Position, Project, Training, used_block
from designer.document.rows import find_room
from designer.document.wording import show_name


def add_node(
    project: Project,
    kind: str,
    *,
    name: str | None = None,
    parameters: Mapping[str, Value] = NO_PARAMETERS,
    position: Position = (0.0, 0.0),
    id: str | None = None,  # noqa: A002 (the field is called so)
) -> tuple[Project, str]:
    """Return the project with one more node, and the node's id.

    Without `name` and `id` fresh ones are made ("conv1", "conv2d_1"). A given id must be free.
    """
    graph = project.graph
    if len(graph.nodes) >= limits.MOST_NODES:
        raise EditError(f"A network has at most {limits.MOST_NODES:,} nodes.")
    if id is not None and id in graph.nodes:
        raise EditError(f"There is already a node with the id `{show_name(id)}`.")
    kind = accept("kind", limits.accept_name, kind)
    new = Node(
        id=take_id(fresh_ids(graph), _call(project, kind)) if id is None else accept("id", limits.accept_name, id),
        kind=kind,
        name=take_name(fresh_names(graph), _call(project, kind))
        if name is None
        else accept("name", limits.accept_name, name),
        parameters=accept_parameters(parameters),
    )
    layout = {**project.layout, new.id: accept_position(position)}
    nodes = {**graph.nodes, new.id: new}
    loose = [edge for edge in graph.edges if new.id in (edge.source, edge.target)]  # a damaged file's, waiting for it
    return replace(project, graph=graph.rewired(nodes, graph.edges, loose), layout=layout), new.id


def _call(project: Project, kind: str) -> str:
    """Return what nodes of a kind are named after: the kind, or the name of the block it stands for."""
    block = project.blocks.get(used_block(kind) or "")
    return kind if block is None else block.name


def remove_nodes(project: Project, ids: Iterable[str], *, close_gap: bool = False) -> Project:
    """Return the project without these nodes and their wires.

    With `close_gap` what came in by a node's first wire goes on to wherever its outputs went.
    """
    gone = set(ids)
    for node in gone:
        _node(project, node)
    if not gone:
        return project
    graph = project.graph
    edges: list[Edge | None] = list(graph.edges)
    changed: list[Edge] = []
    for place in [at for at, edge in enumerate(graph.edges) if edge.source in gone or edge.target in gone]:
        edge, edges[place] = graph.edges[place], None
        changed.append(edge)
        before = _first_source(graph, edge, gone) if close_gap and edge.target not in gone else None
        if before is not None and before.source != edge.target:
            edges[place] = bridge = edge._replace(source=before.source, source_port=before.source_port)
            changed.append(bridge)
    nodes, layout = {**graph.nodes}, {**project.layout}
    for key in gone:
        del nodes[key]
        layout.pop(key, None)
    left = graph.rewired(nodes, tuple([edge for edge in edges if edge is not None]), changed)
    return replace(project, graph=left, layout=layout, drawing=project.drawing.without(gone))


def connect(project: Project, edge: Edge) -> Project:
    """Return the project with this wire; whatever entered the same input port is replaced by it."""
    graph = project.graph
    _node(project, edge.source)
    _node(project, edge.target)
    if not (0 <= edge.source_port <= limits.LARGEST_PORT and 0 <= edge.target_port <= limits.LARGEST_PORT):
        raise EditError(f"Ports are numbered from 0 to {limits.LARGEST_PORT:,}.")
    into = graph.incoming.get(edge.target, ())
    if edge in into:
        return project
    edges = list(graph.edges)
    rivals: list[int] = []
    if any(old.target_port == edge.target_port for old in into) or _dangles(graph):
        rivals = [i for i, old in enumerate(edges) if old.target == edge.target and old.target_port == edge.target_port]
    if not rivals and len(edges) >= limits.MOST_EDGES:
        raise EditError(f"A network has at most {limits.MOST_EDGES:,} wires.")
    for index in reversed(rivals[1:]):
        del edges[index]
    if rivals:
        edges[rivals[0]] = edge
    else:
        edges.append(edge)
    changed = (edge, *(graph.edges[index] for index in rivals))
    return replace(project, graph=graph.rewired(graph.nodes, tuple(edges), changed))


def _dangles(graph: Graph) -> bool:
    """Return whether wires of a damaged file lead from or to missing nodes."""
    return sum(map(len, graph.incoming.values())) != len(graph.edges)


def disconnect(project: Project, edges: Iterable[Edge]) -> Project:
    """Return the project without these wires."""
    gone = set(edges)
    incoming = project.graph.incoming
    unseen = {edge for edge in gone if edge not in incoming.get(edge.target, ())}
    if unseen and (missing := unseen.difference(project.graph.edges)):
        edge = min(missing)
        raise EditError(f"There is no wire from `{show_name(edge.source)}` to `{show_name(edge.target)}`.")
    if not gone:
        return project
    graph = project.graph
    targets = {edge.target for edge in gone}  # quicker to look for than a wire
    kept = tuple([edge for edge in graph.edges if edge.target not in targets or edge not in gone])
    return replace(project, graph=graph.rewired(graph.nodes, kept, gone))


def insert_on_edge(
    project: Project,
    edge: Edge,
    kind: str,
    *,
    parameters: Mapping[str, Value] = NO_PARAMETERS,
    position: Position | None = None,
) -> tuple[Project, str]:
    """Return the project with a new node in the middle of a wire (by its ports 0), and the node's id.

    Without `position` it lies one row below the wire's source, and what follows moves down if it must.
    """
    into = project.graph.incoming.get(edge.target, ())
    if edge not in into and edge not in project.graph.edges:
        raise EditError(f"There is no wire from `{show_name(edge.source)}` to `{show_name(edge.target)}`.")
    _node(project, edge.source)
    _node(project, edge.target)
    if position is None:
        moves, position = find_room(project, edge)
        project = move_nodes(project, moves)
    project, new = add_node(project, kind, parameters=parameters, position=position)
    graph = project.graph
    edges = list(graph.edges)
    at = list(map(id, edges)).index(id(into[into.index(edge)]))  # one wire is told from another at once by its identity
    ways = [Edge(edge.source, edge.source_port, new, 0), Edge(new, 0, edge.target, edge.target_port)]
    edges[at : at + 1] = ways
    return replace(project, graph=graph.rewired(graph.nodes, tuple(edges), (edge, *ways))), new


def set_parameter(project: Project, node: str, name: str, value: Value) -> Project:
    """Return the project with one parameter of a node set."""
    old = _node(project, node)
    value = accept(name, limits.accept_value, value)
    name = accept("the name of a parameter", limits.accept_name, name)
    return _with_node(project, replace(old, parameters=frozendict({**old.parameters, name: value})))


def reset_parameter(project: Project, node: str, name: str) -> Project:
    """Return the project with one parameter of a node back at its default."""
    old = _node(project, node)
    if name not in old.parameters:
        return project
    return _with_node(
        project,
        replace(old, parameters=frozendict({key: value for key, value in old.parameters.items() if key != name})),
    )


def set_option(project: Project, nodes: Iterable[str], name: str, value: Value) -> Project:
    """Return the project with an option set on these nodes; None puts it back at its default."""
    value = accept(name, limits.accept_value, value)
    name = accept("the name of an option", limits.accept_name, name)
    graph = project.graph
    for node in nodes:
        old = _node(project, node)
        if value is None:
            options = {key: item for key, item in old.options.items() if key != name}
        else:
            options = {**old.options, name: value}
        if options != old.options:
            graph = graph.with_node(replace(old, options=frozendict(options)))
    return project if graph is project.graph else replace(project, graph=graph)


def set_each(
    project: Project,
    name: str,
    values: Mapping[str, Value],
    back: Iterable[str] = (),
    *,
    part: Literal["parameters", "options"] = "parameters",
) -> Project:
    """Return the project with one parameter, or one option, of several nodes set, each to its own value.

    Of the nodes in `back` it goes to its default.
    """
    name = accept(f"the name of {part}", limits.accept_name, name)
    given: dict[str, Mapping[str, Value]] = {}
    for node, value in values.items():
        held = getattr(_node(project, node), part)
        given[node] = {**held, name: accept(name, limits.accept_value, value)}
    for node in back:
        held = getattr(_node(project, node), part)
        given[node] = {key: item for key, item in held.items() if key != name}
    changed = [
        replace(old, parameters=frozendict(now)) if part == "parameters" else replace(old, options=frozendict(now))
        for old, now in ((project.graph.nodes[node], now) for node, now in given.items())
        if getattr(old, part) != now
    ]
    return replace(project, graph=project.graph.with_nodes(changed)) if changed else project


def rename_node(project: Project, node: str, name: str) -> Project:
    """Return the project with another name on a node."""
    old = _node(project, node)
    return _with_node(project, replace(old, name=accept("name", limits.accept_name, name)))


def move_nodes(project: Project, positions: Mapping[str, Position]) -> Project:
    """Return the project with nodes at other places; the graph stays the same value."""
    for node in positions:
        _node(project, node)
    moved = {node: accept_position(position) for node, position in positions.items()}
    return replace(project, layout={**project.layout, **moved}) if moved else project


def replace_kind(project: Project, node: str, kind: str, *, keep: Collection[str] | None = None) -> Project:
    """Return the project with a node turned into another kind of layer, its wires as they are.

    `keep` names the parameters the new kind has too; without it all stay. A name that was made for the old kind
    ("relu1") gives way to a fresh one for the new, unless layers of both kinds are called the same ("pool1").
    """
    old = _node(project, node)
    kind = accept("kind", limits.accept_name, kind)
    if kind == old.kind:
        return project
    stems = (name_stem(_call(project, old.kind)), name_stem(_call(project, kind)))
    made_name = stems[0] != stems[1] and old.name.rstrip("0123456789") == stems[0]
    name = take_name(fresh_names(project.graph), _call(project, kind)) if made_name else old.name
    kept = {key: value for key, value in old.parameters.items() if keep is None or key in keep}
    return _with_node(project, replace(old, kind=kind, name=name, parameters=frozendict(kept)))


def set_data(project: Project, data: Data) -> Project:
    """Return the project with another data source or split."""
    return replace(project, data=accept_data(data))


def set_training(project: Project, training: Training) -> Project:
    """Return the project with other training settings."""
    return replace(project, training=accept_training(training))


def set_name(project: Project, name: str) -> Project:
    """Return the project under another name."""
    return replace(project, name=accept("name", limits.accept_name, name))


def set_notes(project: Project, notes: str) -> Project:
    """Return the project with other notes."""
    return replace(project, notes=accept("notes", limits.accept_text, notes))


def _node(project: Project, identifier: str) -> Node:
    node = project.graph.nodes.get(identifier)
    if node is None:
        raise EditError(f"There is no node with the id `{show_name(identifier)}`.")
    return node


def _with_node(project: Project, node: Node) -> Project:
    return replace(project, graph=project.graph.with_node(node))


def _first_source(graph: Graph, edge: Edge, gone: Collection[str]) -> Edge | None:
    """Return the wire that feeds `edge` once the nodes in `gone` are bridged, None where there is none."""
    seen = set()
    while edge.source in gone:
        if edge.source in seen or edge.source not in graph.incoming:
            return None
        seen.add(edge.source)
        edge = graph.incoming[edge.source][0]
    return edge
