"""What of a project can vary from trial to trial: every setting by a key, and the project with other values there.

A key is "layer.ID.NAME" for a parameter or an option of a layer ("layer.block:B/ID.NAME" inside a block), "optimizer" for
the choice itself, "optimizer.lr" for a setting of it, and "epochs" or "batch_size" for a number of the training.
"alternatives.GROUP" chooses one of several layers: the others are passed by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from frozendict import frozendict

from designer.catalogue import registry
from designer.catalogue.blocks import find_spec
from designer.catalogue.options import BEGINNING, LEARNING, REPEAT, WHEN
from designer.catalogue.parameters import Integer, Option, Parameter, ParameterType, Real, Unacceptable
from designer.catalogue.training_settings import SETTINGS
from designer.document import edits, limits
from designer.document.graph import Node, Value
from designer.document.places import split_definition
from designer.document.project import Choice, Project, used_block
from designer.document.wording import show_name
from designer.engine.sweeps.alternatives import OPTIONAL, find_groups, read_mark, use_alternative

LAYER, ALTERNATIVES = "layer.", "alternatives."


class SweepError(ValueError):
    """What a sweep cannot do. A whole sentence that says why and what to do."""


class Declared(Protocol):
    """A way to go about a part of the training, as far as it is needed here."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its settings."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """One setting that can vary: `title` is what people read ("hidden1.out_features"), `value` what holds now."""

    key: str
    title: str
    type: ParameterType
    value: Value
    meaning: str


# Each part of the training that is a choice, and the declarations to choose from.
CHOICES: Mapping[str, Mapping[str, Declared]] = frozendict(
    {
        "optimizer": registry.optimizers,
        "schedule": registry.schedules,
        "loss": registry.losses,
        "objective": registry.objectives,
        **{name: specs for name, (_, specs) in SETTINGS.items()},
    }
)
_NUMBERS = ("epochs", "batch_size", "accumulate", "seed")


def list_places(project: Project) -> tuple[Place, ...]:
    """Return everything that can vary: of the layers in their order, then of the training, then of the data."""
    return (*_list_layers(project), *_list_training(project), *_list_data(project))


def find_place(project: Project, words: str) -> Place:
    """Return the place that a key names, or what people type: a layer by its name. Raises SweepError."""
    key = words if words.startswith((LAYER, ALTERNATIVES)) else ""
    head, _, name = words.rpartition(".")
    part = words.split(".", 1)[0]
    if not key and (part in CHOICES or part in _NUMBERS or part == "data"):
        key = words
    elif not key and head:
        found = [node.id for node in project.graph.nodes.values() if node.name == head]
        key = f"{LAYER}{found[0] if found else head}.{name}"
    for place in list_places(project):
        if place.key == key:
            return place
    raise SweepError(_explain_missing(project, words, key))


def set_values(project: Project, values: Mapping[str, Value]) -> Project:
    """Return the project with these values at these keys. Raises SweepError where one cannot stand there."""
    try:
        # What is chosen comes first: its own settings are those of the new choice.
        for key in sorted(values, key=lambda key: (key not in CHOICES, not key.startswith(ALTERNATIVES))):
            project = _set(project, key, values[key])
    except edits.EditError as error:
        raise SweepError(str(error)) from None
    return project


def _set(project: Project, key: str, value: Value) -> Project:
    if key.startswith(ALTERNATIVES):
        return use_alternative(project, key.removeprefix(ALTERNATIVES), str(value))
    if key.startswith(LAYER):
        node, _, name = key.removeprefix(LAYER).rpartition(".")
        return _set_in_layer(project, node, name, value)
    if key in _NUMBERS:
        return edits.set_training(project, replace(project.training, **{key: value}))  # type: ignore[arg-type]
    if key in ("data.validation", "data.split_seed"):
        return edits.set_data(project, replace(project.data, **{key.removeprefix("data."): value}))  # type: ignore[arg-type]
    part, _, name = key.partition(".")
    if part == "data" and project.data.source is not None:
        source = project.data.source
        spec = registry.sources.get(source.kind)
        changed = _set_in_choice(source, spec, name, value)
        return edits.set_data(project, replace(project.data, source=changed))
    if part not in CHOICES:
        raise SweepError(f"There is nothing called {show_name(key, 80)} that could vary.")
    choice: Choice = getattr(project.training, part)
    if name:
        changed = _set_in_choice(choice, CHOICES[part].get(choice.kind), name, value)
    else:
        changed = _choose(part, choice, str(value))
    return edits.set_training(project, replace(project.training, **{part: changed}))  # type: ignore[arg-type]


def _choose(part: str, choice: Choice, kind: str) -> Choice:
    """Return another choice, with what the two have in common."""
    spec = CHOICES[part].get(kind)
    if spec is None:
        raise SweepError(f"There is no {part.replace('_', ' ')} called {show_name(kind, 80)}.")
    if kind == choice.kind:
        return choice
    known = {parameter.name for parameter in spec.parameters}
    return Choice(kind, frozendict({name: value for name, value in choice.parameters.items() if name in known}))


def _set_in_choice(choice: Choice, spec: Declared | None, name: str, value: Value) -> Choice:
    parameters = {parameter.name: parameter for parameter in spec.parameters} if spec is not None else {}
    if name not in parameters:
        raise SweepError(f"{show_name(choice.kind)} has no `{show_name(name)}`.")
    return replace(choice, parameters=frozendict({**choice.parameters, name: _accept(parameters[name], value)}))


def _set_in_layer(project: Project, key: str, name: str, value: Value) -> Project:
    block, identifier = split_definition(project, key)
    if not identifier:
        raise SweepError(f"There is no layer {show_name(key, 80)}.")
    graph = project.blocks[block].graph if block else project.graph
    spec = find_spec(graph.nodes[identifier].kind, project.blocks)
    own = {parameter.name: parameter for parameter in spec.parameters} if spec is not None else {}
    options = {parameter.name: parameter for parameter in _options_of(graph.nodes[identifier])}
    inside = project if not block else Project(graph=graph)
    if name in own:
        changed = edits.set_parameter(inside, identifier, name, _accept(own[name], value))
    elif name in options:
        changed = edits.set_option(inside, (identifier,), name, _accept(options[name], value))
    else:
        raise SweepError(f"`{show_name(graph.nodes[identifier].name)}` has no `{show_name(name)}`.")
    if not block:
        return changed
    definition = replace(project.blocks[block], graph=changed.graph)
    return replace(project, blocks=frozendict({**project.blocks, block: definition}))


def _accept(parameter: Parameter, value: Value) -> Value:
    try:
        return parameter.type.accept(value)
    except Unacceptable as reason:
        raise SweepError(f"`{parameter.name}` {reason}.") from None


def _options_of(node: Node) -> tuple[Parameter, ...]:
    return (WHEN, *((REPEAT,) if used_block(node.kind) is not None else ()), *LEARNING, *BEGINNING)


def _list_layers(project: Project) -> Iterator[Place]:
    graphs = [("", project.graph), *((key, block.graph) for key, block in project.blocks.items())]
    for block, graph in graphs:
        for node in graph.nodes.values():
            spec = find_spec(node.kind, project.blocks)
            if spec is None or spec.role != "layer":
                continue
            way = f"block:{block}/" if block else ""
            shown = f"{show_name(project.blocks[block].name)}/" if block else ""
            for parameter, held in (
                *((parameter, node.parameters) for parameter in spec.parameters if not parameter.hidden),
                *((parameter, node.options) for parameter in _options_of(node)),
            ):
                value = held.get(parameter.name, parameter.default)
                title = f"{shown}{show_name(node.name)}.{parameter.name}"
                yield Place(f"{LAYER}{way}{node.id}.{parameter.name}", title, parameter.type, value, parameter.meaning)
    for group, nodes in find_groups(project).items():
        names = ", ".join(show_name(project.graph.nodes[node].name) for node in nodes)
        used = next((node for node in nodes if project.graph.nodes[node].options.get("when", True) is True), nodes[0])
        yield Place(f"{ALTERNATIVES}{group}", show_name(group), Option(nodes), used, f"Which one of {names} is used.")


def _list_training(project: Project) -> Iterator[Place]:
    training = project.training
    for name in _NUMBERS:
        yield Place(name, name, Integer(*limits.WHOLE[name]), getattr(training, name), f"The training's {name}.")
    for part, specs in CHOICES.items():
        choice: Choice = getattr(training, part)
        yield Place(part, part, Option(tuple(specs)), choice.kind, f"Which {part.replace('_', ' ')} is used.")
        yield from _list_settings(part, specs.values(), choice)


def _list_settings(part: str, specs: Iterable[Declared], choice: Choice) -> Iterator[Place]:
    """Yield the settings of what is chosen, then those that only another choice has: the choice may vary too."""
    chosen = [spec for spec in specs if getattr(spec, "kind", "") == choice.kind]
    seen: set[str] = set()
    for spec in (*chosen, *specs):
        for parameter in spec.parameters:
            if parameter.name in seen or parameter.hidden:
                continue
            seen.add(parameter.name)
            key = f"{part}.{parameter.name}"
            yield Place(
                key, key, parameter.type, choice.parameters.get(parameter.name, parameter.default), parameter.meaning
            )


def _list_data(project: Project) -> Iterator[Place]:
    data = project.data
    yield Place(
        "data.validation", "data.validation", Real(0, 1, below=True), data.validation, "Share of rows held out."
    )
    meaning = "Orders the rows before they are cut into training and validation."
    yield Place("data.split_seed", "data.split_seed", Integer(*limits.WHOLE["split_seed"]), data.split_seed, meaning)
    spec = registry.sources.get(data.source.kind) if data.source is not None else None
    if data.source is not None and spec is not None:
        yield from _list_settings("data", (spec,), data.source)


def _explain_missing(project: Project, words: str, key: str) -> str:
    if key.startswith(LAYER):
        node = key.removeprefix(LAYER).rpartition(".")[0]
        start = f"{LAYER}{node}."
        known = [place.key.removeprefix(start) for place in list_places(project) if place.key.startswith(start)]
        if known:
            return f"{show_name(words, 80)} is nothing that could vary: the layer has {', '.join(known)}."
        names = ", ".join(show_name(each.name) for each in list(project.graph.nodes.values())[:20])
        return f"There is no layer for {show_name(words, 80)}. The network has {names}."
    parts = ", ".join((*_NUMBERS, *CHOICES, "data"))
    return f"There is nothing called {show_name(words, 80)} that could vary. Write LAYER.PARAMETER, or a setting of {parts}."


__all__ = [
    "ALTERNATIVES",
    "LAYER",
    "OPTIONAL",
    "Place",
    "SweepError",
    "find_place",
    "list_places",
    "read_mark",
    "set_values",
]
