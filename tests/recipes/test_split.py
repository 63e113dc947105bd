"""Rows are cut the same way wherever the cut is made."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.check.study import Study
from designer.catalogue.shapes import infer
from designer.catalogue.source_spec import Facts, Target
from designer.catalogue.spec import TensorType
from designer.data.selection import training_rows
from designer.document.project import Data, Project
from designer.recipes.split import split_rows

counts = st.integers(1, 400)
shares = st.floats(0, 1, exclude_max=True)
seeds = st.integers(0, 2**32 - 1)


@given(counts, shares, seeds)
def test_every_row_is_in_one_part(count, validation, seed):
    train, held_out = split_rows(count, validation, seed)
    assert train.dtype == held_out.dtype == torch.int64
    if validation == 0 or count == 1:
        assert sorted(train.tolist()) == sorted(held_out.tolist()) == list(range(count))
    else:
        assert sorted([*train.tolist(), *held_out.tolist()]) == list(range(count))
        assert len(train) >= 1
        assert len(held_out) >= 1
        assert abs(len(held_out) - count * validation) <= 1


@given(counts, shares, seeds)
def test_data_knows_the_training_rows_without_torch(count, validation, seed):
    assert np.array_equal(training_rows(count, validation, seed), split_rows(count, validation, seed)[0].numpy())


@given(counts, shares, seeds)
def test_the_checker_knows_how_many_rows_are_in_each_part(count, validation, seed):
    project = Project(data=Data(validation=validation, split_seed=seed))
    study = Study(project, infer(project.graph, None), Facts(TensorType((2,)), Target("binary", 1), count))
    train, held_out = split_rows(count, validation, seed)
    assert (study.training_rows, study.validation_rows) == (len(train), len(held_out))
