"""Every figure against scikit-learn's, and every interval against samples that are really drawn anew."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from designer.engine.evaluation.assessing import assess
from designer.engine.evaluation.questions import move_threshold
from designer.engine.evaluation.ranking import measure_order, rank
from designer.engine.evaluation.record import Outcome
from designer.engine.evaluation.resampling import Cancelled, draw_weights

ROWS, CLASSES = 160, 4
NAMES = tuple("abcd")


def make_classes(seed: int = 0) -> Outcome:
    random = np.random.default_rng(seed)
    targets = random.integers(CLASSES, size=ROWS)
    logits = random.normal(size=(ROWS, CLASSES)).round(1) + 1.5 * np.eye(CLASSES)[targets]  # with ties
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    losses = -np.log(chances[np.arange(ROWS), targets])
    return Outcome("", "class", NAMES, targets, chances.argmax(1), chances, losses, places=np.arange(ROWS))


def make_questions(count: int, seed: int = 1) -> Outcome:
    random = np.random.default_rng(seed)
    targets = (random.random((ROWS, count)) < 0.3).astype(np.int64)
    chances = 1 / (1 + np.exp(-(random.normal(size=targets.shape) + 2 * targets - 1).round(1)))
    losses = -np.log(np.where(targets, chances, 1 - chances)).mean(1)
    labels = ("no", "yes") if count == 1 else NAMES[:count]
    task = "binary" if count == 1 else "labels"
    return Outcome("", task, labels, targets, chances=chances, losses=losses, places=np.arange(ROWS))


def make_values(columns: int, seed: int = 2) -> Outcome:
    random = np.random.default_rng(seed)
    targets = random.normal(5, 1, size=(ROWS, columns))
    answers = targets + random.normal(0.1, 0.5, size=targets.shape)
    losses = ((targets - answers) ** 2).mean(1)
    names = tuple(map(str, range(columns)))
    return Outcome("", "value", names, targets, answers, losses=losses, places=np.arange(ROWS), bounds=(3.0, 7.0))


def read(outcome: Outcome) -> dict[str, float]:
    return {figure.kind: figure.value for figure in assess(outcome).figures}


def test_figures_of_classes_are_those_of_scikit_learn():
    outcome = make_classes()
    truth, said, chances = outcome.targets, outcome.answers, outcome.chances
    found = assess(outcome)
    values = {figure.kind: figure.value for figure in found.figures}
    expected = {
        "accuracy": metrics.accuracy_score(truth, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
        "precision": metrics.precision_score(truth, said, average="macro"),
        "recall": metrics.recall_score(truth, said, average="macro"),
        "f1": metrics.f1_score(truth, said, average="macro"),
        "f1_weighted": metrics.f1_score(truth, said, average="weighted"),
        "mcc": metrics.matthews_corrcoef(truth, said),
        "auroc": metrics.roc_auc_score(truth, chances, multi_class="ovr"),
        "average_precision": metrics.average_precision_score(truth, chances),
        "log_loss": metrics.log_loss(truth, chances),
        "brier": metrics.brier_score_loss(truth, chances),
        "loss": outcome.losses.mean(),
    }
    assert {kind: values[kind] for kind in expected} == pytest.approx(expected)
    assert (found.confusion == metrics.confusion_matrix(truth, said)).all()
    each = metrics.precision_recall_fscore_support(truth, said)
    table = [[figure.value for figure in line.figures[:3]] + [line.count] for line in found.lines]
    np.testing.assert_allclose(np.transpose(table), each)
    assert [curve.area for curve in found.roc] == pytest.approx([line.figures[3].value for line in found.lines])
    assert [c.area for c in found.precision_recall] == pytest.approx([line.figures[4].value for line in found.lines])


def test_the_calibration_error_is_what_its_bins_say():
    outcome = make_classes()
    sure, right = outcome.chances.max(1), outcome.answers == outcome.targets
    bins = np.ceil(sure * 15)
    expected = sum(abs((sure - right)[bins == each].sum()) for each in np.unique(bins)) / ROWS
    found = assess(outcome)
    assert read(outcome)["ece"] == pytest.approx(expected)
    reliable = found.reliability
    assert (reliable.counts * np.abs(reliable.chances - reliable.shares)).sum() / ROWS == pytest.approx(expected)


def test_top_k_is_that_of_scikit_learn():
    random = np.random.default_rng(3)
    targets, chances = random.integers(12, size=ROWS), random.dirichlet(np.ones(12), ROWS)
    labels = tuple(map(str, range(12)))
    outcome = Outcome("", "class", labels, targets, chances.argmax(1), chances, np.zeros(ROWS), places=np.arange(ROWS))
    found = read(outcome)
    for first in (3, 5):
        assert found[f"top{first}"] == pytest.approx(metrics.top_k_accuracy_score(targets, chances, k=first))


@pytest.mark.parametrize("threshold", [0.5, 0.3, 0.9999])
def test_figures_of_yes_or_no_follow_the_threshold(threshold):
    outcome = make_questions(1)
    before = assess(outcome)
    found = move_threshold(outcome, before, threshold)
    truth, chances = outcome.targets[:, 0], outcome.chances[:, 0]
    said = chances > threshold
    values = {figure.kind: figure.value for figure in found.figures}
    expected = {
        "accuracy": metrics.accuracy_score(truth, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
        "precision": metrics.precision_score(truth, said, zero_division=0),
        "recall": metrics.recall_score(truth, said),
        "specificity": metrics.recall_score(truth, said, pos_label=0),
        "f1": metrics.f1_score(truth, said, zero_division=0),
        "mcc": metrics.matthews_corrcoef(truth, said),
        "auroc": metrics.roc_auc_score(truth, chances),
        "average_precision": metrics.average_precision_score(truth, chances),
        "log_loss": metrics.log_loss(truth, chances),
        "brier": metrics.brier_score_loss(truth, chances),
    }
    assert {kind: values[kind] for kind in expected} == pytest.approx(expected)
    assert (found.confusion == metrics.confusion_matrix(truth, said)).all()
    assert [figure.kind for figure in found.figures] == [figure.kind for figure in before.figures]


def test_the_thresholds_that_are_offered_are_the_best_there_are():
    outcome = make_questions(1)
    found = assess(outcome)
    truth, chances = outcome.targets[:, 0], outcome.chances[:, 0]
    levels = np.concatenate([[0], np.unique(chances)])
    assert metrics.f1_score(truth, chances > found.offers["Best F1"]) == pytest.approx(
        max(metrics.f1_score(truth, chances > level, zero_division=0) for level in levels)
    )
    false, true, _ = metrics.roc_curve(truth, chances)
    said = chances > found.offers["Youden"]
    assert said[truth == 1].mean() - said[truth == 0].mean() == pytest.approx((true - false).max())


def test_figures_of_several_labels_are_those_of_scikit_learn():
    outcome = make_questions(3)
    truth, chances = outcome.targets, outcome.chances
    said = chances > 0.4
    found = move_threshold(outcome, assess(outcome), 0.4)
    values = {figure.kind: figure.value for figure in found.figures}
    expected = {
        "accuracy": 1 - metrics.hamming_loss(truth, said),
        "exact_match": metrics.accuracy_score(truth, said),
        "precision": metrics.precision_score(truth, said, average="macro"),
        "recall": metrics.recall_score(truth, said, average="macro"),
        "f1": metrics.f1_score(truth, said, average="macro"),
        "f1_micro": metrics.f1_score(truth, said, average="micro"),
        "auroc": metrics.roc_auc_score(truth, chances),
        "average_precision": metrics.average_precision_score(truth, chances),
        "log_loss": np.mean([metrics.log_loss(truth[:, k], chances[:, k]) for k in range(3)]),
        "brier": np.mean([metrics.brier_score_loss(truth[:, k], chances[:, k]) for k in range(3)]),
    }
    assert {kind: values[kind] for kind in expected} == pytest.approx(expected)
    np.testing.assert_allclose(
        np.transpose([[figure.value for figure in line.figures[:3]] for line in found.lines]),
        metrics.precision_recall_fscore_support(truth, said)[:3],
    )


@pytest.mark.parametrize("columns", [1, 3, 70])
def test_figures_of_numbers_are_those_of_scikit_learn(columns):
    outcome = make_values(columns)
    truth, said = outcome.targets, outcome.answers
    expected = {
        "r2": metrics.r2_score(truth, said, multioutput="variance_weighted"),
        "mae": metrics.mean_absolute_error(truth, said),
        "rmse": metrics.mean_squared_error(truth, said) ** 0.5,
        "bias": (said - truth).mean(),
    }
    if columns < 65:
        expected |= {
            "median_error": np.median(np.abs(truth - said)),
            "mape": metrics.mean_absolute_percentage_error(truth, said),
            "outside": ((said < 3) | (said > 7)).mean(),
        }
    values = read(outcome)
    assert {kind: values[kind] for kind in expected} == pytest.approx(expected)
    lines = assess(outcome).lines
    if columns == 3:
        assert [line.figures[0].value for line in lines] == pytest.approx(
            metrics.r2_score(truth, said, multioutput="raw_values")
        )


def test_figures_of_tokens():
    random = np.random.default_rng(5)
    targets = random.integers(12, size=(30, 8))
    chances = random.dirichlet(np.ones(12), (30, 8))
    own = np.take_along_axis(chances, targets[..., None], 2)
    labels = tuple("abcdefghijkl")
    losses = -np.log(own[..., 0]).mean(1)
    ranks = (chances > own).sum(2)
    outcome = Outcome(
        "", "tokens", labels, targets, chances.argmax(2), own[..., 0], losses, ranks=ranks, places=np.arange(30)
    )  # fmt: skip
    values = read(outcome)
    assert values["perplexity"] == pytest.approx(np.exp(-np.log(own).mean()))
    assert values["accuracy"] == pytest.approx((chances.argmax(2) == targets).mean())
    assert values["top5"] == pytest.approx((ranks < 5).mean())
    each = metrics.precision_recall_fscore_support(targets.ravel(), chances.argmax(2).ravel(), zero_division=0)
    lines = assess(outcome).lines
    np.testing.assert_allclose(np.transpose([[f.value for f in line.figures] for line in lines]), each[:3])
    assert [line.count for line in lines] == each[3].tolist()


@pytest.mark.parametrize(
    "outcome", [make_classes(), make_questions(1), make_questions(3), make_values(1)], ids=["class", "binary", "labels", "value"]
)  # fmt: skip
def test_every_figure_has_an_interval_that_real_draws_confirm(outcome):
    found = assess(outcome)
    random = np.random.default_rng(7)
    drawn: dict[str, list[float]] = {}
    for _ in range(80):
        rows = random.integers(ROWS, size=ROWS)
        parts = {name: getattr(outcome, name)[rows] for name in ("targets", "losses") if len(getattr(outcome, name))}
        parts |= {name: getattr(outcome, name)[rows] for name in ("answers", "chances") if len(getattr(outcome, name))}
        for kind, value in point(replace(outcome, **parts)).items():
            drawn.setdefault(kind, []).append(value)
    for figure in found.figures:
        assert np.isfinite(figure.low)
        assert figure.low <= figure.high
        values = np.array(drawn[figure.kind])
        width = max(figure.high - figure.low, 1e-9)
        low, high = np.percentile(values, (2.5, 97.5))
        assert abs(low - figure.low) < 0.4 * width, figure.kind
        assert abs(high - figure.high) < 0.4 * width, figure.kind


def point(outcome: Outcome) -> dict[str, float]:
    """The figures without draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("designer.engine.evaluation.resampling.DRAWS", 1)
        return {figure.kind: figure.value for figure in assess(outcome).figures}


def test_weights_are_draws_with_replacement_and_begin_with_the_sample_itself():
    weights = np.concatenate(list(draw_weights(50, 300, seed=4)))
    assert (weights[0] == 1).all()
    assert (weights.sum(1) == 50).all()
    assert weights[1:].var() == pytest.approx(1, rel=0.1)  # binomial of 50 and 1/50
    again = np.concatenate(list(draw_weights(50, 300, seed=4)))
    assert (weights == again).all()


def test_areas_of_samples_drawn_anew_are_those_of_scikit_learn():
    random = np.random.default_rng(8)
    truth, scores = random.random(60) < 0.4, random.random(60).round(1)
    levels = np.unique(scores)[::-1]
    for weights in random.integers(0, 4, size=(5, 60)):
        yes, no = (
            np.array([[weights[(scores == level) & (truth == side)].sum() for level in levels]], np.float64)
            for side in (True, False)
        )
        area, precision = measure_order(yes, no)
        assert area[0] == pytest.approx(metrics.roc_auc_score(truth, scores, sample_weight=weights))
        assert precision[0] == pytest.approx(metrics.average_precision_score(truth, scores, sample_weight=weights))


def test_figures_of_order_of_many_samples_are_exact_and_their_intervals_near():
    random = np.random.default_rng(9)
    truth = random.random((6000, 1)) < 0.1
    scores = random.normal(size=truth.shape) + 1.5 * truth
    areas, precisions = rank(scores, truth)
    assert areas[0, 0] == pytest.approx(metrics.roc_auc_score(truth, scores))
    assert precisions[0, 0] == pytest.approx(metrics.average_precision_score(truth, scores))
    rows = random.integers(6000, size=(60, 6000))
    drawn = np.array([[each[0, 0] for each in measure(truth[some], scores[some])] for some in rows])
    for found, real in ((areas, drawn[:, 0]), (precisions, drawn[:, 1])):
        assert found[1:].std() == pytest.approx(real.std(), rel=0.3)


def measure(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-scores[:, 0])
    yes = truth[order, 0][None].astype(np.float64)
    area, precision = measure_order(yes, 1 - yes)  # some are drawn twice: the order among equals hardly matters
    return area[:, None], precision[:, None]


def test_a_part_with_a_single_class_has_no_areas_and_says_so():
    outcome = make_questions(1)
    found = assess(replace(outcome, targets=np.zeros_like(outcome.targets)))
    values = {figure.kind: figure for figure in found.figures}
    assert values["auroc"].write() == "–"
    assert values["auroc"].write_interval() == ""
    assert not found.roc
    assert not found.offers


def test_it_can_be_cancelled():
    with pytest.raises(Cancelled):
        assess(make_classes(), lambda share: share < 0.2)
