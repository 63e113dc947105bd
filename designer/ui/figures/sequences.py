"""Figures of sequences: recurrent cells written out over time, attention, positions."""

import math

from designer.catalogue.figures import AddedRows, Attention, FirstToken, Springs, Unrolled, Waves
from designer.ui.figures.brush import Brush, Subject, by, scatter

STEPS = 4
MOST_QUERIES = 7


def paint_unrolled(brush: Brush, figure: Unrolled, subject: Subject) -> None:
    """Draw the cell at four steps, what goes from one to the next, and which of the states come out."""
    values = subject.values
    both, layers, output = values["bidirectional"], values["num_layers"], values["output"]
    wide, pitch = 40.0, 64.0
    for step in range(STEPS):
        x = 16 + step * pitch
        brush.box(x, 36, wide, 32, "family", "family", share=0.25, radius=4)
        if layers > 1:
            brush.line((x + 4, 33), (x + wide + 3, 33), "family")
            brush.line((x + wide + 3, 33), (x + wide + 3, 64), "family")
        _paint_gates(brush, figure, values, x, wide)
        brush.arrow((x + wide / 2, 86), (x + wide / 2, 70))
        name = f"x{'₁₂₃'[step]}" if step < STEPS - 1 else "x…"
        brush.write(name, x, 85, wide, 12, role="text", size=10)
        shown = output not in ("last", "state", "states") or step == STEPS - 1
        if shown:
            brush.arrow((x + wide / 2, 34), (x + wide / 2, 18), "family", 1.6)
            brush.write(f"h{'₁₂₃'[step]}" if step < STEPS - 1 else "h", x, 4, wide, 12, role="text", size=10)
        if step < STEPS - 1:
            levels = (44, 58) if figure.cell or both else (52,)
            for number, y in enumerate(levels):
                back = both and number == 1 and not figure.cell
                start, end = x + wide + 3, x + pitch - 1
                brush.arrow((end, y) if back else (start, y), (start, y) if back else (end, y), "family")
        if both and figure.cell and step < STEPS - 1:
            brush.arrow((x + pitch - 1, 65), (x + wide + 3, 65), "muted")
    words = [f"{values['hidden_size']} units"]
    words += [f"{layers} layers"] if layers > 1 else []
    words += ["both ways"] if both else []
    brush.write(", ".join(words), 8, 98, 130, 12, align="left")
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}", 132, 98, 132, 12, align="right")


def _paint_gates(brush: Brush, figure: Unrolled, values, x: float, wide: float) -> None:
    gates = figure.gates or (values["nonlinearity"],)
    room = wide / len(gates)
    for number, gate in enumerate(gates):
        if len(gates) > 1:
            brush.box(x + number * room + 1.5, 46, room - 3, 14, "family", "", share=0.65, radius=2)
        brush.write(gate, x + number * room, 46, room, 14, role="text", size=8.5 if len(gates) > 1 else 10)


def paint_springs(brush: Brush, figure: Springs, subject: Subject) -> None:
    """Draw units wired at random, the input that drives them and the state that is read."""
    count, density = 12, min(0.5, max(0.06, subject.values["density"]))
    spots = [
        (
            134 + 52 * math.cos(2.4 * number) * math.sqrt((number + 0.5) / count),
            46 + 38 * math.sin(2.4 * number) * math.sqrt((number + 0.5) / count),
        )
        for number in range(count)
    ]
    for a in range(count):
        for b in range(count):
            if a != b and scatter(a, b, subject.values["seed"] % 1000) < density:
                brush.line(spots[a], spots[b], "family", 0.8)
    for x, y in spots:
        brush.dot(x, y, 5, "card", "family")
    for row in range(3):
        brush.dot(28, 28 + row * 20, 4.5, "muted")
        brush.arrow((35, 28 + row * 20), (78, 34 + row * 13), "muted")
        brush.arrow((190, 34 + row * 13), (228, 28 + row * 20), "family")
    brush.write("x", 10, 4, 36, 12, role="text")
    brush.write("h", 222, 38, 36, 14, role="text", size=11)
    brush.write(f"{subject.values['hidden_size']} units, wired at random, never trained", 6, 97, 258, 12)


def paint_attention(brush: Brush, figure: Attention, subject: Subject) -> None:
    """Draw how much each query takes from each key, and what it gets of the values."""
    queries = subject.sizes[0]
    keys = subject.inputs[1].sizes[0] if len(subject.inputs) > 1 else queries
    rows, columns = min(MOST_QUERIES, queries), min(MOST_QUERIES, keys)
    causal, heads = bool(subject.values.get("causal")), subject.values["num_heads"]
    cell, x, y = 9.5, 84.0, 22.0
    for number in range(rows):
        brush.box(58, y + number * cell + 1, 20, cell - 2, "family", "", share=0.6)
    for number in range(columns):
        brush.box(x + number * cell + 1, 6, cell - 2, 14, "accent", "", share=0.6)
    for row in range(rows):
        scores = [math.exp(2.6 * scatter(row, column, 13) + 1.5 * (row == column)) for column in range(columns)]
        seen = [0.0 if causal and column > row else score for column, score in enumerate(scores)]
        total = sum(seen) or 1.0
        for column in range(columns):
            hidden = causal and column > row
            share = seen[column] / total
            brush.box(
                x + column * cell, y + row * cell, cell, cell, "" if hidden else "family", "border",
                share=0.06 + 0.94 * share, radius=0,
            )  # fmt: skip
    brush.write("queries", 8, y + rows * cell / 2 - 6, 46, 12, align="right")
    brush.write("keys", x + columns * cell + 4, 6, 40, 12, align="left")
    middle = y + rows * cell / 2
    brush.write("× values", x + columns * cell + 4, middle - 16, 52, 12, role="text", align="left")
    brush.arrow((x + columns * cell + 4, middle), (204, middle))
    for number in range(rows):
        brush.box(210, y + number * cell + 1, 46, cell - 2, "family", "", share=0.35 + 0.5 * scatter(number, 3))
    width = subject.sizes[-1]
    each = f"{heads} heads of {width // heads}" if heads else ""
    brush.write(f"{each}{', no look ahead' if causal else ''}", 8, 97, 130, 12, align="left")
    brush.write(by(subject.result), 170, 97, 92, 12, align="right")


def paint_waves(brush: Brush, figure: Waves, subject: Subject) -> None:
    """Draw the sines and cosines of the first positions, as the layer adds them, and two of them as curves."""
    length, width = min(subject.sizes[0], 24), subject.sizes[-1]
    base, shown = subject.values["base"], min(width, 16)
    cell_x, cell_y = 150 / length, 84 / shown

    def value(place: float, feature: int) -> float:
        angle = place / base ** (2 * (feature // 2) / width)
        return math.sin(angle) if feature % 2 == 0 else math.cos(angle)

    for place in range(length):
        for feature in range(shown):
            number = value(place, feature)
            brush.box(
                10 + place * cell_x, 6 + feature * cell_y, cell_x + 0.4, cell_y + 0.4, "family", "",
                share=0.5 + 0.5 * number, radius=0,
            )  # fmt: skip
    brush.box(10, 6, 150, 84, "", "border", radius=0)
    for number, feature in enumerate((0, min(4, shown - 1), min(8, shown - 1))):
        points = [(172 + step, 20 + number * 29 - 9 * value(step / 88 * length, feature)) for step in range(88)]
        brush.path(points, "family", 1.4)
    brush.write("positions →", 10, 96, 90, 12, align="left")
    brush.write(f"features: {width}", 100, 96, 60, 12, align="right")
    brush.write("added to x", 172, 96, 88, 12)


def paint_added_rows(brush: Brush, figure: AddedRows, subject: Subject) -> None:
    """Draw a sequence, the learned rows, and their sum."""
    for column, (x, role, name) in enumerate(((12, "muted", "x"), (104, "accent", "P, learned"), (196, "family", "y"))):
        for row in range(5):
            for part in range(6):
                share = 0.2 + 0.7 * scatter(row, part, column)
                brush.box(x + part * 10, 10 + row * 15, 10, 12, role, "window", share=share, radius=0)
        brush.write(name, x, 84, 60, 12, role="text")
        brush.write(("+", "=", "")[column], x + 64, 34, 24, 16, role="text", size=13)
    brush.write(f"one row for each of {subject.sizes[0]} places, {subject.sizes[-1]} numbers each", 6, 97, 258, 12)


def paint_first_token(brush: Brush, figure: FirstToken, subject: Subject) -> None:
    """Draw the learned step before the steps of the sequence."""
    for number in range(7):
        x = 20 + number * 33
        first = number == 0
        for part in range(5):
            share = 0.3 + 0.6 * scatter(number, part, 17)
            brush.box(x, 14 + part * 11, 24, 10, "accent" if first else "family", "", share=share, radius=1)
        name = "token" if first else f"x{'₁₂₃₄₅'[number - 1]}" if number < 6 else "…"
        brush.write(name, x - 6, 72, 36, 12, role="text")
    brush.box(16, 10, 32, 62, "", "accent", radius=3, pen=1.4)
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}", 6, 97, 258, 12)
