"""A growing series of numbers for a live curve: appended to cheaply, smoothed as it grows, thinned for drawing."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Series:
    """Points x, y in order of x, with an exponential moving average of y beside them.

    `smoothing` is the weight of the past, 0 (raw) <= smoothing < 1; the average is corrected for its start from
    zero as in Adam (Kingma and Ba, 2015, section 3). Points that are not finite break the line and leave the
    average as it was.
    """

    def __init__(self, smoothing: float = 0.0) -> None:
        self._smoothing = smoothing
        self._points = np.empty((3, 1024))
        self._count = 0
        self._average = 0.0
        self._weight = 0.0

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Floats:
        """Positions, a view."""
        return self._points[0, : self._count]

    @property
    def y(self) -> Floats:
        """Values as they came, a view."""
        return self._points[1, : self._count]

    @property
    def smooth(self) -> Floats:
        """The moving average at each point, a view."""
        return self._points[2, : self._count]

    @property
    def smoothing(self) -> float:
        """The weight of the past in the average."""
        return self._smoothing

    @smoothing.setter
    def smoothing(self, value: float) -> None:
        self._smoothing = value
        self._average = self._weight = 0.0
        self._points[2, : self._count] = self._average_of(self.y)

    def clear(self) -> None:
        """Forget all points."""
        self._count = 0
        self._average = self._weight = 0.0

    def extend(self, x: Floats, y: Floats) -> None:
        """Append points; `x` goes on where the last ones ended."""
        end = self._count + len(y)
        if end > self._points.shape[1]:
            grown = np.empty((3, max(end, 2 * self._points.shape[1])))
            grown[:, : self._count] = self._points[:, : self._count]
            self._points = grown
        self._points[0, self._count : end] = x
        self._points[1, self._count : end] = y
        self._points[2, self._count : end] = self._average_of(y)
        self._count = end

    def _average_of(self, values: Floats) -> list[float]:
        past, average, weight = self._smoothing, self._average, self._weight
        averages = []
        for value in values.tolist():
            if value - value == 0:  # finite
                average = past * average + (1 - past) * value
                weight = past * weight + (1 - past)
            averages.append(average / weight if weight else np.nan)
        self._average, self._weight = average, weight
        return averages


def thin(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most 2 * `columns` points that draw like all of them: the lowest and highest of each stretch."""
    size = -(-len(y) // columns) if columns > 0 else 1
    if size <= 2:
        return x, y
    full = len(y) // size * size
    low, high = (op(y[:full].reshape(-1, size), axis=1) for op in (np.min, np.max))
    at = x[:full].reshape(-1, size)
    rest = slice(full, None)
    pairs_x = np.column_stack([at[:, 0], at[:, size // 2]]).ravel()
    pairs_y = np.column_stack([low, high]).ravel()
    return np.concatenate([pairs_x, x[rest]]), np.concatenate([pairs_y, y[rest]])
