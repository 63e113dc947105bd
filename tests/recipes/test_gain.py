"""Learned factors multiply along the axis they line up with, and learn."""

import torch

from designer.recipes.gain import Scale


def test_factors_line_up_with_the_channels() -> None:
    x = torch.randn(2, 3, 4, 5)
    scale = Scale((3, 1, 1), init=0.5)
    assert torch.equal(scale(x), 0.5 * x)
    with torch.no_grad():
        scale.weight[1] = 2.0
    assert torch.equal(scale(x)[:, 1], 2 * x[:, 1])
    scale(x).sum().backward()
    assert scale.weight.grad is not None
    assert torch.allclose(scale.weight.grad, x.sum((0, 2, 3)).view(3, 1, 1), atol=1e-5)


def test_one_factor_for_all() -> None:
    scale = Scale(init=3.0)
    assert [tuple(weight.shape) for weight in scale.parameters()] == [(1,)]
    assert scale(torch.ones(2, 4)).tolist() == [[3.0] * 4] * 2
