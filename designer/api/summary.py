"""What a network is made of, layer by layer: sizes, parameters, multiply-adds. No torch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from designer.catalogue.blocks import BlockSpec, name_kind
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.training_lines import describe_training
from designer.document.project import Project
from designer.document.wording import show_name

DEPTH = 1  # how far blocks are looked into


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One layer: sizes are without the batch dimension, None where they are not known.

    For a use of a block, `block` is the name of the block, `repeat` how often it is applied, and `inside` the layers of
    one repetition; where repetitions differ, a row for each run of equal ones, which holds its layers. Counts are those
    of all repetitions. `off` says that the layer is left out.
    """

    id: str
    name: str
    kind: str
    inputs: tuple[tuple[int, ...] | None, ...]
    output: tuple[int, ...] | None
    parameters: int
    multiply_adds: int
    block: str = ""
    repeat: int = 1
    off: bool = False
    inside: "tuple[SummaryRow, ...]" = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Layers in the order data passes them, the totals of the network, and how it is trained. `str` gives a table."""

    nodes: tuple[SummaryRow, ...]
    parameters: int
    multiply_adds: int
    training: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        head = ("layer", "kind", "output", "parameters", "multiply-adds")
        body = [_write_row(row, depth) for depth, row in _walk(self.nodes)]
        foot = ("total", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}")
        widths = [max(map(len, column)) for column in zip(head, *body, foot, strict=True)]
        rule = "  ".join("-" * width for width in widths)
        lines = [_align(row, widths) for row in (head, *body, foot)]
        wide = max((len(title) for title, _ in self.training), default=0)
        told = ["", *(f"{title.ljust(wide)}  {text}" for title, text in self.training)] if self.training else []
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], *told])


def summarise(project: Project, inference: Inference | None = None, *, depth: int = DEPTH) -> Summary:
    """Return sizes, parameters and multiply-adds of every layer. Never raises, whatever the project.

    Blocks are looked into `depth` levels deep; at 0 each is one row.
    """
    inference = inference or infer_project(project)
    rows, training = tuple(_list_rows(inference, depth)), describe_training(project.training)
    return Summary(rows, inference.parameters, inference.multiply_adds, training)


def _list_rows(inference: Inference, depth: int, *, within: bool = False) -> Iterator[SummaryRow]:
    """Yield a row for each layer; within a block without its Inputs and Outputs."""
    order = [*inference.order, *(key for key in inference.graph.nodes if key in inference.unplaced)]
    for key in order:
        known = inference.nodes[key]
        if not (within and known.node.kind in ("Input", "Output")):
            yield _make_row(known, depth)


def _make_row(known: Inferred, depth: int) -> SummaryRow:
    node = known.node
    inputs = tuple(None if kind is None else kind.sizes for kind in known.inputs)
    leaving = None
    if known.outputs:
        leaving = known.outputs[0].sizes
    elif known.outputs is not None and inputs:  # an Output gives out what it is given
        leaving = inputs[0]
    row = SummaryRow(node.id, node.name, node.kind, inputs, leaving, known.parameters, known.multiply_adds)
    if known.is_off:
        return replace(row, off=True)
    if not isinstance(known.spec, BlockSpec):
        return row
    inside = tuple(_list_runs(known, row, depth)) if depth > 0 else ()
    return replace(row, block=name_kind(known.spec), repeat=int(known.options["repeat"]), inside=inside)


def _list_runs(known: Inferred, row: SummaryRow, depth: int) -> Iterator[SummaryRow]:
    """Yield the layers of a block, once for each run of repetitions that are equal."""
    runs = [(next(equal), 1 + sum(1 for _ in equal)) for _, equal in groupby(known.inside, id)]
    if len(runs) <= 1:
        for there, _ in runs:
            yield from _list_rows(there, depth - 1, within=True)
        return
    first = 0
    for there, times in runs:
        numbers = str(first) if times == 1 else f"{first}-{first + times - 1}"
        first += times
        rows = tuple(_list_rows(there, depth - 1, within=True))
        yield SummaryRow(
            row.id,
            f"{row.name}[{numbers}]",
            row.kind,
            _find_sizes(there, "Input"),
            next(iter(_find_sizes(there, "Output")), None),
            there.parameters * times,
            there.multiply_adds * times,
            name_kind(known.spec) if known.spec is not None else "",
            times,
            inside=rows,
        )


def _find_sizes(there: Inference, kind: str) -> tuple[tuple[int, ...] | None, ...]:
    """Return what the Inputs or the Outputs of a block's inside carry."""
    found = [known for known in there.nodes.values() if known.node.kind == kind]
    types = [(known.outputs or (None,))[0] if kind == "Input" else (*known.inputs, None)[0] for known in found]
    return tuple(None if one is None else one.sizes for one in types)


def _walk(rows: Sequence[SummaryRow], depth: int = 0) -> Iterator[tuple[int, SummaryRow]]:
    """Yield every row with how deep it lies."""
    for row in rows:
        yield depth, row
        yield from _walk(row.inside, depth + 1)


def _write_row(row: SummaryRow, depth: int) -> tuple[str, ...]:
    times = f" x {row.repeat}" if row.repeat > 1 else ""
    return (
        "  " * depth + show_name(row.name) + times,
        show_name(row.block or row.kind) + (" (off)" if row.off else ""),
        "?" if row.output is None else " x ".join(map(str, row.output)) or "scalar",
        f"{row.parameters:,}" if row.parameters else "",
        f"{row.multiply_adds:,}" if row.multiply_adds else "",
    )


def _align(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return a line of a table: text to the left, the two columns of numbers to the right."""
    cells = [
        cell.rjust(width) if column > 2 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
