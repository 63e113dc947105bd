"""How well chances put samples in order, over every draw: the area under the ROC curve, and average precision.

Samples of equal chance and truth are drawn together, by how many there are: what that comes to is the same. Of very many
different chances those next to each other count as equal in the draws, not in the figure itself.
"""

import numpy as np

from designer.engine.evaluation.record import Array, Floats
from designer.engine.evaluation.resampling import Cancelled, Report, draw_counts, go_on

GROUPS = 300  # into which yes and no each are cut where they have more different chances


def rank(scores: Floats, truth: Array, report: Report = go_on) -> tuple[Floats, Floats]:
    """Return ROC AUC and average precision of each of N x columns: (1 + draws) x columns.

    They are not a number where a column has no yes or no no. Ties count half for the area (Mann and Whitney, 1947);
    average precision is the sum of precision by gain in recall, as scikit-learn has it. Raises Cancelled.
    """
    areas, precisions = [], []
    for column in range(scores.shape[1]):
        area, precision = _rank_column(*_count_levels(scores[:, column], truth[:, column]))
        areas.append(area)
        precisions.append(precision)
        if not report((column + 1) / scores.shape[1]):
            raise Cancelled
    return np.stack(areas, 1), np.stack(precisions, 1)


def measure_order(yes: Floats, no: Floats) -> tuple[Floats, Floats]:
    """Return area and average precision of counts at each level, the highest first: draws x levels."""
    hits, alarms = np.cumsum(yes, 1), np.cumsum(no, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        area = ((hits - yes / 2) * no).sum(1) / (hits[:, -1] * alarms[:, -1])
        precision = np.where(hits > 0, hits / (hits + alarms), 0.0)
        average = (precision * yes).sum(1) / hits[:, -1]
    return area, average


def _count_levels(scores: Floats, truth: Array) -> tuple[Floats, Floats]:
    """Return how many yes and no there are at each different score, the highest first."""
    _, level = np.unique(-scores, return_inverse=True)
    yes = np.bincount(level, truth).astype(np.float64)
    return yes, np.bincount(level).astype(np.float64) - yes


def _rank_column(yes: Floats, no: Floats) -> tuple[Floats, Floats]:
    exact = measure_order(yes[None], no[None])
    if len(yes) > 2 * GROUPS:
        group = _cut(yes) + _cut(no)
        yes, no = (np.bincount(group, counts).astype(np.float64) for counts in (yes, no))
    cells = np.concatenate([yes, no])
    there = cells > 0
    equals = draw_counts(cells[there].astype(np.int64))
    drawn = np.zeros((len(equals), len(cells)))
    drawn[:, there] = equals
    found = measure_order(drawn[:, : len(yes)], drawn[:, len(yes) :])
    return found[0] + (exact[0] - found[0][0]), found[1] + (exact[1] - found[1][0])


def _cut(counts: Floats) -> Array:
    """Return the group of each level by how much of all lies above it."""
    above = np.cumsum(counts) - counts
    return np.asarray(GROUPS * above / max(counts.sum(), 1), np.int64)
