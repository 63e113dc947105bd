"""How well one column by itself tells the target: what no honest column does perfectly."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from designer.data.columns import Column

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 20_000  # rows that are looked at
FEWEST = 50  # rows by which a column can be judged
BINS, IN_BIN = 64, 20  # of numbers: how many at most, and how many rows each has at least
MOST_CLASSES = 50
_RAREST = 5  # rows of a class that an AUC is worked out for

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alone:
    """What one column tells of the target: an AUC (the least of all classes) or R2, on rows it was not fitted to."""

    measure: str
    value: float


def draw_sample(rows: int) -> Codes:
    """Return the numbers of some rows, in a drawn order."""
    return np.random.default_rng(0).permutation(rows)[:SAMPLE]


def number_values(values: "pd.Series[str]", column: Column) -> Codes:
    """Return a number for the value of each row, for many different numbers that of a bin; 0 is missing."""
    import pandas as pd

    codes = pd.factorize(values)[0].astype(np.int64) + 1
    bins = min(BINS, max(2, len(values) // IN_BIN))
    if column.kind != "number" or codes.max(initial=0) <= bins:
        return codes
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.where(np.isnan(numbers), 0, np.searchsorted(edges, numbers, side="right") + 1)


def tell_class(codes: Codes, classes: Codes) -> Alone | None:
    """Return how well the values of a column tell classes, None where too few rows say anything."""
    count = int(classes.max(initial=0)) + 1
    if len(codes) < FEWEST or not 2 <= count <= MOST_CLASSES:
        return None
    half = len(codes) // 2
    seen, held = (_count(codes[rows], classes[rows], codes.max() + 1, count) for rows in (_upto(half), _from(half)))
    shares = seen.sum(0) / seen.sum()
    chances = (seen + shares) / (seen.sum(1, keepdims=True) + 1)
    found = [
        _find_auc(chances[:, each], held[:, each], held.sum(1) - held[:, each])
        for each in range(count)
        if _RAREST <= held[:, each].sum() <= held.sum() - _RAREST
    ]
    return Alone("AUC", min(found)) if found else None


def tell_value(codes: Codes, numbers: Floats, values: Floats) -> Alone | None:
    """Return how well a column tells a number: by the mean for each of its values, or, of numbers, by a line."""
    if len(codes) < FEWEST or np.ptp(values) == 0:
        return None
    half, bins = len(codes) // 2, int(codes.max()) + 1
    counts = np.bincount(codes[:half], minlength=bins)
    mean = values[:half].mean()
    means = (np.bincount(codes[:half], values[:half], bins) + mean) / (counts + 1)
    held = values[half:]
    spread = np.square(held - held.mean()).sum()
    binned = 1 - np.square(held - means[codes[half:]]).sum() / spread if spread else 0.0
    return Alone("R2", max(float(binned), _correlate(numbers, values) ** 2))


def _correlate(numbers: Floats, values: Floats) -> float:
    """Return the correlation of two columns over the rows where both are known; 0 where there is none."""
    known = np.isfinite(numbers)
    if known.sum() < max(FEWEST, len(numbers) / 2):
        return 0.0
    one, other = numbers[known], values[known]
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _count(codes: Codes, classes: Codes, bins: int, count: int) -> Floats:
    return np.bincount(codes * count + classes, minlength=bins * count).reshape(bins, count).astype(np.float64)


def _find_auc(chances: Floats, yes: Floats, no: Floats) -> float:
    """Return the area under the ROC curve where rows come in bins of one chance each."""
    order = np.argsort(chances, kind="stable")
    levels, place = np.unique(chances[order], return_inverse=True)
    above, below = (np.bincount(place, each[order], len(levels)) for each in (yes, no))
    lower = np.concatenate([[0.0], np.cumsum(below)[:-1]])
    return float((above * (lower + below / 2)).sum() / (yes.sum() * no.sum()))


def _upto(half: int) -> slice:
    return slice(half)


def _from(half: int) -> slice:
    return slice(half, None)
