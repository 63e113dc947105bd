"""Groups with learning rates of their own, and penalties on single modules."""

import torch
from torch import nn

from designer.recipes.learning import group_weights, penalize


def test_each_weight_is_in_one_group_with_its_rate() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2)), nn.Linear(2, 1))
    groups = group_weights(model, {"1.0": 0.5, "1": 0.1})
    assert [group.get("lr") for group in groups] == [None, 0.5, 0.1]
    assert groups[0]["params"] == [*model[0].parameters(), *model[2].parameters()]
    assert groups[2]["params"] == list(model[1][1].parameters())
    assert groups[1]["params"] == list(model[1][0].parameters())
    optimizer = torch.optim.SGD(groups, lr=1.0)
    assert [group["lr"] for group in optimizer.param_groups] == [1.0, 0.5, 0.1]


def test_a_rate_for_everything_leaves_no_empty_group() -> None:
    model = nn.Sequential(nn.Linear(3, 4))
    assert [group["lr"] for group in group_weights(model, {"0": 0.5})] == [0.5]


def test_penalties_are_sums_over_matrices_alone() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[1.0, -2.0], [3.0, 0.0]]))
        model[1].weight.copy_(torch.tensor([[2.0, -1.0]]))
    assert penalize(model, {"0": 0.5}, {"1": 0.1}).item() == torch.tensor(0.5 * 6 + 0.1 * 5).item()
