"""Make projects and change them in notebooks and scripts: layers by kind, settings by name, both checked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from designer.api.drawing import Layer, accept, accept_settings, draw, find_named, make_plain
from designer.catalogue import matching, registry
from designer.catalogue.augmentation import augmentations
from designer.catalogue.blocks import find_spec, name_kind
from designer.catalogue.parameters import Parameter
from designer.catalogue.sampling import samplings
from designer.catalogue.splits import splits
from designer.catalogue.training_settings import SettingSpec, averagings, clippings, stoppings, warmups
from designer.document import edits, files
from designer.document.folding import lay_out
from designer.document.graph import Value
from designer.document.project import OFF, RANDOM, Choice, Data, Project

PLAIN_SETTINGS = ("epochs", "batch_size", "batch", "accumulate", "metrics", "device", "seed", "weights")
CHOSEN_SETTINGS: Mapping[str, Mapping[str, SettingSpec]] = {
    "warmup": warmups,
    "clip": clippings,
    "averaging": averagings,
    "early_stopping": stoppings,
}


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
    project = draw(edits.set_name(Project(), name), layers)
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
    return find_named(by_name, name, "layer with the name")


def change(project: Project, node: str, **parameters: Value) -> Project:
    """Return the project with settings of one layer changed; `node` is its name or id. Raises ValueError.

    The settings are its parameters and the options of every layer (`frozen`, `lr_factor`, `weight_init` ...).
    """
    key = find_node(project, node)
    kind = project.graph.nodes[key].kind
    spec = find_spec(kind, project.blocks) or find_named(registry.layers, kind, "layer")
    own, options = accept_settings(spec, name_kind(spec), parameters)
    for name, value in own.items():
        project = edits.set_parameter(project, key, name, value)
    for name, value in options.items():
        project = edits.set_option(project, [key], name, value)
    return project


def with_data(
    project: Project,
    source: Choice | str,
    validation: float = 0.2,
    split_seed: int = 0,
    *,
    split: Choice | str = RANDOM,
    test: float = 0.0,
    sampling: Choice | str = OFF,
    augmentation: Sequence[Choice | str] = (),
    **parameters: Value,
) -> Project:
    """Return the project with another data source, its settings, and what becomes of its rows.

    `validation` and `test` are shares of the rows that are held out, `split` the way in which that is done.
    """
    choice = _choose(registry.sources, "data source", source, parameters)
    data = Data(
        choice,
        make_plain(validation),  # type: ignore[arg-type]
        make_plain(split_seed),  # type: ignore[arg-type]
        split=_choose(splits, "split", split, {}),
        test=make_plain(test),  # type: ignore[arg-type]
        sampling=_choose(samplings, "sampling", sampling, {}),
        augmentation=tuple(_choose(augmentations, "augmentation", step, {}) for step in augmentation),
    )
    return edits.set_data(project, data)


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

    Loss, optimizer and schedule are kinds, or choices with settings: `choose_optimizer("SGD", lr=0.1)`. So are
    `warmup`, `clip`, `averaging` and `early_stopping`: `clip=Choice("Norm", {"max_norm": 0.5})`, "None" for none. The
    others are `epochs`, `batch_size`, `batch`, `accumulate`, `metrics` (names), `device`, `seed` and `weights` (a file,
    see `transfer`). An objective, "Autoencoder" or
    "GAN", brings its usual loss and the end of the network along, before what else is given. Raises ValueError.
    """
    for name in settings:
        find_named(dict.fromkeys((*PLAIN_SETTINGS, *CHOSEN_SETTINGS)), name, "training setting")
    if objective is not None:
        chosen = _choose(registry.objectives, "objective", objective, {})
        project = matching.choose_objective(project, chosen.kind)
        project = edits.set_training(project, replace(project.training, objective=chosen))
    given: dict[str, Any] = {
        name: _choose(CHOSEN_SETTINGS[name], name, value, {}) if name in CHOSEN_SETTINGS else make_plain(value)
        for name, value in settings.items()
    }
    if isinstance(given.get("metrics"), list):
        given["metrics"] = tuple(given["metrics"])
    changed = replace(project.training, **given)
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


def _choose(specs: Mapping[str, _Declared], what: str, kind: Choice | str, parameters: Mapping[str, Value]) -> Choice:
    """Return a checked choice of a declaration."""
    if isinstance(kind, Choice):
        parameters = {**kind.parameters, **parameters}
        kind = kind.kind
    spec = find_named(specs, kind, what)
    return Choice(kind, accept(kind, spec.parameters, parameters))
