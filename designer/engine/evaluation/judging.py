"""What becomes of a network's answers: scores and outcomes, of all of them at once or of one batch after the other."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.document.project import Project
from designer.engine.build import Script
from designer.engine.bundle import Bundle, count_rows, join_rows
from designer.engine.evaluation.losses import split_losses
from designer.engine.evaluation.reading import read_outcomes
from designer.engine.evaluation.record import Outcome
from designer.engine.evaluation.resampling import Report

LARGEST = 2**29  # bytes of answers that are kept: of a language model there is one number for each token at each place
GEOMETRIC = ("perplexity",)  # scores whose logarithms are averaged

Judged = tuple[dict[str, float], tuple[Outcome, ...]]


def judge(
    project: Project,
    script: Script,
    loss: nn.Module,
    pieces: Iterator[Bundle],
    y: Bundle,
    names: Mapping[str, Any],
    report: Report,
) -> Judged:
    """Return the scores by name and the outcome of each Output, as the script itself works them out.

    Of tokens whose answers would fill the memory they are worked out batch by batch, and joined. Raises Cancelled.
    """

    def judge_some(outputs: Bundle, right: Bundle) -> Judged:
        with torch.no_grad():
            scores = {"loss": loss(outputs, right)} | script.measure(outputs, right)
        losses = split_losses(loss, outputs, right, report)
        told = {name: float(score) for name, score in scores.items()}
        return told, read_outcomes(project, outputs, right, losses, names)

    first = next(pieces)
    if not isinstance(first, Tensor) or not isinstance(y, Tensor) or not _are_large(first, len(y)):
        return judge_some(join_rows([first, *pieces]), y)
    found: list[Judged] = []
    rows: list[int] = []
    for outputs in itertools.chain([first], pieces):
        start = sum(rows)
        rows.append(count_rows(outputs))
        found.append(judge_some(outputs, y[start : start + rows[-1]]))
    return _join_scores([scores for scores, _ in found], rows), _join_outcomes(
        [outcomes for _, outcomes in found], rows
    )


def _are_large(outputs: Tensor, rows: int) -> bool:
    return outputs.ndim == 3 and outputs.nbytes / max(len(outputs), 1) * rows > LARGEST


def _join_scores(parts: Sequence[Mapping[str, float]], rows: Sequence[int]) -> dict[str, float]:
    """Return the scores of all rows from those of parts."""
    shares = np.array(rows) / sum(rows)
    found = {}
    for name in parts[0]:
        values = [scores[name] for scores in parts]
        is_geometric = name in GEOMETRIC and min(values) > 0
        mean = float(shares @ (np.log(values) if is_geometric else np.array(values)))
        found[name] = math.exp(mean) if is_geometric else mean
    return found


def _join_outcomes(parts: Sequence[Sequence[Outcome]], rows: Sequence[int]) -> tuple[Outcome, ...]:
    """Return the outcomes of all rows from those of parts."""
    starts = list(itertools.accumulate(rows, initial=0))
    joined = []
    for some in zip(*parts, strict=True):
        moved = [replace(one, places=one.places + start) for one, start in zip(some, starts, strict=False)]
        arrays = {
            each.name: np.concatenate([getattr(one, each.name) for one in moved])
            for each in fields(Outcome)
            if isinstance(getattr(moved[0], each.name), np.ndarray)
        }
        joined.append(replace(moved[0], **arrays))
    return tuple(joined)
