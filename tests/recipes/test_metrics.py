"""Metrics as the script measures them, against scikit-learn, for every kind of target."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from designer.catalogue.registry import metrics
from designer.catalogue.training_spec import Reading
from designer.recipes import metrics as recipe

SCOPE = {name: getattr(recipe, name) for name in dir(recipe) if name.startswith("measure_")} | {
    "F": torch.nn.functional
}


def measure(kind: str, reading: Reading, **values: torch.Tensor) -> float:
    """Return what the expression of a metric gives."""
    assert reading.task in metrics[kind].tasks
    return float(eval(metrics[kind].expression(reading), SCOPE, values))


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(2, 8), st.integers(0, 10**6), st.booleans())
def test_classes(rows: int, classes: int, seed: int, coarse: bool) -> None:
    torch.manual_seed(seed)
    outputs, y = torch.randn(rows, classes), torch.randint(classes, (rows,))
    outputs = outputs.round() if coarse else outputs
    answers = outputs.argmax(1)
    reading = Reading("class", classes, "logits")
    given_values = {"outputs": outputs, "answers": answers, "truth": y}
    assert measure("accuracy", reading, **given_values) == pytest.approx(sk.accuracy_score(y, answers))
    macro = {"average": "macro", "zero_division": 0}
    for kind, score in (("f1", sk.f1_score), ("precision", sk.precision_score), ("recall", sk.recall_score)):
        assert measure(kind, reading, **given_values) == pytest.approx(score(y, answers, **macro), abs=1e-6)
    loss = sk.log_loss(y, outputs.double().softmax(1), labels=range(classes))
    assert measure("perplexity", reading, **given_values) == pytest.approx(np.exp(loss), rel=1e-4)
    if classes > 5:
        assert not metrics["top5"].refuse(reading)
        best = sk.top_k_accuracy_score(y, outputs, k=5, labels=range(classes))
        assert coarse or measure("top5", reading, **given_values) == pytest.approx(best)
    if classes > 2 and len(y.unique()) == classes:
        area = sk.roc_auc_score(y, outputs.softmax(1), multi_class="ovr")
        assert measure("auroc", reading, **given_values) == pytest.approx(area, abs=1e-6)


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 4), st.integers(0, 10**6), st.booleans())
def test_yes_or_no_and_labels(rows: int, labels: int, seed: int, coarse: bool) -> None:
    torch.manual_seed(seed)
    outputs, y = torch.randn(rows, labels), torch.randint(2, (rows, labels)).float()
    outputs = outputs.round() if coarse else outputs
    answers, truth = outputs > 0, y > 0.5
    reading = Reading("binary" if labels == 1 else "labels", labels, "logits")
    given_values = {"outputs": outputs, "y": y, "answers": answers, "truth": truth}
    average = {"average": "binary" if labels == 1 else "macro", "zero_division": 0}
    for kind, score in (("f1", sk.f1_score), ("precision", sk.precision_score), ("recall", sk.recall_score)):
        expected = (
            score(truth.squeeze(1), answers.squeeze(1), **average) if labels == 1 else score(truth, answers, **average)
        )
        assert measure(kind, reading, **given_values) == pytest.approx(expected, abs=1e-6)
    assert measure("accuracy", reading, **given_values) == pytest.approx(1 - sk.hamming_loss(truth, answers), abs=1e-6)
    if labels > 1:
        assert measure("exact_match", reading, **given_values) == pytest.approx(sk.accuracy_score(truth, answers))
        micro = sk.f1_score(truth, answers, average="micro", zero_division=0)
        assert measure("f1_micro", reading, **given_values) == pytest.approx(micro, abs=1e-6)
    known = [column for column in range(labels) if len(y[:, column].unique()) == 2]
    area = measure("auroc", reading, **given_values)
    if known:
        assert area == pytest.approx(np.mean([sk.roc_auc_score(y[:, c], outputs[:, c]) for c in known]), abs=1e-6)
    else:
        assert np.isnan(area)


@settings(max_examples=20)
@given(st.integers(2, 30), st.integers(1, 3), st.integers(0, 10**6))
def test_values(rows: int, values: int, seed: int) -> None:
    torch.manual_seed(seed)
    y = torch.randn(rows, values)
    outputs = y + torch.randn(rows, values) / 3
    reading = Reading("value", values, "values")
    for kind, expected in (
        ("mae", sk.mean_absolute_error(y, outputs)),
        ("rmse", sk.mean_squared_error(y, outputs) ** 0.5),
        ("r2", sk.r2_score(y.double(), outputs.double(), multioutput="variance_weighted")),
    ):
        assert measure(kind, reading, y=y, outputs=outputs) == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_every_metric_is_compared_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [kind for kind in metrics if f'"{kind}"' not in text] == []


def test_what_cannot_be_measured_is_said() -> None:
    for kind, reading in (("top5", Reading("class", 3, "logits")), ("perplexity", Reading("class", 3, "scores"))):
        assert metrics[kind].refuse(reading).endswith(".")
