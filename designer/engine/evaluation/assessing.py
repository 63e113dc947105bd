"""All that is worked out of an outcome, by its task."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from designer.engine.evaluation.calibration import read_reliability
from designer.engine.evaluation.classes import (
    count_confusion,
    draw_cells,
    join_figures,
    list_lines,
    mean_columns,
    measure_cells,
    measure_chances,
    measure_classes,
    measure_order,
)
from designer.engine.evaluation.curves import draw_curves
from designer.engine.evaluation.questions import assess_questions
from designer.engine.evaluation.record import NEUTRAL, Assessment, Outcome
from designer.engine.evaluation.resampling import DRAWS, Report, draw_means, go_on, share_of
from designer.engine.evaluation.tokens import list_tokens, measure_tokens
from designer.engine.evaluation.values import measure_values

MOST_MATRIX = 400  # classes of a confusion matrix


def assess(outcome: Outcome, report: Report = go_on) -> Assessment:
    """Return figures with their intervals, tables and curves. Raises Cancelled where `report` says not to go on."""
    found = ASSESS[outcome.task](outcome, report)
    return replace(found, draws=DRAWS)


def _assess_classes(outcome: Outcome, report: Report) -> Assessment:
    classes = len(outcome.labels)
    confusion = count_confusion(outcome.targets, outcome.answers, classes)
    cells = draw_cells(confusion)
    chances = measure_chances(outcome, share_of(report, 0.0, 0.4))
    areas, precisions = measure_order(outcome, share_of(report, 0.4, 0.9))
    each = {"auroc": areas, "average_precision": precisions}
    order = {kind: mean_columns(drawn) for kind, drawn in each.items()}
    own = outcome.chances[np.arange(outcome.rows), outcome.answers.astype(np.int64)].astype(np.float64)
    roc, precise = draw_curves(outcome)
    return Assessment(
        NEUTRAL,
        join_figures(measure_classes(cells), order, chances),
        list_lines(outcome.labels, confusion.sum(1), measure_cells(cells) | each),
        confusion if classes <= MOST_MATRIX else np.zeros((0, 0)),
        roc,
        precise,
        read_reliability(own, outcome.answers == outcome.targets) if outcome.is_chance else None,
    )


def _assess_values(outcome: Outcome, report: Report) -> Assessment:
    found, each = measure_values(outcome, report)
    count = np.full(len(outcome.labels), outcome.rows)
    lines = list_lines(outcome.labels, count, each) if len(outcome.labels) > 1 and each else ()
    return Assessment(NEUTRAL, join_figures(found), lines)


def _assess_tokens(outcome: Outcome, report: Report) -> Assessment:
    found = measure_tokens(outcome, share_of(report, 0.0, 0.3))
    return Assessment(NEUTRAL, join_figures(found), list_tokens(outcome, share_of(report, 0.3, 1.0)))


def _assess_losses(outcome: Outcome, report: Report) -> Assessment:
    return Assessment(NEUTRAL, join_figures({"loss": draw_means(outcome, (), report)[0]}))


ASSESS: dict[str, Callable[[Outcome, Report], Assessment]] = {
    "class": _assess_classes,
    "binary": assess_questions,
    "labels": assess_questions,
    "value": _assess_values,
    "tokens": _assess_tokens,
    "none": _assess_losses,
}
