"""Permutation importance: how much worse a network answers where a column is shuffled among the samples (Breiman, 2001).

All numbers that a column of the table became are shuffled together, so that it counts as one. What the network makes of
the samples as they are is worked out in the same batches as of those that are shuffled: a column that it does not look
at changes nothing, to the last bit.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from designer.catalogue.registry import metrics
from designer.engine.build import Pair, Script
from designer.engine.bundle import Bundle, apply, count_rows, join_rows, move_rows, split_rows, take_rows
from designer.engine.evaluation.evaluating import Held, Weights, use_threads
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import Part
from designer.engine.evaluation.resampling import Cancelled, Report, go_on
from designer.engine.explaining.columns import Column, list_columns
from designer.engine.explaining.explaining import untouched
from designer.engine.explaining.network import open_network
from designer.engine.explaining.record import ExplainError, Floats, Importance
from designer.engine.explaining.traits import read_traits
from designer.engine.plan import Plan

REPEATS = 10
MOST_ROWS = 10_000  # samples that are asked: more would tell little that these do not
MOST_NUMBERS = 2**27  # in them
NO_TABLE = "Importance is measured of columns, and the samples of this network are no rows of a table."


def measure_importance(
    plan: Plan,
    weights: Weights,
    held: Held,
    part: Part = "validation",
    *,
    repeats: int = REPEATS,
    device: str = "",
    alone: bool = True,
    report: Report = go_on,
) -> Importance:
    """Return how much each column of a table matters to a network with weights, on a part that it did not learn from.

    The seed of the plan draws the shuffles. Raises ExplainError, EvaluationError, Cancelled.
    """
    began = time.perf_counter()
    traits = read_traits(plan.project)
    if traits is None or traits.form != "columns" or part not in held.parts:
        raise ExplainError(NO_TABLE if part in held.parts else "There is no such part of the data.")
    with use_threads(plan.source.threads if alone else 0), OwnRandomness(plan.seed):
        network = open_network(plan, weights, held, device)
        columns = list_columns(plan.project, held.names)
        whole = count_rows(held.parts[part][0])
        random = np.random.default_rng(plan.seed)
        x, y = _draw_rows(held.parts[part], random)
        if not columns or not whole:
            raise ExplainError(NO_TABLE)
        x, y = x.to(network.device, copy=True), move_rows(y, network.device)
        loss = network.script.make_loss(move_rows(held.trained, network.device)).to(network.device)

        def score() -> dict[str, float]:
            return _score(network.script, network.model, loss, x, y)

        with untouched(network.model), torch.no_grad():
            scores = score()
            drops = _shuffle(x, columns, scores, score, repeats, random, report)
    names = tuple(column.name for column in columns)
    return Importance(names, scores, drops, len(x), whole, part, time.perf_counter() - began)


def _draw_rows(pair: Pair, random: np.random.Generator) -> tuple[Tensor, Bundle]:
    """Return the samples of a part, of very many some. Raises ExplainError."""
    x, y = pair
    if not isinstance(x, Tensor):
        raise ExplainError(NO_TABLE)
    most = max(min(MOST_ROWS, MOST_NUMBERS // x.shape[1]), 1)
    if len(x) <= most:
        return x, y
    rows = torch.as_tensor(np.sort(random.choice(len(x), most, replace=False)))
    return x[rows], take_rows(y, rows)


def _shuffle(
    x: Tensor,
    columns: Sequence[Column],
    scores: Mapping[str, float],
    score: Callable[[], Mapping[str, float]],
    repeats: int,
    random: np.random.Generator,
    report: Report,
) -> dict[str, Floats]:
    """Return columns x repeats for each score: by how much it is worse with a column of `x` shuffled. Raises Cancelled."""
    drops = {kind: np.zeros((len(columns), repeats)) for kind in scores}
    for place, column in enumerate(columns):
        places = torch.as_tensor(column.places, device=x.device)
        before = x[:, places].clone()
        for repeat in range(repeats):
            x[:, places] = before[torch.as_tensor(random.permutation(len(x)), device=x.device)]
            for kind, value in score().items():
                drops[kind][place, repeat] = (scores[kind] - value) * (1 if is_higher_better(kind) else -1)
            if not report((place * repeats + repeat + 1) / (len(columns) * repeats)):
                raise Cancelled
        x[:, places] = before
    return drops


def is_higher_better(kind: str) -> bool:
    """Return whether a larger score is better."""
    return kind in metrics and metrics[kind].better == "higher"


def _score(script: Script, model: nn.Module, loss: nn.Module, x: Tensor, y: Bundle) -> dict[str, float]:
    outputs = join_rows(
        [apply(model, batch) for batch in split_rows(script.arrange(x), script.source.evaluation_batch)]
    )
    found: Mapping[str, Tensor] = {"loss": loss(outputs, y)} | script.measure(outputs, y)
    return {kind: float(score) for kind, score in found.items()}
