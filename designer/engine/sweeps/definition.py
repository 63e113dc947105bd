"""A sweep as a value: what varies and how, by which method, how often, and for which goal; and its form as text."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal, get_args

from frozendict import frozendict

from designer.catalogue import registry
from designer.catalogue.parameters import (
    Flag,
    Integer,
    Maybe,
    Option,
    ParameterType,
    PerAxis,
    Real,
    Unacceptable,
)
from designer.document.graph import Value
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.places import Place, SweepError, find_place
from designer.engine.sweeps.values import freeze, read_value, split_words, write_value

Method = Literal["grid", "random", "bayes"]
METHODS: tuple[Method, ...] = get_args(Method)
Direction = Literal["minimize", "maximize"]
MOST_POINTS = 100_000  # of a grid
GRID_POINTS = 5  # of a range, unless told otherwise
MOST_TRIALS = 100_000
MOST_SEEDS = 1000


@dataclass(frozen=True, slots=True)
class Axis:
    """One setting that varies: over `choices`, or over the range from `low` to `high` where there are none.

    A range is `log`arithmic or linear, of `whole` numbers or any; a grid has `points` of it. Among choices None may be.
    """

    key: str
    title: str = ""
    choices: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False
    points: int = GRID_POINTS

    @property
    def name(self) -> str:
        """What people read."""
        return self.title or self.key

    def list_points(self) -> tuple[Value, ...]:
        """Return the values that a grid has of it."""
        if self.choices:
            return self.choices
        count = max(self.points, 1)
        shares = [place / (count - 1) for place in range(count)] if count > 1 else [0.0]
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            found = [math.exp(low + share * (high - low)) for share in shares]
            found = [min(max(value, self.low), self.high) for value in found]
        else:
            found = [self.low + share * (self.high - self.low) for share in shares]
        if self.whole:
            return tuple(dict.fromkeys(round(value) for value in found))
        return tuple(
            float(f"{value:.6g}") if place not in (0, count - 1) else value for place, value in enumerate(found)
        )

    def describe(self) -> str:
        """Return it as the command line takes it: 16,32,64 or log:0.0001..0.1."""
        if self.choices:
            return ",".join(write_value(value) for value in self.choices)
        kind = ("log" if self.log else "") + ("int" if self.whole else "")
        ends = f"{self.low:g}..{self.high:g}" if not self.whole else f"{round(self.low)}..{round(self.high)}"
        return (f"{kind}:" if kind else "") + ends + (f":{self.points}" if self.points != GRID_POINTS else "")


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep does. Each trial trains once for each of `seeds`, and its result is the mean of what they reach.

    `goal` is "val_loss", "train_loss", or a metric with "val_" or "train_" before it: the best of all epochs counts.
    `pruning` ends a trial early whose first training is worse than the median of the others at the same epoch.
    """

    axes: tuple[Axis, ...] = ()
    method: Method = "bayes"
    trials: int = 20
    seeds: tuple[int, ...] = ()
    goal: str = "val_loss"
    direction: Direction = "minimize"
    pruning: bool = True
    seed: int = 1  # of the method's own random numbers
    epochs: int = 0  # of each training; 0: what the project says
    ablation: bool = False  # the grid is one of what is left out
    single: bool = False  # of the grid only points that differ from the first in one setting

    @property
    def points(self) -> tuple[Mapping[str, Value], ...]:
        """The points of the grid, in order."""
        count = self.count
        if count > MOST_POINTS:
            raise SweepError(f"The grid has {count:,} points; at most {MOST_POINTS:,} are possible. Vary less at once.")
        lists = {axis.key: axis.list_points() for axis in self.axes}
        if not self.single:
            return tuple(frozendict(zip(lists, each, strict=True)) for each in product(*lists.values()))
        first = frozendict({key: points[0] for key, points in lists.items()})
        return (first, *(first.set(key, point) for key, points in lists.items() for point in points[1:]))

    @property
    def count(self) -> int:
        """How many points the grid has."""
        counts = [len(axis.list_points()) for axis in self.axes]
        return 1 + sum(count - 1 for count in counts) if self.single else math.prod(counts)

    @property
    def size(self) -> int:
        """How many trials it has: a grid never more than points."""
        if self.method != "grid":
            return self.trials
        return min(self.trials, self.count) if self.trials else self.count

    @property
    def is_better_lower(self) -> bool:
        """Whether the goal is to be small."""
        return self.direction == "minimize"


def check_sweep(sweep: Sweep, project: Project) -> Sweep:
    """Return the sweep with titles and canonical values. Raises SweepError where it cannot be done."""
    if not sweep.axes:
        raise SweepError("Nothing varies yet. Choose at least one setting with its values.")
    if sweep.method not in METHODS:
        raise SweepError(f"There is no method {show_name(sweep.method)}. Choose one of {', '.join(METHODS)}.")
    if not 0 <= sweep.trials <= MOST_TRIALS or (sweep.method != "grid" and not sweep.trials):
        raise SweepError(f"The number of trials must lie between 1 and {MOST_TRIALS:,}.")
    if len(sweep.seeds) > MOST_SEEDS:
        raise SweepError(f"There may be at most {MOST_SEEDS:,} seeds.")
    check_goal(sweep.goal)
    axes = [check_axis(axis, find_place(project, axis.key)) for axis in sweep.axes]
    keys = [axis.key for axis in axes]
    twice = next((axis for axis in axes if keys.count(axis.key) > 1), None)
    if twice is not None:
        raise SweepError(f"{twice.name} is there twice. Give all its values at once.")
    checked = replace(sweep, axes=tuple(axes), seeds=tuple(dict.fromkeys(sweep.seeds)))
    if checked.method == "grid":
        _ = checked.points
    return checked


def check_axis(axis: Axis, place: Place) -> Axis:
    """Return an axis with its key, its title and its values in canonical form. Raises SweepError."""
    kind = place.type.item if isinstance(place.type, Maybe) else place.type
    if axis.choices:
        accepted = tuple(dict.fromkeys(_accept(place, value) for value in axis.choices))
        return replace(axis, key=place.key, title=axis.title or place.title, choices=accepted)
    if not isinstance(kind, Integer | Real | PerAxis):
        raise SweepError(f"{place.title} is no number: list its values, as in {place.title}={_example(kind)}.")
    whole = axis.whole or not isinstance(kind, Real)
    low, high = float(axis.low), float(axis.high)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise SweepError(f"The range of {place.title} must go from a smaller number to a larger one.")
    if whole and not (low.is_integer() and high.is_integer()):
        raise SweepError(f"{place.title} is a whole number, and so must be the ends of its range.")
    if axis.log and low <= 0:
        raise SweepError(f"A logarithmic range begins above 0; that of {place.title} begins at {low:g}.")
    if not 1 <= axis.points <= 1000:
        raise SweepError(f"A grid may have 1 to 1,000 points of {place.title}.")
    for end in (low, high):
        _accept(place, round(end) if whole else end)
    return replace(axis, key=place.key, title=place.title, whole=whole, low=low, high=high)


def check_goal(goal: str) -> None:
    """Raise SweepError where a goal is nothing that a training tells."""
    part, _, name = goal.partition("_")
    if part not in ("val", "train") or (name != "loss" and name not in registry.metrics):
        raise SweepError(
            f"{show_name(goal)} is no goal. Choose val_loss, train_loss, or a metric with val_ before it: "
            f"{', '.join(registry.metrics)}."
        )


def direction_of(goal: str) -> Direction:
    """Return which way a goal is better."""
    spec = registry.metrics.get(goal.partition("_")[2])
    return "maximize" if spec is not None and spec.better == "higher" else "minimize"


_RANGE = re.compile(r"(?:(log|int|logint|intlog):)?([^:]+?)\.\.([^:]+?)(?::(\d{1,4}))?")


def read_axis(project: Project, text: str) -> Axis:
    """Return the axis that a text like "hidden.out_features=16,32" or "optimizer.lr=log:1e-4..1e-1" tells of."""
    words, sign, given = text.partition("=")
    if not sign or not given.strip():
        raise SweepError(f"{show_name(text, 80)} lacks its values. Write it as in optimizer.lr=log:1e-4..1e-1.")
    return read_values(find_place(project, words.strip()), given.strip())


def read_values(place: Place, text: str) -> Axis:
    """Return the axis of a place over the values that a text tells of: "16,32,64", "0..1", "log:1e-4..1e-1:7"."""
    match = _RANGE.fullmatch(text.strip())
    if match is not None:
        kind = match[1] or ""
        try:
            low, high = float(match[2]), float(match[3])
        except ValueError:
            raise SweepError(f"{show_name(text, 80)} is no range of numbers for {place.title}.") from None
        points = int(match[4]) if match[4] else GRID_POINTS
        axis = Axis(place.key, low=low, high=high, log="log" in kind, whole="int" in kind, points=points)
        return check_axis(axis, place)
    choices = tuple(read_value(place, word.strip()) for word in split_words(text))
    return check_axis(Axis(place.key, choices=choices), place)


def write_sweep(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep as JSON."""
    names = ("method", "trials", "seeds", "goal", "direction", "pruning", "seed", "epochs", "ablation", "single")
    return {**{name: getattr(sweep, name) for name in names}, "axes": [_write_axis(axis) for axis in sweep.axes]}


def read_sweep(fields: object) -> Sweep:
    """Return the sweep that a JSON object tells of, unchecked as to its project. Raises SweepError."""
    try:
        assert isinstance(fields, dict)
        axes = tuple(_read_axis(each) for each in fields["axes"])
        return Sweep(
            axes=axes,
            method=_one_of(fields["method"], METHODS),
            trials=int(fields["trials"]),
            seeds=tuple(int(seed) for seed in fields["seeds"]),
            goal=str(fields["goal"]),
            direction=_one_of(fields["direction"], get_args(Direction)),
            pruning=bool(fields["pruning"]),
            seed=int(fields["seed"]),
            epochs=int(fields.get("epochs", 0)),
            ablation=bool(fields.get("ablation", False)),
            single=bool(fields.get("single", False)),
        )
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise SweepError(
            f"This is no description of a sweep: {type(error).__name__}: {show_name(str(error))}."
        ) from None


def _write_axis(axis: Axis) -> dict[str, Any]:
    start = {"key": axis.key, "title": axis.title}
    if axis.choices:
        return {**start, "choices": list(axis.choices)}
    names = ("low", "high", "log", "whole", "points")
    return {**start, **{name: getattr(axis, name) for name in names}}


def _read_axis(fields: Mapping[str, Any]) -> Axis:
    start: dict[str, Any] = {"key": str(fields["key"]), "title": str(fields.get("title", ""))}
    if "choices" in fields:
        return Axis(**start, choices=tuple(freeze(each) for each in fields["choices"]))
    low, high = float(fields["low"]), float(fields["high"])
    return Axis(
        **start, low=low, high=high, log=bool(fields["log"]), whole=bool(fields["whole"]), points=int(fields["points"])
    )


def _one_of(word: object, words: Iterable[Any]) -> Any:
    if word not in words:
        raise ValueError(f"{word} is not one of {', '.join(words)}")
    return word


def _accept(place: Place, value: Value) -> Value:
    for each in (*place.others, place):
        try:
            accepted = each.type.accept(value)
        except Unacceptable as reason:
            raise SweepError(f"{each.title} {reason}.") from None
    return accepted


def _example(kind: ParameterType) -> str:
    if isinstance(kind, Option):
        return ",".join(kind.words[:2])
    return "true,false" if isinstance(kind, Flag) else "A,B"
