"""What becomes of samples is checked against data, loss and objective, with a way out."""

from dataclasses import replace

import pytest

from designer.catalogue.augmentation import AUGMENTATIONS
from designer.catalogue.check import check
from designer.catalogue.facts import source_problem
from designer.catalogue.splits import SPLITS
from designer.document.edits import set_data
from designer.document.project import Choice
from tests.engine.plans import make_project

PLANE = make_project("Moons", ("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss")
FLOWERS = make_project("Iris", ("Linear", {"out_features": 3}))
DIGITS = make_project("Digits", ("Flatten", {}), ("Linear", {"out_features": 10}))
SERIES = make_project("MackeyGlass", ("Flatten", {}), ("Linear", {"out_features": 1}), loss="MSELoss")
TABLE = make_project(
    Choice("Csv", {"target": "t", "classes": ("a", "b", "c"), "numbers": ("n",), "rows": 30}),
    ("Linear", {"out_features": 3}),
)


def errors(project, **fields):
    changed = set_data(project, replace(project.data, **fields))
    return changed, [problem for problem in check(changed) if problem.severity == "error"]


@pytest.mark.parametrize(
    ("project", "fields", "words"),
    [
        (FLOWERS, {"augmentation": (Choice("Rotate"),)}, "is for pictures"),
        (SERIES, {"augmentation": (Choice("TokenDropout"),)}, "is for tokens"),
        (FLOWERS, {"augmentation": (Choice("Wobble"),)}, "not known here"),
        (DIGITS, {"augmentation": (Choice("Rotate", {"degrees": 700.0}),)}, "degrees"),
        (SERIES, {"sampling": Choice("Balanced")}, "no classes"),
        (FLOWERS, {"sampling": Choice("Odd")}, "not known here"),
        (FLOWERS, {"sampling": Choice("Balanced", {"strength": 3.0})}, "strength"),
    ],
)
def test_what_does_not_fit_is_said_and_can_be_taken_back(project, fields, words):
    changed, found = errors(project, **fields)
    assert len(found) == 1
    assert words in found[0].message
    mended = found[0].fixes[0].edit(changed)
    assert not [problem for problem in check(mended) if problem.severity == "error"]


def test_mixing_needs_a_loss_that_takes_shares():
    mixed = {"augmentation": (Choice("Mixup"),)}
    assert not errors(FLOWERS, **mixed)[1]
    assert not errors(SERIES, **mixed)[1]
    focal = replace(FLOWERS, training=replace(FLOWERS.training, loss=Choice("FocalLoss")))
    (problem,) = errors(focal, **mixed)[1]
    assert "cannot take. Use CrossEntropyLoss" in problem.message
    ignoring = replace(
        FLOWERS, training=replace(FLOWERS.training, loss=Choice("CrossEntropyLoss", {"ignore_index": 1}))
    )
    assert "ignores one" in errors(ignoring, **mixed)[1][0].message
    assert not errors(focal, augmentation=(Choice("Mixup", {"on": False}),))[1]


def test_class_weights_need_a_loss_that_has_them():
    weighed = {"sampling": Choice("ClassWeights")}
    assert not errors(FLOWERS, **weighed)[1]
    hinge = replace(PLANE, training=replace(PLANE.training, loss=Choice("MSELoss")))
    assert "takes no class weights" in errors(hinge, **weighed)[1][0].message


def test_every_split_fits_a_table_with_columns():
    for spec in SPLITS:
        given = {"column": "who"} if any(one.name == "column" for one in spec.parameters) else {}
        changed = set_data(TABLE, replace(TABLE.data, split=Choice(spec.kind, given), test=0.1))
        assert source_problem(changed) is None


@pytest.mark.parametrize(
    ("project", "fields", "words"),
    [
        (TABLE, {"split": Choice("Group")}, "Choose the column that says which group"),
        (TABLE, {"split": Choice("Given")}, "Choose the column that says which part"),
        (TABLE, {"split": Choice("Fold", {"folds": 3, "fold": 4})}, "must be 1 to 3"),
        (TABLE, {"split": Choice("Fold", {"by": "group"})}, "Choose the column"),
        (TABLE, {"split": Choice("Half")}, "not known here"),
        (TABLE, {"split": Choice("Fold", {"folds": 1})}, "folds"),
        (TABLE, {"validation": 0.6, "test": 0.4}, "must be below 1"),
        (FLOWERS, {"split": Choice("Group", {"column": "who"})}, "has no columns to split by"),
        (FLOWERS, {"split": Choice("Given")}, "does not say"),
        (FLOWERS, {"split": Choice("Group")}, "has no column"),
        (SERIES, {"split": Choice("Stratified")}, "in order of time"),
        (SERIES, {"split": Choice("Fold", {"by": "class"})}, "in order of time"),
        (make_project("Diabetes", ("Linear", {"out_features": 1})), {"split": Choice("Stratified")}, "several classes"),
        (make_project(Choice("Idx")), {"split": Choice("Stratified")}, "brings its own parts"),
    ],
)
def test_a_split_that_cannot_be_made_is_said(project, fields, words):
    changed = set_data(project, replace(project.data, **fields))
    assert words in source_problem(changed)


def test_titles_are_words_and_kinds_are_names():
    for spec in (*SPLITS, *AUGMENTATIONS):
        assert spec.kind.isidentifier()
        assert spec.title[0].islower()
        assert spec.summary.endswith(".")
        assert spec.help.endswith(".")
