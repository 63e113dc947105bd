"""What a network is made of, layer by layer: sizes, parameters, multiply-adds. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass

from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.document.project import Project
from designer.document.wording import show_name


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One layer: sizes are without the batch dimension, None where they are not known."""

    id: str
    name: str
    kind: str
    inputs: tuple[tuple[int, ...] | None, ...]
    output: tuple[int, ...] | None
    parameters: int
    multiply_adds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Layers in the order data passes them, and the totals of the network. `str` gives a table."""

    nodes: tuple[SummaryRow, ...]
    parameters: int
    multiply_adds: int

    def __str__(self) -> str:
        head = ("layer", "kind", "output", "parameters", "multiply-adds")
        body = [
            (
                show_name(row.name),
                show_name(row.kind),
                "?" if row.output is None else " x ".join(map(str, row.output)) or "scalar",
                f"{row.parameters:,}" if row.parameters else "",
                f"{row.multiply_adds:,}" if row.multiply_adds else "",
            )
            for row in self.nodes
        ]
        foot = ("total", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}")
        widths = [max(map(len, column)) for column in zip(head, *body, foot, strict=True)]
        rule = "  ".join("-" * width for width in widths)
        lines = [_align(row, widths) for row in (head, *body, foot)]
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def summarise(project: Project, inference: Inference | None = None) -> Summary:
    """Return sizes, parameters and multiply-adds of every layer. Never raises, whatever the project."""
    inference = inference or infer_project(project)
    order = [*inference.order, *(key for key in project.graph.nodes if key in inference.unplaced)]
    rows = []
    for key in order:
        known = inference.nodes[key]
        inputs = tuple(None if kind is None else kind.sizes for kind in known.inputs)
        leaving = None
        if known.outputs:
            leaving = known.outputs[0].sizes
        elif known.outputs is not None and inputs:  # an Output gives out what it is given
            leaving = inputs[0]
        rows.append(
            SummaryRow(key, known.node.name, known.node.kind, inputs, leaving, known.parameters, known.multiply_adds)
        )
    return Summary(tuple(rows), inference.parameters, inference.multiply_adds)


def _align(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return a line of a table: text to the left, the two columns of numbers to the right."""
    cells = [
        cell.rjust(width) if column > 2 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
