"""The bootstrap: samples drawn anew with replacement, as weights of the samples there are (Efron, 1979).

The first row of everything here is the sample itself; the draws follow. The same seed gives the same draws.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from designer.engine.evaluation.record import Array, Floats, Outcome

DRAWS = 1000
SEED = 0
CHUNK = 2_000_000  # weights at a time

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
