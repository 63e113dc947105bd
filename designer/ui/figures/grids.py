"""Figures of grids that change: padding, cropping, upsampling, shuffling, patches."""

import math
from collections.abc import Sequence

from designer.catalogue.figures import Border, Patches, Resize, Shuffle, Trim
from designer.ui.figures.brush import Brush, Subject, by

CORE = 3  # cells along an axis of the grid within
MOST_PAD = 3
TINTS = ("family", "accent", "ok", "warning", "error", "muted")


def paint_border(brush: Brush, figure: Border, subject: Subject) -> None:
    """Draw a numbered grid and the border around it, each cell with the number it is filled with."""
    edges, axes = _read_edges(subject, "padding")
    rows = 1 if axes == 1 else CORE
    core = [[str(1 + column + CORE * row) for column in range(CORE)] for row in range(rows)]
    most = {"reflect": CORE - 1, "circular": CORE, "replicate": MOST_PAD, "constant": MOST_PAD}[figure.fill]
    left, right, top, bottom = (max(-1, min(edge, most)) for edge in edges)
    value = f"{subject.values.get('value', 0.0):g}"
    filling = value if len(value) < 3 else "v"

    def text(column: int, row: int) -> str:
        x, y = column - left, row - top
        if figure.fill == "constant" and not (0 <= x < CORE and 0 <= y < rows):
            return filling
        return core[_wrap(y, rows, figure.fill)][_wrap(x, CORE, figure.fill)]

    def strength(column: int, row: int) -> float:
        return 0.12 if 0 <= column - left < CORE and 0 <= row - top < rows else 0.55

    wide, tall = CORE + left + right, rows + top + bottom
    cell = min(15.0, 88 / max(tall, 1), 110 / max(wide, 1))
    brush.cells(20, 47 - rows * 7, CORE, rows, 14, lambda column, row: 0.12, lambda column, row: core[row][column])
    brush.arrow((74, 47), (104, 47))
    start = 200 - wide * cell / 2
    brush.cells(start, 47 - tall * cell / 2, wide, tall, cell, strength, text)
    if filling == "v":
        brush.write(f"v = {value}", 76, 22, 60, 12)
    brush.box(start + left * cell, 47 - tall * cell / 2 + top * cell, CORE * cell, rows * cell, "", "text", radius=0)
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def _wrap(place: int, size: int, fill: str) -> int:
    """Return which cell of the grid a cell of the border repeats."""
    if fill == "circular":
        return place % size
    if fill == "reflect" and size > 1:
        place = -place if place < 0 else place
        return 2 * (size - 1) - place if place >= size else place
    return min(max(place, 0), size - 1)


def _read_edges(subject: Subject, name: str) -> tuple[tuple[int, int, int, int], int]:
    """Return how many cells lie left, right, above and below, and the number of axes."""
    axes = len(subject.sizes) - 1
    before = subject.values[name]
    edges = before if isinstance(before, tuple) else (before,) * (2 * axes)
    edges = tuple(edges) * (2 * axes) if len(edges) == 1 else tuple(edges)
    left, right, top, bottom = (*edges, 0, 0, 0, 0)[:4] if axes > 1 else (*edges[:2], 0, 0)
    return (left, right, top, bottom), axes


def paint_trim(brush: Brush, figure: Trim, subject: Subject) -> None:
    """Draw a grid with what is cut off dashed, and what is left of it."""
    axes = len(subject.sizes) - 1
    if "edges" in subject.values:
        (left, right, top, bottom), _ = _read_edges(subject, "edges")
    else:
        before = [(n - m) // 2 for n, m in zip(subject.sizes[1:], subject.result[1:], strict=True)]
        behind = [n - m - b for n, m, b in zip(subject.sizes[1:], subject.result[1:], before, strict=True)]
        left, right = before[-1], behind[-1]
        top, bottom = (before[-2], behind[-2]) if axes > 1 else (0, 0)
    left, right, top, bottom = (min(edge, MOST_PAD) for edge in (left, right, top, bottom))
    rows = 1 if axes == 1 else CORE
    wide, tall = CORE + left + right, rows + top + bottom
    cell = min(15.0, 88 / tall, 110 / wide)
    x, y = 70 - wide * cell / 2, 47 - tall * cell / 2
    for row in range(tall):
        for column in range(wide):
            kept = 0 <= column - left < CORE and 0 <= row - top < rows
            brush.box(
                x + column * cell, y + row * cell, cell, cell, "family" if kept else "",
                "border" if kept else "muted", share=0.45, radius=0, dashed=not kept,
            )  # fmt: skip
    brush.arrow((134, 47), (162, 47))
    brush.cells(206 - CORE * cell / 2, 47 - rows * cell / 2, CORE, rows, cell, lambda column, row: 0.45)
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def paint_resize(brush: Brush, figure: Resize, subject: Subject) -> None:
    """Draw a small grid and what it is made into, every cell worked out as the layer would."""
    mode = subject.values["mode"]
    size, wanted = subject.sizes[-1], subject.result[-1]
    factor = max(0.25, min(4.0, wanted / size))
    count = 4 if factor < 1 else 3
    many = max(1, min(12, round(count * factor)))
    rows = 1 if len(subject.sizes) == 2 else count
    many_rows = 1 if rows == 1 else many
    row = (0.1, 0.9, 0.35, 0.6)
    grid = [[row[(column + line * 2) % 4] for column in range(count)] for line in range(rows)]
    cell = 66 / count
    brush.cells(12, 46 - rows * cell / 2, count, rows, cell, lambda column, line: max(0.02, grid[line][column]))
    brush.arrow((90, 46), (128, 46))
    small = min(80 / many, 22.0)
    corners = bool(subject.values.get("align_corners"))
    wide = [_interpolate(line, many, mode, corners) for line in grid]
    turned = [list(column) for column in zip(*wide, strict=True)]
    full = [_interpolate(column, many_rows, mode, corners) for column in turned] if rows > 1 else turned
    x, y = 200 - many * small / 2, 46 - many_rows * small / 2
    brush.cells(x, y, many, many_rows, small, lambda column, line: min(1.0, max(0.02, full[column][line])))
    brush.write(mode, 84, 28, 50, 12, size=9)
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def _interpolate(row: Sequence[float], count: int, mode: str, corners: bool) -> list[float]:
    """Return a row of numbers brought to another length, as torch's interpolate does along one axis."""
    size, result = len(row), []
    for place in range(count):
        if mode.startswith("nearest"):
            shift = 0.5 if mode == "nearest-exact" else 0.0
            result.append(row[min(size - 1, int((place + shift) * size / count))])
            continue
        at = place * (size - 1) / max(1, count - 1) if corners else (place + 0.5) * size / count - 0.5
        if mode == "bicubic":
            first = math.floor(at)
            near = [(row[min(size - 1, max(0, first + k))], _cubic(at - first - k)) for k in (-1, 0, 1, 2)]
            result.append(sum(value * weight for value, weight in near))
        else:
            at = min(size - 1.0, max(0.0, at))
            first = min(size - 1, int(at))
            behind = row[min(size - 1, first + 1)]
            result.append(row[first] + (behind - row[first]) * (at - first))
    return result


def _cubic(distance: float, a: float = -0.75) -> float:
    """Return the weight of the cubic kernel (Keys, 1981)."""
    x = abs(distance)
    if x <= 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * (x**3 - 5 * x**2 + 8 * x - 4) if x < 2 else 0.0


def paint_shuffle(brush: Brush, figure: Shuffle, subject: Subject) -> None:
    """Draw channels that take turns as pixels, the way back, or channels that change places between groups."""
    if figure.what == "channels":
        _paint_channels(brush, subject)
        return
    factor = min(3, subject.values.get("upscale_factor") or subject.values.get("downscale_factor"))
    many, cell = factor * factor, 26 / factor * 1.6

    def paint_image(x: float) -> None:
        for row in range(2 * factor):
            for column in range(2 * factor):
                number = (row % factor) * factor + column % factor
                role, share = TINTS[number % 6], 0.75 if number < 6 else 0.4
                brush.box(x + column * cell, 6 + row * cell, cell, cell, role, "window", share=share, radius=0)

    def paint_stack(x: float) -> None:
        for number in range(many):
            left, top = x + (number % factor) * 44, 8 + (number // factor) * (82 / factor)
            for place in range(4):
                role, share = TINTS[number % 6], 0.75 if number < 6 else 0.4
                side = min(17.0, 34 / factor + 2)
                brush.box(
                    left + place % 2 * side, top + place // 2 * side, side, side, role, "window", share=share, radius=0
                )

    to_pixels = figure.what == "to pixels"
    wide = 44 * factor - 6
    if to_pixels:
        paint_stack(8)
        paint_image(262 - 2 * factor * cell)
    else:
        paint_image(8)
        paint_stack(264 - wide)
    start, end = (8 + wide, 258 - 2 * factor * cell) if to_pixels else (12 + 2 * factor * cell, 258 - wide)
    brush.arrow((start, 47), (max(start + 10, end), 47))
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")


def _paint_channels(brush: Brush, subject: Subject) -> None:
    channels, groups = subject.sizes[0], subject.values["groups"]
    groups = groups if channels % groups == 0 else 1
    shown_groups = min(groups, 4)
    each = max(1, min(channels // groups, 12 // shown_groups))
    count = shown_groups * each
    width = min(24.0, 236 / count)
    x = (270 - count * width) / 2
    for number in range(count):
        group, place = divmod(number, each)
        target = place * shown_groups + group
        role = TINTS[group]
        brush.line((x + (number + 0.5) * width, 26), (x + (target + 0.5) * width, 66), role, 1.3)
        brush.box(x + number * width + 1, 12, width - 2, 14, role, "", share=0.75)
        brush.box(x + target * width + 1, 66, width - 2, 14, role, "", share=0.75)
    brush.write(f"{channels} channels, {groups} groups of {channels // groups}", 8, 92, 254, 12)


def paint_patches(brush: Brush, figure: Patches, subject: Subject) -> None:
    """Draw an image in patches and the columns or tokens they become, or the way back."""
    table = subject.sizes if figure.into == "image" else subject.result
    count = table[0] if figure.into == "tokens" else table[-1]
    across = 3
    side = 78 / across

    def paint_image(x: float) -> None:
        for row in range(across):
            for column in range(across):
                share = 0.2 + 0.09 * (row * across + column)
                brush.box(x + column * side, 8 + row * side, side, side, "family", "text", share=share, radius=0)

    def paint_table(x: float) -> None:
        for number in range(across * across):
            share = 0.2 + 0.09 * number
            if figure.into == "tokens":
                brush.box(x, 8 + number * 8.7, 92, 7, "family", "", share=share)
            else:
                brush.box(x + number * 11, 8, 9.5, 78, "family", "", share=share)

    image_first = figure.into != "image"
    first, second = (paint_image, paint_table) if image_first else (paint_table, paint_image)
    first(12)
    second(160 if image_first else 180)
    brush.arrow((100, 47), (150, 47)) if image_first else brush.arrow((118, 47), (170, 47))
    kernel = subject.values.get("patch_size", subject.values.get("kernel_size"))
    size = by(kernel) if isinstance(kernel, tuple) else f"{kernel} × {kernel}"
    left, width = (92, 66) if image_first else (112, 66)
    brush.write(f"{count} patches", left, 30, width, 12, size=9)
    brush.write(f"of {size}", left, 50, width, 12, size=9)
    brush.write(by(subject.sizes), 8, 97, 110, 12, align="left")
    brush.write(by(subject.result), 140, 97, 122, 12, align="right")
