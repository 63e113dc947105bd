"""What a project has that an earlier one had not, in a word or two each: for the mark of a change in a run's curves."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from designer.catalogue import registry
from designer.catalogue.parameters import resolve
from designer.catalogue.training_settings import SETTINGS
from designer.document.diff import compare
from designer.document.project import Choice, Project, Training
from designer.document.wording import describe, show_name

KINDS: Mapping[str, Mapping[str, Any]] = {
    "loss": registry.losses,
    "optimizer": registry.optimizers,
    "schedule": registry.schedules,
    "objective": registry.objectives,
    **{field: kinds for field, (_, kinds) in SETTINGS.items()},
}


def name_changes(before: Project, after: Project) -> tuple[str, ...]:
    """Return ("lr 0.0005", "batch size 32", "Linear 2", "+ Dropout", "data"): what counts for training, nothing else."""
    return (
        *_name_settings(before.training, after.training),
        *_name_layers(before, after),
        *(("data",) if before.data != after.data else ()),
    )


def is_same_network(one: Project, other: Project) -> bool:
    """Return whether two projects have one network, whatever its layers are called."""
    ways, nodes = compare(one, other), (one.graph.nodes, other.graph.nodes)
    bare = ([replace(known[key], name="") for key in ways.changed] for known in nodes)
    others = (ways.added, ways.removed, ways.added_edges, ways.removed_edges, ways.blocks)
    return not any(others) and next(bare) == next(bare)


def _name_settings(before: Training, after: Training) -> Iterator[str]:
    for field in fields(Training):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or field.name == "extra":
            continue
        word = field.name.replace("_", " ")
        if isinstance(new, Choice):
            yield from _name_choice(field.name, word, old, new)
        else:
            yield f"{word} {describe(new)}" if isinstance(new, int | float) else word


def _name_choice(field: str, word: str, before: Choice, after: Choice) -> Iterator[str]:
    spec = KINDS[field].get(after.kind)
    if before.kind != after.kind or spec is None:
        yield f"{word} {show_name(after.kind)}"
        return
    old, new = (resolve(spec.parameters, choice.parameters)[0] for choice in (before, after))
    for name, value in new.items():
        if old.get(name) != value:
            yield f"{name} {value:g}" if isinstance(value, float) else f"{name} {describe(value)}"


def _name_layers(before: Project, after: Project) -> Iterator[str]:
    way = compare(before, after)
    old, new = before.graph.nodes, after.graph.nodes
    yield from (show_name(new[key].name) for key in way.changed)
    yield from (f"+ {show_name(new[key].name)}" for key in way.added)
    yield from (f"− {show_name(old[key].name)}" for key in way.removed)
    if (way.added_edges or way.removed_edges) and not (way.added or way.removed):
        yield "wires"
    if way.blocks:
        names = [show_name(block.name) for key, block in after.blocks.items() if before.blocks.get(key) != block]
        yield from names or ["blocks"]
