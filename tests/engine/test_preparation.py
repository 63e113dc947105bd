"""Data are looked at beforehand just as a run will get them, and nothing of a run is touched."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from designer.catalogue.augmentation import AUGMENTATIONS
from designer.document.edits import set_data
from designer.document.project import Choice, Data, Project
from designer.engine.preparation import augment, prepare
from tests.engine.plans import make_project


def test_parts_are_counted_with_their_classes():
    data = Data(Choice("Iris"), split=Choice("Stratified"), test=0.2)
    prepared = prepare(Project(data=data), None)
    assert [(part.name, part.rows) for part in prepared.parts] == [("train", 90), ("validation", 30), ("test", 30)]
    for part in prepared.parts:
        assert dict(part.classes) == dict.fromkeys(("setosa", "versicolor", "virginica"), part.rows // 3)
    assert len(prepared.samples) == len(prepared.labels) == 32


def test_numbers_have_no_classes_and_pairs_are_seen_by_their_first():
    values = prepare(Project(data=Data(Choice("Diabetes"))), None)
    assert [dict(part.classes) for part in values.parts] == [{}, {}]
    pairs = prepare(Project(data=Data(Choice("DigitPairs", {"pairs": 40}), test=0.2)), None)
    assert [part.rows for part in pairs.parts] == [24, 8, 8]
    assert pairs.samples.shape[1:] == (1, 8, 8)
    with pytest.raises(ValueError, match="Choose a source"):
        prepare(Project(), None)


@pytest.mark.parametrize("kinds", [[spec.kind for spec in AUGMENTATIONS if spec.forms[0] == "picture"], ["Mixup"], []])
def test_examples_are_drawn_by_the_recipe_and_leave_the_random_numbers_of_a_run_alone(kinds):
    project = make_project("Digits")
    project = set_data(project, replace(project.data, augmentation=tuple(map(Choice, kinds))))
    prepared = prepare(project, None)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    shown = augment(project.data, prepared, 3, seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    again = augment(project.data, prepared, 3, seed=1)
    assert np.array_equal(np.stack(shown), np.stack(again))
    assert len(shown) == 9
    assert np.array_equal(shown[0], prepared.samples[3].numpy())
    if kinds:
        assert len({each.tobytes() for each in shown}) > 5  # mixup may leave a sample nearly all to itself
        assert not np.array_equal(np.stack(augment(project.data, prepared, 3, seed=2))[1:], np.stack(shown)[1:])
    else:
        assert len({each.tobytes() for each in shown}) == 1
