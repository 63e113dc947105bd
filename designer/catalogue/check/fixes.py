"""Edits that mend problems, each as a Fix ready to be applied."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from designer.catalogue.check.adapters import Chain
from designer.catalogue.check.problem import Fix
from designer.catalogue.parameters import show
from designer.catalogue.registry import layers, objectives
from designer.document import edits
from designer.document.drawing import advance, pace
from designer.document.graph import NO_PARAMETERS, Edge, Graph, Parameters, Value
from designer.document.naming import fresh_names, take_name
from designer.document.project import Choice, Position, Project
from designer.document.wording import show_name

Part = Literal["objective", "loss", "optimizer", "schedule", "warmup", "clip", "averaging", "early_stopping"]


def remove(node: str, title: str = "Remove") -> Fix:
    """Return the removal of a node; what came into it goes on to what it fed."""
    return Fix(title, lambda project: edits.remove_nodes(project, [node], close_gap=True))


def remove_all(nodes: Iterable[str], title: str) -> Fix:
    """Return the removal of nodes with their wires."""
    gone = tuple(nodes)
    return Fix(title, lambda project: edits.remove_nodes(project, gone))


def cut(edges: Iterable[Edge], title: str = "Remove the wire") -> Fix:
    """Return the removal of wires."""
    gone = tuple(edges)
    return Fix(title, lambda project: edits.disconnect(project, gone))


def keep_one(rivals: Iterable[Edge], kept: Edge) -> Fix:
    """Return the removal of all wires into one port but one."""
    gone = frozenset(rivals)

    def edit(project: Project) -> Project:
        if kept not in project.graph.edges:
            raise edits.EditError("The wire is gone.")
        others = tuple(edge for edge in project.graph.edges if edge not in gone)
        return replace(project, graph=Graph(project.graph.nodes, (*others, kept)))

    return Fix("Keep the newest", edit)


def connect(edge: Edge, title: str) -> Fix:
    """Return a new wire."""
    return Fix(title, lambda project: edits.connect(project, edge))


def insert(wires: Iterable[Edge], *added: tuple[str, Parameters]) -> Fix:
    """Return the insertion of a chain of layers (kind and parameters) on each of the wires."""
    places = tuple(wires)

    def edit(project: Project) -> Project:
        for edge in places:
            for kind, parameters in added:
                project, new = edits.insert_on_edge(project, edge, kind, parameters=parameters)
                edge = Edge(new, 0, edge.target, edge.target_port)
        return project

    return Fix(f"Insert {' and '.join(kind for kind, _ in added)}", edit)


def insert_chains(places: Iterable[tuple[Edge, Chain]], title: str) -> Fix:
    """Return the insertion of a chain of layers on each of some wires."""
    return join(title, [insert([edge], *chain) for edge, chain in places])


def insert_plain(edge: Edge, kind: str) -> Fix:
    """Return the insertion of a layer as it is by default."""
    return insert([edge], (kind, NO_PARAMETERS))


def set_parameters(node: str, settings: Mapping[str, Value], title: str = "") -> Fix:
    """Return other values for parameters of a node."""

    def edit(project: Project) -> Project:
        for name, value in settings.items():
            project = edits.set_parameter(project, node, name, value)
        return project

    return Fix(title or _name_settings(settings), edit)


def reset(node: str, names: Iterable[str], title: str = "") -> Fix:
    """Return parameters of a node at their defaults."""
    back = tuple(names)

    def edit(project: Project) -> Project:
        for name in back:
            project = edits.reset_parameter(project, node, name)
        return project

    return Fix(title or _name_reset(back), edit)


def rename_parameter(node: str, name: str, meant: str) -> Fix:
    """Return the value of a parameter that nobody declared as that of the one which was meant."""

    def edit(project: Project) -> Project:
        there = project.graph.nodes.get(node)
        if there is None or name not in there.parameters:
            raise edits.EditError("The parameter is gone.")
        project = edits.set_parameter(project, node, meant, there.parameters[name])
        return edits.reset_parameter(project, node, name)

    return Fix(f"Call it {meant}", edit)


def turn_into(node: str, kind: str) -> Fix:
    """Return another kind for a node, with the parameters that both have."""
    keep = frozenset(parameter.name for parameter in layers[kind].parameters)
    return Fix(f"Make it {kind}", lambda project: edits.replace_kind(project, node, kind, keep=keep))


def join(title: str, parts: Iterable[Fix]) -> Fix:
    """Return several fixes as one."""
    together = tuple(parts)

    def edit(project: Project) -> Project:
        for part in together:
            project = part.edit(project)
        return project

    return Fix(title, edit)


def swap(into: Edge, middle: Edge, out: Edge, title: str) -> Fix:
    """Return two neighbours changed about: `into` enters the first, `middle` joins them, `out` leaves the second."""

    def edit(project: Project) -> Project:
        first, second = middle.source, middle.target
        project = edits.disconnect(project, [into, middle, out])
        for edge in (
            Edge(into.source, into.source_port, second, middle.target_port),
            Edge(second, out.source_port, first, into.target_port),
            Edge(first, middle.source_port, out.target, out.target_port),
        ):
            project = edits.connect(project, edge)
        if first in project.layout and second in project.layout:
            places = {first: project.layout[second], second: project.layout[first]}
            project = edits.move_nodes(project, places)
        return project

    return Fix(title, edit)


def rename_apart(nodes: Iterable[str]) -> Fix:
    """Return fresh names for nodes."""
    renamed = tuple(nodes)

    def edit(project: Project) -> Project:
        for node in renamed:
            kind = project.graph.nodes[node].kind if node in project.graph.nodes else "node"
            names = fresh_names(project.graph)
            project = edits.rename_node(project, node, take_name(names, kind))
        return project

    return Fix("Give a fresh name" if len(renamed) == 1 else "Give fresh names", edit)


def add_input(above: str | None, port: int = 0) -> Fix:
    """Return a new Input, which feeds the port of node `above` which it then stands above."""

    def edit(project: Project) -> Project:
        project, new = edits.add_node(project, "Input", position=_beside(project, above, -1))
        return project if above is None else edits.connect(project, Edge(new, 0, above, port))

    return Fix("Add Input", edit)


def add_output(below: str | None) -> Fix:
    """Return a new Output below a node, fed by it."""

    def edit(project: Project) -> Project:
        project, new = edits.add_node(project, "Output", position=_beside(project, below, 1))
        return project if below is None else edits.connect(project, Edge(below, 0, new, 0))

    return Fix("Add Output", edit)


def _beside(project: Project, node: str | None, paces: int) -> Position:
    """Return the place so many cards after a node, along the flow."""
    flow = project.drawing.flow
    return advance(flow, project.layout.get(node or "", (0.0, 0.0)), paces * pace(flow))


def choose(part: Part, kind: str) -> Fix:
    """Return another loss, optimizer or schedule, with its defaults."""
    return Fix(f"Use {kind}", lambda project: _with_choice(project, part, Choice(kind)))


def use_objective(kind: str) -> Fix:
    """Return another objective, with the loss and the end of the network that belong to it."""

    def edit(project: Project) -> Project:
        from designer.catalogue.matching import choose_objective  # which asks the checker itself

        return choose_objective(project, kind)

    return Fix(f"Use the objective {objectives[kind].title}", edit)


def set_choice(part: Part, settings: Mapping[str, Value]) -> Fix:
    """Return other values for parameters of the loss, the optimizer or the schedule."""

    def edit(project: Project) -> Project:
        choice: Choice = getattr(project.training, part)
        return _with_choice(project, part, replace(choice, parameters={**choice.parameters, **settings}))

    return Fix(_name_settings(settings), edit)


def reset_choice(part: Part, names: Iterable[str]) -> Fix:
    """Return the defaults for parameters of the loss, the optimizer or the schedule."""
    back = tuple(names)

    def edit(project: Project) -> Project:
        choice: Choice = getattr(project.training, part)
        kept = {key: value for key, value in choice.parameters.items() if key not in back}
        return _with_choice(project, part, replace(choice, parameters=kept))

    return Fix(_name_reset(back), edit)


def set_training(title: str, **fields: Any) -> Fix:
    """Return other settings of the training: epochs, batch_size, device, seed."""
    return Fix(title, lambda project: _with_training(project, fields))


def _with_choice(project: Project, part: Part, choice: Choice) -> Project:
    return _with_training(project, {part: choice})


def _with_training(project: Project, fields: Mapping[str, Any]) -> Project:
    # Not edits.set_training, which would refuse because of what is wrong with other fields.
    return replace(project, training=replace(project.training, **fields))


def _name_settings(settings: Mapping[str, Value]) -> str:
    return f"Set {', '.join(f'{name} to {_say(value)}' for name, value in settings.items())}"


def _name_reset(names: tuple[str, ...]) -> str:
    return f"Reset {show_name(names[0])}" if len(names) == 1 else "Reset them"


def _say(value: Value) -> str:
    """Return a value in a title: "off" for False, 3 x 3 for (3, 3)."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return " x ".join(map(_say, value))
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else show(value)
