"""The figure of normalisation: a batch as a cube, what is normalised together in colour."""

import math
from collections.abc import Callable, Sequence

from designer.catalogue.figures import Cube
from designer.ui.figures.brush import Brush, Point, Subject

# For each face of the cube, front (C x HW), top (C x N) and side (N x HW), whether a cell is normalised with the first.
_FACES: dict[str, Callable[[int, int, int], bool]] = {
    "batch": lambda c, n, p: c == 0,
    "instance": lambda c, n, p: c == 0 and n == 0,
    "layer": lambda c, n, p: n == 0,
    "step": lambda c, n, p: n == 0 and p == 0,
    "group": lambda c, n, p: n == 0 and c < 2,
    "neighbours": lambda c, n, p: n == 0 and p == 1 and 1 <= c <= 3,
}
CHANNELS, SAMPLES, PLACES, CELL = 6, 4, 4, 13.0


def paint_cube(brush: Brush, figure: Cube, subject: Subject) -> None:
    """Draw a batch as a cube of samples, channels and places, with what is normalised together in colour."""
    by_feature = figure.over == "layer" and subject.values["axes"] < len(subject.sizes)
    lit, x, y = _FACES["step" if by_feature else figure.over], 38.0, 42.0
    lean = CELL * 0.55

    def face(cells: Sequence[tuple[list[Point], tuple[int, int, int]]]) -> None:
        for corners, (c, n, p) in cells:
            on = lit(c, n, p)
            brush.shape(corners, "family" if on else "muted", 0.85 if on else 0.22, "window")

    face([
        ([(x + c * CELL, y + p * CELL), (x + (c + 1) * CELL, y + p * CELL),
          (x + (c + 1) * CELL, y + (p + 1) * CELL), (x + c * CELL, y + (p + 1) * CELL)], (c, 0, p))
        for c in range(CHANNELS) for p in range(PLACES)
    ])  # fmt: skip
    face([
        ([(x + c * CELL + n * lean, y - n * lean), (x + (c + 1) * CELL + n * lean, y - n * lean),
          (x + (c + 1) * CELL + (n + 1) * lean, y - (n + 1) * lean),
          (x + c * CELL + (n + 1) * lean, y - (n + 1) * lean)], (c, n, 0))
        for c in range(CHANNELS) for n in range(SAMPLES)
    ])  # fmt: skip
    edge = x + CHANNELS * CELL
    face([
        ([(edge + n * lean, y + p * CELL - n * lean), (edge + (n + 1) * lean, y + p * CELL - (n + 1) * lean),
          (edge + (n + 1) * lean, y + (p + 1) * CELL - (n + 1) * lean),
          (edge + n * lean, y + (p + 1) * CELL - n * lean)], (CHANNELS - 1, n, p))
        for n in range(SAMPLES) for p in range(PLACES)
    ])  # fmt: skip
    sizes = subject.sizes
    places = "steps" if len(sizes) == 2 else "places"
    brush.write("channels" if not by_feature else "features", x, y + PLACES * CELL + 1, CHANNELS * CELL, 12, size=9)
    brush.write("samples", 0, y - 2 * lean - 8, x + 2 * lean - 6, 12, size=9, align="right")
    for row, (text, role) in enumerate(_describe_cube(figure, subject, places)):
        brush.write(text, 152, 26 + 15 * row, 114, 13, role=role, size=9.5, align="left")


def _describe_cube(figure: Cube, subject: Subject, places: str) -> list[tuple[str, str]]:
    """Return the lines beside the cube: over what, how often, how many numbers."""
    channels, *rest = subject.sizes
    spots = math.prod(rest)
    if figure.over == "batch":
        return [("each channel over", "muted"), ("the whole batch", "text"), (f"{channels} means", "muted")]
    if figure.over == "instance":
        return [
            ("each channel of", "muted"), ("each sample alone", "text"), (f"over {spots} {places}", "muted"),
        ]  # fmt: skip
    if figure.over == "group":
        groups = subject.values["num_groups"]
        return [
            (f"{groups} groups of {channels // groups}", "muted"), ("of each sample", "text"),
            (f"over {spots * channels // groups} numbers", "muted"),
        ]  # fmt: skip
    if figure.over == "neighbours":
        return [(f"{subject.values['size']} channels", "muted"), ("around each number", "text")]
    last = math.prod(subject.sizes[-subject.values["axes"] :])
    each = len(subject.sizes) > subject.values["axes"]
    return [
        ("all features of", "muted"), (f"each {places[:-1]}" if each else "each sample", "text"),
        (f"over {last} numbers", "muted"),
    ]  # fmt: skip
