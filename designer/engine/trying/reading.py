"""What a network says of one sample, read off the columns of predict.py: chances by name, values in their own unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from designer.catalogue.facts import facts
from designer.document.project import Project
from designer.engine.bundle import Bundle, parts_of
from designer.engine.evaluation.losses import Losses
from designer.engine.evaluation.reading import SCALED, find_scale, is_scaled, list_heads, read_outcomes
from designer.engine.evaluation.record import Outcome
from designer.engine.trying.said import Answer, Form
from designer.engine.undoing import cut_past, undo

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench, Sample

TOP = 12  # tokens that may come next, with their chances
FORMS: Mapping[str, Form] = {
    "tell_classes": "classes",
    "tell_binary": "binary",
    "tell_questions": "questions",
    "tell_values": "values",
    "tell_next": "next",
}


def read_answers(bench: "Bench", sample: "Sample", outputs: Bundle) -> tuple[Answer, ...]:
    """Return the answers to one sample, one for each output."""
    answerer = bench.answerer
    if answerer is None:
        return ()
    columns = {name: values[0] for name, values in answerer.tell(outputs, *sample.past).items()}
    outcomes = _read_outcomes(bench, sample, outputs)
    heads = list_heads(bench.plan.project)
    known = facts(bench.plan.project)
    no = known.target.labels[0] if known is not None and len(known.target.labels) == 2 else "no"
    many, found = len(answerer.prediction.told) > 1, []
    for place, function in enumerate(answerer.prediction.told):
        start = f"output {place + 1} " if many else ""
        if FORMS[function] == "next":
            found.append(_read_next(bench, sample, parts_of(outputs)[place][0]))
            continue
        own = {name.removeprefix(start): value for name, value in columns.items() if name.startswith(start)}
        form: Form = "copy" if place < len(heads) and heads[place].compares_input else FORMS[function]
        outcome = outcomes[place] if place < len(outcomes) else None
        name = heads[place].name if place < len(heads) else ""
        names = bench.stock.names if bench.stock is not None else answerer.kept
        unit = SCALED if form == "values" and find_scale(answerer.kept) is None and is_scaled(names) else ""
        output = parts_of(outputs)[place][0]
        answer = _read(form, name, own, outcome, unit, output, no)
        if form == "values" and not answerer.prediction.past:
            answer = _bring_back(answer, bench.plan.project, sample)
        found.append(answer)
    return tuple(found)


def _bring_back(answer: Answer, project: Project, sample: "Sample") -> Answer:
    """Return values of a prepared series in its own unit, which predict.py cannot where it is given windows alone."""
    if not sample.past:
        return replace(answer, unit=answer.unit or name_unit(project))
    values = torch.tensor([[value for _, value in answer.bars]], dtype=torch.float64)
    told = undo(project, values, sample.past)[0].tolist()
    return replace(answer, bars=tuple((name, value) for (name, _), value in zip(answer.bars, told, strict=True)))


def name_unit(project: Project) -> str:
    """Return in words what was done to a series before it was cut into windows; "" where nothing was."""
    source = project.data.source
    given = source.parameters if source is not None and source.kind in ("Series", "AirlinePassengers") else {}
    unit = "of the logarithm" if given.get("log") else ""
    if difference := given.get("difference"):
        unit = f"change {unit} over {difference} {'place' if difference == 1 else 'places'}".replace("  ", " ")
    return f"({unit})" if unit else ""


def _read(
    form: Form, name: str, columns: Mapping[str, Any], outcome: Outcome | None, unit: str, output: torch.Tensor, no: str
) -> Answer:
    pairs = list(columns.items())
    if form in ("classes", "binary"):
        bars = [(key[2:-1], float(value)) for key, value in pairs[2:]]
        if form == "binary":
            bars.insert(0, (no, 1 - bars[0][1]))
        return Answer(form, name, tuple(bars), str(columns["answer"]), float(columns["probability"]), outcome)
    if form == "questions":
        bars = [(key[2:-1], float(value)) for key, value in pairs[len(pairs) // 2 :]]
        best = ", ".join(key for key, value in pairs[: len(pairs) // 2] if value == "yes") or "none"
        return Answer(form, name, tuple(bars), best, outcome=outcome)
    numbers = np.array([value for _, value in pairs], np.float64)
    if form == "copy" and numbers.size == output.numel():
        return Answer(form, name, (), values=numbers.reshape(output.shape).astype(np.float32))
    return Answer(form, name, tuple((key, float(value)) for key, value in pairs), outcome=outcome, unit=unit)


def _read_next(bench: "Bench", sample: "Sample", output: torch.Tensor) -> Answer:
    """Return what may come after the known tokens of a window, the likeliest first."""
    assert bench.answerer is not None
    known = facts(bench.plan.project)
    assert known is not None
    tokens = known.target.labels or tuple(bench.answerer.kept["vocabulary"]["tokens"])
    chances = output[(sample.known or len(output)) - 1, : len(tokens)].double().softmax(0).topk(min(TOP, len(tokens)))
    pairs = zip(chances.indices.tolist(), chances.values.tolist(), strict=True)
    bars = tuple((tokens[number], chance) for number, chance in pairs)
    return Answer("next", "", bars, *bars[0])


def _read_outcomes(bench: "Bench", sample: "Sample", outputs: Bundle) -> Sequence[Outcome]:
    """Return what the Evaluate tab makes of the sample, with its target in words; nothing where that is not known."""
    if sample.y is None or bench.answerer is None:
        return ()
    losses, project, stock = Losses(np.zeros(1), np.ones(1)), bench.plan.project, bench.stock
    names = dict(bench.answerer.kept)
    if sample.past and stock is not None and sample.number >= 0:  # what a series was before it was prepared
        names |= cut_past(project, stock.names, int(stock.rows[sample.number]))
    return read_outcomes(project, outputs, sample.y, losses, names)
