"""Figures of parts that follow each other: transformer layers, the inside of a block, data in and answers out, code."""

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.figures import Answer, Code, Inside, Sample, Steps
from designer.catalogue.written import Written, read_code
from designer.document.wording import show_name
from designer.ui.figures.brush import Brush, Subject, by, scatter
from designer.ui.figures.tensors import paint_sizes

MOST_NODES = 60
GAP = 9.0  # between two parts


def paint_steps(brush: Brush, figure: Steps, subject: Subject) -> None:
    """Draw the parts from left to right, with the ways around them and the second input where there is one."""
    steps = figure.steps(subject.values)
    widths = [_measure(name) for name, _ in steps]
    scale = min(1.0, (252 - GAP * len(steps)) / sum(widths))
    widths = [width * scale for width in widths]
    total, y = sum(widths) + GAP * (len(steps) - 1), 56.0
    lefts = [(270 - total) / 2 + sum(widths[:n]) + GAP * n for n in range(len(steps))]
    brush.arrow((max(1.0, lefts[0] - GAP), y), (lefts[0] - 1, y))
    for number, (name, around) in enumerate(steps):
        left, wide = lefts[number], widths[number]
        _paint_step(brush, name, left, wide, y)
        brush.arrow((left + wide + 0.5, y), (min(269.0, left + wide + GAP - 0.5), y))
        if around:
            plus = next(place for place in range(number, len(steps)) if steps[place][0] == "+")
            start, end = left - GAP / 2, lefts[plus] + widths[plus] / 2
            brush.path([(start, y), (start, 26), (end, 26)], "family", 1.4)
            brush.arrow((end, 26), (end, y - widths[plus] / 2), "family", 1.4)
        if name == figure.memory:
            brush.arrow((left + wide / 2, 92), (left + wide / 2, y + 16), "accent", 1.4)
            brush.write("memory", left + wide / 2 - 60, 80, 56, 12, role="text", align="right")
    times = subject.values.get("num_layers", 1)
    heads = subject.values.get("nhead", 1)
    words = [f"{heads} heads", f"mlp {subject.values['dim_feedforward']}"] + ([f"{times} times"] if times > 1 else [])
    brush.write(", ".join(words), 8, 2, 254, 12)
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}", 100, 97, 164, 12, align="right")


def _measure(name: str) -> float:
    return 16.0 if name == "+" else 8 + 5.2 * len(name)


def _paint_step(brush: Brush, name: str, left: float, wide: float, y: float) -> None:
    if name == "+":
        brush.dot(left + wide / 2, y, wide / 2, "card", "muted")
    else:
        brush.box(left, y - 15, wide, 30, "muted" if name == "norm" else "family", "muted", share=0.35, radius=4)
    brush.write(name, left, y - 15, wide, 30, role="text", size=12 if name == "+" else 9)


def paint_inside(brush: Brush, figure: Inside, subject: Subject) -> None:
    """Draw the network of a block as small cards and wires, as it is laid out."""
    spec = subject.spec
    if not isinstance(spec, BlockSpec):
        return
    block = spec.definition
    nodes = [node for node in block.graph.nodes if node in block.layout][:MOST_NODES]
    if not nodes:
        brush.write("empty block", 6, 46, 258, 14)
        return
    # Data flows down in the drawing: turned here to flow right, as the picture is wider than tall.
    xs, ys = [block.layout[node][1] for node in nodes], [block.layout[node][0] for node in nodes]
    wide, tall = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
    rows = len({round(y / 40) for y in ys})
    card_w = max(4.0, min(34.0, 230 / max(1, len({round(x / 40) for x in xs})) - 6))
    card_h = max(4.0, min(18.0, 78 / max(1, rows) - 4))
    spots = {
        node: (
            8 + (block.layout[node][1] - min(xs)) / wide * (254 - card_w),
            8 + (0.5 if rows == 1 else (block.layout[node][0] - min(ys)) / tall) * (80 - card_h),
        )
        for node in nodes
    }
    for edge in block.graph.edges:
        if edge.source in spots and edge.target in spots:
            (x1, y1), (x2, y2) = spots[edge.source], spots[edge.target]
            start, end = (x1 + card_w, y1 + card_h / 2), (x2, y2 + card_h / 2)
            if abs(start[1] - end[1]) < 1 and end[0] - start[0] > 1.5 * card_w:
                lift = min(16.0, card_h)
                brush.path([start, (start[0] + 4, start[1] - lift), (end[0] - 4, end[1] - lift), end], "muted", 1.1)
            else:
                brush.line(start, end, "muted", 1.1)
    for node, (x, y) in spots.items():
        there = spec.blocks
        kind = block.graph.nodes[node].kind
        family = _find_family(kind, there)
        brush.painter.setPen(brush.painter.pen())
        brush.box(x, y, card_w, card_h, "card", "border", radius=2)
        brush.shape([(x, y), (x + 2.5, y), (x + 2.5, y + card_h), (x, y + card_h)], _role(brush, family))
        if card_w > 26:
            brush.write(show_name(block.graph.nodes[node].name), x + 3, y, card_w - 3, card_h, size=7.5, role="text")
    brush.write(f"{len(block.graph.nodes)} layers inside", 8, 97, 120, 12, align="left")
    brush.write(f"{by(subject.sizes)} → {by(subject.result)}" if subject.inputs else "", 92, 97, 172, 12, align="right")


def _find_family(kind: str, blocks) -> str:
    from designer.catalogue.blocks import find_spec

    spec = find_spec(kind, blocks)
    return spec.family if spec is not None else "custom"


def _role(brush: Brush, family: str) -> str:
    return f"#{family}" if family in brush.theme.family else "muted"


def paint_sample(brush: Brush, figure: Sample, subject: Subject) -> None:
    """Draw a sample by its sizes: a picture, a sequence or a vector."""
    sizes = subject.result
    if len(sizes) == 3 and sizes[0] in (1, 3) and min(sizes[1:]) > 1:
        rows = columns = 9
        ring = {(c, r) for c in range(9) for r in range(9) if 5 < (c - 4) ** 2 + ((r - 4) * 0.8) ** 2 < 11}
        for layer in range(sizes[0] - 1, -1, -1):
            role = ("error", "ok", "accent")[layer] if sizes[0] == 3 else "family"
            x, y = 30 + 12 * layer, 16 - 7 * (layer - (sizes[0] - 1))
            brush.box(x, y, columns * 8, rows * 8, "window", "border", radius=0)
            brush.cells(x, y, columns, rows, 8, lambda c, r: 0.85 if (c, r) in ring else 0.08, role=role, line="")
        brush.arrow((150, 50), (186, 50), "family", 1.8)
        brush.write(by(sizes), 180, 64, 84, 14, role="text", size=11)
        return
    paint_sizes(brush, 14, 140, sizes)
    brush.arrow((158, 46), (192, 46), "family", 1.8)
    words = {1: "a vector", 2: "steps × features"}.get(len(sizes), by(sizes))
    brush.write(words, 186, 56, 80, 14, role="text")
    brush.write("one sample, without the batch", 8, 97, 254, 12)


def paint_answer(brush: Brush, figure: Answer, subject: Subject) -> None:
    """Draw what the network answers beside what is right, and the loss that compares them."""
    sizes = subject.sizes
    count = min(6, sizes[-1])
    scores = [0.2 + 0.3 * scatter(number, 8) for number in range(count)]
    right = min(3, count - 1)
    scores[right] = 0.85
    for number, score in enumerate(scores):
        y = 10 + number * 14
        brush.box(30, y, 78 * score, 10, "family", "", share=0.75, radius=1)
    brush.line((30, 6), (30, 94), "border")
    for number in range(count):
        y = 10 + number * 14
        brush.box(176, y, 10, 10, "ok" if number == right else "", "muted", radius=1)
    loss = subject.values.get("loss") or "loss"
    brush.arrow((114, 46), (130, 46))
    brush.arrow((172, 46), (158, 46))
    brush.write("⟷", 128, 38, 32, 14, role="text", size=12)
    brush.write(loss, 100, 58, 88, 12, role="text", size=9)
    brush.write("answer ŷ", 30, 97, 80, 12, align="left")
    word = "the input" if subject.values.get("compare") == "input" else "target y"
    brush.write(word, 170, 97, 92, 12, align="left")
    brush.write(by(sizes), 196, 40, 66, 12, align="left")


def paint_code(brush: Brush, figure: Code, subject: Subject) -> None:
    """Draw the class as a box with its inputs and outputs by name."""
    spec = subject.spec
    written = read_code(subject.values.get("code", ""))
    name = written.name if isinstance(written, Written) else "Layer"
    brush.box(70, 12, 130, 74, "window", "family", radius=4, pen=1.4)
    for row, (text, indent) in enumerate(
        ((f"class {name}(Module):", 0), ("def forward(self, …):", 8), ("return …", 16))
    ):
        brush.write(text, 78 + indent, 20 + row * 18, 118 - indent, 14, role="text", size=8.8, fixed=True, align="left")
    for ports, is_input in ((spec.inputs[:5], True), (spec.outputs[:5], False)):
        for number, port in enumerate(ports):
            y = 49 + (number - (len(ports) - 1) / 2) * 15
            start, end = ((50, y), (69, y)) if is_input else ((201, y), (220, y))
            brush.arrow(start, end, "family")
            x, align = (2, "right") if is_input else (222, "left")
            brush.write(show_name(port.name), x, y - 7, 46, 13, role="text", size=9, align=align)
    brush.write("your own Python", 6, 97, 258, 12)
