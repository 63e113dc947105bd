"""Figures of questions with yes or no, one or several to a sample: what hangs on the threshold of yes, and what does not."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from designer.document.wording import show_name
from designer.engine.evaluation.calibration import read_reliability
from designer.engine.evaluation.classes import (
    Cells,
    count_confusion,
    draw_cells,
    join_figures,
    list_lines,
    mean_columns,
    measure_binary,
    measure_cells,
    measure_chances,
    measure_order,
)
from designer.engine.evaluation.curves import draw_curves, offer_thresholds
from designer.engine.evaluation.record import NEUTRAL, Array, Assessment, Figure, Floats, Line, Outcome
from designer.engine.evaluation.resampling import Report, go_on, share_of, sum_columns

OF_ONE_CLASS = ("precision", "recall", "f1", "specificity", "average_precision")


def assess_questions(outcome: Outcome, report: Report = go_on) -> Assessment:
    """Return all that is worked out of a yes or no, or several, with the usual threshold. Raises Cancelled."""
    chances = measure_chances(outcome, share_of(report, 0.0, 0.4))
    areas, precisions = measure_order(outcome, share_of(report, 0.4, 0.9))
    each = {"auroc": areas, "average_precision": precisions}
    roc, precise = draw_curves(outcome)
    truth, given = (outcome.targets > 0).ravel(), outcome.chances.astype(np.float64).ravel()
    whole = Assessment(
        NEUTRAL,
        join_figures({kind: mean_columns(drawn) for kind, drawn in each.items()}, chances),
        list_lines(outcome.labels, (outcome.targets > 0).sum(0), each) if outcome.task == "labels" else (),
        roc=roc,
        precision_recall=precise,
        reliability=read_reliability(given, truth) if outcome.is_chance else None,
        offers=offer_thresholds(outcome),
    )
    return move_threshold(outcome, whole, NEUTRAL)


def move_threshold(outcome: Outcome, before: Assessment, threshold: float) -> Assessment:
    """Return an assessment with another threshold: what does not hang on it stays."""
    answers, truth = outcome.decide(threshold), outcome.targets > 0
    if outcome.task == "binary":
        confusion = count_confusion(truth[:, 0], answers[:, 0], 2)
        cells = draw_cells(confusion)
        drawn = measure_binary(cells)
        lines = list_lines(outcome.labels, confusion.sum(1), measure_cells(cells))
    else:
        confusion = before.confusion
        drawn, each = _measure_labels(answers, truth)
        old = before.lines
        lines = list_lines(outcome.labels, truth.sum(0), each)
        lines = tuple(_merge(line, kept) for line, kept in zip(lines, old, strict=True))
    figures = _update(join_figures(drawn), before.figures)
    if outcome.task == "binary" and outcome.labels[1] != "yes":
        figures = tuple(_name_class(figure, show_name(outcome.labels[1], 24)) for figure in figures)
    loss = [figure for figure in figures if figure.kind == "loss"]
    figures = (*loss, *(figure for figure in figures if figure.kind != "loss"))
    return replace(before, threshold=threshold, figures=figures, lines=lines, confusion=confusion)


def _measure_labels(answers: Array, truth: Array) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the figures of several labels over the draws, and those of each label."""
    right = answers == truth
    columns = (np.ones(len(truth)), right.mean(1), right.all(1), answers & truth, answers, truth)
    sums = sum_columns(np.column_stack(columns).astype(np.float64))
    cells = Cells(*np.split(sums[:, 3:], 3, 1))
    each = {kind: np.nan_to_num(values) for kind, values in measure_cells(cells).items()}
    micro = 2 * cells.hits.sum(1) / np.maximum(cells.answered.sum(1) + cells.real.sum(1), 1)
    drawn = {"accuracy": sums[:, 1] / sums[:, 0], "exact_match": sums[:, 2] / sums[:, 0]}
    return drawn | {kind: values.mean(1) for kind, values in each.items()} | {"f1_micro": micro}, each


def _name_class(figure: Figure, name: str) -> Figure:
    """Return a figure that is of one class with that in its title."""
    mine = figure.kind in OF_ONE_CLASS and " of " not in figure.title
    return replace(figure, title=f"{figure.title} of {name}") if mine else figure


def _merge(new: Line, old: Line) -> Line:
    return replace(new, figures=_update(new.figures, old.figures))


def _update(new: Iterable[Figure], old: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return the new figures, then those of the old that are no other ones now."""
    known = {figure.kind: figure for figure in new}
    return (*known.values(), *(figure for figure in old if figure.kind not in known))
