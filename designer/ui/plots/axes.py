"""Axes: where ticks fall, how their numbers read, and where a value lies in pixels. No painting here."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FURTHEST = 1e100


@dataclass(frozen=True, slots=True)
class Axis:
    """The values from `low` to `high` along one side of a plot, `log` where equal steps are equal factors."""

    low: float
    high: float
    log: bool = False

    def place(self, values: Floats) -> Floats:
        """Return how far along the axis values lie: 0 at `low`, 1 at `high`. What cannot be placed is not a number."""
        low, high = self.low, self.high
        if self.log:
            low, high = math.log10(low), math.log10(high)
            with np.errstate(invalid="ignore", divide="ignore"):
                values = np.log10(values)
        return (np.where(np.isfinite(values), values, np.nan) - low) / (high - low)

    def value_at(self, place: float) -> float:
        """Return the value that lies so far along the axis."""
        if self.log:
            low, high = math.log10(self.low), math.log10(self.high)
            return float(10 ** (low + place * (high - low)))
        return self.low + place * (self.high - self.low)


def fit_axis(low: float, high: float, ticks: int = 4) -> tuple[Axis, tuple[float, ...]]:
    """Return an axis that holds the values, ends on round numbers, and its ticks: about `ticks` steps.

    It starts at 0 where the values come close to it.
    """
    low, high = _spread(low, high)
    if 0 < low < 0.4 * high:
        low = 0.0
    step = round_step((high - low) / max(ticks, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    values = tuple(number * step for number in range(first, last + 1))
    return Axis(values[0], values[-1]), values


def fit_log_axis(low: float, high: float, ticks: int = 4) -> tuple[Axis, tuple[float, ...]]:
    """Return a logarithmic axis that holds the positive values, and its ticks: powers of ten, or 1, 2 and 5 of each."""
    low, high = (min(max(value, 1 / _FURTHEST), _FURTHEST) if value > 0 else 0.0 for value in sorted((low, high)))
    low = low or high / 1e4 or 0.1
    high = max(high, 2 * low)
    decades = math.log10(high / low)
    digits = (1.0, 2.0, 5.0) if decades < 3 else (1.0,)
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    grid = [digit * 10.0**power for power in powers for digit in digits]
    first = max((index for index, value in enumerate(grid) if value <= low * (1 + 1e-9)), default=0)
    last = min((index for index, value in enumerate(grid) if value >= high * (1 - 1e-9)), default=len(grid) - 1)
    inside = grid[first : last + 1]
    return Axis(inside[0], inside[-1], log=True), tuple(inside[:: max(1, round(len(inside) / (ticks + 1)))])


def round_step(step: float) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten, at least `step`."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next((digit * power for digit in (1.0, 2.0, 2.5, 5.0) if digit * power >= step * (1 - 1e-9)), 10 * power)


def list_ticks(low: float, high: float, most: int, *, whole: bool = False) -> tuple[float, ...]:
    """Return the round numbers between two ends, about `most` of them; `whole` ones have no fraction, nor steps of 25."""
    step = round_step((high - low) / max(most, 1))
    if whole:
        step = max(2 * step if f"{step:e}".startswith("2.5") else step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(number * step for number in range(first, last + 1))


def write_tick(value: float) -> str:
    """Return a number as an axis shows it: 0.25, 1.5, 20,000, 1e−6."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("-", "−")
    if 1e-3 <= abs(value) < 1e6:
        return f"{value:,.6g}".replace("-", "−")
    mantissa, _, power = f"{value:.2e}".partition("e")
    return f"{float(mantissa):g}e{int(power)}".replace("-", "−")


def _spread(low: float, high: float) -> tuple[float, float]:
    """Return finite ends in order that lie apart."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    low, high = (max(-_FURTHEST, min(_FURTHEST, value)) for value in sorted((low, high)))
    if high - low > max(1e-9 * max(abs(low), abs(high)), 1 / _FURTHEST):
        return low, high
    margin = abs(high) / 2 if abs(high) > 1 / _FURTHEST else 0.5
    return low - margin, high + margin
