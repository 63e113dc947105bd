"""Figures of functions: the curve of an activation, bars before and after, the bell of a normal distribution."""

import itertools
import math
from collections.abc import Callable, Sequence

from designer.catalogue.figures import Bars, Bell, Curve, Gate, Noise, Scaled
from designer.catalogue.parameters import Values
from designer.ui.figures import WIDTH
from designer.ui.figures.brush import MIDDLE, Brush, Point, Subject, by, scatter

POINTS = 320
LEFT, RIGHT, TOP, BOTTOM = 30, 250, 8, 98
ROW = (1.0, 2.0, -0.5, 0.4, 3.0)
FAR = 1e9
STEEP = 12  # times the usual step between two points: a jump


def paint_curve(brush: Brush, figure: Curve, subject: Subject) -> None:
    """Draw y = f(x), its slope as a dashed line, and the axes with the values at their ends."""
    reach, values = figure.reach, subject.values
    xs = [-reach + 2 * reach * step / POINTS for step in range(POINTS + 1)]
    ys = [_find_value(figure.function, values, x) for x in xs]
    more = [_find_value(figure.second, values, x) for x in xs] if figure.second else []
    low, high = _find_range([*ys, *more])
    place = _make_axes(brush, reach, low, high)
    if more:
        there = [place(x, y) for x, y in zip(xs, ys, strict=True)]
        back = [place(x, y) for x, y in zip(xs, more, strict=True)]
        brush.shape([*there, *reversed(back)], "family", 0.3)
        brush.path(back, width=1.4)
    else:
        _paint_slope(brush, xs, ys, place, low, high)
    part: list[Point] = []
    jumps = _find_jumps(ys, (high - low) / POINTS)
    for number, (x, y) in enumerate(zip(xs, ys, strict=True)):
        if number in jumps:
            brush.line(part[-1], place(x, y), "family", 1.0, dashed=True)
            brush.path(part, width=2.0)
            part = []
        part.append(place(x, y))
    brush.path(part, width=2.0)


def _find_jumps(ys: Sequence[float], usual: float) -> set[int]:
    """Return the points before which the curve jumps: far up or down, with nearly level ground on both sides."""
    steps = [abs(b - a) for a, b in itertools.pairwise(ys)]
    return {
        number + 1
        for number, step in enumerate(steps)
        if step > STEEP * usual
        and all(
            near < STEEP / 2 * usual for near in (*steps[max(0, number - 1) : number], *steps[number + 1 : number + 2])
        )
    }


def _find_value(function: Callable[[Values, float], float], values: Values, x: float) -> float:
    """Return f(x), cut off where settings make it larger than can be drawn."""
    try:
        return min(FAR, max(-FAR, function(values, x)))
    except (ArithmeticError, ValueError, TypeError, LookupError):  # of a plug-in's function as well
        return 0.0


def _find_range(ys: Sequence[float]) -> tuple[float, float]:
    """Return the least and the largest value to show, 0 among them, never too flat."""
    low, high = min(0.0, *ys), max(0.0, *ys)
    if high - low < 1e-6:
        high = 1.0
    room = 0.06 * (high - low)
    return low - room, high + room


def _make_axes(brush: Brush, reach: float, low: float, high: float):
    """Draw the axes; return the function that places a point."""

    def place(x: float, y: float) -> Point:
        share = min(1.0, max(0.0, (y - low) / (high - low)))
        return LEFT + (x + reach) / (2 * reach) * (RIGHT - LEFT), BOTTOM - share * (BOTTOM - TOP)

    brush.line(place(-reach, 0), place(reach, 0), "border")
    brush.line(place(0, low), place(0, high), "border")
    base = place(0, 0)[1]
    brush.write(f"{-reach:.2g}", 2, base - 5.5, LEFT - 6, 11, size=8.5, align="right")
    brush.write(f"{reach:.2g}", RIGHT + 3, base - 5.5, 17, 11, size=8.5, align="left")
    room = 0.06 / 1.12 * (high - low)
    ticks = {value for value in (low + room, high - room) if abs(value) > 1e-3 * (high - low)}
    for value in sorted(ticks):
        x, y = place(0, value)
        y = max(y, base + 7) if value < 0 else min(y, base - 7)
        brush.write(f"{value:.2f}".rstrip("0").rstrip("."), x + 4, y - 5.5, 40, 11, size=8.5, align="left")
    return place


def _paint_slope(brush: Brush, xs: Sequence[float], ys: Sequence[float], place, low: float, high: float) -> None:
    """Draw how steep the curve is, where that fits into the picture."""
    slopes = [(b - a) / (xs[1] - xs[0]) for a, b in itertools.pairwise(ys)]
    points: list[Point] = []
    for x, slope in zip(xs, slopes, strict=False):
        if low <= slope <= high and abs(slope) < STEEP:
            points.append(place(x, slope))
        elif points:
            brush.path(points, "muted", 1.1, dashed=True)
            points = []
    if points:
        brush.path(points, "muted", 1.1, dashed=True)
    brush.write("slope", 24, 0, 40, 11, size=8.5, align="left")
    brush.line((4, 6), (20, 6), "muted", 1.1, dashed=True)


def paint_bars(brush: Brush, figure: Bars, subject: Subject) -> None:
    """Draw a row of numbers before and after."""
    _paint_row(brush, 12, ROW, "muted")
    brush.arrow((122, 46), (148, 46))
    _paint_row(brush, 160, figure.function(ROW), "family")
    brush.write(figure.note, 130, 95, 136, 12)
    brush.write("scores", 12, 95, 98, 12)


def paint_gate(brush: Brush, figure: Gate, subject: Subject) -> None:
    """Draw the two halves, the sigmoid of the second, and their product."""
    a, b = (1.0, -2.0, 1.5), (2.0, 1.0, -2.5)
    gate = [1 / (1 + math.exp(-x)) for x in b]
    _paint_row(brush, 10, a, "muted", 18, scale=2.0)
    brush.write("a", 10, 95, 54, 12)
    brush.write("×", 66, 40, 14, 14, role="text", size=12)
    _paint_row(brush, 84, gate, "accent", 18, scale=2.0)
    brush.write("σ(b)", 84, 95, 54, 12)
    brush.write("=", 142, 40, 14, 14, role="text", size=12)
    _paint_row(brush, 162, [x * y for x, y in zip(a, gate, strict=True)], "family", 18, scale=2.0)
    brush.write(f"{subject.sizes[-1]} in, {subject.result[-1]} out", 152, 95, 112, 12)


def _paint_row(
    brush: Brush, x: float, numbers: Sequence[float], role: str, width: float = 20, scale: float = 0.0
) -> None:
    """Draw numbers as bars from a line at 0, each with its value."""
    high = scale or max(max(numbers), 0.0)
    low = -scale or min(min(numbers), 0.0)
    unit = 64 / (high - low or 1)
    base = 14 + high * unit
    for number, value in enumerate(numbers):
        top, tall = (base - value * unit, value * unit) if value >= 0 else (base, -value * unit)
        left = x + number * width
        brush.box(left + 2, top, width - 4, max(tall, 0.5), role, "", share=0.75, radius=1)
        text = f"{value:.2f}".removesuffix("0").removesuffix(".0") if abs(value) < 10 else f"{value:.1f}"
        brush.write(text, left - 3, top - 11 if value >= 0 else top + tall, width + 6, 11, size=8, role="text")
    brush.line((x, base), (x + width * len(numbers), base), "border")


def paint_bell(brush: Brush, figure: Bell, subject: Subject) -> None:
    """Draw the normal distribution, and where numbers drawn from it fall."""
    mean, width = (22.0, 30.0) if figure.shifted else (0.0, 38.0)
    middle = 118 + mean if figure.shifted else WIDTH / 2
    base = 80
    points = [(float(x), base - 66 * math.exp(-(((x - middle) / width) ** 2) / 2)) for x in range(16, 255, 2)]
    brush.shape([(16, base), *points, (254, base)], "family", 0.22)
    brush.path(points)
    brush.line((12, base), (258, base), "border")
    brush.line((middle, base), (middle, base - 66), "muted", dashed=True)
    for number in range(14):
        drawn = sum(scatter(number, turn) for turn in range(12)) - 6
        x = middle + drawn * width
        brush.dot(min(252.0, max(18.0, x)), base + 5, 2.2, "accent" if figure.shifted and number == 4 else "family")
    if figure.shifted:
        brush.write("μ", middle - 20, base + 9, 40, 13, role="text", size=10.5)
        brush.line((middle, base - 40), (middle + width, base - 40), "accent", 1.4)
        brush.write("σ", middle + width + 2, base - 47, 20, 13, role="text", size=10.5, align="left")
        brush.write(f"z: {by(subject.result)}", 150, 4, 112, 12, align="right")
    else:
        brush.write(f"{by(subject.result)} numbers, drawn anew for each batch", 6, 97, 258, 12)


def paint_noise(brush: Brush, figure: Noise, subject: Subject) -> None:
    """Draw a signal, and the same with noise."""
    spread = min(1.0, 2.0 * subject.values["std"])
    for left, noisy in ((10, 0.0), (152, spread)):
        points = []
        for step in range(54):
            drawn = sum(scatter(step, turn, 7) for turn in range(6)) - 3
            y = MIDDLE - 4 - 26 * math.sin(step / 8.5) - 22 * noisy * drawn
            points.append((left + step * 2.0, min(96.0, max(4.0, y))))
        brush.path(points, "family" if left > 100 else "muted", 1.4)
    brush.arrow((124, MIDDLE - 4), (146, MIDDLE - 4))
    brush.write(f"+ N(0, {subject.values['std']:g}²), training only", 120, 96, 146, 12)


def paint_scaled(brush: Brush, figure: Scaled, subject: Subject) -> None:
    """Draw numbers, and the same times the learned one."""
    numbers, factor = (1.0, 0.6, -0.8, 1.4), subject.values["init"]
    shown = max(-1.5, min(1.5, factor)) if factor else 0.3
    _paint_row(brush, 14, numbers, "muted", 22, scale=1.6)
    brush.write("× γ", 112, 38, 34, 14, role="text", size=12)
    _paint_row(brush, 160, [number * (0.5 if shown == 1 else shown) for number in numbers], "family", 22, scale=1.6)
    axis = subject.values["axis"]
    count = 1 if axis is None else subject.sizes[axis % len(subject.sizes)] if subject.sizes else 1
    brush.write(f"γ starts at {factor:g}; {'one for all' if count == 1 else f'{count} of them'}", 60, 96, 204, 12)
