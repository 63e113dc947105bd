"""What is known of one learned tensor over the steps of a run: its spread, its gradient, the size of a step."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Array = NDArray[np.float32]

PERCENTILES = (5, 25, 50, 75, 95)
MOST_RECORDS = 512
MOST_SAMPLED = 8_192  # elements that percentiles and the histogram are measured on

# A record: step, lowest, the five percentiles, highest, norm of the gradient, size of a step relative to the norm.
_STEP, _LOW, _HIGH, _GRADIENT, _UPDATE = 0, 1, 7, 8, 9
_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """One tensor in a few numbers; `gradient` and `update` are not a number where they are not known."""

    step: int
    mean: float
    deviation: float
    low: float
    high: float
    gradient: float
    update: float


class TensorHistory:
    """Snapshots of one tensor. The newest is kept whole; of those before only a record each, at most 512.

    When there are more, every second one is let go, so the whole run stays in view.
    """

    def __init__(self) -> None:
        self._records = np.empty((MOST_RECORDS, _FIELDS))
        self._count = 0
        self._stride = 1
        self._seen = 0
        self.tensor: Array | None = None
        self.first: Array | None = None  # a sample of the first snapshot
        self.summary: Summary | None = None

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Floats:
        """The steps of the records."""
        return self._records[: self._count, _STEP]

    @property
    def bands(self) -> Floats:
        """Lowest value, the five percentiles and highest value, a column each."""
        return self._records[: self._count, _LOW : _HIGH + 1]

    @property
    def gradients(self) -> Floats:
        """Norm of the gradient at each record."""
        return self._records[: self._count, _GRADIENT]

    @property
    def updates(self) -> Floats:
        """How far one step moved the tensor, relative to its norm."""
        return self._records[: self._count, _UPDATE]

    def add(self, step: int, tensor: Array, gradient: Array | float | None = None, update: float = np.nan) -> None:
        """Take in a snapshot, with the gradient or its norm."""
        if self.summary is not None and step == self.summary.step:
            self.tensor = tensor
            return
        values = sample(tensor)
        with np.errstate(all="ignore"):  # a network that has diverged is looked at like any other
            record = self._measure(step, tensor, values, gradient, update)
        if self.first is None:
            self.first = values
        self.tensor = tensor
        self._seen += 1
        if (self._seen - 1) % self._stride == 0:
            self._keep(record)

    def _measure(
        self, step: int, tensor: Array, values: Array, gradient: Array | float | None, update: float
    ) -> tuple[float, ...]:
        """Sum a tensor up, and return its record."""
        norm = find_norm(gradient) if isinstance(gradient, np.ndarray) else np.nan if gradient is None else gradient
        low, high = (float(tensor.min()), float(tensor.max())) if tensor.size else (np.nan, np.nan)
        self.summary = Summary(step, float(tensor.mean()), float(tensor.std()), low, high, norm, update)
        return (step, low, *np.percentile(values, PERCENTILES).tolist(), high, norm, update)

    def _keep(self, record: tuple[float, ...]) -> None:
        if self._count == MOST_RECORDS:
            self._records[: MOST_RECORDS // 2] = self._records[::2].copy()
            self._count = MOST_RECORDS // 2
            self._stride *= 2
        self._records[self._count] = record
        self._count += 1


def find_norm(tensor: Array) -> float:
    """Return the norm of a tensor, without BLAS, whose threads would wait for those of the training."""
    return float(np.sqrt(np.square(tensor, dtype=np.float64).sum()))


def sample(tensor: Array) -> Array:
    """Return all elements of a small tensor, of a large one a fixed random choice."""
    flat = tensor.ravel()
    if flat.size <= MOST_SAMPLED:
        return flat
    return flat[_choose(flat.size)]


@functools.lru_cache(8)
def _choose(size: int) -> NDArray[np.int64]:
    """Return places among so many elements, the same each time; in order, as memory is read fastest."""
    places: NDArray[np.int64] = np.sort(np.random.default_rng(0).integers(0, size, MOST_SAMPLED))
    return places
