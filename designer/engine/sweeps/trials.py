"""A trial of a sweep as it stands: its values, how far it came, what it reached; read from what the storage keeps."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from frozendict import frozendict

from designer.document.graph import Value
from designer.engine.sweeps.values import decode

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

State = Literal["running", "done", "pruned", "failed", "waiting"]


@dataclass(frozen=True, slots=True)
class Point:
    """An epoch of a trial's curve."""

    seed: int
    epoch: int
    train_loss: float
    val_loss: float
    goal: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as it stands. `slot` is its number from 0; `spread` the standard deviation over the seeds."""

    slot: int
    state: State
    values: Mapping[str, Value]
    goal: float | None = None
    spread: float | None = None
    results: tuple[float, ...] = ()  # one a seed
    epochs: int = 0
    seconds: float = 0.0
    reason: str = ""
    curve: tuple[Point, ...] = ()
    number: int = 0  # in the storage


def describe_trial(trial: "FrozenTrial", slot: int, *, lower: bool) -> Trial:
    """Return a trial of the storage as it stands; `lower` says which goals are better."""
    states: dict[str, State] = {"RUNNING": "running", "COMPLETE": "done", "PRUNED": "pruned", "WAITING": "waiting"}
    known = trial.user_attrs
    params = trial.params or trial.system_attrs.get("fixed_params", {})
    curve = tuple(Point(*row) for row in known.get("curve", ()))
    if not curve:
        curve = tuple(Point(0, epoch, math.nan, math.nan, goal) for epoch, goal in trial.intermediate_values.items())
    seconds = trial.duration.total_seconds() if trial.duration is not None else 0.0
    goals = [point.goal for point in curve if math.isfinite(point.goal)]
    goal = trial.value if trial.state.name == "COMPLETE" else None
    if goal is None and goals and trial.state.name in ("PRUNED", "RUNNING"):
        goal = min(goals) if lower else max(goals)
    return Trial(
        slot=slot,
        state=states.get(trial.state.name, "failed"),
        values=frozendict({key: decode(value) for key, value in params.items()}),
        goal=goal,
        spread=known.get("spread"),
        results=tuple(known.get("results", ())),
        epochs=len(curve),
        seconds=seconds,
        reason=str(known.get("reason", "")),
        curve=curve,
        number=trial.number,
    )


def find_slots(trials: Iterable["FrozenTrial"]) -> Mapping[int, int]:
    """Return the number in the sweep of each trial, by its number in the storage: repetitions and surplus do not count."""
    ordered = sorted(trials, key=lambda trial: trial.number)
    places = accumulate((is_own(trial) for trial in ordered), initial=0)
    slots = {trial.number: place for trial, place in zip(ordered, places, strict=False)}
    return {trial.number: slots[trial.user_attrs.get("repeats", trial.number)] for trial in ordered}


def is_own(trial: "FrozenTrial") -> bool:
    """Return whether a trial is one of the sweep: no repetition, and none too many."""
    return trial.user_attrs.get("repeats") is None and not trial.user_attrs.get("surplus")
