"""The figures of an evaluation, declared as data: what each is called, how it is written, what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from designer.engine.evaluation.record import Figure, Floats

ENDS = (2.5, 97.5)  # percentiles of an interval of 95 %


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure: its key, its name, how it is written, which way is better, and what it says."""

    kind: str
    title: str
    form: str
    better: Literal["higher", "lower", ""]
    meaning: str


SPECS = {
    spec.kind: spec
    for spec in (
        FigureSpec("loss", "Loss", ".4f", "lower", "What training makes small, the mean over these samples."),
        FigureSpec("accuracy", "Accuracy", "%", "higher", "Share of answers that are right."),
        FigureSpec(
            "balanced_accuracy",
            "Balanced accuracy",
            "%",
            "higher",
            "Recall, the mean over the classes: as accuracy, if all classes were of one size.",
        ),
        FigureSpec("top3", "Top-3 accuracy", "%", "higher", "Share of samples whose class is among the first three."),
        FigureSpec("top5", "Top-5 accuracy", "%", "higher", "Share of samples whose class is among the first five."),
        FigureSpec("exact_match", "All labels right", "%", "higher", "Share of samples without a wrong label."),
        FigureSpec(
            "precision", "Precision", "%", "higher", "Hits / (hits + false alarms): how far a yes can be trusted."
        ),
        FigureSpec("recall", "Recall", "%", "higher", "Hits / (hits + misses): how much of what is there is found."),
        FigureSpec("specificity", "Specificity", "%", "higher", "Share of what is no that was called no."),
        FigureSpec("f1", "F1", "%", "higher", "2 hits / (2 hits + false alarms + misses)."),
        FigureSpec("f1_weighted", "F1, weighted", "%", "higher", "F1 of each class, the mean by how many samples it has."),
        FigureSpec("f1_micro", "F1, micro", "%", "higher", "F1 over all labels together."),
        FigureSpec(
            "mcc",
            "Matthews correlation",
            ".4f",
            "higher",
            "1 all right, 0 no better than chance, -1 all wrong; fair to classes of any size (Matthews, 1975).",
        ),
        FigureSpec(
            "auroc",
            "ROC AUC",
            ".4f",
            "higher",
            "How likely a yes has a larger chance than a no; each class against the others, the mean.",
        ),
        FigureSpec(
            "average_precision",
            "Average precision",
            ".4f",
            "higher",
            "Area below precision and recall; for no skill it is the share of yes.",
        ),
        FigureSpec("log_loss", "Log loss", ".4f", "lower", "Mean of -log of the chance given to what is right."),
        FigureSpec(
            "brier",
            "Brier score",
            ".4f",
            "lower",
            "Mean square of chance less truth, over all classes (Brier, 1950): 0 is perfect.",
        ),
        FigureSpec(
            "ece",
            "Calibration error",
            "%",
            "lower",
            "How far chances lie from the shares that came true, over 15 bins (ECE; Guo and others, 2017).",
        ),
        FigureSpec("r2", "R2", ".4f", "higher", "Share of the variance that is explained: 1 perfect, 0 as the mean."),
        FigureSpec("mae", "Mean absolute error", ".4g", "lower", "How far answers lie from the truth."),
        FigureSpec("rmse", "Root mean square error", ".4g", "lower", "As the mean error, but large ones count more."),
        FigureSpec("median_error", "Median absolute error", ".4g", "lower", "Half of the errors are smaller."),
        FigureSpec("mape", "Mean percentage error", "%", "lower", "Mean of error / truth, both without sign (MAPE)."),
        FigureSpec("bias", "Bias", ".4g", "", "Mean of answer less truth: above 0 the answers are too high."),
        FigureSpec("correlation", "Correlation", ".4f", "higher", "Pearson's, of answers and truth."),
        FigureSpec("outside", "Out of bounds", "%", "lower", "Share of answers below the least or above the largest value."),
        FigureSpec("perplexity", "Perplexity", ".4g", "lower", "exp of the mean loss: among how many tokens it wavers."),
        FigureSpec("bits", "Bits per token", ".4f", "lower", "Mean loss over log 2: what a coder would need a token."),
    )
}  # fmt: skip


def make_figures(values: Mapping[str, Floats]) -> tuple[Figure, ...]:
    """Return figures of values over the sample itself and the draws: the interval is that of the draws."""
    return tuple(make_figure(kind, drawn) for kind, drawn in values.items())


def make_figure(kind: str, drawn: Floats) -> Figure:
    """Return a figure of its values over the sample itself and the draws."""
    spec = SPECS[kind]
    known = drawn[1:][np.isfinite(drawn[1:])]
    # In a draw a rare class may be missing; where that is so in most, nothing can be said.
    enough = len(known) > len(drawn) // 2
    low, high = np.percentile(known, ENDS).tolist() if enough else (np.nan, np.nan)
    return Figure(kind, spec.title, float(drawn[0]), low, high, spec.form, spec.better, spec.meaning)
