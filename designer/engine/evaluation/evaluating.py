"""Running a network over a part of its data, beside whatever else runs: its own copy, its own random numbers."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.build import Pair, Script, build
from designer.engine.bundle import Bundle, apply, count_rows, join_rows, move_rows, parts_of, split_rows
from designer.engine.device import choose
from designer.engine.evaluation.judging import judge
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import Array, Evaluation, EvaluationError, Part
from designer.engine.evaluation.resampling import Cancelled, Report, go_on
from designer.engine.fingerprint import fingerprint
from designer.engine.gathering import PARTS, gather
from designer.engine.plan import Plan
from designer.engine.undoing import cut_past

READ, WALKED = 0.3, 0.9  # share of the work when the data are read, and when the network has seen them
RAW = ("texts", "table", "series")  # what samples were before they were encoded, the first there is
KEPT = (
    "validation",
    "test",
    "y_scale",
    "columns",
    "vocabulary",
    "history",
    *RAW,
)  # of the variables of load_data: all else may be large
LARGEST = 2**30  # bytes of samples that are kept to be shown


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What a network has learned, by torch's names, and when: "as it is now", "the last step", "the best epoch".

    `data` is the fingerprint of what it learned from, where that is known.
    """

    tensors: Mapping[str, Tensor]
    title: str
    epoch: int
    step: int
    data: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What is held out of training: the parts by name, the targets trained on, and some variables of load_data."""

    parts: Mapping[Part, Pair]
    trained: Bundle
    names: Mapping[str, Any]
    fingerprint: str = ""


def evaluate(
    plan: Plan,
    weights: Weights,
    part: Part = "validation",
    *,
    held: Held | None = None,
    device: str = "",
    alone: bool = True,
    name: str = "",
    report: Report = go_on,
) -> tuple[Evaluation, Held]:
    """Return what a network answers to a part, and the data that were read for it, for the next time.

    `device` is the plan's unless given. Where nothing else trains in this process (`alone`) it uses as many threads as the
    run does. Raises EvaluationError, Cancelled, and what the script raises.
    """
    began = time.perf_counter()
    with use_threads(plan.source.threads if alone else 0), OwnRandomness(plan.seed):
        script = build(plan.source)
        if held is None:
            held = read_data(script, plan)
        _ask(report, READ)
        place = choose(device or plan.device)
        model = load_model(script, weights, place)
        if part not in held.parts:
            raise EvaluationError("No test part was set aside for this run. Give the test a share in the Data tab.")
        x, y = held.parts[part]
        y = move_rows(y, place)
        loss = script.make_loss(move_rows(held.trained, place)).to(place)
        pieces = walk_pieces(script, model, x, place, report)
        rows, known = find_rows(held.names, part, count_rows(x))
        names = cut_past(plan.project, held.names, int(rows[0])) if known and len(rows) else held.names
        scores, outcomes = judge(plan.project, script, loss, pieces, y, names, report)
    samples = parts_of(x)
    evaluation = Evaluation(
        part,
        weights.title,
        weights.epoch,
        weights.step,
        plan.project,
        scores,
        outcomes,
        tuple(part.cpu().numpy() for part in samples) if sum(part.nbytes for part in samples) <= LARGEST else (),
        rows,
        known,
        find_raw(held.names),
        time.perf_counter() - began,
        name,
        "test" in held.parts,
        other_data=bool(weights.data) and weights.data != held.fingerprint,
    )
    _ask(report, 1.0)
    return evaluation, held


def read_data(script: Script, plan: Plan) -> Held:
    """Return what is held out, read by the script itself. Raises EvaluationError, and what the recipes raise."""
    if plan.missing:
        raise EvaluationError(plan.missing)
    return hold(gather(script, plan.data_path))


def hold(names: Mapping[str, Any]) -> Held:
    """Return what is held out, of the variables of load_data."""
    train, validation, *more = names[PARTS]
    parts: dict[Part, Pair] = {"validation": validation}
    if more:
        parts["test"] = more[0]
    kept = {name: names[name] for name in KEPT if name in names}
    return Held(parts, train[1], kept, fingerprint(train, validation))


def load_model(script: Script, weights: Weights, device: torch.device) -> nn.Module:
    """Return a network with these weights, ready to answer. Raises EvaluationError."""
    model = script.make_model()
    try:
        model.load_state_dict(dict(weights.tensors))
    except RuntimeError:
        text = "The weights of this run do not fit its network. It may have been changed since; train it again."
        raise EvaluationError(text) from None
    return model.to(device).eval()


def walk(script: Script, model: nn.Module, x: Bundle, device: torch.device, report: Report = go_on) -> Bundle:
    """Return the answers to all samples, in the batches of the script's own `evaluate`. Raises Cancelled."""
    return join_rows(list(walk_pieces(script, model, x, device, report)))


def walk_pieces(
    script: Script, model: nn.Module, x: Bundle, device: torch.device, report: Report = go_on
) -> Iterator[Bundle]:
    """Yield the answers to all samples batch by batch. Raises Cancelled."""
    total, done = count_rows(x), 0
    for batch in split_rows(x, script.source.evaluation_batch):
        with torch.no_grad():
            found = apply(model, move_rows(batch, device))
        done += count_rows(batch)
        _ask(report, READ + (WALKED - READ) * done / total)
        yield found


def find_rows(names: Mapping[str, Any], part: Part, count: int) -> tuple[Array, bool]:
    """Return the numbers of a part's samples in the whole data, and whether they are known; else those in the part."""
    rows = names.get(part)
    if isinstance(rows, Tensor) and rows.ndim == 1 and len(rows) == count:
        return rows.cpu().numpy(), True
    if isinstance(rows, slice) and rows.start is not None:
        return np.arange(rows.start, rows.start + count), True
    return np.arange(count), False


def find_raw(names: Mapping[str, Any]) -> Any:
    """Return what samples were before they were encoded: a table, texts, a series; None where that is not known."""
    return next((names[name] for name in RAW if name in names), None)


@contextlib.contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Let torch use so many threads meanwhile, 0 for as many as it does."""
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if count:
            torch.set_num_threads(before)


def _ask(report: Report, share: float) -> None:
    if not report(share):
        raise Cancelled
