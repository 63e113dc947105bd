"""What simple methods reach on the data of a run, by the run's own metrics: what a network is to beat.

The data are those that the run's script reads, and the answers are scored by its `measure`, on the validation part.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.source_spec import Facts
from designer.engine.build import build
from designer.engine.bundle import count_rows, parts_of
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import EvaluationError
from designer.engine.evaluation.resampling import Cancelled, Report, go_on
from designer.engine.gathering import PARTS, gather
from designer.engine.plan import Plan

MOST_NUMBERS = 4_000_000  # of the training rows that a method is given; of more rows some are drawn
MOST_FEATURES = 20_000
MOST_FOR_TREES = 300, 30  # features and classes up to which trees are grown
READ = 0.3  # share of the work when the data are read
SURE = 1e-6  # no chance is nearer to 0 or 1
MOST_TOKENS = 1_000  # different ones up to which it is counted which follows which
NO_BASELINE = "Simple methods learn what the data says and nothing else; this network is trained for something else."

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A simple method, and its loss and metrics on the validation part by name."""

    kind: str
    title: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What methods learn from: samples and targets as arrays; `x` is sparse where samples are texts.

    `task` is "class", "binary", "labels", "value" or "tokens". `unchanged` is what "nothing changes" means for a target that is a
    change, as the script scales it; None where it is no forecast. `windows` are the samples of a forecast.
    """

    task: str
    size: int
    x: Any
    y: Array
    held_out: Any
    rows: int
    is_text: bool = False
    windows: Array | None = None
    unchanged: float | None = None

    @property
    def is_forecast(self) -> bool:
        """Whether samples are windows of a series, and targets what came after."""
        return self.windows is not None

    @property
    def suits_trees(self) -> bool:
        """Whether trees are grown in seconds."""
        features, classes = MOST_FOR_TREES
        return self.task != "tokens" and not self.is_text and self.x.shape[1] <= features and self.size <= classes


@dataclass(frozen=True, slots=True)
class Method:
    """A way to answer. `answer(lesson)` gives chances N x classes (or N x questions), or values N x size."""

    kind: str
    title: Callable[[Lesson], str]
    suits: Callable[[Lesson], bool]
    answer: Callable[[Lesson], Array]


def measure_baselines(plan: Plan, report: Report = go_on) -> tuple[Baseline, ...]:
    """Return what simple methods reach on the validation part of a run's data.

    Raises EvaluationError, Cancelled, and what the recipes raise.
    """
    with OwnRandomness(plan.seed):
        script = build(plan.source)
        names = gather(script, plan.data_path)
        (x, y), (held_x, held_y), *_ = names[PARTS]
        if script.source.weighs:  # which simple methods do without
            y, _ = y
        lesson = _make_lesson(plan, x, y, held_x, names)
        loss = script.make_loss(y)
    able = [method for method in METHODS if method.suits(lesson)]
    found: list[Baseline] = []
    for place, method in enumerate(able):
        if not report(READ + (1 - READ) * place / len(able)):
            raise Cancelled
        with warnings.catch_warnings(), threadpool_limits(1, "openmp"):  # small data gain nothing from more threads
            warnings.simplefilter("ignore")  # a method that has not converged is a weaker one, no fault
            answers = method.answer(lesson)
        outputs = _write_outputs(plan, lesson, answers)
        with torch.no_grad():
            scores = {"loss": loss(outputs, held_y)} | script.measure(outputs, held_y)
        found.append(Baseline(method.kind, method.title(lesson), {key: float(value) for key, value in scores.items()}))
    return tuple(found)


# --- what is learned from -----------------------------------------------------------------------------------------------


def _make_lesson(plan: Plan, x: Any, y: Any, held_x: Any, names: Mapping[str, Any]) -> Lesson:
    project = plan.project
    known, objective = facts(project), registry.objectives[project.training.objective.kind]
    plain = objective.form == "plain" and objective.compares == "target"
    if known is None or not plain or not isinstance(y, torch.Tensor):
        raise EvaluationError(NO_BASELINE)
    if known.target.kind == "tokens":
        size = known.target.size
        if known.input.dtype != "int" or size > MOST_TOKENS or not isinstance(x, torch.Tensor):
            raise EvaluationError(f"Which token follows which is counted for up to {MOST_TOKENS:,} of them.")
        return Lesson("tokens", size, x.numpy(), y.numpy(), held_x.numpy(), count_rows(held_x))
    is_text = known.input.dtype == "int" and len(known.input.sizes) == 1
    kept = _draw_rows(count_rows(x), 1_000 if is_text else math.prod(known.input.sizes), plan.seed)
    features, held_out = (_flatten(part, known) for part in (_take(x, kept), held_x))
    if features.shape[1] > MOST_FEATURES and not is_text:
        raise EvaluationError(f"Samples of more than {MOST_FEATURES:,} numbers are too large for simple methods.")
    forecast = known.gap is not None and known.target.kind == "value" and len(known.input.sizes) == 2
    return Lesson(
        known.target.kind,
        known.target.size,
        features,
        y.numpy()[kept],
        held_out,
        count_rows(held_x),
        is_text,
        held_x.numpy() if forecast else None,
        _find_unchanged(plan, names) if forecast else None,
    )


def _find_unchanged(plan: Plan, names: Mapping[str, Any]) -> float | None:
    """Return what a change of nothing is among targets that are scaled changes, None where they are no changes."""
    source, scale = plan.project.data.source, names.get("y_scale")
    if source is None or not source.parameters.get("difference") or not isinstance(scale, dict):
        return None
    return -float(scale["mean"][0]) / float(scale["deviation"][0])


def _draw_rows(rows: int, numbers: int, seed: int) -> Array:
    """Return the rows that are learned from: all, or as many as there is room for."""
    most = max(MOST_NUMBERS // max(numbers, 1), 1_000)
    return np.arange(rows) if rows <= most else np.sort(np.random.default_rng(seed).permutation(rows)[:most])


def _take(x: Any, rows: Array) -> Any:
    places = torch.from_numpy(rows)
    return tuple(part[places] for part in parts_of(x)) if isinstance(x, tuple) else x[places]


def _flatten(x: Any, known: Facts) -> Any:
    """Return samples as rows of numbers; texts as how often each token is in them."""
    parts = [part.numpy().reshape(len(part), -1) for part in parts_of(x)]
    if known.input.dtype != "int" or len(known.input.sizes) != 1:
        return np.concatenate(parts, 1)
    from scipy.sparse import csr_matrix

    tokens = parts[0]
    rows = np.repeat(np.arange(len(tokens)), tokens.shape[1])
    width = max(known.vocabulary, 1)
    counted = tokens.ravel() > 0  # 0 fills short texts up
    shape = (len(tokens), width)
    return csr_matrix((np.ones(int(counted.sum())), (rows[counted], tokens.ravel()[counted])), shape)


# --- the methods ----------------------------------------------------------------------------------------------------------


def _answer_always(lesson: Lesson) -> Array:
    """Return the shares of the classes, or the mean, for every sample."""
    if lesson.task == "tokens":
        shares = np.bincount(lesson.y.ravel(), minlength=lesson.size) / lesson.y.size
        return np.broadcast_to(shares, (*lesson.held_out.shape, lesson.size))
    if lesson.task == "class":
        shares = np.bincount(lesson.y, minlength=lesson.size) / len(lesson.y)
    else:
        shares = lesson.y.reshape(len(lesson.y), -1).mean(0)
    return np.tile(shares, (lesson.rows, 1))


def _answer_followers(lesson: Lesson) -> Array:
    """Return how often each token follows the one before: a table of pairs, each counted once more than it came."""
    pairs = np.bincount(lesson.x.ravel() * lesson.size + lesson.y.ravel(), minlength=lesson.size**2)
    chances = pairs.reshape(lesson.size, lesson.size) + 1.0
    return np.asarray((chances / chances.sum(1, keepdims=True))[lesson.held_out])


def _answer_unchanged(lesson: Lesson) -> Array:
    """Return the forecast that nothing changes: no change where changes are learned, else the last number."""
    assert lesson.windows is not None
    if lesson.unchanged is not None:
        return np.full((lesson.rows, lesson.size), lesson.unchanged)
    return np.repeat(lesson.windows[:, -1, :1], lesson.size, 1)


def _answer_linear(lesson: Lesson) -> Array:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if lesson.task == "value":
        return _fit_each(lesson, lambda: make_pipeline(StandardScaler(), Ridge()))
    if lesson.is_text:
        from sklearn.feature_extraction.text import TfidfTransformer

        return _fit_each(lesson, lambda: make_pipeline(TfidfTransformer(), LogisticRegression(C=10, max_iter=200)))
    return _fit_each(lesson, lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=100)))


def _answer_boosted(lesson: Lesson) -> Array:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    make = HistGradientBoostingRegressor if lesson.task == "value" else HistGradientBoostingClassifier
    return _fit_each(lesson, lambda: make(max_iter=100, random_state=0))


def _fit_each(lesson: Lesson, make: Callable[[], Any]) -> Array:
    """Return the answers of a model, or of one for each value or question."""
    if lesson.task == "class":
        model = make().fit(lesson.x, lesson.y)
        chances = np.zeros((lesson.rows, lesson.size))
        chances[:, model.classes_] = model.predict_proba(lesson.held_out)
        return chances
    columns = []
    for target in lesson.y.reshape(len(lesson.y), -1).T:
        if lesson.task == "value":
            columns.append(make().fit(lesson.x, target).predict(lesson.held_out))
        elif target.min() == target.max():
            columns.append(np.full(lesson.rows, float(target[0])))
        else:
            columns.append(make().fit(lesson.x, target).predict_proba(lesson.held_out)[:, 1])
    return np.stack(columns, 1)


METHODS: tuple[Method, ...] = (
    Method(
        "majority",
        lambda lesson: "always the mean" if lesson.task == "value" else "always the commonest",
        lambda lesson: True,
        _answer_always,
    ),
    Method(
        "naive",
        lambda lesson: "as last season" if lesson.unchanged is not None else "as the last one",
        lambda lesson: lesson.is_forecast,
        _answer_unchanged,
    ),
    Method(
        "linear",
        lambda lesson: "linear regression" if lesson.task == "value" else "logistic regression",
        lambda lesson: lesson.task != "tokens",
        _answer_linear,
    ),
    Method("pairs", lambda lesson: "pairs of tokens", lambda lesson: lesson.task == "tokens", _answer_followers),
    Method("boosting", lambda lesson: "gradient boosting", lambda lesson: lesson.suits_trees, _answer_boosted),
)


def _write_outputs(plan: Plan, lesson: Lesson, answers: Array) -> torch.Tensor:
    """Return answers as the network would give them, so that loss and metrics of the run can read them."""
    loss = registry.losses[plan.project.training.loss.kind]
    if lesson.task == "value" and loss.per_value == 1 and loss.outputs == "values":
        return torch.from_numpy(np.ascontiguousarray(answers)).float()
    if lesson.task == "value" or loss.outputs in ("distances", "rates"):
        raise EvaluationError(NO_BASELINE)
    chances = np.clip(answers, SURE, 1 - SURE)
    if lesson.task == "tokens":
        return torch.from_numpy(np.log(chances)).float()
    if loss.target == "class":
        both = np.concatenate([1 - chances, chances], 1) if lesson.task == "binary" else chances
        return torch.from_numpy(np.log(both)).float()
    logits = np.log(chances) - np.log1p(-chances)
    return torch.from_numpy(logits if loss.outputs in ("logits", "scores") else chances).float()
