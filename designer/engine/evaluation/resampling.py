"""The bootstrap: samples drawn anew with replacement, as weights of the samples there are (Efron, 1979).

The first row of everything here is the sample itself; the draws follow. The same seed gives the same draws.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from designer.engine.evaluation.record import Array, Floats, Outcome

DRAWS = 1000
LEAST_DRAWS = 200
SEED = 0
CHUNK = 2_000_000  # weights at a time
MOST_WORK = 200_000_000  # weights times columns that figures of order may take

Report = Callable[[float], bool]  # told the share that is done; says whether to go on


class Cancelled(Exception):
    """Nobody wants the result any more."""


def go_on(share: float) -> bool:
    """Say that there is more to do."""
    return True


def share_of(report: Report, low: float, high: float) -> Report:
    """Return what tells of a part of the way. It raises Cancelled where nobody wants more."""

    def tell(share: float) -> bool:
        if not report(low + (high - low) * share):
            raise Cancelled
        return True

    return tell


def draw_weights(rows: int, draws: int | None = None, seed: int = SEED) -> Iterator[Floats]:
    """Yield how often each sample is drawn, some draws x rows at a time; first the sample itself, by once each."""
    draws = DRAWS if draws is None else draws
    random = np.random.default_rng(seed)
    size = max(CHUNK // max(rows, 1), 1)
    yield np.ones((1, rows))
    for start in range(0, draws, size):
        count = min(size, draws - start)
        drawn = random.integers(rows, size=(count, rows))
        drawn += np.arange(count)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=count * rows).reshape(count, rows).astype(np.float64)


def sum_columns(values: Floats, report: Report = go_on) -> Floats:
    """Return the sums of N x columns over every draw: (1 + draws) x columns. Raises Cancelled."""
    found = []
    done = 0
    for weights in draw_weights(len(values)):
        found.append(weights @ values)
        done += len(weights)
        if not report(done / (DRAWS + 1)):
            raise Cancelled
    return np.concatenate(found)


def draw_means(outcome: Outcome, columns: Sequence[Array], report: Report = go_on) -> tuple[Floats, Floats]:
    """Return the loss and the means of N or N x several columns over every draw, the latter side by side. Raises Cancelled."""
    weights = outcome.weigh()
    sums = sum_columns(np.column_stack([np.ones(outcome.rows), weights, weights * outcome.losses, *columns]), report)
    return sums[:, 2] / sums[:, 1], sums[:, 3:] / sums[:, :1]


def draw_counts(counts: Array, seed: int = SEED) -> Floats:
    """Return counts of equal samples drawn anew: what `draw_weights` would come to, for all of a kind at once."""
    total = int(counts.sum())
    random = np.random.default_rng(seed)
    drawn = random.multinomial(total, counts / total, size=DRAWS)
    return np.concatenate([counts[None], drawn]).astype(np.float64)


def rank(scores: Floats, truth: Array, draws: int, report: Report = go_on) -> tuple[Floats, Floats]:
    """Return the area under the ROC curve and the average precision of each column over every draw.

    `scores` and `truth` are N x columns; the results (1 + draws) x columns, not a number where a column has no yes or no
    no. Ties count half for the area (Mann and Whitney, 1947); average precision is the sum of precision by gain in
    recall, as scikit-learn has it. Raises Cancelled.
    """
    orders = np.argsort(-scores, axis=0, kind="stable")
    columns = []
    for column in range(scores.shape[1]):
        order = orders[:, column]
        ordered = scores[order, column]
        ends = np.flatnonzero(np.append(np.diff(ordered) != 0, True))  # the last of each group of equals
        columns.append((order, truth[order, column].astype(np.float64), ends))
    areas, precisions = [], []
    done = 0
    for weights in draw_weights(len(scores), draws):
        pairs = [_rank_column(weights, *column) for column in columns]
        areas.append(np.stack([area for area, _ in pairs], 1))
        precisions.append(np.stack([precision for _, precision in pairs], 1))
        done += len(weights)
        if not report(done / (draws + 1)):
            raise Cancelled
    return np.concatenate(areas), np.concatenate(precisions)


def _rank_column(weights: Floats, order: Array, yes: Floats, ends: Array) -> tuple[Floats, Floats]:
    drawn = weights[:, order]
    all_so_far = np.cumsum(drawn, 1)[:, ends]
    hits = np.cumsum(drawn * yes, 1)[:, ends]
    alarms = all_so_far - hits
    zeros = np.zeros((len(weights), 1))
    new_hits, new_alarms = np.diff(hits, axis=1, prepend=zeros), np.diff(alarms, axis=1, prepend=zeros)
    with np.errstate(invalid="ignore", divide="ignore"):
        area = ((hits - new_hits / 2) * new_alarms).sum(1) / (hits[:, -1] * alarms[:, -1])
        precision = np.where(all_so_far > 0, hits / all_so_far, 0.0)
        average = (precision * new_hits).sum(1) / hits[:, -1]
    return area, average


def choose_draws(rows: int, columns: int) -> int:
    """Return how many draws figures of order are given: fewer where the data is large, as their intervals are narrow."""
    return int(min(DRAWS, max(LEAST_DRAWS, MOST_WORK // max(rows * columns, 1))))
