"""Figures of windows on grids: convolution, transposed convolution, pooling of every kind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from designer.catalogue.figures import Adaptive, Stamp, Window
from designer.catalogue.geometry import spread
from designer.ui.figures.brush import Brush, Subject, by, scatter

MOST = 8  # cells shown along an axis of an input
TALL = 80  # of a grid with its padding
LARGEST_CELL = 16.0
LIMITS = (11, 8, 4, 5)  # of kernel, stride, dilation and padding, as far as they are drawn


@dataclass(frozen=True, slots=True)
class Slide:
    """How a window moves over the part of a grid that is drawn; numbers a row and a column, a signal has one row.

    `cut` says on which axes the grid goes on beyond what is drawn.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int]
    sizes: tuple[int, int]
    cut: tuple[bool, bool]

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns from the first to the last point of the window."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))  # type: ignore[return-value]

    @property
    def whole(self) -> tuple[int, int]:
        """Rows and columns with the padding; that behind shows only where the whole axis does."""
        parts = zip(self.sizes, self.padding, self.cut, strict=True)
        return tuple(n + p * (1 if cut else 2) for n, p, cut in parts)  # type: ignore[return-value]

    @property
    def right(self) -> int:
        """Columns between the first place of the window and the one shown."""
        return max(0, min(self.stride[1], self.whole[1] - self.reach[1]))

    def is_padding(self, column: int, row: int) -> bool:
        """Return whether a cell lies outside of the input itself."""
        places = (row - self.padding[0], column - self.padding[1])
        return any(not 0 <= place < n for place, n in zip(places, self.sizes, strict=True))

    def is_seen(self, column: int, row: int) -> bool:
        """Return whether the window looks at a cell."""
        dx = column - self.right
        within = 0 <= dx < self.reach[1] and row < self.reach[0]
        return within and dx % self.dilation[1] == 0 and row % self.dilation[0] == 0

    def value(self, column: int, row: int) -> int:
        """Return the number in a cell."""
        return 0 if self.is_padding(column, row) else int(scatter(column, row, 3) * 9.99)


def read_slide(subject: Subject, most: int) -> Slide:
    """Return how the window of a layer moves, as large as can be drawn: `most` cells where the window lets it be."""
    axes = len(subject.sizes) - 1
    values = subject.values
    kernel = spread(values["kernel_size"], axes)
    stride = kernel if values.get("stride", 1) is None else spread(values.get("stride", 1), axes)
    dilation = spread(values.get("dilation", 1), axes)
    padding = values.get("padding", 0)
    if padding == "same":
        padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    padding = spread(0 if padding == "valid" else padding, axes)
    parts = []
    for part, limit in zip((kernel, stride, dilation, padding), LIMITS, strict=True):
        pair = part[-2:] if axes > 1 else ((0,) if part is padding else (1,)) + part
        parts.append((min(pair[0], limit), min(pair[1], limit)))
    k, s, d, p = parts
    real = subject.sizes[-2:] if axes > 1 else (1, subject.sizes[-1])
    sizes = tuple(
        min(n, max(most - min(p[axis], 2), d[axis] * (k[axis] - 1) + 1 + s[axis])) for axis, n in enumerate(real)
    )
    cut = tuple(shown < n for shown, n in zip(sizes, real, strict=True))
    return Slide(k, s, d, p, sizes, cut)  # type: ignore[arg-type]


def paint_window(brush: Brush, figure: Window, subject: Subject) -> None:
    """Draw the corner of the input with its padding, the window at its second place, and the value it gives."""
    slide = read_slide(subject, MOST if figure.operation == "sum" else 1)
    axes = len(subject.sizes) - 1
    rows, columns = slide.whole
    cell = _fit_cell(columns, rows, 134)
    x, y = 8.0, (10 + (TALL - rows * cell) / 2) if axes > 1 else 30.0
    numbered = figure.operation != "sum" and cell >= 9
    for layer in range(2 if axes == 3 else 0, 0, -1):
        brush.box(x + 4 * layer, y - 4 * layer, columns * cell, rows * cell, "card", "rule", radius=0)
    _paint_input(brush, slide, x, y, cell, numbered)
    tall, wide = slide.reach[0] * cell, slide.reach[1] * cell
    brush.box(x, y, wide, tall, "", "muted", radius=0, dashed=True)
    brush.box(x + slide.right * cell, y, wide, tall, "", "family", radius=0, pen=1.8)
    edge = x + slide.right * cell + wide
    _paint_result(brush, (edge, y + tall / 2) if axes > 1 else (edge - wide / 2, y + tall), subject)
    if numbered:
        seen = [slide.value(c, r) for r in range(rows) for c in range(columns) if slide.is_seen(c, r)]
        _write_value(brush, figure, seen, subject)
    brush.write(by(subject.sizes), x, 97, 126, 12, align="left")
    brush.write(by(subject.result), 136, 97, 126, 12, align="right")
    brush.write(describe_window(subject), 90, 0, 174, 12, size=9, align="right")


def describe_window(subject: Subject) -> str:
    """Return the settings of a window in words: "3 × 3 window, stride 2"."""
    axes, values = len(subject.sizes) - 1, subject.values
    kernel = spread(values["kernel_size"], axes)
    words = [f"window of {kernel[0]}" if axes == 1 else f"{by(kernel)} window"]
    stride = values.get("stride", 1)
    for name, value in (
        ("stride", values["kernel_size"] if stride is None else stride),
        ("dilation", values.get("dilation", 1)),
    ):
        if value != 1:
            words.append(f"{name} {by(value) if isinstance(value, tuple) else value}")
    return ", ".join(words)


def _paint_input(brush: Brush, slide: Slide, x: float, y: float, cell: float, numbered: bool) -> None:
    rows, columns = slide.whole
    brush.box(x, y, columns * cell, rows * cell, "window", "", radius=0)
    for row in range(rows):
        for column in range(columns):
            seen, edge = slide.is_seen(column, row), slide.is_padding(column, row)
            fill, share = ("family", 0.55) if seen else ("muted", 0.12) if edge else ("", 0.0)
            left, top = x + column * cell, y + row * cell
            brush.box(left, top, cell, cell, fill, "rule", share=share, radius=0, dashed=edge)
            if numbered:
                brush.write(str(slide.value(column, row)), left, top, cell, cell, size=cell * 0.62, role="text")


def _fit_cell(columns: int, rows: int, room: float) -> float:
    return min(LARGEST_CELL, TALL / rows, room / columns)


def _paint_result(brush: Brush, source: tuple[float, float], subject: Subject) -> None:
    """Draw the corner of the output, and the arrow to the value that the window gives."""
    flat = len(subject.sizes) == 2
    rows, columns = (1, subject.result[-1]) if flat else subject.result[-2:]
    rows, columns = min(rows, 6), min(columns, 6)
    cell = min(_fit_cell(columns, rows, 66), 13.0)
    x, y = 262 - columns * cell, 66.0 if flat else 50 - rows * cell / 2
    lit = 1 if columns > 1 else 0
    brush.cells(x, y, columns, rows, cell, lambda column, row: 0.9 if (column, row) == (lit, 0) else 0.0)
    brush.arrow(source, (x + lit * cell + 1, y + cell / 2), "family")


def _write_value(brush: Brush, figure: Window, seen: Sequence[int], subject: Subject) -> None:
    if figure.operation == "max":
        text = f"max = {max(seen)}"
    elif figure.operation == "mean":
        text = f"mean = {sum(seen) / len(seen):.3g}"
    else:
        power = subject.values["norm_type"]
        try:
            total = sum(number**power for number in seen) ** (1 / power)
        except (OverflowError, ZeroDivisionError):
            return
        text = f"norm = {total:.3g}"
    brush.write(text, 150, 84, 112, 12, role="text", align="right")


def paint_stamp(brush: Brush, figure: Stamp, subject: Subject) -> None:
    """Draw a small input and where its first two values stamp their windows onto the output."""
    slide = read_slide(subject, 3)
    flat = len(subject.sizes) == 2
    rows, columns = (min(n, 3) for n in slide.sizes)
    out_rows, out_columns = (
        (n - 1) * step + far for n, step, far in zip((rows, columns), slide.stride, slide.reach, strict=True)
    )
    cell, out_cell = min(_fit_cell(columns, rows, 60), 14.0), _fit_cell(out_columns, out_rows, 130)
    x, y = 8.0, 50 - rows * cell / 2
    left, top = 262 - out_columns * out_cell, 10 + (TALL - out_rows * out_cell) / 2
    second = 1 if columns > 1 else 0
    step, (tall, wide) = slide.stride[1], slide.reach

    def strength(column: int, row: int) -> float:
        touched = 0
        for number in range(second + 1):
            dx = column - number * step
            inside = 0 <= dx < wide and row < tall
            touched += inside and dx % slide.dilation[1] == 0 and row % slide.dilation[0] == 0
        return 0.4 * touched

    brush.cells(x, y, columns, rows, cell, lambda column, row: 0.4 if row == 0 and column <= second else 0.0)
    brush.cells(left, top, out_columns, out_rows, out_cell, strength)
    for number, role in ((0, "muted"), (second, "family")):
        start = left + number * step * out_cell
        brush.box(start, top, wide * out_cell, tall * out_cell, "", role, radius=0, pen=1.6)
    brush.box(x + second * cell, y, cell, cell, "", "family", radius=0, pen=1.6)
    brush.arrow((x + columns * cell + 3, y + cell / 2), (left - 3, top + min(tall * out_cell, TALL) / 2), "family")
    padding = subject.values["padding"]
    cut = f", {by(padding) if isinstance(padding, tuple) else padding} cut off" if padding else ""
    words = describe_window(subject).replace("window of", "stamps of").replace(" window", " stamps")
    stride = "" if "stride" in words else ", stride 1"
    brush.write(f"{words}{stride}{cut}", 60, -1 if not flat else 0, 204, 12, size=9, align="right")
    brush.write(by(subject.sizes), x, 97, 126, 12, align="left")
    brush.write(by(subject.result), 136, 97, 126, 12, align="right")


def paint_adaptive(brush: Brush, figure: Adaptive, subject: Subject) -> None:
    """Draw which places of the last axis each output is worked out of; one window of all for a global pooling."""
    word = {"max": "max", "mean": "mean"}[figure.operation]
    if "output_size" not in subject.values:
        _paint_global(brush, word, subject)
        return
    size, wanted = subject.sizes[-1], subject.result[-1]
    shown = min(size, 24)
    count = max(1, min(wanted, 8)) if size <= 24 else max(1, min(8, round(wanted * 24 / size), wanted))
    cell = min(LARGEST_CELL, 244 / shown)
    x = (270 - shown * cell) / 2
    brush.cells(x, 16, shown, 1, cell, lambda column, row: 0.15 + 0.5 * scatter(column, 5))
    out = min(20.0, 200 / count)
    left = (270 - count * out) / 2
    for number in range(count):
        start, end = number * shown // count, math.ceil((number + 1) * shown / count)
        level = 18 + cell + (number % 2) * 4
        role = "family" if number % 2 == 0 else "muted"
        brush.line((x + start * cell + 1.5, level), (x + end * cell - 1.5, level), role, 2.2)
        brush.arrow((x + (start + end) / 2 * cell, level + 2), (left + (number + 0.5) * out, 70), role)
    for number in range(count):
        brush.box(left + number * out, 71, out, 14, "family", "rule", share=0.7, radius=0)
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}", 8, 96, 160, 12, align="left")
    brush.write(f"{word} of each window", 150, 96, 112, 12, align="right")


def _shade(layer: int, column: int, row: int) -> float:
    return 0.1 + 0.6 * scatter(column, row, layer)


def _paint_global(brush: Brush, word: str, subject: Subject) -> None:
    for layer in range(3, -1, -1):
        x, y = 14 + 9 * layer, 34 - 8 * layer
        brush.box(x, y, 56, 52, "window", "border", radius=0)
        brush.cells(x, y, 4, 4, 13, partial(_shade, layer))
    brush.arrow((116, 50), (164, 50))
    brush.write(word, 112, 34, 50, 13, role="text")
    for layer in range(4):
        brush.box(196, 14 + 18 * layer, 15, 15, "family", "border", share=0.25 + 0.17 * layer, radius=0)
    brush.write("one a channel", 172, 0, 92, 12)
    brush.write(by(subject.sizes), 8, 96, 120, 12, align="left")
    brush.write(by(subject.result), 140, 96, 122, 12, align="right")
