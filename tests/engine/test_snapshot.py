import numpy as np
import pytest
import torch
from torch import nn

from designer.engine.snapshot import Snapshots


def make_layer() -> nn.Linear:
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, 0.0], [0.0, 4.0]]))  # norm 5
        layer.bias.zero_()
    return layer


def move(layer: nn.Linear, weight: float, bias: float) -> None:
    with torch.no_grad():
        layer.weight[0, 1] += weight
        layer.bias[0] += bias


def test_a_snapshot_is_a_copy():
    layer = make_layer()
    layer(torch.ones(1, 2)).sum().backward()
    taken = Snapshots({"a": layer}).take("a", 7)
    move(layer, 1.0, 1.0)
    assert (taken.node, taken.step) == ("a", 7)
    np.testing.assert_array_equal(taken.tensors["weight"], [[3, 0], [0, 4]])
    np.testing.assert_array_equal(taken.gradients["bias"], [1, 1])
    assert taken.tensors["weight"].dtype == np.float32
    assert not taken.updates


def test_an_update_is_the_one_step_after_the_last_snapshot():
    layer = make_layer()
    snapshots = Snapshots({"a": layer})
    snapshots.note_step()  # nothing was looked at
    snapshots.take("a", 1)
    for size in (0.5, 2.0, 3.0):
        move(layer, size, 0.0)
        snapshots.note_step()
    assert snapshots.take("a", 4).updates["weight"] == pytest.approx(0.5 / 5)
    assert not snapshots.take("a", 4).updates  # no step between
    move(layer, 1.0, 0.0)
    snapshots.note_step()
    assert snapshots.take("a", 5).updates["weight"] == pytest.approx(1.0 / (25 + 5.5**2) ** 0.5)


def test_a_tensor_of_zeros_has_no_relative_update():
    layer = make_layer()
    snapshots = Snapshots({"a": layer})
    snapshots.take("a", 1)
    move(layer, 0.0, 1.0)
    snapshots.note_step()
    assert not np.isfinite(snapshots.take("a", 2).updates["bias"])


def test_a_node_that_learns_nothing_gives_an_empty_snapshot():
    snapshots = Snapshots({"relu": nn.ReLU()})
    for node in ("relu", "no such node"):
        taken = snapshots.take(node, 3)
        snapshots.note_step()
        assert (taken.tensors, taken.gradients, taken.updates) == ({}, {}, {})
