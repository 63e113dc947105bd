"""Conjugate gradient, coordinate descent and Muon with AdamW: what theory says of them holds."""

import copy
import math

import pytest
import torch
from torch import nn

from designer.recipes.descent import ConjugateGradient, CoordinateDescent, search_line
from designer.recipes.muon import MuonWithAdamW

N = 10


def make_quadratic() -> tuple[torch.Tensor, torch.Tensor]:
    """Return A and b of 1/2 wAw - bw."""
    torch.manual_seed(0)
    root = torch.randn(N, N, dtype=torch.float64)
    return root @ root.T + torch.eye(N, dtype=torch.float64), torch.randn(N, dtype=torch.float64)


def descend(rule, weights: list[torch.Tensor], loss, steps: int) -> tuple[float, int]:
    """Return the loss before the last step and how often it was worked out."""
    count, value = 0, torch.tensor(math.inf)

    def closure() -> torch.Tensor:
        nonlocal count
        count += 1
        rule.zero_grad()
        value = loss(*weights)
        value.backward()
        return value

    for _ in range(steps):
        value = rule.step(closure)
    return value.item(), count


@pytest.mark.parametrize("beta", ["polak_ribiere", "fletcher_reeves"])
def test_conjugate_gradient_is_done_in_as_many_directions_as_a_quadratic_has_weights(beta):
    a, b = make_quadratic()
    w = torch.zeros(N, dtype=torch.float64, requires_grad=True)
    _, count = descend(ConjugateGradient([w], beta=beta), [w], lambda w: w @ a @ w / 2 - b @ w, N)
    assert (a @ w - b).norm() < 1e-6
    assert count < 6 * N  # a search costs few evaluations


def test_conjugate_gradient_walks_the_valley_of_rosenbrock():
    """Gradient descent needs thousands of steps along this banana; Nocedal and Wright use it as their example."""
    w = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    loss, count = descend(ConjugateGradient([w]), [w], lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2, 25)
    assert loss < 1e-8
    assert count < 200


def test_several_directions_in_a_step_are_the_same_as_several_steps():
    a, b = make_quadratic()
    ends = []
    for iterations, steps in ((1, 6), (3, 2)):
        w = torch.zeros(N, dtype=torch.float64, requires_grad=True)
        descend(ConjugateGradient([w], iterations=iterations), [w], lambda w: w @ a @ w / 2 - b @ w, steps)
        ends.append(w.detach())
    assert torch.equal(*ends)


def test_a_weight_at_a_time_solves_a_separable_problem_in_one_sweep():
    target = torch.arange(6.0, dtype=torch.float64).reshape(2, 3)
    w = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    rule = CoordinateDescent([w], block="weight", blocks=6)
    descend(rule, [w], lambda w: ((w - target).square() * (target + 1)).sum(), 1)
    assert torch.allclose(w, target)


@pytest.mark.parametrize("order", ["cyclic", "random"])
@pytest.mark.parametrize(("block", "count"), [("tensor", 2), ("row", 3), ("weight", 8)])
def test_each_move_changes_one_block_and_never_raises_the_loss(block, count, order):
    torch.manual_seed(1)
    layer = nn.Linear(3, 2)
    x, y = torch.randn(20, 3), torch.randn(20, 2)
    rule = CoordinateDescent(layer.parameters(), block=block, order=order)
    assert len(rule.cuts) == count
    losses = []
    for _ in range(12):
        before = torch.cat([w.detach().flatten() for w in layer.parameters()])
        losses.append(descend(rule, [], lambda: (layer(x) - y).square().mean(), 1)[0])
        after = torch.cat([w.detach().flatten() for w in layer.parameters()])
        moved = (before != after).nonzero().flatten()
        assert not len(moved) or any(cut.start <= moved.min() and moved.max() < cut.stop for cut in rule.cuts)
    assert losses == sorted(losses, reverse=True)


def test_a_search_that_finds_nothing_lower_stays():
    assert search_line(lambda step: (1.0 + step, -1.0), 1.0, -1.0, 1.0, 20) == 0.0
    assert search_line(lambda step: (math.nan, math.nan), 1.0, -1.0, 1.0, 20) == 0.0


def test_muon_moves_matrices_by_orthogonal_steps_and_the_rest_as_adamw():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    twin = copy.deepcopy(model)
    rule = MuonWithAdamW(model.parameters(), lr=0.02, weight_decay=0.1, adamw_lr=0.003, apart=[model[0].weight])
    matrices, others = ([twin[1].weight, twin[3].weight], [twin[0].weight, twin[1].bias, twin[3].bias])
    alone = [torch.optim.Muon(matrices, lr=0.02), torch.optim.AdamW(others, lr=0.003, weight_decay=0.1)]
    x = torch.randint(7, (32,))
    for _ in range(3):
        for network, rules in ((model, [rule]), (twin, alone)):
            for each in rules:
                each.zero_grad()
            nn.functional.cross_entropy(network(x), x % 3).backward()
            for each in rules:
                each.step()
    for mine, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_muon_goes_on_from_a_state_and_keeps_the_proportion_of_rates():
    torch.manual_seed(0)
    model = nn.Linear(3, 3)
    rule = MuonWithAdamW([{"params": [model.weight, model.bias], "lr": 0.01}], lr=0.02, adamw_lr=0.004)
    assert [group["lr"] for group in rule.param_groups] == [0.01, 0.002]
    x = torch.randn(8, 3)

    def step() -> None:
        rule.zero_grad()
        model(x).square().mean().backward()
        rule.step()

    step()
    kept = copy.deepcopy([rule.state_dict(), model.state_dict()])
    step()
    once = model.weight.detach().clone()
    rule.load_state_dict(kept[0])
    model.load_state_dict(kept[1])
    step()
    assert torch.equal(model.weight, once)
