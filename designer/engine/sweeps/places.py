"""What of a project can vary from trial to trial: every setting by a key, and the project with other values there.

A key is "layer.ID.NAME" for a parameter or an option of a layer ("layer.block:B/ID.NAME" inside a block), with "kind" as
NAME for the kind of layer that it is, "optimizer" for the choice itself, "optimizer.lr" for a setting of it, and "epochs"
or "batch_size" for a number of the training. "data.noise" is a setting of the source,
"data.augmentation.1.share" one of the first change to samples. "optional.ID" says whether a part is there, "alternatives.GROUP" which of
several is. Keys with " + " between them vary together.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from frozendict import frozendict

from designer.catalogue import registry
from designer.catalogue.augmentation import augmentations
from designer.catalogue.blocks import BlockSpec, declare_blocks, find_spec
from designer.catalogue.options import BEGINNING, LEARNING, REPEAT, WHEN
from designer.catalogue.parameters import Flag, Integer, Option, Parameter, ParameterType, Real
from designer.catalogue.sampling import samplings
from designer.catalogue.spec import LayerSpec
from designer.catalogue.splits import splits
from designer.catalogue.training_settings import BATCHES, SETTINGS
from designer.document import limits
from designer.document.graph import Node, Value
from designer.document.places import place_in_block
from designer.document.project import Blocks, Choice, Project, used_block
from designer.document.wording import show_name
from designer.engine.sweeps.leaving import find_used
from designer.engine.sweeps.parts import MOST_NAMES, find_groups, find_optional, name_part

LAYER, OPTIONAL, ALTERNATIVES = "layer.", "optional.", "alternatives."
KIND, JOINT = "kind", " + "


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
    others: tuple["Place", ...] = ()  # that vary with it, of one value with it


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
NUMBERS = ("epochs", "batch_size", "accumulate", "seed")
BATCH = BATCHES[0]  # how many rows at all a batch has
_SHARE = Real(0, 1, below=True)
DATA_NUMBERS = (
    Parameter("validation", _SHARE, 0.2, "Share of the rows held out."),
    Parameter("test", _SHARE, 0.0, "Share of the rows that is never touched."),
    Parameter("split_seed", Integer(*limits.WHOLE["split_seed"]), 0, "Orders the rows before they are cut into parts."),
)
DATA_CHOICES: Mapping[str, Mapping[str, Declared]] = frozendict({"split": splits, "sampling": samplings})
AUGMENTATION = "data.augmentation."  # with the number of the change from 1, and the name of its setting


def list_places(project: Project) -> tuple[Place, ...]:
    """Return everything that can vary: of the layers in their order, then of the training, then of the data."""
    return (*_list_layers(project), *_list_parts(project), *_list_training(project), *_list_data(project))


def find_place(project: Project, words: str) -> Place:
    """Return the place that a key names, or what people type: a layer by its name. Raises SweepError."""
    places = list_places(project)
    found = _look_up(project, places, words)
    if found is not None:
        return found
    several = [word.strip() for word in words.split(JOINT.strip())]
    if len(several) > 1:
        first, *others = dict.fromkeys(_demand(project, places, word) for word in several)
        key = JOINT.join(place.key for place in (first, *others))
        return replace(first, key=key, title=name_together([first, *others]), others=tuple(others))
    return _demand(project, places, words)


def name_together(places: Sequence[Place]) -> str:
    """Return what people read of settings that vary together."""
    titles = [place.title.rpartition(".") for place in places]
    names = {name for _, _, name in titles}
    if len(names) > 1 or not all(head for head, _, _ in titles):
        return JOINT.join(place.title for place in places)
    heads = [head for head, _, _ in titles]
    layers = f"{', '.join(heads[:-1])} and {heads[-1]}" if 1 < len(heads) <= MOST_NAMES else f"{len(heads)} layers"
    return f"{names.pop()} of {layers}" if len(places) > 1 else places[0].title


def _look_up(project: Project, places: Iterable[Place], words: str) -> Place | None:
    key = _read_key(project, words)
    return next((place for place in places if place.key == key or place.title == words), None)


def _demand(project: Project, places: Iterable[Place], words: str) -> Place:
    found = _look_up(project, places, words)
    if found is None:
        raise SweepError(_explain_missing(project, words, _read_key(project, words)))
    return found


def _read_key(project: Project, words: str) -> str:
    head, _, name = words.rpartition(".")
    part = words.split(".", 1)[0]
    if words.startswith((LAYER, OPTIONAL, ALTERNATIVES)) or part in CHOICES or part in (*NUMBERS, BATCH.name, "data"):
        return words
    found = [node.id for node in project.graph.nodes.values() if node.name == head]
    return f"{LAYER}{found[0] if found else head}.{name}" if head else ""


def options_of(node: Node) -> tuple[Parameter, ...]:
    """Return the options of a layer that can vary."""
    return (WHEN, *((REPEAT,) if used_block(node.kind) is not None else ()), *LEARNING, *BEGINNING)


def _list_layers(project: Project) -> Iterator[Place]:
    for block, graph in (("", project.graph), *((key, block.graph) for key, block in project.blocks.items())):
        for node in graph.nodes.values():
            yield from list_layer(project, block, node)


def list_layer(project: Project, block: str, node: Node) -> Iterator[Place]:
    """Yield what can vary of a layer: of the inside of a block, of the network itself where that is ""."""
    spec = find_spec(node.kind, project.blocks)
    if spec is None or spec.role != "layer":
        return
    start = f"{LAYER}{place_in_block(block, node.id)}"
    shown = f"{show_name(project.blocks[block].name)}/" if block else ""
    kinds = find_kinds_like(spec, project.blocks)
    kind = (Parameter(KIND, Option(kinds), node.kind, "Which kind of layer it is."),) if len(kinds) > 1 else ()
    own = tuple(parameter for parameter in spec.parameters if not parameter.hidden)
    options = (one for one in options_of(node) if spec.may_learn or one not in (*LEARNING, *BEGINNING))
    for parameter in (*own, *kind, *options):
        held = node.options if parameter not in own else node.parameters
        value = held.get(parameter.name, parameter.default)
        title = f"{shown}{show_name(node.name)}.{parameter.name}"
        yield Place(f"{start}.{parameter.name}", title, parameter.type, value, parameter.meaning)


def _list_parts(project: Project) -> Iterator[Place]:
    """Yield what an ablation leaves out and exchanges."""
    for part in find_optional(project):
        name = name_part(project, part)
        yield Place(f"{OPTIONAL}{part.key}", name, Flag(), True, f"Whether there is {name}.")
    for group, parts in find_groups(project).items():
        names = ", ".join(name_part(project, part) for part in parts)
        keys, used = tuple(part.key for part in parts), find_used(project, parts).key
        yield Place(f"{ALTERNATIVES}{group}", show_name(group), Option(keys), used, f"Which one of {names} is used.")


def find_kinds_like(spec: LayerSpec, blocks: Blocks) -> tuple[str, ...]:
    """Return the kinds of a layer's family, or the blocks, with as many inputs and outputs; its own first."""
    if not isinstance(spec, BlockSpec):
        return _find_layers_like(spec.kind)
    return _find_like(spec, declare_blocks(blocks).values())


@functools.cache
def _find_layers_like(kind: str) -> tuple[str, ...]:
    return _find_like(registry.layers[kind], registry.layers.values())


def _find_like(spec: LayerSpec, rivals: Iterable[LayerSpec]) -> tuple[str, ...]:
    def weigh(one: LayerSpec) -> tuple[object, ...]:
        return one.family, one.role, len(one.inputs), len(one.outputs)

    return (spec.kind, *(one.kind for one in rivals if weigh(one) == weigh(spec) and one.kind != spec.kind))


def _list_training(project: Project) -> Iterator[Place]:
    training = project.training
    for name in NUMBERS:
        yield Place(name, name, Integer(*limits.WHOLE[name]), getattr(training, name), f"The training's {name}.")
    yield Place(BATCH.name, BATCH.name, BATCH.type, training.batch, BATCH.meaning)
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
    for number in DATA_NUMBERS:
        key = f"data.{number.name}"
        yield Place(key, key, number.type, getattr(data, number.name), number.meaning)
    spec = registry.sources.get(data.source.kind) if data.source is not None else None
    if data.source is not None and spec is not None:
        yield from _list_settings("data", (spec,), data.source)
    for part, specs in DATA_CHOICES.items():
        choice: Choice = getattr(data, part)
        yield Place(f"data.{part}", f"data.{part}", Option(tuple(specs)), choice.kind, f"Which {part} is used.")
        yield from _list_settings(f"data.{part}", specs.values(), choice)
    for turn, change in enumerate(data.augmentation, 1):
        for place in _list_settings(f"{AUGMENTATION}{turn}", _find_augmentation(change), change):
            yield replace(place, title=f"data.{show_name(change.kind)}.{place.key.rpartition('.')[2]}")


def _find_augmentation(change: Choice) -> tuple[Declared, ...]:
    spec = augmentations.get(change.kind)
    return (spec,) if spec is not None else ()


def _explain_missing(project: Project, words: str, key: str) -> str:
    if key.startswith(LAYER):
        node = key.removeprefix(LAYER).rpartition(".")[0]
        start = f"{LAYER}{node}."
        known = [place.key.removeprefix(start) for place in list_places(project) if place.key.startswith(start)]
        if known:
            return f"{show_name(words, 80)} is nothing that could vary: the layer has {', '.join(known)}."
        names = ", ".join(show_name(each.name) for each in list(project.graph.nodes.values())[:20])
        return f"There is no layer for {show_name(words, 80)}. The network has {names}."
    parts = ", ".join((*NUMBERS, BATCH.name, *CHOICES, "data"))
    return f"There is nothing called {show_name(words, 80)} that could vary. Write LAYER.PARAMETER, or a setting of {parts}."
