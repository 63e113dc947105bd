"""The network without a part of it, or with another in its place: what wires become then, and whether that can be.

A whole branch that joins others at one layer is cut off there; a join that is left with one branch passes it on. Of
anything else what enters the part goes on unchanged. A part that leads nowhere takes the wires of the one in whose place
it stands.
"""

from collections.abc import Callable, Collection

from designer.catalogue.blocks import find_spec
from designer.catalogue.check import check
from designer.catalogue.options import WHEN
from designer.document import edits
from designer.document.graph import Edge, Graph
from designer.document.order import find_ancestors
from designer.document.project import Project
from designer.engine.sweeps.parts import Part, edit_inside, graph_of, name_part


def leave_out(project: Project, part: Part) -> Project:
    """Return the project without a part: in the way that gives a sound network, else in the first that there is."""
    ways = (_cut, _pass) if _is_branch(project, part) else (_pass, _cut)
    made = [one for way in ways if (one := _edit(project, part, way)) is not None]
    return next((one for one in made if not find_errors(project, one)), made[0])


def use_part(project: Project, group: Collection[Part], used: Part) -> Project:
    """Return the project with one of several alternatives in use."""
    project = _edit(project, used, lambda inside, part: _switch(inside, part.nodes, None)) or project
    there = [part for part in group if _is_in_place(project, part)]
    if used not in there:
        if not there:
            raise edits.EditError("None of the alternatives leads to the Output. Wire one of them.")
        project = _edit(project, used, lambda inside, part: _replace(inside, there[0], part)) or project
    for other in there:
        if other != used and _is_in_place(project, other):
            project = leave_out(project, other)
    return project


def find_used(project: Project, group: Collection[Part]) -> Part:
    """Return which of several alternatives is in use: the first that leads to the Output and is not switched off."""
    for part in group:
        nodes = graph_of(project, part.block).nodes
        if _is_in_place(project, part) and not all(nodes[node].options.get(WHEN.name) is False for node in part.nodes):
            return part
    return next(iter(group))


def find_errors(before: Project, after: Project) -> tuple[str, ...]:
    """Return what is wrong with a project that was not wrong before."""
    known = {(one.block, one.node, one.message) for one in check(before) if one.severity == "error"}
    found = [one for one in check(after) if one.severity == "error"]
    return tuple(one.message for one in found if (one.block, one.node, one.message) not in known)


def refuse_leaving(project: Project, part: Part) -> str:
    """Return why a part cannot be left out, "" where it can."""
    for node in part.nodes:
        spec = find_spec(graph_of(project, part.block).nodes[node].kind, project.blocks)
        if spec is not None and spec.role != "layer":
            return f"{name_part(project, Part(part.block, (node,)))} is the {spec.kind}: no network is without it."
    if not _is_in_place(project, part):
        return f"{name_part(project, part)} leads nowhere: there is nothing to leave out. Wire it first."
    errors = find_errors(project, leave_out(project, part))
    return f"{name_part(project, part)} cannot be left out: then {_lower(errors[0])}" if errors else ""


def refuse_alternatives(project: Project, group: Collection[Part]) -> str:
    """Return why parts cannot stand for one another, "" where they can."""
    for part in group:
        for node in part.nodes:
            spec = find_spec(graph_of(project, part.block).nodes[node].kind, project.blocks)
            if spec is not None and spec.role != "layer":
                return f"{name_part(project, part)} is the {spec.kind}, and has no alternative."
    for part in group:
        try:
            errors = find_errors(project, use_part(project, group, part))
        except edits.EditError as error:
            return str(error)
        if errors:
            return f"{name_part(project, part)} cannot stand for the others: then {_lower(errors[0])}"
    return ""


Way = Callable[[Project, Part], Project | None]


def _edit(project: Project, part: Part, way: Way) -> Project | None:
    """Return the project with a change inside the graph that a part lies in, None where that cannot be."""
    found: list[Project | None] = []

    def change(inside: Project) -> Project:
        found.append(way(inside, part))
        return found[0] or inside

    made = edit_inside(project, part.block, change)
    return made if found[0] is not None else None


def _switch(project: Project, nodes: Collection[str], value: bool | None) -> Project:
    """Switch layers off, or on again where they are off; what an expression switches stays so."""
    chosen = [node for node in nodes if value is False or project.graph.nodes[node].options.get(WHEN.name) is False]
    return edits.set_option(project, chosen, WHEN.name, value)


def _pass(project: Project, part: Part) -> Project:
    return _switch(project, part.nodes, False)


def _cut(project: Project, part: Part) -> Project | None:
    """Cut a branch off where it joins others; a join that is left with one branch passes it on."""
    leaving = _list_leaving(project.graph, part.nodes)
    joins = dict.fromkeys(edge.target for edge in leaving)
    if not joins or not all(_joins_others(project, part, join) for join in joins):
        return None
    project = edits.disconnect(project, leaving)
    for join in joins:
        left = project.graph.incoming[join]
        if len(left) == 1:
            project = edits.connect(edits.disconnect(project, left), left[0]._replace(target_port=0))
            project = edits.set_option(project, (join,), WHEN.name, False)
    return project


def _replace(project: Project, before: Part, part: Part) -> Project:
    """Give a part that leads nowhere the wires of one that does. Raises EditError where it has more ends than one."""
    graph = project.graph
    ends = [node for node in part.nodes if not any(edge.target in part.nodes for edge in graph.outgoing.get(node, ()))]
    if len(ends) != 1:
        raise edits.EditError(f"{name_part(project, part)} ends in {len(ends)} layers. An alternative ends in one.")
    entering = sorted(
        {
            edge[:2]: edge
            for node in before.nodes
            for edge in graph.incoming.get(node, ())
            if edge.source not in before.nodes
        }.values(),
        key=lambda edge: (before.nodes.index(edge.target), edge.target_port),
    )
    open_ports = list(_list_open(project, part))
    for place, (node, port) in enumerate(open_ports):
        if entering:
            source = entering[min(place, len(entering) - 1)]
            project = edits.connect(project, Edge(source.source, source.source_port, node, port))
    spec = find_spec(graph.nodes[ends[0]].kind, project.blocks)
    most = len(spec.outputs) - 1 if spec is not None else 0
    for edge in _list_leaving(graph, before.nodes):
        port = min(edge.source_port, most)
        project = edits.connect(project, edge._replace(source=ends[0], source_port=port))
    return project


def _list_open(project: Project, part: Part) -> "list[tuple[str, int]]":
    """Return the inputs of a part that have no wire: of a layer that takes any number, one where it has none."""
    found = []
    for node in part.nodes:
        spec = find_spec(project.graph.nodes[node].kind, project.blocks)
        filled = {edge.target_port for edge in project.graph.incoming.get(node, ())}
        for port, declared in enumerate(spec.inputs if spec is not None else ()):
            if port not in filled and not (declared.many and filled):
                found.append((node, port))
    return found


def _list_leaving(graph: Graph, nodes: Collection[str]) -> list[Edge]:
    return [edge for node in nodes for edge in graph.outgoing.get(node, ()) if edge.target not in nodes]


def _joins_others(project: Project, part: Part, join: str) -> bool:
    """Return whether a layer brings any number of branches together, and others than this one."""
    spec = find_spec(project.graph.nodes[join].kind, project.blocks)
    others = (edge for edge in project.graph.incoming[join] if edge.source not in part.nodes)
    return spec is not None and len(spec.inputs) == 1 and spec.inputs[0].many and any(others)


def _is_branch(project: Project, part: Part) -> bool:
    """Return whether a part is a branch from its fork on: all that it takes goes elsewhere too."""
    graph = graph_of(project, part.block)
    entering = [edge for node in part.nodes for edge in graph.incoming.get(node, ()) if edge.source not in part.nodes]
    return all(
        any(
            other.target not in part.nodes
            for other in graph.outgoing[edge.source]
            if other.source_port == edge.source_port
        )
        for edge in entering
    )


def _is_in_place(project: Project, part: Part) -> bool:
    """Return whether a part leads to the Output of its graph."""
    graph = graph_of(project, part.block)
    specs = ((node.id, find_spec(node.kind, project.blocks)) for node in graph.nodes.values())
    ends = [node for node, spec in specs if spec is not None and spec.role == "output"]
    live = find_ancestors(graph, ends)
    return any(node in live for node in part.nodes)


def _lower(sentence: str) -> str:
    """Return a sentence as it goes on after others: `Linear` stays as it is, The becomes the."""
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(("The ", "A ", "What ")) else sentence
