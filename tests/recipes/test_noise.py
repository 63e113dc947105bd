"""The noise has the deviation asked for while training and is gone afterwards."""

import torch

from designer.recipes.noise import GaussianNoise


def test_noise_has_its_deviation() -> None:
    torch.manual_seed(0)
    x = torch.full((200, 100), 3.0)
    noise = GaussianNoise(0.5)(x) - x
    assert abs(noise.mean().item()) < 0.02
    assert abs(noise.std().item() - 0.5) < 0.02


def test_nothing_is_added_after_training() -> None:
    x = torch.randn(4, 2)
    assert torch.equal(GaussianNoise(0.5).eval()(x), x)
    assert torch.equal(GaussianNoise(0.0)(x), x)
