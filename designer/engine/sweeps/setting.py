"""The project with other values at the places that vary."""

from collections.abc import Mapping
from dataclasses import replace

from frozendict import frozendict

from designer.catalogue import registry
from designer.catalogue.augmentation import augmentations
from designer.catalogue.blocks import find_spec
from designer.catalogue.parameters import Parameter, Unacceptable
from designer.catalogue.replacing import replace_layers
from designer.document import edits
from designer.document.graph import Value
from designer.document.places import split_definition
from designer.document.project import Choice, Data, Project
from designer.document.wording import show_name
from designer.engine.sweeps.leaving import leave_out, use_part
from designer.engine.sweeps.parts import edit_inside, find_groups, find_optional, find_part, graph_of
from designer.engine.sweeps.places import (
    ALTERNATIVES,
    BATCH,
    CHOICES,
    DATA_CHOICES,
    DATA_NUMBERS,
    JOINT,
    KIND,
    LAYER,
    NUMBERS,
    OPTIONAL,
    Declared,
    SweepError,
    options_of,
)

DATA_PARTS = {f"data.{part}" for part in DATA_CHOICES}


def set_values(project: Project, values: Mapping[str, Value]) -> Project:
    """Return the project with these values at these keys. Raises SweepError where one cannot stand there."""
    each = [(key, value) for keys, value in values.items() for key in keys.split(JOINT)]
    try:
        for key, value in sorted(each, key=lambda pair: _rank(pair[0])):
            project = _set(project, key, value)
    except edits.EditError as error:
        raise SweepError(str(error)) from None
    return project


def _rank(key: str) -> int:
    """Return when a value is set: first what is chosen, whose settings come next, and last what changes wires."""
    if key in CHOICES or key in DATA_PARTS or (key.startswith(LAYER) and key.endswith(f".{KIND}")):
        return 0
    return {ALTERNATIVES: 2, OPTIONAL: 3}.get(f"{key.split('.', 1)[0]}.", 1)


def _set(project: Project, key: str, value: Value) -> Project:
    if key.startswith(ALTERNATIVES):
        return _exchange(project, key.removeprefix(ALTERNATIVES), str(value))
    if key.startswith(OPTIONAL):
        return project if value else _leave_out(project, key.removeprefix(OPTIONAL))
    if key.startswith(LAYER):
        node, _, name = key.removeprefix(LAYER).rpartition(".")
        return _set_in_layer(project, node, name, value)
    if key in NUMBERS or key == BATCH.name:
        return edits.set_training(project, replace(project.training, **{key: value}))  # type: ignore[arg-type]
    part, _, name = key.partition(".")
    if part == "data":
        return edits.set_data(project, _set_data(project.data, name, value))
    if part not in CHOICES:
        raise SweepError(f"There is nothing called {show_name(key, 80)} that could vary.")
    changed = _change(part, getattr(project.training, part), CHOICES[part], name, value)
    return edits.set_training(project, replace(project.training, **{part: changed}))  # type: ignore[arg-type]


def _set_data(data: Data, name: str, value: Value) -> Data:
    """Return other data. Raises SweepError."""
    if name in [number.name for number in DATA_NUMBERS]:
        return replace(data, **{name: value})  # type: ignore[arg-type]
    part, _, setting = name.partition(".")
    if part in DATA_CHOICES:
        changed = _change(part, getattr(data, part), DATA_CHOICES[part], setting, value)
        return replace(data, **{part: changed})  # type: ignore[arg-type]
    if part == "augmentation":
        number, _, setting = setting.partition(".")
        place = int(number) - 1 if number.isdecimal() else -1
        if not 0 <= place < len(data.augmentation):
            raise SweepError(f"There is no change {show_name(number)} to the samples any more.")
        change = data.augmentation[place]
        changed = _set_in_choice(change, augmentations.get(change.kind), setting, value)
        return replace(data, augmentation=(*data.augmentation[:place], changed, *data.augmentation[place + 1 :]))
    if data.source is None:
        raise SweepError(f"There are no data whose {show_name(name)} could vary.")
    return replace(data, source=_set_in_choice(data.source, registry.sources.get(data.source.kind), name, value))


def _change(part: str, choice: Choice, specs: Mapping[str, Declared], name: str, value: Value) -> Choice:
    """Return a choice with another setting, or another choice where no setting is named."""
    if name:
        return _set_in_choice(choice, specs.get(choice.kind), name, value)
    return _choose(part, choice, specs, str(value))


def _leave_out(project: Project, key: str) -> Project:
    part = find_part(find_optional(project), key)
    if part is None:
        raise SweepError(f"{show_name(key, 80)} is not marked as optional any more.")
    return leave_out(project, part)


def _exchange(project: Project, group: str, key: str) -> Project:
    parts = find_groups(project).get(group, ())
    part = find_part(parts, key)
    if part is None:
        known = ", ".join(part.key for part in parts) or "gone"
        raise SweepError(f"The alternatives of {show_name(group, 80)} are {known}, not {show_name(key, 80)}.")
    return use_part(project, parts, part)


def _choose(part: str, choice: Choice, specs: Mapping[str, Declared], kind: str) -> Choice:
    """Return another choice, with what the two have in common."""
    spec = specs.get(kind)
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
    node = graph_of(project, block).nodes[identifier]
    spec = find_spec(node.kind, project.blocks)
    own = {parameter.name: parameter for parameter in spec.parameters} if spec is not None else {}
    options = {parameter.name: parameter for parameter in options_of(node)}

    def change(inside: Project) -> Project:
        if name in own:
            return edits.set_parameter(inside, identifier, name, _accept(own[name], value))
        if name == KIND:
            return _set_kind(inside, identifier, str(value))
        if name in options:
            return edits.set_option(inside, (identifier,), name, _accept(options[name], value))
        raise SweepError(f"`{show_name(node.name)}` has no `{show_name(name)}`.")

    return edit_inside(project, block, change)


def _set_kind(project: Project, identifier: str, kind: str) -> Project:
    if find_spec(kind, project.blocks) is None:
        raise SweepError(f"There is no layer called {show_name(kind, 80)}.")
    node = project.graph.nodes[identifier]
    return project if node.kind == kind else replace_layers(project, (identifier,), kind)[1]


def _accept(parameter: Parameter, value: Value) -> Value:
    try:
        return parameter.type.accept(value)
    except Unacceptable as reason:
        raise SweepError(f"`{parameter.name}` {reason}.") from None
