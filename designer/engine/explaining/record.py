"""What an explanation finds, as frozen records of plain numpy arrays: no torch, no Qt."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Array = NDArray[Any]
Form = Literal["picture", "columns", "tokens", "series"]


class ExplainError(ValueError):
    """Why something cannot be explained. A whole sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: by which method, about which of the questions (None: what the network answers), and how.

    `baseline` is the key of a baseline, `layer` the id of a node; "" is what is usual for the sample.
    """

    method: str
    question: int | None = None
    baseline: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """How much each place of what one Input was given had to do with an answer.

    "picture": `values` are H x W, `sample` C x H x W. "columns" and "tokens": one value for each of `names`; of columns
    `given` is what the sample has there. "series": `values` are those of the steps, `sample` is steps x channels.
    """

    form: Form
    values: Floats
    names: tuple[str, ...]
    given: tuple[str, ...]
    sample: Array


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Why a network answered one sample so.

    `questions` are what can be asked of this network, `asked` is the place of the one that was; `score` is what the
    network gives for it, in `unit`. Where `signed`, values above 0 speak for it, those below against it; else they say
    only how much a place matters. An amount is no score for an answer: it is raised or lowered. `notes` are sentences on how far this can be trusted.
    """

    ask: Ask
    title: str
    questions: tuple[str, ...]
    asked: int
    score: float
    unit: str
    heats: tuple[Heat, ...]
    signed: bool
    is_amount: bool = False
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """By how much scores become worse when a column is shuffled among the samples.

    `drops` are columns x repeats for each score by its key; `scores` are those of the data as they are. Above 0 the
    column helped.
    """

    columns: tuple[str, ...]
    scores: dict[str, float]
    drops: dict[str, Floats]
    rows: int
    of_rows: int
    part: str
    seconds: float = 0.0

    @property
    def own(self) -> str:
        """The score that the run itself goes by: the first metric it measures, else the loss."""
        return next((kind for kind in self.scores if kind != "loss"), "loss")

    def rank(self, kind: str) -> tuple[tuple[str, float, float], ...]:
        """Return the columns with the mean and the deviation of their drops, the most important first."""
        drops = self.drops[kind]
        means, spreads = drops.mean(1), drops.std(1, ddof=1) if drops.shape[1] > 1 else np.zeros(len(drops))
        order = np.argsort(-means, kind="stable").tolist()
        return tuple((self.columns[place], float(means[place]), float(spreads[place])) for place in order)


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Outputs of a layer in a plane: `points` are N x 2, `places` the samples in the part; `names` where it is weights.

    `shares` are the parts of the variance along both axes (PCA), empty where axes mean nothing (t-SNE).
    """

    method: str
    layer: str
    points: Floats
    places: Array
    names: tuple[str, ...]
    width: int
    shares: tuple[float, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
