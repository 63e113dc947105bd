"""Ablation: a sweep over what may be left out or exchanged, and what each part is worth, with its spread."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from designer.catalogue.blocks import find_spec, name_kind
from designer.document.graph import Value
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.definition import Axis, Sweep, check_sweep, direction_of
from designer.engine.sweeps.leaving import find_used
from designer.engine.sweeps.parts import find_groups, find_kinds, find_optional, find_part, name_part
from designer.engine.sweeps.places import ALTERNATIVES, KIND, LAYER, OPTIONAL, SweepError, find_place
from designer.engine.sweeps.trials import Trial
from designer.engine.sweeps.values import write_value

MOST = 4096  # combinations
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Effect:
    """What leaving out a layer does to the goal, or using another one: the mean of all pairs that differ in it alone.

    `spread` is the standard deviation of those differences, over seeds and over what else was there.
    """

    name: str
    change: float
    spread: float
    pairs: int


def make_ablation(
    project: Project,
    *,
    seeds: Sequence[int] = SEEDS,
    goal: str = "val_loss",
    epochs: int = 0,
    single: bool = False,
) -> Sweep:
    """Return the sweep over what is marked: all combinations or each change by itself, the whole network first.

    Raises SweepError.
    """
    axes = list_axes(project)
    if not axes:
        raise SweepError(
            "Nothing is marked. Mark layers that may be left out, or several as alternatives, and run the ablation again."
        )
    sweep = Sweep(
        axes,
        "grid",
        0,
        tuple(seeds),
        goal,
        direction_of(goal),
        pruning=False,
        epochs=epochs,
        ablation=True,
        single=single,
    )
    if sweep.count > MOST:
        raise SweepError(
            f"These are {sweep.count:,} combinations; at most {MOST:,} are trained. Change one thing at a time, or mark "
            "fewer layers."
        )
    return check_sweep(sweep, project)


def list_axes(project: Project) -> tuple[Axis, ...]:
    """Return what an ablation changes, each with what is there first. Raises SweepError."""
    axes = [Axis(f"{OPTIONAL}{part.key}", name_part(project, part), (True, False)) for part in find_optional(project)]
    for group, parts in find_groups(project).items():
        if len(parts) < 2:
            name = name_part(project, parts[0])
            raise SweepError(f"{name} has no alternative. Mark another layer as an alternative to it.")
        used = find_used(project, parts)
        others = [part.key for part in parts if part != used]
        axes.append(Axis(f"{ALTERNATIVES}{group}", group, (used.key, *others)))
    for key, kinds in find_kinds(project).items():
        place = find_place(project, f"{LAYER}{key}.{KIND}")
        axes.append(Axis(place.key, place.title, (place.value, *(kind for kind in kinds if kind != place.value))))
    return tuple(axis for axis in axes if len(axis.choices) > 1)


def describe_axes(project: Project) -> list[str]:
    """Return in whole sentences what an ablation leaves out and exchanges."""
    optional = [name_part(project, part) for part in find_optional(project)]
    groups = [[name_part(project, part) for part in parts] for parts in find_groups(project).values()]
    words = [f"Left out: {'; '.join(optional)}."] if optional else []
    words += [f"One of these is used: {'; '.join(names)}." for names in groups]
    for key, kinds in find_kinds(project).items():
        name = find_place(project, f"{LAYER}{key}.{KIND}").title.removesuffix(f".{KIND}")
        words.append(f"{name} is also {', '.join(_name_kind(project, kind) for kind in kinds)}.")
    return words


def describe_combination(project: Project, sweep: Sweep, values: Mapping[str, Value]) -> str:
    """Return in words how a combination differs from the whole network."""
    words = [
        _describe_change(project, axis, value)
        for axis in sweep.axes
        if (value := values.get(axis.key, axis.choices[0])) != axis.choices[0]
    ]
    return ", ".join(words) or "the whole network"


def _describe_change(project: Project, axis: Axis, value: Value) -> str:
    if axis.key.startswith(ALTERNATIVES):
        parts = find_groups(project).get(axis.key.removeprefix(ALTERNATIVES), ())
        names = {part.key: name_part(project, part) for part in parts}
        return f"{names.get(str(value), value)} for {names.get(str(axis.choices[0]), axis.choices[0])}"
    if axis.key.startswith(LAYER) and axis.key.endswith(f".{KIND}"):
        return f"{_name_kind(project, value)} for {axis.name.removesuffix(f'.{KIND}')}"
    part = find_part(find_optional(project), axis.key.removeprefix(OPTIONAL))
    return f"without {name_part(project, part) if part is not None else axis.name}"


def write_choice(project: Project, axis: Axis, value: Value) -> str:
    """Return a value of a sweep in words, one of an ablation by the names of layers and kinds."""
    if axis.key.startswith(OPTIONAL):
        return "there" if value else "left out"
    if axis.key.startswith(ALTERNATIVES):
        part = find_part(find_groups(project).get(axis.key.removeprefix(ALTERNATIVES), ()), str(value))
        return name_part(project, part) if part is not None else show_name(str(value))
    if axis.key.endswith(f".{KIND}"):
        return _name_kind(project, value)
    return f"{value:.4g}" if isinstance(value, float) else show_name(write_value(value), 40)


def _name_kind(project: Project, kind: Value) -> str:
    spec = find_spec(str(kind), project.blocks)
    return name_kind(spec) if spec is not None else show_name(str(kind))


def find_difference(trials: Iterable[Trial], trial: Trial) -> tuple[float, float] | None:
    """Return by how much a combination differs from the whole network, seed by seed: mean and standard deviation."""
    whole = next((one for one in trials if one.slot == 0), None)
    if whole is None or whole.slot == trial.slot or not whole.results or len(whole.results) != len(trial.results):
        return None
    return _summarise([ours - theirs for ours, theirs in zip(trial.results, whole.results, strict=True)])


def measure_effects(project: Project, sweep: Sweep, trials: Iterable[Trial]) -> tuple[Effect, ...]:
    """Return the effect of every part, of those with at least one pair of trained networks that differ in it alone."""
    done = {_key(sweep, trial.values): trial.results for trial in trials if trial.state == "done"}
    effects = []
    for place, axis in enumerate(sweep.axes):
        for other in axis.choices[1:]:
            changes: list[float] = []
            for key, results in done.items():
                if key[place] != axis.choices[0]:
                    continue
                pair = done.get((*key[:place], other, *key[place + 1 :]))
                if pair is not None and len(pair) == len(results):
                    changes += [theirs - ours for ours, theirs in zip(results, pair, strict=True)]
            if changes:
                mean, spread = _summarise(changes)
                words = describe_combination(project, sweep, {axis.key: other})
                effects.append(Effect(words, mean, spread, len(changes)))
    return tuple(effects)


def _key(sweep: Sweep, values: Mapping[str, Value]) -> tuple[Value, ...]:
    return tuple(values.get(axis.key) for axis in sweep.axes)


def _summarise(numbers: Sequence[float]) -> tuple[float, float]:
    return statistics.fmean(numbers), statistics.stdev(numbers) if len(numbers) > 1 else 0.0
