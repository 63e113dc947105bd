"""Make projects and change them in notebooks and scripts: layers by kind, settings by name, both checked."""

import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, TypeVar

from frozendict import frozendict

from designer.catalogue import matching, registry
from designer.catalogue.parameters import Parameter, resolve
from designer.document import edits, files
from designer.document.folding import lay_out
from designer.document.graph import Edge, Value
from designer.document.limits import Refused, accept_value
from designer.document.naming import FreshNames, take_name
from designer.document.project import Choice, Data, Project
from designer.document.wording import describe, show_name

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer to be built: its kind, its settings, its name, and the names of the layers it takes its input from."""

    kind: str
    parameters: Mapping[str, Value] = frozendict()
    name: str | None = None
    after: tuple[str, ...] | None = None


def layer(
    kind: str, *, name: str | None = None, after: str | Sequence[str] | None = None, **parameters: Value
) -> Layer:
    """Return a layer for `build`, its settings spelled as PyTorch spells them.

    `after` names the layer it follows, or several that it joins; without it, it follows the one before it.
    Raises ValueError for a kind or a setting that does not exist or cannot take the value.
    """
    spec = _find(registry.layers, kind, "layer")
    if not isinstance(after, str | Sequence | None):
        raise ValueError(f"{kind}: `after` must be the name of a layer or a list of names, not {describe(after)}.")
    following = (after,) if isinstance(after, str) else None if after is None else tuple(after)
    return Layer(kind, _accept(kind, spec.parameters, parameters), name, following)


def build(name: str, *layers: Layer | str, data: Choice | Data | str | None = None, **training: Any) -> Project:
    """Return a new project: layers in a chain, or in branches where `after` says so.

    A kind alone stands for a layer with its default settings. Input and Output are added where they are left out.
    `data` is a source ("Digits"), a choice of one with settings, or Data with its split. The other arguments are
    those of `with_training`. Raises ValueError.

    A way round a part of the network:

        build(
            "residual",
            layer("Linear", out_features=64, name="start"),
            "ReLU",
            layer("Linear", out_features=64, name="end"),
            layer("Add", after=["start", "end"]),
        )
    """
    made = [item if isinstance(item, Layer) else layer(item) for item in layers]
    if not made or made[0].kind != "Input":
        made.insert(0, Layer("Input"))
    if made[-1].kind != "Output":
        made.append(Layer("Output"))
    project = edits.set_name(Project(), name)
    names = FreshNames(
        each.name for each in made if isinstance(each.name, str)
    )  # a made name must not take a given one
    by_name: dict[str, str] = {}
    before: str | None = None
    for each in made:
        if each.name is not None and each.name in by_name:
            raise ValueError(f"Two layers are called {each.name!r}. Give them different names.")
        called = take_name(names, each.kind) if each.name is None else each.name
        project, new = edits.add_node(project, each.kind, name=called, parameters=each.parameters)
        sources = [before] if before is not None and each.kind != "Input" else []
        if each.after is not None:
            sources = [_find(by_name, other, "layer before it with the name") for other in each.after]
        for port, source in enumerate(sources):
            if source is not None:
                project = edits.connect(project, Edge(source, 0, new, port))
        by_name[project.graph.nodes[new].name] = before = new
    project = edits.move_nodes(project, lay_out(project.graph))
    if data is not None:
        project = edits.set_data(project, data) if isinstance(data, Data) else with_data(project, data)
    return with_training(project, **training) if training else project


def new(template: str, data: Path | str | None = None) -> Project:
    """Return a project from a template; `data` is the file or folder of its data, for a template that reads one.

    Raises TemplateError, and DataError where `data` is not what the template reads; both are ValueErrors.
    """
    from designer.catalogue.templates import open_template

    project = open_template(template)
    if data is None:
        return project
    from designer.data import set_path

    return replace(project, data=set_path(project.data, data))


def open_project(path: Path | str) -> Project:
    """Return the project in a file. Raises FileError with the place of what is wrong."""
    return files.load(path)


def save(project: Project, path: Path | str) -> None:
    """Write a project to a file; at every moment the old or the new one is there whole. Raises FileError."""
    files.save(path, project)


def templates() -> Mapping[str, str]:
    """Return the names of the templates, each with a sentence on what it shows."""
    from designer.catalogue.templates import list_templates

    return {template.name: template.summary for template in list_templates()}


def find_node(project: Project, name: str) -> str:
    """Return the id of the layer with this name, or of the one with this id. Raises ValueError."""
    by_name = {node.name: key for key, node in reversed(list(project.graph.nodes.items()))}
    if name not in by_name and name in project.graph.nodes:
        return name
    return _find(by_name, name, "layer with the name")


def change(project: Project, node: str, **parameters: Value) -> Project:
    """Return the project with settings of one layer changed; `node` is its name or id. Raises ValueError."""
    key = find_node(project, node)
    spec = _find(registry.layers, project.graph.nodes[key].kind, "layer")
    for name, value in _accept(spec.kind, spec.parameters, parameters).items():
        project = edits.set_parameter(project, key, name, value)
    return project


def with_data(
    project: Project, source: Choice | str, validation: float = 0.2, split_seed: int = 0, **parameters: Value
) -> Project:
    """Return the project with another data source, its settings, and the share of rows held out for validation."""
    choice = _choose(registry.sources, "data source", source, parameters)
    return edits.set_data(project, Data(choice, make_plain(validation), make_plain(split_seed)))  # type: ignore[arg-type]


def with_training(
    project: Project,
    *,
    objective: Choice | str | None = None,
    loss: Choice | str | None = None,
    optimizer: Choice | str | None = None,
    schedule: Choice | str | None = None,
    **settings: Any,
) -> Project:
    """Return the project with other training settings; what is not given stays.

    Loss, optimizer and schedule are kinds, or choices with settings: `choose_optimizer("SGD", lr=0.1)`. The others
    are `epochs`, `batch_size`, `device`, `seed` and `weights` (a file, see `transfer`). An objective, "Autoencoder" or
    "GAN", brings its usual loss and the end of the network along, before what else is given. Raises ValueError.
    """
    known = ("epochs", "batch_size", "device", "seed", "weights")
    for name in settings:
        _find(dict.fromkeys(known), name, "training setting")
    if objective is not None:
        chosen = _choose(registry.objectives, "objective", objective, {})
        project = matching.choose_objective(project, chosen.kind)
        project = edits.set_training(project, replace(project.training, objective=chosen))
    plain: dict[str, Any] = {name: make_plain(value) for name, value in settings.items()}
    changed = replace(project.training, **plain)
    if loss is not None:
        changed = replace(changed, loss=choose_loss(loss))
    if optimizer is not None:
        changed = replace(changed, optimizer=choose_optimizer(optimizer))
    if schedule is not None:
        changed = replace(changed, schedule=choose_schedule(schedule))
    return edits.set_training(project, changed)


def choose_loss(kind: Choice | str, **parameters: Value) -> Choice:
    """Return a loss with its settings. Raises ValueError."""
    return _choose(registry.losses, "loss", kind, parameters)


def choose_optimizer(kind: Choice | str, **parameters: Value) -> Choice:
    """Return an optimizer with its settings. Raises ValueError."""
    return _choose(registry.optimizers, "optimizer", kind, parameters)


def choose_schedule(kind: Choice | str, **parameters: Value) -> Choice:
    """Return a learning-rate schedule with its settings. Raises ValueError."""
    return _choose(registry.schedules, "schedule", kind, parameters)


class _Declared(Protocol):
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


def _find(known: Mapping[str, T], name: str, what: str) -> T:
    """Return what has a name. Raises ValueError that offers the nearest names."""
    if not isinstance(name, str):
        raise ValueError(f"The name of a {what.removesuffix(' with the name')} must be a text, not {describe(name)}.")
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3) or sorted(known)[:8]
    offer = f" Did you mean {', '.join(near)}?" if near else ""
    raise ValueError(f"There is no {what} `{show_name(name)}`.{offer}")


def _accept(kind: str, declared: tuple[Parameter, ...], given: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return settings in canonical form. Raises ValueError."""
    accepted: dict[str, Value] = {}
    for name, value in given.items():
        try:
            accepted[name] = accept_value(make_plain(value))
        except Refused as error:
            raise ValueError(f"{kind}: `{show_name(name)}` {error}.") from None
    values, objections = resolve(declared, accepted)
    if objections:
        offer = "" if objections[0].parameter in values else f" It has {', '.join(values)}." if values else ""
        raise ValueError(f"{kind}: {objections[0].message}{offer}")
    return {name: values[name] for name in given}


def make_plain(value: object) -> object:
    """Return a number of numpy's or of another library as Python's own, also within lists; all else as it is."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [make_plain(item) for item in value]
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            return float(value)
    # numpy's bool, and arrays and tensors of a single number.
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


def _choose(specs: Mapping[str, _Declared], what: str, kind: Choice | str, parameters: Mapping[str, Value]) -> Choice:
    """Return a checked choice of a declaration."""
    if isinstance(kind, Choice):
        parameters = {**kind.parameters, **parameters}
        kind = kind.kind
    spec = _find(specs, kind, what)
    return Choice(kind, _accept(kind, spec.parameters, parameters))
