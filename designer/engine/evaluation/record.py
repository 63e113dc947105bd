"""What an evaluation finds, as frozen records of plain numpy arrays: no torch, no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from frozendict import frozendict
from numpy.typing import NDArray

from designer.document.project import Project

Floats = NDArray[np.float64]
Array = NDArray[Any]
Task = Literal["class", "binary", "labels", "value", "tokens", "none"]
Part = Literal["validation", "test"]

NEUTRAL = 0.5  # where yes begins unless it is moved


def _nothing() -> Floats:
    return np.zeros((0, 0))


class EvaluationError(ValueError):
    """Why nothing can be evaluated. A whole sentence that says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one Output answered to N samples, beside what would have been right.

    "class": `answers` and `targets` are N class numbers, `chances` N x classes. "binary" and "labels": `targets` are N x
    questions, 0 or 1, and `chances` those of yes. "value": `answers` and `targets` are N x values. "tokens": both are N x
    places, `chances` are those given to the right token, `ranks` how many tokens were given more. "none": nothing but
    losses can be told.

    `labels` are the names of classes (two of a binary one), questions, values or tokens. `losses` are those of each
    sample, `importance` by how much each counts in the mean, `places` its row in the part. `is_chance` says whether chances add up to something that can be trusted: those
    of a loss on margins only order. `bounds` are the ends of what values can be; `ordered` rows are in order of time.
    `unit` is what values are counted in, where that is not their own unit.
    """

    name: str
    task: Task
    labels: tuple[str, ...]
    targets: Array
    answers: Array = field(default_factory=_nothing)
    chances: Array = field(default_factory=_nothing)
    losses: Floats = field(default_factory=_nothing)
    importance: Floats = field(default_factory=_nothing)
    ranks: Array = field(default_factory=_nothing)
    places: Array = field(default_factory=_nothing)
    is_chance: bool = True
    bounds: tuple[float, float] | None = None
    ordered: bool = False
    unit: str = ""

    @property
    def rows(self) -> int:
        """Number of samples."""
        return len(self.places)

    def weigh(self) -> Floats:
        """Return by how much the loss of each sample counts."""
        return self.importance if self.importance.size else np.ones(self.rows)

    def decide(self, threshold: float = NEUTRAL) -> Array:
        """Return the answers to yes-or-no questions, N x questions, where yes begins above a chance."""
        return self.chances > threshold

    def count_wrong(self, threshold: float = NEUTRAL) -> Array:
        """Return for each sample how much of it is wrong: 1 or 0, the number of labels or places, or the error of values."""
        match self.task:
            case "class":
                return np.asarray(self.answers != self.targets, np.float64)
            case "binary" | "labels":
                return np.asarray((self.decide(threshold) != (self.targets > NEUTRAL)).sum(1), np.float64)
            case "tokens":
                return np.asarray((self.answers != self.targets).sum(1), np.float64)
            case "value":
                return np.asarray(np.abs(self.answers - self.targets).mean(1), np.float64)
        return self.losses


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A network's answers to a part of the data.

    `scores` are loss and metrics as the run itself works them out. `samples` is what the network was given, one array for
    each Input; `rows` are the numbers of the samples in the whole data where they are known, else those in the part.
    `raw` is what samples were before they were encoded, where the script has it: a table, a list of texts.
    `weights` says which weights these are, of what `epoch` and `step`; `other_data` that the data are not those that the
    run learned from: they have changed since.
    """

    part: Part
    weights: str
    epoch: int
    step: int
    project: Project
    scores: Mapping[str, float]
    outcomes: tuple[Outcome, ...]
    samples: tuple[Array, ...]
    rows: Array
    rows_known: bool = False
    raw: Any = None
    seconds: float = 0.0
    name: str = ""
    has_test: bool = False
    other_data: bool = False

    def number(self, sample: int) -> int:
        """Return the number that people know a sample of the part by: that of its row, the first is 1."""
        return int(self.rows[sample]) + 1

    def name_sample(self, sample: int) -> str:
        """Return a sample's number with what it counts: "row 298"."""
        return f"{'row' if self.rows_known else 'sample'} {self.number(sample):,}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95 % bootstrap interval. `form` is how it is written: "%" for shares, else a format."""

    kind: str
    title: str
    value: float
    low: float
    high: float
    form: str = ".4f"
    better: Literal["higher", "lower", ""] = "higher"
    meaning: str = ""

    def write(self) -> str:
        """Return the value as text."""
        return write_number(self.value, self.form)

    def write_interval(self) -> str:
        """Return the interval as text, "" where there is none."""
        if not (np.isfinite(self.low) and np.isfinite(self.high)):
            return ""
        return f"{write_number(self.low, self.form)} – {write_number(self.high, self.form)}"


def write_number(value: float, form: str) -> str:
    """Return a number as text; – where there is none."""
    if not np.isfinite(value):
        return "–"
    if form == "%":
        text = f"{100 * value:.2f} %"
    elif form.endswith("g") and 1e4 <= abs(value) < 1e15:
        text = f"{float(format(value, form)):,.15g}"  # 39,030 where others write 3.903e+04
    else:
        text = format(value, form)
    return text.replace("-", "−")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of the table by classes, labels, values or tokens: its name, how many samples it has, and its figures."""

    name: str
    count: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve by threshold, as ROC and precision-recall are: its name, its points, and the area below."""

    name: str
    x: Floats
    y: Floats
    thresholds: Floats
    area: float


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """What chances are worth: for each bin of them the mean, the share that came true, and the samples."""

    chances: Floats
    shares: Floats
    counts: Array


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """All that is worked out of an outcome: `confusion` is classes x classes (of a binary one 2 x 2), truth in rows."""

    threshold: float
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...] = ()
    confusion: Array = field(default_factory=_nothing)
    roc: tuple[Curve, ...] = ()
    precision_recall: tuple[Curve, ...] = ()
    reliability: Reliability | None = None
    offers: Mapping[str, float] = field(default_factory=frozendict)  # thresholds by what they are best for
    draws: int = 0
