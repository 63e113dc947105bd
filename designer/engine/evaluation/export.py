"""An evaluation as values for files: JSON of all figures and tables, and CSV of figures, of lines, and of samples."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from designer.engine.evaluation.record import Assessment, Evaluation, Figure, Line, Outcome

Row = Sequence[Any]


def describe(evaluation: Evaluation, assessments: Sequence[Assessment]) -> dict[str, Any]:
    """Return an evaluation as JSON takes it; what is no number is null."""
    return {
        "run": evaluation.name,
        "part": evaluation.part,
        "weights": evaluation.weights,
        "epoch": evaluation.epoch,
        "step": evaluation.step,
        "samples": len(evaluation.rows),
        "scores": {name: _clean(score) for name, score in evaluation.scores.items()},
        "outputs": [_describe(outcome, found) for outcome, found in zip(evaluation.outcomes, assessments, strict=True)],
    }


def _describe(outcome: Outcome, found: Assessment) -> dict[str, Any]:
    return {
        "output": outcome.name,
        "task": outcome.task,
        "unit": outcome.unit,
        "threshold": found.threshold if outcome.task in ("binary", "labels") else None,
        "best_thresholds": dict(found.offers),
        "figures": {figure.kind: _describe_figure(figure) for figure in found.figures},
        "lines": [
            {
                "name": line.name,
                "samples": line.count,
                "figures": {figure.kind: _describe_figure(figure) for figure in line.figures},
            }
            for line in found.lines
        ],
        "classes": list(outcome.labels) if found.confusion.size else [],
        "confusion": found.confusion.astype(int).tolist(),
    }


def _describe_figure(figure: Figure) -> dict[str, float | None]:
    return {"value": _clean(figure.value), "low": _clean(figure.low), "high": _clean(figure.high)}


def _clean(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def write_figures(assessments: Sequence[Assessment], names: Sequence[str]) -> str:
    """Return the figures as CSV: output, figure, value, ends of the interval."""
    rows = [
        (name, figure.kind, figure.value, figure.low, figure.high)
        for name, found in zip(names, assessments, strict=True)
        for figure in found.figures
    ]
    return _write(("output", "figure", "value", "low_95", "high_95"), rows)


def write_lines(lines: Sequence[Line]) -> str:
    """Return the table by classes, labels or values as CSV."""
    kinds = [figure.kind for figure in lines[0].figures] if lines else []
    heads = ["name", "samples", *(f"{kind}{end}" for kind in kinds for end in ("", "_low_95", "_high_95"))]
    rows = [
        [line.name, line.count, *(v for figure in line.figures for v in (figure.value, figure.low, figure.high))]
        for line in lines
    ]
    return _write(heads, rows)


def write_samples(evaluation: Evaluation, outcome: Outcome, threshold: float) -> str:
    """Return truth, answer, chances and loss of every sample as CSV, in the order of the part."""
    rows = [evaluation.number(sample) for sample in outcome.places.tolist()]
    columns: dict[str, Iterable[Any]] = {"row": rows}
    match outcome.task:
        case "class":
            columns["true"] = [outcome.labels[number] for number in outcome.targets.tolist()]
            columns["answered"] = [outcome.labels[number] for number in outcome.answers.tolist()]
            columns |= {f"chance of {name}": outcome.chances[:, i].tolist() for i, name in enumerate(outcome.labels)}
        case "binary" | "labels":
            names = outcome.labels if outcome.task == "labels" else outcome.labels[1:]
            decided = outcome.decide(threshold).astype(int)
            for place, name in enumerate(names):
                columns[f"true {name}"] = outcome.targets[:, place].tolist()
                columns[f"answered {name}"] = decided[:, place].tolist()
                columns[f"chance of {name}"] = outcome.chances[:, place].tolist()
        case "value":
            for place, name in enumerate(outcome.labels):
                columns[f"true {name}"] = outcome.targets[:, place].tolist()
                columns[f"predicted {name}"] = outcome.answers[:, place].tolist()
        case "tokens":
            columns["share right"] = np.mean(outcome.answers == outcome.targets, axis=1).tolist()
    columns["loss"] = outcome.losses.tolist()
    return _write(list(columns), zip(*columns.values(), strict=True))


def _write(heads: Row, rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_write_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _write_cell(cell: Any) -> Any:
    """Return a cell as it is written: no number stays empty, and no name begins what a spreadsheet would work out."""
    if isinstance(cell, float):
        return repr(cell) if math.isfinite(cell) else ""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
