"""Figures of predicted tokens: one of many at each place of a sequence. Whole sequences are drawn anew, not places."""

import numpy as np

from designer.engine.evaluation.classes import Cells, list_lines, measure_cells
from designer.engine.evaluation.record import Array, Floats, Line, Outcome
from designer.engine.evaluation.resampling import Report, draw_means, go_on, sum_columns

MOST_TOKENS = 400  # that have a line of their own: those that occur most often
TINY = 1e-30


def measure_tokens(outcome: Outcome, report: Report = go_on) -> dict[str, Floats]:
    """Return loss, perplexity, accuracy and the like."""
    bits = -np.log(np.maximum(outcome.chances.astype(np.float64), TINY)).mean(1)
    right = (outcome.answers == outcome.targets).mean(1)
    loss, means = draw_means(outcome, [bits, right, (outcome.ranks < 5).mean(1)], report)
    surprise, accuracy, top5 = means.T
    found = {"loss": loss, "perplexity": np.exp(surprise), "bits": surprise / np.log(2), "accuracy": accuracy}
    return found | ({"top5": top5} if len(outcome.labels) > 10 else {})


def list_tokens(outcome: Outcome, report: Report = go_on) -> tuple[Line, ...]:
    """Return precision, recall and F1 of the tokens that occur most often."""
    counts = np.bincount(outcome.targets.ravel().astype(np.int64), minlength=len(outcome.labels))
    shown = np.sort(np.argsort(-counts, kind="stable")[: min(MOST_TOKENS, int((counts > 0).sum()))])
    place = np.full(len(counts), -1)
    place[shown] = np.arange(len(shown))
    truth, answers = place[outcome.targets.astype(np.int64)], place[outcome.answers.astype(np.int64)]
    hits = np.where(truth == answers, truth, -1)
    tables = [_count(numbers, len(shown)) for numbers in (hits, answers, truth)]
    each = measure_cells(Cells(*np.split(sum_columns(np.concatenate(tables, 1), report), 3, 1)))
    return list_lines(tuple(outcome.labels[number] for number in shown), counts[shown], each)


def _count(tokens: Array, size: int) -> Floats:
    """Return rows x tokens: how often each occurs; -1 is none."""
    rows = np.arange(len(tokens))[:, None] * (size + 1) + tokens + 1
    flat = np.bincount(rows.ravel().astype(np.int64), minlength=len(tokens) * (size + 1))
    return np.asarray(flat.reshape(len(tokens), size + 1)[:, 1:], np.float64)
