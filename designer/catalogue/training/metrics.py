"""Metrics, declared as data: how good outputs are, in numbers that people read."""

from collections.abc import Callable

from designer.catalogue.training_spec import MetricSpec, Reading


def _table(function: str) -> Callable[[Reading], str]:
    """Return the call of a function that compares answers with the truth, class by class."""

    def write(reading: Reading) -> str:
        classes = f", classes={reading.size}" if reading.task in ("class", "tokens") else ""
        return f"{function}(answers, truth{classes})"

    return write


def _write_auroc(reading: Reading) -> str:
    if reading.task != "class":
        sign = "-" if reading.outputs == "distances" else ""
        return f"measure_auroc({sign}outputs, truth)"
    scores = "outputs.softmax(1)" if reading.outputs in ("logits", "scores") else "outputs"
    return f"measure_auroc({scores}, truth, classes={reading.size})"


def _write_perplexity(reading: Reading) -> str:
    function = "F.nll_loss" if reading.outputs == "log_probabilities" else "F.cross_entropy"
    return f"{function}(outputs, truth).exp()"


def _refuse_perplexity(reading: Reading) -> str:
    if reading.outputs in ("logits", "log_probabilities"):
        return ""
    return "Perplexity needs logits or log-probabilities: use CrossEntropyLoss, or leave it out."


def _refuse_few_classes(reading: Reading) -> str:
    return (
        "" if reading.size > 5 else f"With {reading.size} classes the right one is all but always among the first five."
    )


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        kind="accuracy",
        title="accuracy",
        summary="Share of answers that are right.",
        tasks=("class", "binary", "labels", "tokens"),
        usual=("class", "binary", "labels", "tokens"),
        expression=lambda reading: "(answers == truth).float().mean()",
        form=".2%",
        formula="right answers / all answers",
        help="The first number to look at. It flatters where classes are of different size: if 95 of 100 mails are no spam, "
        "always saying no is 95 % right. Several labels are counted one by one.",
    ),
    MetricSpec(
        kind="top5",
        title="top-5 accuracy",
        summary="Share of samples whose class is among the five with the largest outputs.",
        tasks=("class", "tokens"),
        expression=lambda reading: "(outputs.topk(5).indices == truth[:, None]).any(1).float().mean()",
        form=".2%",
        refuse=_refuse_few_classes,
        formula="samples with the class among the first five / all samples",
        help="For many classes that are alike, such as the 1,000 of ImageNet with its 120 breeds of dogs: a near miss "
        "counts as a hit.",
    ),
    MetricSpec(
        kind="exact_match",
        title="all labels right",
        summary="Share of samples with every label right.",
        tasks=("labels",),
        expression=lambda reading: "(answers == truth).all(1).float().mean()",
        form=".2%",
        formula="samples without a wrong label / all samples",
        help="The strict accuracy of several labels: one wrong label spoils the sample. With many labels it is low even "
        "for a good network.",
    ),
    MetricSpec(
        kind="precision",
        title="precision",
        summary="Share of what was called yes that is yes; the mean over classes.",
        tasks=("class", "binary", "labels"),
        expression=_table("measure_precision"),
        recipe="metrics",
        formula="hits / (hits + false alarms)",
        help="How far an alarm can be trusted. For classes and labels it is worked out for each and averaged (macro), so "
        "that small classes count as much as large ones; 0 where nothing was called yes.",
    ),
    MetricSpec(
        kind="recall",
        title="recall",
        summary="Share of what is yes that was found; the mean over classes.",
        tasks=("class", "binary", "labels"),
        expression=_table("measure_recall"),
        recipe="metrics",
        formula="hits / (hits + misses)",
        help="How much is found of what there is. For classes the mean over them (macro), which is also called balanced "
        "accuracy. Recall rises with every yes: look at precision beside it.",
    ),
    MetricSpec(
        kind="f1",
        title="F1",
        summary="The harmonic mean of precision and recall; the mean over classes.",
        tasks=("class", "binary", "labels"),
        expression=_table("measure_f1"),
        recipe="metrics",
        formula="2 hits / (2 hits + false alarms + misses)",
        help="One number for rare answers, where accuracy flatters. For classes and labels the mean over them (macro).",
    ),
    MetricSpec(
        kind="f1_micro",
        title="F1 (micro)",
        summary="F1 over all labels counted together.",
        tasks=("labels",),
        expression=_table("measure_f1_micro"),
        recipe="metrics",
        formula="2 Σ hits / Σ (2 hits + false alarms + misses)",
        help="Common labels count most here, all labels alike in F1. For one class out of several it would equal accuracy.",
    ),
    MetricSpec(
        kind="auroc",
        title="AUROC",
        summary="How likely a yes gets a larger output than a no.",
        tasks=("class", "binary", "labels"),
        expression=_write_auroc,
        recipe="metrics",
        formula="P(output of a yes > output of a no) + ½ P(both alike)",
        help="The area under the ROC curve: 0.5 is guessing, 1 is perfect, whatever the threshold. For classes and labels "
        "each against the rest, and the mean over those of which there is a yes and a no. It flatters where yes is very "
        "rare.",
    ),
    MetricSpec(
        kind="perplexity",
        title="perplexity",
        summary="Among how many classes the network still wavers.",
        tasks=("tokens", "class"),
        usual=("tokens",),
        expression=_write_perplexity,
        better="lower",
        form=".4g",
        refuse=_refuse_perplexity,
        formula="exp(mean of −log p[y])",
        help="The measure of language models: 1 is certainty, the number of classes is guessing. It is the exponential of "
        "the plain cross entropy, without label smoothing or weights.",
    ),
    MetricSpec(
        kind="r2",
        title="R2",
        summary="Share of the variance that is explained.",
        tasks=("value",),
        usual=("value",),
        expression=lambda reading: "1 - (y - outputs).square().sum() / (y - y.mean(0)).square().sum()",
        formula="1 − Σ(y − ŷ)² / Σ(y − ȳ)²",
        help="1 is perfect, 0 no better than always giving the mean, below 0 worse. Several values are taken together, "
        "those with the most variance counting most.",
    ),
    MetricSpec(
        kind="mae",
        title="mean absolute error",
        summary="How far answers are off, on average.",
        tasks=("value",),
        usual=("value",),
        expression=lambda reading: "(y - outputs).abs().mean()",
        form=".4g",
        better="lower",
        formula="mean |y − ŷ|",
        help="In the units of the target as the network sees it, so it is the easiest to picture; standard deviations where "
        "the data scales the target.",
    ),
    MetricSpec(
        kind="rmse",
        title="root mean square error",
        summary="How far answers are off, large errors counting most.",
        tasks=("value",),
        expression=lambda reading: "(y - outputs).square().mean().sqrt()",
        form=".4g",
        better="lower",
        formula="√ mean (y − ŷ)²",
        help="In the units of the target, and never below the mean absolute error: much above it, a few errors are very "
        "large.",
    ),
)
