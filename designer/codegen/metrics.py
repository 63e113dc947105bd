"""The function of the training script that says how good outputs are: measure."""

import re
from dataclasses import dataclass

from designer.catalogue.measuring import choose_metrics, read_target
from designer.catalogue.training_spec import MetricSpec, Reading
from designer.codegen.evaluation import describe_scores, has_own_scores, write_own_measure
from designer.codegen.layout import LINE_LENGTH, STEP, Group, lay_out
from designer.codegen.lettering import measure_width
from designer.codegen.readiness import Setup

SIGNATURE = "def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:"


def find_reading(setup: Setup) -> Reading:
    """Return what metrics are measured on."""
    return read_target(setup.facts.target, setup.loss, setup.output.elements)


def find_metrics(setup: Setup) -> tuple[MetricSpec, ...]:
    """Return the metrics that are measured, in the order in which they are shown."""
    return choose_metrics(setup.training.metrics, find_reading(setup))


def write_measure(setup: Setup) -> list[str]:
    """Return `measure`, which says how good outputs are, over any number of samples."""
    if has_own_scores(setup):
        return write_own_measure(setup)
    reading, metrics = find_reading(setup), find_metrics(setup)
    values = [spec.expression(reading) for spec in metrics]
    lines, names = _prepare(setup, reading)
    for name, code in names.items():
        uses = sum(len(re.findall(rf"\b{name}\b", value)) for value in values)
        if uses == 1 or code.isidentifier():
            bare = code[1:-1] if code.startswith("(") else code  # alone between commas it needs no parentheses
            values = [re.sub(rf"(?<=\(){name}(?=,)|(?<=, ){name}(?=[,)])", bare, value) for value in values]
            values = [re.sub(rf"\b{name}\b", code, value) for value in values]
        elif uses:
            lines.append(f"{name} = {code.removeprefix('(').removesuffix(')') if code.startswith('(') else code}")
    group = Group("{", tuple((f'"{spec.kind}": ', value) for spec, value in zip(metrics, values, strict=True)), "}")
    return [
        SIGNATURE,
        *_write_docstring(setup, metrics),
        *(f"{STEP}{line}" for line in lines),
        *lay_out("return ", group, "", STEP),
    ]


def write_scores(setup: Setup, indent: int) -> str:
    """Return the end of the line that is printed after each epoch, as f-strings below each other from column `indent`."""
    if has_own_scores(setup):
        parts = describe_scores(setup)
    else:
        parts = [f"{spec.title} {{scores['{spec.kind}']:{spec.form}}}" for spec in find_metrics(setup)]
    rows = [parts[0]]
    for part in parts[1:]:
        if indent + measure_width(rows[-1]) + len(part) + 8 <= LINE_LENGTH:
            rows[-1] += f", {part}"
        else:
            rows[-1] += ", "
            rows.append(part)
    return ("\n" + " " * indent).join(f'f"{row}"' for row in rows)


def _prepare(setup: Setup, reading: Reading) -> tuple[list[str], dict[str, str]]:
    """Return the lines before all metrics, and what `answers` and `truth` stand for, as code."""
    loss, values = setup.loss, setup.loss_values
    lines: list[str] = []
    if reading.task == "value":
        if loss.per_value > 1:
            lines.append(f"outputs = outputs.chunk({loss.per_value}, dim=1)[0]")
        if loss.outputs == "rates" and values["log_input"]:
            lines.append("outputs = outputs.exp()")
        return lines, {}
    if loss.target == "class":
        if values.get("ignore_index", -100) >= 0:
            lines += [f"counted = y != {values['ignore_index']}", "outputs, y = outputs[counted], y[counted]"]
        return lines, {"answers": "outputs.argmax(1)", "truth": "y"}
    if reading.task == "class":
        return lines, {"answers": "outputs.argmax(1)", "truth": "y.argmax(1)"}
    return lines, {
        "answers": f"(outputs {find_threshold(setup).code})",
        "truth": f"(y > {'0' if loss.target == 'sign' else '0.5'})",
    }


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where yes begins: "> 0.5" or, for distances, "< 0.5" as code."""

    sign: str
    value: float

    @property
    def code(self) -> str:
        """The comparison as code."""
        return f"{self.sign} {self.value:g}"


def find_threshold(setup: Setup) -> Threshold:
    """Return where yes begins among the outputs of a loss that asks yes or no."""
    loss, values = setup.loss, setup.loss_values
    if loss.outputs == "distances":
        near = values.get("alike", 1) == 1
        return Threshold("<" if near else ">", values["margin"] / 2)
    return Threshold(">", 0 if loss.outputs in ("logits", "scores") else 0.5)


def _write_docstring(setup: Setup, metrics: tuple[MetricSpec, ...]) -> list[str]:
    kinds = [spec.kind for spec in metrics]
    if kinds == ["r2", "mae"]:
        text = "Return R2 (1 is perfect, 0 no better than the mean) and the mean absolute error."
    elif kinds == ["accuracy"] and setup.facts.target.kind in ("class", "binary"):
        side = setup.loss.target != "class" and setup.output.elements == 1
        what = f"on the right side of {find_threshold(setup).value:g}" if side else "whose class has the largest output"
        text = f"Return the share of samples {what}."
    else:
        *before, last = [spec.title for spec in metrics]
        text = f"Return {', '.join(before)}{' and ' if before else ''}{last}."
    return [f'{STEP}"""{text}"""']
