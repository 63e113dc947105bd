"""Settings that cannot work or rarely do, and data that does not fit, are found."""

from dataclasses import replace

import pytest

from designer.catalogue.check import check, training
from designer.codegen.readiness import EVALUATION_BATCH
from designer.document.project import Choice, Data, Project
from tests.catalogue.checking import NAMES, assert_found_and_mended, case
from tests.catalogue.sketches import conv, linear, mlp, sketch, typed


def csv(**parameters) -> Choice:
    return Choice("Csv", {"target": "y", "numbers": ("a",), "classes": ("no", "yes"), "path": "t.csv", **parameters})


def batch_normed(rows: int, **training) -> Project:
    project = sketch(linear(8), "BatchNorm1d", "ReLU", linear(1), loss="BCEWithLogitsLoss", **training)
    return replace(project, data=Data(csv(rows=rows), validation=0.0))


def wide(channels: int, **training) -> Project:
    return sketch(conv(channels), "ReLU", "Flatten", linear(10), **training)


MISTAKES = [
    case("no data", sketch("Flatten", linear(10), source=None), "error", None, "No data is chosen"),
    case("unknown data", sketch("Flatten", linear(10), source="Nowhere"), "error", None, "`Nowhere` is not known here"),
    case("no folder", sketch("Flatten", linear(10), source="Idx"), "warning", None, "No folder is chosen"),
    case(
        "other shape",
        replace(typed(mlp(), (1, 28, 28)), data=Data(Choice("Digits"))),
        "error",
        "input",
        "is set to 1 x 28 x 28, but a sample of the data is 1 x 8 x 8",
        "Follow the data",
    ),
    case(
        "other dtype",
        replace(typed(mlp(), (1, 8, 8), "int"), data=Data(Choice("Digits"))),
        "error",
        "input",
        "the data is float",
        "Follow the data",
    ),
    case("nothing learned", sketch("Flatten", source="Digits"), "error", None, "nothing to learn", "Insert Linear"),
    case("unknown loss", mlp(loss="Lost"), "error", None, "The loss `Lost` is not known here", "Use CrossEntropyLoss"),
    case("unknown optimizer", mlp(optimizer="Eve"), "error", None, "The optimizer `Eve`", "Use Adam"),
    case("unknown schedule", mlp(schedule="Soon"), "error", None, "The schedule `Soon`", "Use Constant"),
    case(
        "bad rate", mlp(optimizer=Choice("Adam", {"lr": -1})), "error", None, "Adam: `lr` must be above 0", "Reset lr"
    ),
    case(
        "stray setting",
        mlp(loss=Choice("MSELoss", {"weight": 1})),
        "error",
        None,
        "`weight` is not one",
        "Reset weight",
    ),
    case(
        "large rate",
        mlp(optimizer=Choice("Adam", {"lr": 1.0})),
        "hint",
        None,
        "so large that the loss will jump",
        "Set lr to 0.001",
    ),
    case(
        "small rate", mlp(optimizer=Choice("SGD", {"lr": 1e-9})), "hint", None, "too small to learn", "Set lr to 0.001"
    ),
    case(
        "nesterov",
        mlp(optimizer=Choice("SGD", {"nesterov": True})),
        "error",
        None,
        "needs a momentum above 0",
        "Set nesterov to off",
    ),
    case(
        "one cycle of adagrad",
        mlp(optimizer="Adagrad", schedule="OneCycleLR"),
        "error",
        None,
        "cannot cycle the momentum",
        "Set cycle_momentum to off",
    ),
    case(
        "no third phase",
        mlp(schedule=Choice("OneCycleLR", {"three_phase": True, "pct_start": 0.6})),
        "error",
        None,
        "no room for the third phase",
        "Set pct_start to 0.3",
    ),
    case("late step", mlp(schedule="StepLR"), "hint", None, "first drops after 10 epochs", "Set step_size to 3"),
    case("no epochs", mlp(epochs=0), "error", None, "`epochs` must", "Set epochs to 10"),
    case("no batch", mlp(batch_size=0), "error", None, "`batch_size` must", "Set batch_size to 64"),
    case("bad seed", mlp(seed=-1), "error", None, "`seed` must", "Set seed to 1"),
    case("bad device", mlp(device="tpu"), "error", None, "`device` must", "Set device to auto"),
    case(
        "batch of all", mlp(batch_size=5000), "hint", None, "more than the 1438 training rows", "Set batch_size to 1438"
    ),
    case(
        "last row alone",
        batch_normed(65),
        "error",
        "bn1",
        "The last of 65 rows in batches of 32 stands alone",
        "Set batch_size to 33",
    ),
    case(
        "batches of one",
        batch_normed(64, batch_size=1),
        "error",
        "bn1",
        "one value to normalise",
        "Set batch_size to 32",
    ),
    case(
        "images one by one",
        sketch(conv(4, bias=False), "BatchNorm2d", "ReLU", "Flatten", linear(10), batch_size=1),
        "warning",
        "bn1",
        "a single sample",
        "Set batch_size to 32",
    ),
    case("one row", batch_normed(1), "error", "bn1", "one value"),
    case("too much for memory", wide(100_000, batch_size=1000), "warning", None, "GB of memory", "Set batch_size to"),
    case(
        "too large",
        sketch("Flatten", linear(10**6), "ReLU", linear(10**5), "ReLU", linear(10)),
        "warning",
        None,
        "Use fewer or smaller layers",
    ),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistake_is_found_and_mended(project, severity, name, words, titles) -> None:
    assert_found_and_mended(project, severity, name, words, titles)


def lone_row(rows: int, tracked: bool = False, validation: float = 0.2) -> Project:
    norm = ("BatchNorm1d", {"track_running_stats": tracked})
    project = sketch(linear(8, bias=False), norm, "ReLU", linear(1), loss="BCEWithLogitsLoss")
    return replace(project, data=Data(csv(rows=rows), validation=validation))


@pytest.mark.parametrize("rows, validation", [(5125, 0.2), (1025, 0.0), (7, 0.2)])
def test_a_lone_validation_row_stops_a_norm_without_running_statistics(rows: int, validation: float) -> None:
    project = lone_row(rows, validation=validation)
    assert_found_and_mended(project, "error", "bn1", "Set `track_running_stats` on", ("Reset track_running_stats",))


@pytest.mark.parametrize("project", [lone_row(5125, tracked=True), lone_row(5120), lone_row(1024, validation=0.0)])
def test_no_lone_validation_row(project: Project) -> None:
    assert not any("stands alone" in problem.message for problem in check(project))


def test_checker_and_scripts_cut_the_validation_rows_alike() -> None:
    assert training.EVALUATION_BATCH == EVALUATION_BATCH


def test_a_warm_up_bears_a_larger_learning_rate() -> None:
    def complaints(schedule: str) -> list[str]:
        found = check(mlp(optimizer=Choice("SGD", {"lr": 3.0}), schedule=schedule))
        return [problem.message for problem in found if "A learning rate of 3" in problem.message]

    assert complaints("Constant")
    assert not complaints("OneCycleLR")
