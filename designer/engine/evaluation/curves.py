"""Curves by threshold: ROC, and precision with recall, of each class or label; and the thresholds that are best."""

import numpy as np
from frozendict import frozendict

from designer.engine.evaluation.record import Curve, Floats, Outcome

MOST_CURVES = 12  # that are drawn: those of the classes with the most samples
MOST_POINTS = 2000


def draw_curves(outcome: Outcome) -> tuple[tuple[Curve, ...], tuple[Curve, ...]]:
    """Return ROC curves (x false positive rate, y true positive rate) and precision (y) by recall (x)."""
    from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_curve

    roc, precise = [], []
    chances = outcome.chances.astype(np.float64)
    several = outcome.task == "class"
    truth = outcome.targets[:, None] == np.arange(chances.shape[1]) if several else outcome.targets > 0
    names = outcome.labels if several or outcome.task == "labels" else outcome.labels[1:]
    mixed = [place for place in range(chances.shape[1]) if 0 < truth[:, place].sum() < len(truth)]
    for place in sorted(sorted(mixed, key=lambda place: -truth[:, place].sum())[:MOST_CURVES]):
        yes, scores = truth[:, place], chances[:, place]
        false, true, levels = roc_curve(yes, scores)
        roc.append(_thin(Curve(names[place], false, true, levels, float(auc(false, true)))))
        precision, recall, levels = precision_recall_curve(yes, scores)
        area = float(average_precision_score(yes, scores))
        precise.append(_thin(Curve(names[place], recall, precision, np.append(levels, np.inf), area)))
    return tuple(roc), tuple(precise)


def offer_thresholds(outcome: Outcome) -> frozendict[str, float]:
    """Return the thresholds with the best F1 and with the best sum of recall and specificity (Youden, 1950)."""
    chances, truth = outcome.chances.astype(np.float64).ravel(), (outcome.targets > 0).ravel()
    if not 0 < truth.sum() < len(truth):
        return frozendict()
    order = np.argsort(-chances, kind="stable")
    ordered = chances[order]
    ends = np.append(np.diff(ordered) != 0, True)
    answered = (np.arange(len(order)) + 1.0)[ends]
    hits = np.cumsum(truth[order])[ends].astype(np.float64)
    levels = _between(ordered[ends])
    f1 = 2 * hits / (answered + truth.sum())
    youden = hits / truth.sum() - (answered - hits) / (~truth).sum()
    return frozendict({"Best F1": float(levels[f1.argmax()]), "Youden": float(levels[youden.argmax()])})


def _between(levels: Floats) -> Floats:
    """Return thresholds below each level and above the next: yes begins above a threshold."""
    following = np.append(levels[1:], 0.0 if levels[-1] > 0 else levels[-1] - 1)
    return np.asarray((levels + following) / 2)


def _thin(curve: Curve) -> Curve:
    if len(curve.x) <= MOST_POINTS:
        return curve
    keep = np.unique(np.linspace(0, len(curve.x) - 1, MOST_POINTS).round().astype(np.int64))
    return Curve(curve.name, curve.x[keep], curve.y[keep], curve.thresholds[keep], curve.area)
