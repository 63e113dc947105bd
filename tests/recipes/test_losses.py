"""Losses of our own, against torch, scikit-learn and the formulas of the papers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import Perceptron
from sklearn.metrics import hinge_loss
from torch import nn

from designer.recipes.losses import (
    BinaryFocalLoss,
    ContrastiveLoss,
    FocalLoss,
    GaussianNLL,
    HingeLoss,
    PerceptronLoss,
)


def test_a_step_of_sgd_under_the_perceptron_s_loss_is_rosenblatt_s_rule():
    """w += lr (y - step(z)) x, row after row: the same weights as scikit-learn's Perceptron, whose rule it is."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)).astype(np.float32), rng.integers(0, 2, 60)
    layer = nn.Linear(3, 1)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    rule, loss = torch.optim.SGD(layer.parameters(), lr=1.0), PerceptronLoss()
    weights, bias = np.zeros(3, np.float32), np.float32(0)
    for _ in range(2):
        for row, target in zip(x, y, strict=True):
            answer = 1 if row @ weights + bias >= 0 else 0
            weights, bias = weights + (target - answer) * row, bias + (target - answer)
            rule.zero_grad()
            loss(layer(torch.tensor(row)[None]), torch.tensor([[float(target)]])).backward()
            rule.step()
    assert layer.weight.detach().numpy()[0] == pytest.approx(weights, abs=1e-5)
    assert layer.bias.item() == bias


def test_the_perceptron_s_loss_finds_the_line_that_scikit_learn_s_finds():
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [0.0], [0.0], [1.0]])
    layer, loss = nn.Linear(2, 1), PerceptronLoss()
    rule = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(100):
        for row in range(4):
            rule.zero_grad()
            loss(layer(x[row : row + 1]), y[row : row + 1]).backward()
            rule.step()
    expected = Perceptron().fit(x.numpy(), y.numpy().ravel()).predict(x.numpy())
    assert (layer(x) >= 0).flatten().int().tolist() == expected.tolist() == [0, 0, 0, 1]
    assert loss(layer(x), y) == 0


def test_hinge_is_scikit_learn_s():
    z, y = torch.randn(50), torch.randint(2, (50,)).float()
    assert HingeLoss()(z, y).item() == pytest.approx(hinge_loss(y.numpy(), z.numpy()))
    squared = HingeLoss(margin=0.5, squared=True)(z, y)
    assert squared.item() == pytest.approx((0.5 - (2 * y - 1) * z).clamp(min=0).square().mean().item())


def test_focal_loss_is_the_formula_and_cross_entropy_at_gamma_0():
    z, y, weight = torch.randn(30, 4), torch.randint(4, (30,)), torch.tensor([1.0, 2.0, 0.5, 1.5])
    assert FocalLoss(gamma=0.0)(z, y).item() == pytest.approx(F.cross_entropy(z, y).item(), rel=1e-5)
    p = z.softmax(1)[torch.arange(30), y]
    expected = -(weight[y] * (1 - p) ** 2 * p.log()).mean()
    assert FocalLoss(2.0, weight)(z, y).item() == pytest.approx(expected.item(), rel=1e-5)


def test_binary_focal_loss_is_the_formula():
    z, y = torch.randn(30, 2), torch.randint(2, (30, 2)).float()
    p = torch.where(y == 1, z.sigmoid(), 1 - z.sigmoid())
    a = torch.where(y == 1, 0.25, 0.75)
    assert BinaryFocalLoss()(z, y).item() == pytest.approx(-(a * (1 - p) ** 2 * p.log()).mean().item(), rel=1e-5)
    half = BinaryFocalLoss(gamma=0.0, alpha=0.5)(z, y)
    assert half.item() == pytest.approx(F.binary_cross_entropy_with_logits(z, y).item() / 2, rel=1e-5)


def test_contrastive_loss_is_the_formula_either_way_round():
    d, y = torch.rand(20) * 2, torch.randint(2, (20,)).float()
    expected = (
        sum((1 - t) * v * v / 2 + t * max(0.0, 1 - v) ** 2 / 2 for v, t in zip(d.tolist(), y.tolist(), strict=True))
        / 20
    )
    assert ContrastiveLoss()(d, y).item() == pytest.approx(expected)
    assert ContrastiveLoss(alike=1)(d, 1 - y).item() == pytest.approx(expected)


def test_a_normal_law_is_that_of_torch_s_distributions():
    outputs, y = torch.randn(20, 4), torch.randn(20, 2)
    law = torch.distributions.Normal(outputs[:, :2], F.softplus(outputs[:, 2:]).sqrt())
    assert GaussianNLL(full=True)(outputs, y).item() == pytest.approx(-law.log_prob(y).mean().item(), rel=1e-5)
