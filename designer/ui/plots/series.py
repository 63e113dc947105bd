"""A curve that grows: points, a moving average beside them, thinned for drawing."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_WAITING = 64  # pieces
STRAY = 30
_LONGEST_PHASE = 300.0
_LEAST_SPAN = 1e-9


class Series:
    """Points x, y in order of x, with a moving average of y beside them.

    In the average a point's weight falls to 1/e over a distance of `span` along x; 0 gives the points themselves. It
    starts without a bias, since the weights are summed as well (as in Adam: Kingma and Ba, 2015, section 3). Points
    that are not finite break the line and leave the average as it was.

    What is appended waits a while, so that it is taken in together: a step of training costs little more than a list.
    """

    def __init__(self, span: float = 0.0) -> None:
        self._span = span
        self._points = np.empty((3, 1024))
        self._count = 0
        self._waiting: list[tuple[Floats, Floats]] = []
        self._sums = (0.0, 0.0)  # of values and of weights, faded up to the last point

    def __len__(self) -> int:
        self._take_in()
        return self._count

    @property
    def x(self) -> Floats:
        """Positions, a view."""
        self._take_in()
        return self._points[0, : self._count]

    @property
    def y(self) -> Floats:
        """Values as they came, a view."""
        self._take_in()
        return self._points[1, : self._count]

    @property
    def smooth(self) -> Floats:
        """The moving average at each point, a view."""
        self._take_in()
        return self._points[2, : self._count]

    @property
    def span(self) -> float:
        """The distance over which the past fades."""
        return self._span

    @span.setter
    def span(self, span: float) -> None:
        if span != self._span:
            self._take_in()
            self._span = span
            self._average(0)

    def clear(self) -> None:
        """Forget all points."""
        self._count = 0
        self._waiting.clear()

    def extend(self, x: Floats, y: Floats) -> None:
        """Append points; `x` goes on where the last ones ended."""
        self._waiting.append((x, y))
        if len(self._waiting) >= MOST_WAITING:
            self._take_in()

    def _take_in(self) -> None:
        """Take in the points that wait."""
        if not self._waiting:
            return
        parts, self._waiting = self._waiting, []
        x, y = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        start, end = self._count, self._count + len(y)
        if end > self._points.shape[1]:
            grown = np.empty((3, max(end, 2 * self._points.shape[1])))
            grown[:, :start] = self._points[:, :start]
            self._points = grown
        self._points[0, start:end] = x
        self._points[1, start:end] = y
        self._count = end
        self._average(start)

    def value_near(self, x: float, *, smooth: bool = False) -> float | None:
        """Return the value of the last point at or before `x` (of the first, before all); None where there is none."""
        if not len(self):
            return None
        index = max(int(np.searchsorted(self.x, x, "right")) - 1, 0)
        value = float((self.smooth if smooth else self.y)[index])
        return value if np.isfinite(value) else None

    def _average(self, start: int) -> None:
        """Average the points from `start` on."""
        x, y, smooth = self._points[:, start : self._count]
        if not len(x):
            return
        if self._span < _LEAST_SPAN:
            smooth[:] = y
            return
        before = self._points[0, start - 1] if start else x[0]
        phase = (x - before) / self._span
        finite = np.isfinite(y)
        values, weights = self._sums if start else (0.0, 0.0)
        sums = fade(np.where(finite, y, 0.0), phase, values)
        shares = fade(finite.astype(np.float64), phase, weights)
        with np.errstate(invalid="ignore"):
            smooth[:] = sums / np.where(shares > 0, shares, np.nan)
        self._sums = float(sums[-1]), float(shares[-1])


def fade(values: Floats, phase: Floats, start: float) -> Floats:
    """Return s with s[k] = s[k - 1] e^-(phase[k] - phase[k - 1]) + values[k], from `start` at phase 0.

    Worked out in stretches over which e^phase stays within the range of a float.
    """
    result = np.empty(len(values))
    low, origin = 0, 0.0
    while low < len(values):
        high = max(int(np.searchsorted(phase, origin + _LONGEST_PHASE, "right")), low + 1)
        rise = np.exp(np.minimum(phase[low:high] - origin, 2 * _LONGEST_PHASE))
        result[low:high] = (start + np.cumsum(values[low:high] * rise)) / rise
        low, origin, start = high, float(phase[high - 1]), float(result[high - 1])
    return result


def thin(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most 2 * `columns` + 2 of the points that draw like all: the lowest and highest of each stretch.

    A stretch is a power of two of points, so that the line stands still while points are added. A stretch with a
    point that is no number keeps that one, and the line breaks there.
    """
    size = 1
    while len(y) > columns * size:
        size *= 2
    if size <= 2:
        return x, y
    full = len(y) // size * size
    rows = y[:full].reshape(-1, size)
    starts = np.arange(0, full, size)
    ends = np.column_stack([starts + rows.argmin(axis=1), starts + rows.argmax(axis=1)])
    if full < len(y):
        rest = y[full:]
        ends = np.vstack([ends, [full + rest.argmin(), full + rest.argmax()]])
    at = np.sort(ends, axis=1).ravel()
    return x[at], y[at]


def leave_out_stray(values: Floats) -> Floats:
    """Return the values in order without the lowest and the highest of them, one in STRAY each."""
    stray = len(values) // STRAY
    ordered: Floats = np.sort(values)
    return ordered[stray : len(ordered) - stray]


def cut(x: Floats, y: Floats, left: float, right: float) -> tuple[Floats, Floats]:
    """Return the points between two places, with one more at either end, so that lines reach the edge."""
    start = max(int(np.searchsorted(x, left)) - 1, 0)
    end = int(np.searchsorted(x, right, "right")) + 1
    return x[start:end], y[start:end]


def interpolate(values: Floats, x: Floats, y: Floats) -> Floats:
    """Return y at these values of x, straight between the points and on from the ends; from 0 at 0 on."""
    x, y = np.concatenate([[0.0], x]), np.concatenate([[0.0], y])
    slope = (y[-1] - y[0]) / max(x[-1] - x[0], 1e-12)
    mapped: Floats = np.interp(values, x, y) + np.maximum(values - x[-1], 0) * slope
    return mapped
