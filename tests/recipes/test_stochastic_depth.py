"""Branches are dropped as a whole, with the chance asked for, and the mean stays."""

import pytest
import torch

from designer.recipes.stochastic_depth import StochasticDepth


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_rows_are_dropped_whole_and_the_others_scaled(p: float) -> None:
    torch.manual_seed(0)
    x = torch.rand(4000, 2, 3) + 1
    y = StochasticDepth(p)(x)
    dropped = (y == 0).all(dim=(1, 2))
    assert torch.allclose(y[~dropped], x[~dropped] / (1 - p))
    assert abs(dropped.float().mean().item() - p) < 0.03


def test_batch_mode_drops_all_or_none() -> None:
    torch.manual_seed(0)
    x = torch.ones(5, 2)
    answers = {StochasticDepth(0.5, mode="batch")(x).sum().item() for _ in range(30)}
    assert answers == {0.0, 20.0}


def test_ends_and_after_training() -> None:
    x = torch.randn(6, 3)
    assert torch.equal(StochasticDepth(0.0)(x), x)
    assert not StochasticDepth(1.0)(x).any()
    assert torch.equal(StochasticDepth(0.9).eval()(x), x)
