"""Patches, class token and positions are what their papers say."""

import math

import pytest
import torch

from designer.recipes.positions import ClassToken, LearnedPosition, PatchEmbedding, SinusoidalPosition


@pytest.mark.parametrize("features", [1, 6, 7])
def test_sinusoidal_position_is_the_formula(features: int) -> None:
    layer = SinusoidalPosition(9, features, base=100.0)
    added = layer(torch.zeros(1, 9, features))[0]
    for place in range(9):
        for feature in range(features):
            angle = place / 100.0 ** ((feature - feature % 2) / features)
            wanted = math.cos(angle) if feature % 2 else math.sin(angle)
            assert added[place, feature].item() == pytest.approx(wanted, abs=1e-5)
    assert not layer.state_dict()
    assert torch.equal(layer(torch.zeros(1, 4, features))[0], added[:4])


def test_patches_come_row_by_row() -> None:
    layer = PatchEmbedding(2, 5, (2, 3))
    x = torch.randn(1, 2, 4, 6)
    flat = layer.proj.weight.flatten(1)
    for number, (top, left) in enumerate([(0, 0), (0, 3), (2, 0), (2, 3)]):
        patch = x[0, :, top : top + 2, left : left + 3].flatten()
        torch.testing.assert_close(layer(x)[0, number], flat @ patch + layer.proj.bias)


def test_the_class_token_comes_first() -> None:
    layer, x = ClassToken(4, std=1.0), torch.randn(3, 2, 4)
    y = layer(x)
    assert torch.equal(y[:, 1:], x)
    assert torch.equal(y[:, 0], layer.token[0].expand(3, -1))
    assert not ClassToken(4).token.any()


def test_learned_positions_start_small_and_shorter_sequences_take_the_first() -> None:
    torch.manual_seed(0)
    layer = LearnedPosition(200, 50)
    assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)
    x = torch.randn(2, 3, 50)
    assert torch.equal(layer(x), x + layer.weight[0, :3])
