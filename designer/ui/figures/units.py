"""Figures of units and tables: fully connected layers, units left out at random, rows looked up by number."""

from designer.catalogue.figures import Lookup, Mask, UnitPairs, Units
from designer.ui.figures.brush import Brush, Subject, by, scatter
from designer.ui.figures.tensors import paint_block

MOST = 6  # units shown of a layer


def _place(count: int, height: float = 84.0) -> list[float]:
    """Return where to draw so many units, from the top; a gap in the middle stands for those not drawn."""
    shown = min(count, MOST)
    gap = min(15.5, height / max(1, shown))
    return [44 + (number - (shown - 1) / 2) * gap for number in range(shown)]


def paint_units(brush: Brush, figure: Units, subject: Subject) -> None:
    """Draw units of both sides, each joined to each, one of them with its weights in colour."""
    before, after = subject.sizes[-1], subject.result[-1]
    left, right = _place(before), _place(after)
    lit = min(1, len(right) - 1)
    for number, y in enumerate(right):
        for x in left:
            brush.line((80, x), (190, y), "family" if number == lit else "border", 1.3 if number == lit else 0.8)
    for side, x, count in ((left, 80, before), (right, 190, after)):
        for number, y in enumerate(side):
            on = x == 190 and number == lit
            brush.dot(x, y, 6, "family" if on else "card", "family" if on else "muted")
        if count > MOST:
            brush.write("⋮", x - 10, side[-1] + 5, 20, 12, role="text", size=11)
    brush.write(f"{before}", 26, 37, 44, 14, role="text", align="right")
    brush.write(f"{after}", 202, 37, 60, 14, role="text", align="left")
    bias = " + 1 bias" if subject.values.get("bias") else ""
    brush.write(f"each unit: {before} weights{bias}", 120, 97, 144, 12, align="right")
    rest = subject.sizes[:-1]
    brush.write(f"at each of {by(rest)}" if rest else "", 6, 97, 110, 12, align="left")


def paint_unit_pairs(brush: Brush, figure: UnitPairs, subject: Subject) -> None:
    """Draw two inputs whose units meet in pairs, and the units that weigh all pairs."""
    first, second = (kind.sizes[-1] for kind in subject.inputs[:2])
    for column in range(5):
        brush.dot(84 + column * 15, 16, 4.5, "card", "muted")
    for row in range(4):
        brush.dot(62, 34 + row * 15, 4.5, "card", "accent")
    brush.cells(76.5, 26.5, 5, 4, 15, lambda column, row: 0.2 + 0.6 * scatter(column, row))
    brush.arrow((158, 56), (190, 56))
    for y in _place(subject.result[-1], 60):
        brush.dot(204, y + 6, 5, "family", "family")
    brush.write(f"{first}", 160, 10, 40, 12, role="text", align="left")
    brush.write(f"{second}", 14, 50, 40, 12, role="text", align="right")
    brush.write(f"{subject.result[-1]}", 214, 50, 50, 12, role="text", align="left")
    brush.write(f"each unit: a weight for each of {first} × {second} pairs", 6, 97, 258, 12)


def paint_mask(brush: Brush, figure: Mask, subject: Subject) -> None:
    """Draw what is left out at random, as many of it as the layer's settings say."""
    share = subject.values["p"]
    if figure.what == "path":
        _paint_path(brush, share)
        return
    if figure.what == "units":
        for row in range(4):
            for column in range(9):
                x, y = 31 + column * 26, 15 + row * 22
                gone = scatter(column, row, 21) < share
                role = "border" if gone else "family"
                brush.dot(x, y, 7.5, role if not gone else "", "muted" if gone else "family", share=0.6)
                if gone:
                    brush.write("−" if figure.low else "", x - 8, y - 8, 16, 16, role="text")
                    brush.cross(x, y, 5, "muted" if figure.low else "error")
    else:
        for number in range(6):
            gone = scatter(number, 4, 22) < share
            x = 14 + number * 41
            paint_block(brush, x, 34, 28, 34, 16, "border" if gone else "family", 0.5)
            if gone:
                brush.cross(x + 14, 51, 11, "error")
    kept = f" · the rest × {1 / (1 - share):.3g}" if share < 1 and not figure.low else ""
    low = " take a low value" if figure.low else " set to 0"
    what = "channels" if figure.what == "channels" else "values"
    brush.write(f"{share:.0%} of the {what}{low}{kept}", 6, 97, 258, 12)


def _paint_path(brush: Brush, share: float) -> None:
    for row, gone in enumerate((False, True)):
        y = 30 + row * 44
        brush.arrow((20, y), (96, y), "muted" if gone else "family", 1.6, dashed=gone)
        brush.box(98, y - 11, 62, 22, "border" if gone else "family", "muted", share=0.5, radius=3, dashed=gone)
        brush.write("branch", 98, y - 11, 62, 22, role="text")
        brush.arrow((162, y), (214, y), "muted" if gone else "family", 1.6, dashed=gone)
        if gone:
            brush.cross(129, y, 12)
        brush.write("0" if gone else "1 / (1 − p)" if share else "1", 216, y - 7, 48, 14, role="text", align="left")
    brush.write(f"left out for {share:.0%} of the samples while training", 6, 97, 258, 12)


def paint_lookup(brush: Brush, figure: Lookup, subject: Subject) -> None:
    """Draw numbers that choose rows of a table, and the rows or what they come to."""
    values = subject.values
    chosen = (1, 4, 2)
    for number, row in enumerate(chosen):
        y = 16 + number * 24
        brush.box(14, y, 22, 18, "", "muted", radius=3)
        brush.write(f"{row}", 14, y, 22, 18, role="text", size=10)
        brush.arrow((38, y + 9), (84, 13.5 + row * 14), "family")
    for row in range(6):
        on = row in chosen
        for column in range(6):
            share = 0.25 + 0.65 * scatter(row, column, 2) if on else 0.3
            brush.box(
                86 + column * 11, 7 + row * 14, 11, 13, "family" if on else "muted", "window", share=share, radius=0
            )
    brush.arrow((156, 48), (180, 48))
    if "mode" in values:
        brush.write(values["mode"], 152, 32, 32, 12, role="text", size=9)
        for column in range(6):
            brush.box(190 + column * 11, 41, 11, 14, "family", "window", share=0.3 + 0.1 * column, radius=0)
    else:
        for number, row in enumerate(chosen):
            for column in range(6):
                share = 0.25 + 0.65 * scatter(row, column, 2)
                brush.box(190 + column * 11, 18 + number * 24, 11, 14, "family", "window", share=share, radius=0)
    rows = f"{values['num_embeddings']} rows" if "num_embeddings" in values else "a row a value,"
    brush.write(f"{rows} of {values['embedding_dim']}", 70, 94, 100, 12, role="text")
    brush.write(by(subject.sizes), 6, 94, 60, 12, align="left")
    brush.write(by(subject.result), 176, 94, 88, 12, align="right")
