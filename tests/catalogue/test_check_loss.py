"""Numbers a loss cannot take, metrics that say nothing and optimizers that are led astray are found."""

from dataclasses import replace

import pytest

from designer.catalogue.check import check
from designer.document.project import Choice
from tests.catalogue.checking import NAMES, assert_found_and_mended, case
from tests.catalogue.sketches import linear, mlp, sketch


def small(*layers, loss, units=1, source="BreastCancer", **training):
    return sketch(linear(4), "ReLU", linear(units), *layers, source=source, loss=loss, **training)


MISTAKES = [
    case(
        "no probability", small(loss="BCELoss"), "error", "output", "takes probabilities", "Use BCEWith", "Insert Sig"
    ),
    case(
        "no logarithm",
        small(units=3, source="Wine", loss="NLLLoss"),
        "error",
        "output",
        "end in LogSoftmax",
        "Use Cross",
    ),
    case(
        "negative rate",
        small(source="Diabetes", loss=Choice("PoissonNLLLoss", {"log_input": False})),
        "error",
        "output",
        "takes rates above 0",
        "Set log_input to on",
    ),
    case("no distance", small(loss="ContrastiveLoss"), "hint", "output", "takes distances", "Use MSELoss"),
    case(
        "two weights for three classes",
        small(units=3, source="Wine", loss=Choice("CrossEntropyLoss", {"weight": (1.0, 2.0)})),
        "error",
        None,
        "has 2 numbers in `weight`, but the network gives 3",
        "Reset weight",
    ),
    case(
        "no weight at all",
        small(loss=Choice("BCEWithLogitsLoss", {"pos_weight": (0.0,)})),
        "error",
        None,
        "nothing but 0",
        "Reset pos_weight",
    ),
    case(
        "one mean and no variance",
        small(source="Diabetes", loss="GaussianNLLLoss"),
        "error",
        "output",
        "should get 2",
        "Set",
    ),
    case(
        "logits for numbers",
        small(source="Diabetes", loss="HingeLoss"),
        "warning",
        None,
        "the target is a number",
        "Use MSE",
    ),
    case(
        "squashed scores",
        small("Sigmoid", loss="HingeLoss"),
        "warning",
        "sigmoid1",
        "wants scores of any size",
        "Remove",
    ),
    case(
        "unknown metrics",
        mlp(metrics=("luck", "r3", "accuracy")),
        "error",
        None,
        "2 metrics, the first of them `luck`",
        "Leave them",
    ),
    case("unknown metric", mlp(metrics=("luck",)), "error", None, "The metric `luck` is not known", "Leave it out"),
    case("metric of numbers", mlp(metrics=("r2",)), "warning", None, "R2 says nothing of what", "Leave it out"),
    case(
        "top 5 of 3",
        small(units=3, source="Wine", loss="CrossEntropyLoss", metrics=("top5",)),
        "warning",
        None,
        "With 3 classes",
        "Leave",
    ),
    case("parts of all rows", mlp(optimizer="Rprop"), "hint", None, "Use full batches", "Use full batches"),
    case(
        "noise within a search",
        sketch("Flatten", linear(8), "ReLU", "Dropout", linear(10), optimizer="LBFGS", batch="full"),
        "hint",
        "drop1",
        "draws new noise",
        "Remove",
        "Use Adam",
    ),
    case(
        "late milestones",
        mlp(schedule=Choice("MultiStepLR", {"milestones": (50, 80)})),
        "hint",
        None,
        "first drops after 50 epochs",
        "Set milestones",
    ),
    case(
        "falling milestones",
        mlp(schedule=Choice("MultiStepLR", {"milestones": (8, 5)})),
        "error",
        None,
        "must grow",
        "Set",
    ),
    case(
        "late restart",
        mlp(schedule=Choice("CosineAnnealingWarmRestarts", {"T_0": 90})),
        "hint",
        None,
        "first restart",
        "Set",
    ),
    case(
        "long cycle",
        mlp(schedule=Choice("CyclicLR", {"step_size_up": 10**6})),
        "hint",
        None,
        "One cycle takes 2,000,000 steps",
        "Set",
    ),
    case("patience", mlp(schedule="ReduceLROnPlateau"), "hint", None, "first falls after 11 epochs", "Set patience"),
    case(
        "no momentum",
        mlp(optimizer="Rprop", schedule="CyclicLR"),
        "error",
        None,
        "cannot cycle the momentum",
        "Set cycle",
    ),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_found_and_mended(project, severity, name, words, titles):
    assert_found_and_mended(project, severity, name, words, titles)


@pytest.mark.parametrize(
    "project",
    [
        small("Sigmoid", loss="BCELoss", metrics=("f1", "auroc")),
        small(source="Diabetes", loss="PoissonNLLLoss"),
        small(units=2, source="Diabetes", loss="GaussianNLLLoss", metrics=("rmse",)),
        small(loss="PerceptronLoss", optimizer="GradientDescent", batch="full"),
        small(units=3, source="Wine", loss=Choice("MultiMarginLoss", {"balanced": True}), metrics=("recall",)),
    ],
)
def test_what_fits_is_left_alone(project):
    assert [problem for problem in check(project) if problem.severity != "hint"] == []


def test_a_metric_named_twice_is_measured_once():
    from designer.codegen.script import render_script

    project = mlp(metrics=("top5", "top5", "accuracy"))
    assert render_script(replace(project)).text.count('"top5": ') == 1
