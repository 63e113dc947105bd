"""The season of a series: after how many places it repeats itself, and whether it grows by shares or by sums."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.data.chunks import read_typed
from designer.data.table import Table

# Places in a season that are looked for: days of a week, months and quarters of a year, hours, half hours and weeks.
SEASONS = (4, 7, 12, 24, 48, 52, 96, 168, 365)
LEAST_SEASONS = 4  # that must be there to tell one
LONGEST = 100_000  # numbers of a series that are looked at, the last ones
ABOUT = 0.9  # share of the best likeness that is about as good
CLEAR = 0.5  # correlation of the changes with those a season before


@dataclass(frozen=True, slots=True)
class Season:
    """How many places a season has, 0 for none; `grows` says that its swings grow with the level, as sales do."""

    length: int
    grows: bool


def read_column(table: Table, name: str) -> NDArray[np.float64]:
    """Return the last numbers of a column of numbers without a gap. Raises DataError."""
    parts = [chunk[name].to_numpy(np.float64) for chunk, _ in read_typed(table.path, table.form)]
    return np.concatenate(parts)[-LONGEST:]


def find_season(series: NDArray[np.float64]) -> Season:
    """Return the season of a series: the length at which its changes are most like those one season before.

    Of lengths that do about as well the shortest: two years are like two years as well.
    """
    changes = np.diff(series)
    likeness = {length: _correlate(changes, length) for length in SEASONS if len(series) >= LEAST_SEASONS * length}
    best = max(likeness.values(), default=0.0)
    if best < CLEAR:
        return Season(0, grows=False)
    length = next(length for length, value in likeness.items() if value >= ABOUT * best)
    return Season(length, grows=_swings_grow(series, length))


def _correlate(changes: NDArray[np.float64], lag: int) -> float:
    before, after = changes[:-lag], changes[lag:]
    if not before.std() or not after.std():
        return 0.0
    return float(np.corrcoef(before, after)[0, 1])


def _swings_grow(series: NDArray[np.float64], length: int) -> bool:
    """Return whether the swing within a season follows its level, among numbers that have logarithms."""
    if series.min() <= 0:
        return False
    seasons = series[-(len(series) // length) * length :].reshape(-1, length)
    level, swing = seasons.mean(1), np.ptp(seasons, 1)
    return bool(level.std() and swing.std() and np.corrcoef(level, swing)[0, 1] > 0.7)
