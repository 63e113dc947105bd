"""Ablation: a sweep over what may be left out or exchanged, and what each part is worth, with its spread."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from designer.document.graph import Value
from designer.document.project import Project
from designer.engine.sweeps.alternatives import find_groups, find_optional
from designer.engine.sweeps.definition import Axis, Sweep, check_sweep, direction_of
from designer.engine.sweeps.places import ALTERNATIVES, LAYER, SweepError, find_place
from designer.engine.sweeps.study import Trial

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


def make_ablation(project: Project, *, seeds: Sequence[int] = SEEDS, goal: str = "val_loss", epochs: int = 0) -> Sweep:
    """Return the sweep over all combinations of what is marked, the whole network first. Raises SweepError."""
    nodes = project.graph.nodes
    axes = [Axis(f"{LAYER}{node}.when", nodes[node].name, (True, False)) for node in find_optional(project)]
    for group, members in find_groups(project).items():
        if len(members) < 2:
            name = nodes[members[0]].name
            raise SweepError(f"{name} has no alternative. Mark another layer as an alternative to it.")
        used = str(find_place(project, f"{ALTERNATIVES}{group}").value)
        axes.append(Axis(f"{ALTERNATIVES}{group}", group, (used, *(node for node in members if node != used))))
    if not axes:
        raise SweepError(
            "Nothing is marked. Mark layers that may be left out, or several as alternatives, and run the ablation again."
        )
    count = math.prod(len(axis.choices) for axis in axes)
    if count > MOST:
        raise SweepError(f"These are {count:,} combinations; at most {MOST:,} are trained. Mark fewer layers.")
    sweep = Sweep(
        tuple(axes), "grid", 0, tuple(seeds), goal, direction_of(goal), pruning=False, epochs=epochs, ablation=True
    )
    return check_sweep(sweep, project)


def describe_combination(project: Project, sweep: Sweep, values: Mapping[str, Value]) -> str:
    """Return in words how a combination differs from the whole network."""
    words = []
    for axis in sweep.axes:
        value = values.get(axis.key, axis.choices[0])
        if value == axis.choices[0]:
            continue
        if axis.key.startswith(ALTERNATIVES):
            words.append(f"{_name(project, value)} for {_name(project, axis.choices[0])}")
        else:
            words.append(f"without {_name(project, axis.key.removeprefix(LAYER).removesuffix('.when'))}")
    return ", ".join(words) or "the whole network"


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


def _name(project: Project, node: Value) -> str:
    found = project.graph.nodes.get(str(node))
    return found.name if found is not None else str(node)
