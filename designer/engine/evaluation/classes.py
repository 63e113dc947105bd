"""Figures of one class out of several, and of yes or no: from the confusion matrix, from chances, from their order."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from designer.engine.evaluation.calibration import measure_gaps
from designer.engine.evaluation.figures import make_figure, make_figures
from designer.engine.evaluation.ranking import rank
from designer.engine.evaluation.record import Array, Figure, Floats, Line, Outcome
from designer.engine.evaluation.resampling import Report, draw_counts, draw_means, go_on

LEAST_CHANCE = np.finfo(np.float64).eps  # as scikit-learn clips it
TOP = {"top3": (3, 6), "top5": (5, 11)}  # of how many, and from how many classes on that says something


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A confusion matrix over every draw: hits, answers and truths of each class, (1 + draws) x classes."""

    hits: Floats
    answered: Floats
    real: Floats

    @property
    def rows(self) -> Floats:
        """Number of samples."""
        return np.asarray(self.real.sum(1))


def draw_cells(confusion: Array) -> Cells:
    """Return the draws of a confusion matrix."""
    truth, answer = np.nonzero(confusion)
    drawn = draw_counts(confusion[truth, answer])
    classes = np.arange(len(confusion))
    return Cells(
        drawn @ ((truth == answer)[:, None] & (truth[:, None] == classes)),
        drawn @ (answer[:, None] == classes),
        drawn @ (truth[:, None] == classes),
    )


def count_confusion(targets: Array, answers: Array, classes: int) -> Array:
    """Return how often each class (rows) was answered with each (columns)."""
    flat = np.bincount(targets.astype(np.int64) * classes + answers.astype(np.int64), minlength=classes**2)
    return np.asarray(flat.reshape(classes, classes))


def measure_cells(cells: Cells) -> dict[str, Floats]:
    """Return precision, recall and F1 of each class over every draw; not a number where there is nothing to divide."""
    with np.errstate(invalid="ignore", divide="ignore"):
        there = (cells.real > 0) | (cells.answered > 0)
        precision = np.where(there, cells.hits / np.maximum(cells.answered, 1), np.nan)
        recall = np.where(cells.real > 0, cells.hits / cells.real, np.where(there, 0.0, np.nan))
        f1 = 2 * cells.hits / (cells.answered + cells.real)
    return {"precision": precision, "recall": recall, "f1": f1}


def measure_classes(cells: Cells) -> dict[str, Floats]:
    """Return the figures of a confusion matrix with several classes: the mean over those that are there."""
    each, rows = measure_cells(cells), cells.rows
    with np.errstate(invalid="ignore"):
        real = np.where(cells.real > 0, each["recall"], np.nan)
        weighted = np.nansum(each["f1"] * cells.real, 1) / rows
    return {
        "accuracy": cells.hits.sum(1) / rows,
        "balanced_accuracy": np.nanmean(real, 1),
        **{kind: np.nanmean(values, 1) for kind, values in each.items()},
        "f1_weighted": weighted,
        "mcc": measure_correlation(cells),
    }


def measure_binary(cells: Cells) -> dict[str, Floats]:
    """Return the figures of a confusion matrix of no and yes: precision, recall and F1 are those of yes."""
    each, rows = measure_cells(cells), cells.rows
    recall = np.where(cells.real > 0, each["recall"], np.nan)
    with np.errstate(invalid="ignore"):
        balanced = np.where(np.isnan(recall).all(1), np.nan, np.nansum(recall, 1) / (~np.isnan(recall)).sum(1))
    return {
        "accuracy": cells.hits.sum(1) / rows,
        "balanced_accuracy": balanced,
        **{kind: np.nan_to_num(values[:, 1]) for kind, values in each.items()},
        "specificity": recall[:, 0],
        "mcc": measure_correlation(cells),
    }


def measure_correlation(cells: Cells) -> Floats:
    """Return Matthews' correlation for any number of classes (Gorodkin, 2004); 0 where all answers or truths are equal."""
    rows, right = cells.rows, cells.hits.sum(1)
    above = right * rows - (cells.answered * cells.real).sum(1)
    below = (rows**2 - (cells.answered**2).sum(1)) * (rows**2 - (cells.real**2).sum(1))
    return np.asarray(np.where(below > 0, above / np.sqrt(np.where(below > 0, below, 1)), 0.0))


def measure_chances(outcome: Outcome, report: Report = go_on) -> dict[str, Floats]:
    """Return the figures that look at chances themselves: loss, top-k, log loss, Brier score, calibration error."""
    chances, targets = outcome.chances.astype(np.float64), outcome.targets.astype(np.int64)
    if outcome.task == "class":
        columns, sure, right = _read_classes(outcome, chances, targets)
    else:
        truth = targets > 0
        columns = {"log_loss": _take_logs(np.where(truth, chances, 1 - chances)), "brier": (chances - truth) ** 2}
        columns = {kind: values.mean(1) for kind, values in columns.items()}
        sure, right = chances.ravel(), truth.ravel()
    if not outcome.is_chance:
        columns = {kind: values for kind, values in columns.items() if kind in TOP}
    gaps = measure_gaps(sure, right, outcome.rows)
    loss, means = draw_means(outcome, [*columns.values(), gaps], report)
    found = {"loss": loss} | {kind: means[:, place] for place, kind in enumerate(columns)}
    return found | ({"ece": np.abs(means[:, len(columns) :]).sum(1)} if outcome.is_chance else {})


def _read_classes(outcome: Outcome, chances: Floats, targets: Array) -> tuple[dict[str, Floats], Floats, Array]:
    """Return what is averaged over samples, the chance of each answer, and whether it is right."""
    rows, answers = np.arange(len(targets)), outcome.answers.astype(np.int64)
    own, real = chances[rows, targets], targets[:, None] == np.arange(chances.shape[1])
    order = (chances > own[:, None]).sum(1)
    columns = {kind: (order < first) * 1.0 for kind, (first, least) in TOP.items() if chances.shape[1] >= least}
    columns |= {"log_loss": _take_logs(own), "brier": ((chances - real) ** 2).sum(1)}
    return columns, chances[rows, answers], answers == targets


def _take_logs(chances: Floats) -> Floats:
    """Return -log of the chances of what is right."""
    return np.asarray(-np.log(np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)))


def measure_order(outcome: Outcome, report: Report = go_on) -> tuple[Floats, Floats]:
    """Return ROC AUC and average precision of each class or label over the draws: (1 + draws) x columns."""
    chances = outcome.chances
    truth = outcome.targets[:, None] == np.arange(chances.shape[1]) if outcome.task == "class" else outcome.targets > 0
    return rank(chances.astype(np.float64), truth, report)


def list_lines(names: tuple[str, ...], counts: Array, columns: Mapping[str, Floats]) -> tuple[Line, ...]:
    """Return a line for each class or label: columns are figures over the draws, (1 + draws) x lines."""
    return tuple(
        Line(name, int(counts[place]), tuple(make_figure(kind, drawn[:, place]) for kind, drawn in columns.items()))
        for place, name in enumerate(names)
    )


def mean_columns(drawn: Floats) -> Floats:
    """Return the mean over the columns that are numbers, of each draw."""
    known = np.isfinite(drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, drawn, 0).sum(1) / known.sum(1))


def join_figures(*groups: Mapping[str, Floats]) -> tuple[Figure, ...]:
    """Return the figures of several groups, the loss first."""
    values: dict[str, Floats] = {}
    for group in groups:
        values |= group
    ordered = {kind: values[kind] for kind in sorted(values, key=lambda kind: kind != "loss")}
    return make_figures(ordered)
