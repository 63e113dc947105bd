"""Windows of a series as samples: what is known, what the network says comes after it, and what came."""

from dataclasses import dataclass

import torch

from designer.catalogue.facts import facts
from designer.catalogue.undoing import count_before
from designer.engine.bundle import parts_of
from designer.engine.evaluation.record import Array, EvaluationError
from designer.engine.trying.bench import Bench, Reply, Sample
from designer.engine.undoing import find_past, undo
from designer.recipes.scale import apply_scale, undo_scale


@dataclass(frozen=True, slots=True)
class SeriesForm:
    """A network that foretells `horizon` numbers of a series, called `name`, from the `length` before."""

    name: str
    length: int
    horizon: int


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A window from its place in the series on: what is `known`, what was `foretold`, and what `came` (may be empty)."""

    start: int
    known: Array
    foretold: Array
    came: Array


def find_series(bench: Bench) -> SeriesForm | None:
    """Return what windows a network wants, None where its samples are none."""
    known = facts(bench.plan.project)
    if known is None or bench.answerer is None or known.gap is None or known.input.dtype != "float":
        return None
    if len(known.input.sizes) != 2 or known.input.sizes[1] != 1 or known.target.kind != "value":
        return None
    name = known.target.labels[0].rpartition(" + ")[0] if known.target.labels else "value"
    return SeriesForm(name, known.input.sizes[0], known.target.size)


def take_last(bench: Bench, form: SeriesForm) -> Sample:
    """Return the last window of the data, after which nothing is known. Raises EvaluationError."""
    series = bench.stock.names.get("series") if bench.stock is not None else None
    if series is None:
        raise EvaluationError(bench.missing or "The series of this run is not there.")
    window = series[-form.length :].float()[None, :, None]
    assert bench.answerer is not None
    start = len(series) - form.length
    assert bench.stock is not None
    past = find_past(bench.plan.project, bench.stock.names, start)
    return Sample(apply_scale(window, dict(bench.answerer.kept["y_scale"])), start, past=past)


def lay_out(bench: Bench, form: SeriesForm, sample: Sample, reply: Reply) -> Stretch:
    """Return a sample with its answer, in the unit of the series."""
    assert bench.answerer is not None
    scale = dict(bench.answerer.kept["y_scale"])
    project, past = bench.plan.project, sample.past
    known = undo_scale(parts_of(sample.x)[0][0, :, 0].double(), scale)
    told = torch.tensor([value for _, value in reply.answers[0].bars], dtype=torch.float64)[None]
    came = undo_scale(parts_of(sample.y)[0].double(), scale) if sample.y is not None else torch.zeros(1, 0)
    if past:
        known = past[0][: len(known) + count_before(project)]  # what the window was made of
        came = undo(project, came, past) if came.numel() else came
    start = sample.raw if isinstance(sample.raw, int) else 0
    if sample.number >= 0 and bench.stock is not None:
        start = int(bench.stock.rows[sample.number])
    return Stretch(start, known.numpy(), told[0].numpy(), came[0].numpy())
