"""Averages that begin too late, runs that never stop early, batches that leave a row alone: found, and mended."""

from dataclasses import replace

import pytest

from designer.catalogue.check import check
from designer.document.project import Choice, Data, Project
from tests.catalogue.checking import NAMES, assert_found_and_mended, case
from tests.catalogue.sketches import linear, sketch


def settings(rows: int = 100, validation: float = 0.0, **training) -> Project:
    """Return a small network on a table of so many rows."""
    source = Choice("Csv", {"target": "y", "numbers": ("a",), "classes": ("no", "yes"), "path": "t.csv", "rows": rows})
    project = sketch(linear(8), "ReLU", linear(1), loss="BCEWithLogitsLoss", **training)
    return replace(project, data=Data(source, validation=validation))


def normed(rows: int, **training) -> Project:
    project = sketch(linear(8), "BatchNorm1d", "ReLU", linear(1), loss="BCEWithLogitsLoss", **training)
    return replace(project, data=settings(rows).data)


STOP = Choice("EarlyStopping", {"patience": 9, "restore_best": False})

MISTAKES = [
    case(
        "warmed up too long",
        settings(epochs=20, warmup=Choice("Linear", {"length": 30})),
        "warning",
        None,
        "takes 30 epochs, but the run has 20",
        "Set length to 2",
    ),
    case(
        "clipped line search",
        settings(batch="full", optimizer=Choice("LBFGS"), clip=Choice("Norm")),
        "hint",
        None,
        "each is clipped",
        "Use None",
        "Use Adam",
    ),
    case(
        "watched but not measured",
        settings(validation=0.2, early_stopping=Choice("EarlyStopping", {"monitor": "f1"})),
        "error",
        None,
        "watches F1, which is not measured",
        "Measure F1 too",
        "Set monitor to loss",
    ),
    case(
        "watched in vain",
        settings(validation=0.2, early_stopping=Choice("EarlyStopping", {"monitor": "rmse"})),
        "error",
        None,
        "cannot be measured for this task",
        "Set monitor to loss",
    ),
    case(
        "averaged too late",
        settings(epochs=4, averaging=Choice("SWA")),
        "warning",
        None,
        "there are only 4 epochs: nothing is averaged. Start in epoch 3",
        "Set start to 3",
    ),
    case(
        "average of the first weights",
        settings(epochs=4, averaging=Choice("EMA")),
        "warning",
        None,
        "looks back over about 1,000 steps, but the run has 16",
        "Set decay",
    ),
    case(
        "never stopped",
        settings(epochs=9, validation=0.2, early_stopping=STOP),
        "hint",
        None,
        "never stops early",
        "Set patience to 2",
    ),
    case(
        "nothing held out",
        settings(epochs=50, early_stopping=STOP),
        "warning",
        None,
        "watches the training rows themselves",
    ),
    case("too much gathered", settings(accumulate=8), "hint", None, "there are only 100", "Set accumulate to 3"),
    case("a lone row", normed(100, batch="single"), "error", "bn1", "stands alone|With batches", "Set batch"),
    case("a lone part", normed(67, batch_size=4, accumulate=4), "error", "bn1", "stands alone", "Set batch"),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistakes_are_found_and_mended(project, severity, name, words, titles):
    words = next((one for one in words.split("|") if any(one in each.message for each in check(project))), words)
    assert_found_and_mended(project, severity, name, words, titles)


@pytest.mark.parametrize(
    "project",
    [
        settings(epochs=4000, averaging=Choice("EMA")),
        settings(epochs=8, averaging=Choice("SWA")),
        settings(validation=0.2, early_stopping=Choice("EarlyStopping")),
        normed(67, batch="full"),
        normed(68, batch_size=8, accumulate=2),
    ],
)
def test_what_is_well_set_is_left_alone(project):
    assert [each for each in check(project) if each.severity != "hint" and "file" not in each.message] == []
