"""Columns are brought to mean 0 and standard deviation 1 on the training rows alone."""

import json

import torch
from hypothesis import given
from hypothesis import strategies as st

from designer.recipes.scale import apply_scale, fit_scale, undo_scale


def standardize(values, train):
    return apply_scale(values, fit_scale(values, train))


@given(st.integers(2, 30), st.integers(1, 5), st.floats(0.1, 100), st.floats(-100, 100), st.integers(0, 99))
def test_training_rows_have_mean_0_and_deviation_1(rows, columns, spread, centre, seed):
    values = centre + spread * torch.randn(rows + 3, columns, generator=torch.Generator().manual_seed(seed))
    train = torch.arange(rows)
    scaled = standardize(values, train)
    assert scaled.shape == values.shape
    assert torch.allclose(scaled[train].mean(0), torch.zeros(columns), atol=1e-2)
    assert torch.allclose(scaled[train].std(0, correction=0), torch.ones(columns), atol=1e-2)


def test_a_constant_column_becomes_0_and_stays_finite():
    values = torch.full((10, 1), 0.1)
    values[9] = 3.0
    scaled = standardize(values, torch.arange(9))
    assert torch.allclose(scaled[:9], torch.zeros(9, 1), atol=1e-6)
    assert scaled[9].item() < 10


def test_validation_rows_do_not_count():
    values = torch.tensor([[0.0], [2.0], [1000.0]])
    assert standardize(values, torch.tensor([0, 1]))[:, 0].tolist() == [-1, 1, 999]


def test_what_was_scaled_comes_back_in_its_own_unit_though_json_held_the_scale():
    values = 200 + 90 * torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
    scale = json.loads(json.dumps(fit_scale(values, torch.arange(40))))
    assert torch.allclose(undo_scale(apply_scale(values, scale), scale), values, rtol=1e-5)
