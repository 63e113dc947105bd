"""Losses and metrics come over together, and mean the same however they were gathered."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from designer.engine import meter as module
from designer.engine.meter import Clock, Meter


def accuracy(outputs, targets):
    return {"accuracy": (outputs.argmax(1) == targets).float().mean()}


def r2(outputs, y):
    return {"r2": 1 - (y - outputs).square().sum() / (y - y.mean(0)).square().sum()}


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=12),
    reads=st.lists(st.booleans(), min_size=12, max_size=12),
    held=st.sampled_from([0, 100, 2**22]),
    waiting=st.sampled_from([0, 100, 2**24]),
)
def test_means_do_not_depend_on_when_they_are_read(sizes, reads, held, waiting):
    """Nor on how much may be held on the device."""
    random = torch.Generator().manual_seed(len(sizes))
    batches = [
        (torch.rand((), generator=random), torch.randn(n, 3, generator=random), torch.arange(n) % 3) for n in sizes
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_HELD", held)
        patch.setattr(module, "MOST_WAITING", waiting)
        meter = Meter(accuracy, Clock())
        told = []
        for step, (batch, read) in enumerate(zip(batches, reads, strict=False), 1):
            meter.add(*batch)
            if read or step == len(batches):
                told.append(meter.read(1, step, 0.1))
    losses = [loss.item() for loss, _, _ in batches]
    assert [loss for steps in told for loss in steps.losses] == losses
    assert not meter.is_pending
    total = sum(sizes)
    assert meter.mean_loss() == pytest.approx(sum(x * n for x, n in zip(losses, sizes, strict=True)) / total)
    everything = accuracy(torch.cat([o for _, o, _ in batches]), torch.cat([y for _, _, y in batches]))
    assert meter.metrics() == pytest.approx({"accuracy": everything["accuracy"].item()})
    assert told[-1].metrics == pytest.approx(meter.metrics())


def test_r2_of_an_epoch_is_over_all_its_samples():
    """The mean over batches would be another number, and that of a batch of one is none at all."""
    y = torch.arange(9.0)[:, None]
    outputs = y + torch.tensor([0.5, -0.5, 0.25])[torch.arange(9) % 3, None]
    meter = Meter(r2, Clock())
    for rows in (slice(0, 4), slice(4, 8), slice(8, 9)):
        meter.add(torch.zeros(()), outputs[rows], y[rows])
        steps = meter.read(1, 1, 0.1)
    assert meter.metrics() == {"r2": pytest.approx(r2(outputs, y)["r2"].item())}
    assert all(math.isfinite(value) for value in steps.metrics.values())


def test_new_epoch_begins_from_nothing():
    meter = Meter(accuracy, Clock())
    for outputs in (torch.eye(3), torch.eye(3).flip(0)):
        meter.begin_epoch()
        meter.add(torch.ones(()), outputs, torch.arange(3))
        meter.read(1, 1, 0.1)
    assert meter.metrics() == {"accuracy": pytest.approx(1 / 3)}


def test_speed_leaves_out_what_was_not_worked():
    clock = Clock()
    clock.skip(1000.0)  # held for a while before now
    meter = Meter(accuracy, clock)
    meter.add(torch.ones(()), torch.eye(3), torch.arange(3))
    clock.skip(-10.0)  # ten seconds of work
    assert meter.read(1, 1, 0.1).samples_per_second == pytest.approx(3 / 10, rel=0.01)
    assert clock.now() == pytest.approx(-990, abs=5)
