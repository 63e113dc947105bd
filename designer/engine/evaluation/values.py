"""Figures of predicted numbers: how far they lie from the truth, and which way."""

import numpy as np

from designer.engine.evaluation.record import Array, Floats, Outcome
from designer.engine.evaluation.resampling import Report, draw_means, draw_weights, go_on

MOST_COLUMNS = 64  # of which each has figures of its own
MEDIAN_ROWS = 200_000  # errors beyond which the median is that of some of them


def measure_values(outcome: Outcome, report: Report = go_on) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the figures over all values, and those of each value ((1 + draws) x values) where they are not too many."""
    truth, answers = outcome.targets.astype(np.float64), outcome.answers.astype(np.float64)
    rows, columns = truth.shape
    centre = truth.mean(0)
    error, off = answers - truth, truth - centre
    if columns > MOST_COLUMNS:  # all together; the mean of each stays that of the sample in every draw
        parts = [np.abs(error).mean(1), (error**2).mean(1), error.mean(1), (off**2).mean(1)]
        loss, means = draw_means(outcome, parts, report)
        absolute, square, bias, variance = means.T
        found = {"loss": loss, "r2": 1 - square / variance, "mae": absolute, "rmse": np.sqrt(square), "bias": bias}
        return found, {}
    mate = answers - centre
    groups = (np.abs(error), error**2, error, off, off**2, mate, mate**2, off * mate)
    share = np.abs(error / np.where(truth == 0, 1, truth)).mean(1)
    loss, means = draw_means(outcome, [_count_outside(outcome), share, *groups], report)
    absolute, square, bias, first, second, mean, mean2, both = np.split(means[:, 2:], len(groups), 1)
    variance = second - first**2
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = 1 - square / np.where(variance > 1e-300, variance, np.nan)
        correlation = (both - first * mean) / np.sqrt(variance * (mean2 - mean**2))
        total = 1 - square.sum(1) / np.where(variance.sum(1) > 1e-300, variance.sum(1), np.nan)
    found = {
        "loss": loss,
        "r2": total,
        "mae": absolute.mean(1),
        "rmse": np.sqrt(square.mean(1)),
        "median_error": draw_median(np.abs(error).ravel(), rows),
    }
    if not outcome.unit and bool((truth != 0).all()):
        found["mape"] = means[:, 1]
    found["bias"] = bias.mean(1)
    if columns == 1:
        found["correlation"] = correlation[:, 0]
    if outcome.bounds is not None:
        found["outside"] = means[:, 0]
    each = {"r2": r2, "mae": absolute, "rmse": np.sqrt(square), "bias": bias, "correlation": correlation}
    return found, each


def _count_outside(outcome: Outcome) -> Floats:
    if outcome.bounds is None:
        return np.zeros(outcome.rows)
    low, high = outcome.bounds
    return np.asarray(((outcome.answers < low) | (outcome.answers > high)).mean(1), np.float64)


def draw_median(errors: Floats, rows: int) -> Floats:
    """Return the median of errors (several a row) over every draw of rows."""
    each = len(errors) // rows
    kept = np.arange(rows)[:: max(len(errors) // MEDIAN_ROWS, 1)]
    errors = errors.reshape(rows, each)[kept]
    order = np.argsort(errors, axis=None, kind="stable")
    ordered, owner = errors.ravel()[order], order // each
    found: list[Array] = []
    for weights in draw_weights(len(kept)):
        so_far = np.cumsum(weights[:, owner], 1)
        half = so_far[:, -1:] / 2
        low = (so_far < half - 1e-9).sum(1)  # the first that reaches half of all, and the first beyond it
        high = (so_far < half + 1e-9).sum(1)
        found.append((ordered[low] + ordered[np.minimum(high, len(ordered) - 1)]) / 2)
    found[0] = np.array([np.median(errors)])
    return np.concatenate(found)
