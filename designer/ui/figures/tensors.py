"""Figures of whole tensors: boxes of real sizes, what is normalised together, how tensors are cut, joined and merged."""

import math
import statistics
from collections.abc import Callable, Sequence

from designer.catalogue.figures import Angle, Cut, Join, MatrixProduct, Pairwise, Passed, Reduced, Relayout
from designer.ui.figures.brush import Brush, Point, Subject, by, scatter

AXIS_TINTS = ("family", "accent", "warning", "ok", "error", "muted")
SKEW = 0.5  # how far the depth of a box leans to the right and up


def paint_block(
    brush: Brush,
    x: float,
    y: float,
    width: float,
    height: float,
    depth: float,
    fill: str = "family",
    share: float = 0.3,
) -> None:
    """Draw a box by its front's upper left corner; the depth leans to the right and up."""
    dx, dy = depth * SKEW, depth * SKEW
    top: list[Point] = [(x, y), (x + dx, y - dy), (x + width + dx, y - dy), (x + width, y)]
    side: list[Point] = [
        (x + width, y), (x + width + dx, y - dy), (x + width + dx, y + height - dy), (x + width, y + height),
    ]  # fmt: skip
    brush.shape(top, fill, share * 0.75, "muted")
    brush.shape(side, fill, share * 0.5, "muted")
    brush.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill, share, "muted")


def _length(size: int, most: float, least: float = 7.0) -> float:
    """Return how long an edge is drawn: with the logarithm of its size."""
    return min(most, least + (most - least) * math.log2(max(1, size)) / 11)


def paint_sizes(
    brush: Brush,
    left: float,
    right: float,
    sizes: Sequence[int],
    tints: Sequence[str] | None = None,
    share: float = 0.3,
) -> None:
    """Draw a tensor between two places by its sizes: a bar, a sheet, a box, or boxes side by side; edges in colours."""
    middle, room = (left + right) / 2, right - left
    tints = tints or ("text",) * len(sizes)
    if len(sizes) <= 1:
        long = _length(sizes[0] if sizes else 1, room - 8, 10)
        brush.box(middle - long / 2, 40, long, 11, "family", "muted", share=share)
        brush.line((middle - long / 2, 53), (middle + long / 2, 53), tints[0] if sizes else "text", 2)
        brush.write(by(sizes) if sizes else "1 number", middle - 40, 56, 80, 12, role="text", size=9)
        return
    height, width = _length(sizes[-2], 54), _length(sizes[-1], min(62.0, room - 30))
    depth = _length(sizes[-3], 44) if len(sizes) > 2 else 0.0
    copies = min(3, sizes[-4]) if len(sizes) > 3 else 1
    x, y = middle - (width + depth * SKEW) / 2 - (copies - 1) * 3, 46 - height / 2 + depth * SKEW / 2
    for number in range(copies - 1, -1, -1):
        paint_block(brush, x + number * 7, y - number * 5, width, height, depth, share=share)
    brush.line((x, y + height + 2.5), (x + width, y + height + 2.5), tints[-1], 2)
    brush.line((x - 2.5, y), (x - 2.5, y + height), tints[-2], 2)
    brush.write(f"{sizes[-1]}", x + width / 2 - 25, y + height + 3, 50, 11, role="text", size=8.5)
    brush.write(f"{sizes[-2]}", x - 40, y + height / 2 - 6, 35, 12, role="text", size=8.5, align="right")
    if depth:
        dx = depth * SKEW
        brush.line((x - 2, y - 2), (x + dx - 2, y - dx - 2), tints[-3], 2)
        brush.write(f"{sizes[-3]}", x + dx / 2 - 42, y - dx / 2 - 11, 36, 12, role="text", size=8.5, align="right")


def paint_relayout(brush: Brush, figure: Relayout, subject: Subject) -> None:
    """Draw the boxes before and after; axes that are the same have the same colour."""
    rank = len(subject.sizes)
    order = figure.order(subject.values, rank) if figure.order else ()
    before = AXIS_TINTS[:rank] if order else None
    after = [AXIS_TINTS[axis % 6] if axis >= 0 else "muted" for axis in order] if order else None
    paint_sizes(brush, 6, 116, subject.sizes, before)
    brush.arrow((124, 46), (148, 46))
    paint_sizes(brush, 156, 264, subject.result, after)
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def paint_passed(brush: Brush, figure: Passed, subject: Subject) -> None:
    """Draw the same box twice."""
    paint_sizes(brush, 6, 116, subject.sizes)
    brush.arrow((124, 46), (148, 46))
    paint_sizes(brush, 156, 264, subject.result)
    brush.write("unchanged", 60, 97, 150, 12)


def paint_cut(brush: Brush, figure: Cut, subject: Subject) -> None:
    """Draw an axis by its places, those that are taken in colour, and the pieces that come out."""
    sizes = subject.sizes
    axis = subject.values["axis"] % len(sizes)
    size = sizes[axis]
    parts = figure.parts(subject.values, size)
    shown = min(size, 24)
    scale = shown / size
    cell = 236 / shown
    owner: dict[int, int] = {}
    for number, part in enumerate(parts):
        for place in part if len(part) < 2000 else range(part.start, part.stop, max(1, len(part) // 100)):
            owner.setdefault(min(shown - 1, int(place * scale)), number)
    for place in range(shown):
        number = owner.get(place)
        role = "" if number is None else AXIS_TINTS[number % 6]
        brush.box(17 + place * cell, 18, cell, 18, role, "border", share=0.6, radius=0)
    brush.write("0", 17, 4, 20, 12, size=8.5, align="left")
    brush.write(f"{size - 1}", 213, 4, 40, 12, size=8.5, align="right")
    brush.write(f"axis {axis}", 100, 4, 70, 12, size=8.5)
    count = min(len(parts), 6)
    room = 240 / count
    for number, part in enumerate(parts[:count]):
        wide = max(4.0, min(room - 10, len(part) * scale * cell))
        middle = 15 + (number + 0.5) * room
        taken = [place for place, mine in owner.items() if mine == number]
        source = 17 + (sum(taken) / len(taken) + 0.5) * cell if taken else middle
        role = AXIS_TINTS[number % 6]
        brush.arrow((source, 38), (middle, 60), role)
        brush.box(middle - wide / 2, 61, wide, 16, role, "border", share=0.6, radius=0)
        if number < len(subject.outputs):
            brush.write(by(subject.outputs[number].sizes), middle - room / 2, 79, room, 12, role="text", size=9)
    brush.write(f"from {by(sizes)}", 8, 97, 254, 12)


def paint_join(brush: Brush, figure: Join, subject: Subject) -> None:
    """Draw the tensors as they come in, and end to end or one on top of the other as they go out."""
    kinds = subject.inputs[:3]
    room = 120 / len(kinds)
    for number, kind in enumerate(kinds):
        tall = min(26.0, room - 16) if len(kinds) > 2 else 24.0
        y = 4 + number * 30
        wide = _length(math.prod(kind.sizes) if kind.sizes else 1, 54, 20)
        brush.box(12, y, wide, tall - 2, AXIS_TINTS[number], "muted", share=0.55)
        brush.write(by(kind.sizes), 70, y + 5, 68, 12, role="text", size=9, align="left")
    brush.arrow((140, 46), (160, 46))
    if figure.new_axis:
        for number in range(len(kinds) - 1, -1, -1):
            brush.box(172 + number * 9, 34 - number * 9, 56, 38, AXIS_TINTS[number], "muted", share=0.55)
    else:
        axis = subject.values["axis"] % max(1, len(subject.result))
        lengths = [kind.sizes[axis] if len(kind.sizes) > axis else 1 for kind in kinds]
        total, x = sum(lengths), 168.0
        for number, length in enumerate(lengths):
            wide = max(6.0, 92 * length / total)
            wide = min(wide, 92.0 - 6 * (len(lengths) - 1))
            brush.box(x, 32, wide, 26, AXIS_TINTS[number], "muted", share=0.55)
            brush.write(f"{length}", x - 8, 18, wide + 16, 12, role="text", size=9)
            x += wide
        brush.write(f"axis {axis}", 168, 60, 92, 12, size=9)
    more = f" and {len(subject.inputs) - 3} more" if len(subject.inputs) > 3 else ""
    brush.write(f"{len(subject.inputs)} inputs{more}" if more else "", 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def paint_pairwise(brush: Brush, figure: Pairwise, subject: Subject) -> None:
    """Draw two or three columns of numbers and what they come to, place by place."""
    columns = [(2.0, -1.0, 4.0, 0.5), (1.0, 3.0, -2.0, 2.0)]
    result = [figure.function(a, b) for a, b in zip(*columns, strict=True)]
    many = len(subject.inputs) > 2
    x = 28.0
    for number, column in enumerate((*columns, result)):
        role = "family" if number == 2 else "muted"
        for row, value in enumerate(column):
            brush.box(x, 8 + row * 20, 46, 18, role, "", share=0.45 if number == 2 else 0.25)
            brush.write(f"{value:.3g}", x, 8 + row * 20, 46, 18, role="text", size=10)
        sign = (figure.sign, "=", "")[number]
        brush.write(sign, x + 47, 38, 36, 20, role="text", size=13)
        x += 84
    if many:
        brush.write(f"and so on for {len(subject.inputs)} inputs", 8, 97, 130, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def paint_matrix_product(brush: Brush, figure: MatrixProduct, subject: Subject) -> None:
    """Draw both matrices as they are multiplied: a row of the first times a column of the second is one number."""
    pair = [list(kind.sizes[-2:]) if len(kind.sizes) > 1 else [1, *kind.sizes] for kind in subject.inputs[:2]]
    for sizes, name in zip(pair, ("transpose_first", "transpose_second"), strict=False):
        if subject.values.get(name):
            sizes.reverse()
    (m, k), (_, n) = pair
    tall, deep, wide = _length(m, 66, 26), _length(k, 58, 26), _length(n, 66, 26)
    x = (270 - 60 - deep - 2 * wide) / 2
    for shape, width, height, lit in (
        ((m, k), deep, tall, "row"), ((k, n), wide, deep, "column"), ((m, n), wide, tall, "cell"),
    ):  # fmt: skip
        y = 48 - height / 2
        brush.box(x, y, width, height, "family", "muted", share=0.2, radius=0)
        row, column = height / 5, width / 5
        if lit == "row":
            brush.box(x, y + row, width, row, "family", "", share=0.9, radius=0)
        elif lit == "column":
            brush.box(x + 3 * column, y, column, height, "family", "", share=0.9, radius=0)
        else:
            brush.box(x + 3 * column, y + row, column, row, "family", "", share=0.9, radius=0)
        brush.write(f"{shape[0]} × {shape[1]}", x + width / 2 - 36, 82, 72, 12, role="text", size=9)
        sign = {"row": "×", "column": "="}.get(lit, "")
        brush.write(sign, x + width, 40, 30, 16, role="text", size=13)
        x += width + 30
    more = subject.result[:-2]
    if more:
        brush.write(f"for each of {math.prod(more)}", 8, 97, 254, 12)


def paint_angle(brush: Brush, figure: Angle, subject: Subject) -> None:
    """Draw two vectors, and the angle between them or the reach of one along the other."""
    origin, a, b = (42.0, 80.0), (126.0, 62.0), (88.0, 18.0)
    brush.arrow(origin, a, "family", 2)
    brush.arrow(origin, b, "accent", 2)
    brush.write("a", 128, 55, 14, 14, role="text", size=11, align="left")
    brush.write("b", 90, 6, 14, 14, role="text", size=11, align="left")
    first, second = (math.atan2(end[1] - origin[1], end[0] - origin[0]) for end in (a, b))
    if figure.normalised:
        arc = [first + (second - first) * step / 16 for step in range(17)]
        brush.path([(origin[0] + 28 * math.cos(t), origin[1] + 28 * math.sin(t)) for t in arc], "muted", 1.2)
        brush.write("θ", 68, 54, 16, 14, role="text", size=11)
    else:
        unit = (math.cos(first), math.sin(first))
        reach = (b[0] - origin[0]) * unit[0] + (b[1] - origin[1]) * unit[1]
        foot = (origin[0] + reach * unit[0], origin[1] + reach * unit[1])
        brush.line(b, foot, "muted", 1.2, dashed=True)
        brush.line(origin, foot, "text", 3)
    text = ("cos θ", "from -1 to 1") if figure.normalised else ("|a| · reach of b", "any number")
    for row, (line, role) in enumerate(zip(text, ("text", "muted"), strict=True)):
        brush.write(line, 160, 30 + 16 * row, 104, 14, role=role, size=11 if row == 0 else 9.5, align="left")
    brush.write(f"{by(subject.sizes)} twice → {by(subject.result)}", 8, 97, 254, 12)


def paint_reduced(brush: Brush, figure: Reduced, subject: Subject) -> None:
    """Draw a grid of numbers, and each row of it brought down to one."""
    numbers = [[int(scatter(column, row, 9) * 9.9) for column in range(5)] for row in range(4)]
    operation = subject.values["operation"]
    works: dict[str, Callable[[Sequence[int]], float]] = {"mean": statistics.fmean, "sum": sum, "max": max, "min": min}
    work = works[operation]
    brush.cells(
        20, 8, 5, 4, 20, lambda column, row: 0.12 + 0.06 * numbers[row][column],
        lambda column, row: str(numbers[row][column]),
    )  # fmt: skip
    for row in range(4):
        brush.arrow((126, 18 + 20 * row), (166, 18 + 20 * row))
        brush.box(172, 9 + 20 * row, 40, 18, "family", "border", share=0.6, radius=0)
        brush.write(f"{work(numbers[row]):.3g}", 172, 9 + 20 * row, 40, 18, role="text")
    axis = subject.values["axis"]
    brush.write(f"{operation} along axis {axis % len(subject.sizes)}", 8, 97, 120, 12, align="left")
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}", 122, 97, 142, 12, align="right")
