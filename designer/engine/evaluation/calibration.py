"""What chances are worth: whether of all that was called 80 % likely 80 % came true."""

import numpy as np

from designer.engine.evaluation.record import Array, Floats, Reliability

BINS = 15


def measure_gaps(chances: Floats, right: Array, rows: int) -> Floats:
    """Return rows x bins: by how much chances are above what came true, where they fall into a bin; their mean over rows.

    The absolute values of the means over all rows add up to the expected calibration error (Naeini and others, 2015).
    """
    place = find_bins(chances)
    gaps = np.zeros((len(chances), BINS))
    gaps[np.arange(len(chances)), place] = chances - right
    return np.asarray(gaps.reshape(rows, -1, BINS).mean(1))


def read_reliability(chances: Floats, right: Array) -> Reliability:
    """Return mean chance and share that came true of each bin that has samples."""
    place = find_bins(chances)
    counts = np.bincount(place, minlength=BINS)
    used = counts > 0
    means = np.bincount(place, chances, BINS)[used] / counts[used]
    shares = np.bincount(place, right, BINS)[used] / counts[used]
    return Reliability(means, shares, counts[used])


def find_bins(chances: Floats) -> Array:
    """Return the bin of each chance: BINS of equal width, the upper end belongs to a bin."""
    return np.clip(np.ceil(chances * BINS).astype(np.int64) - 1, 0, BINS - 1)
