"""Will it fit: what real steps take, held against what is known of a network, and the batch that fits."""

import itertools

import pytest
import torch
from torch import nn

from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.events import Failed
from designer.engine.fit import FitStep, measure_fit, tell_facts, tell_verdict
from designer.engine.loading import load_data
from designer.engine.memory import Tally, count_saved, measure_free, spell_size
from designer.engine.trainer import Trainer
from designer.engine.weighing import Line, Scale, Weighed
from tests.engine.plans import CONVOLUTION, plan_digits, spoil

WEIGHTS = 64 * 32 + 32 + 32 * 10 + 10
TENSORS = 4


def fit(plan):
    *steps, last = measure_fit(plan)
    assert all(isinstance(step, FitStep) for step in steps)
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    return last


@pytest.mark.parametrize(
    ("optimizer", "copies", "counters"), [("Adam", 2, 1), (Choice("SGD", {"lr": 0.1}), 0, 0), ("RMSprop", 1, 1)]
)
def test_weights_gradients_and_optimizer_are_what_is_known(optimizer, copies, counters):
    found = fit(plan_digits(optimizer=optimizer))
    assert found.parameters == WEIGHTS
    assert (found.weights, found.gradients) == (4 * WEIGHTS, 4 * WEIGHTS)
    assert found.optimizer == copies * 4 * WEIGHTS + counters * 4 * TENSORS
    assert found.fits
    assert found.peak >= found.weights + found.gradients + found.optimizer + found.activations
    assert found.peak < 20 * found.weights


def test_activations_are_those_kept_for_the_way_back():
    """ReLU keeps its output, dropout a byte a number, the loss the logarithms; the samples and weights are not counted."""
    rows = 64
    found = fit(
        plan_digits(("Flatten", {}), ("Linear", {"out_features": 32}), ("ReLU", {}), ("Linear", {"out_features": 10}))
    )
    kept = rows * 32 * 4 + rows * 10 * 4 + 8 * rows + 4  # and the classes and the sum of the loss's weights
    assert found.activations == pytest.approx(kept, abs=8 * rows + 64)
    assert found.batch_size == rows


def test_the_line_foretells_a_batch_that_was_run():
    found = fit(plan_digits(*CONVOLUTION, batch_size=128))
    assert found.tried == found.largest == found.rows == 1438
    assert found.tried_peak == pytest.approx(found.foretold, rel=0.05)
    assert found.measured


def test_a_batch_that_is_too_large_is_told_with_one_that_fits(monkeypatch):
    whole = fit(plan_digits(*CONVOLUTION, batch_size=1024))
    monkeypatch.setattr("designer.engine.fit.measure_free", lambda device: whole.step // 3)
    found = fit(plan_digits(*CONVOLUTION, batch_size=1024))
    assert not found.fits
    assert not found.measured
    assert found.step == pytest.approx(whole.step, rel=0.1)  # worked out from smaller batches, never run
    assert found.advised == 256
    assert found.tried < 1024
    assert tell_verdict(found) == "It does not fit with 1,024 rows. Choose a batch size of 256."
    assert "worked out from smaller batches" in dict(tell_facts(found))["At once"]
    monkeypatch.setattr("designer.engine.fit.measure_free", lambda device: 10)
    none = fit(plan_digits(*CONVOLUTION))
    assert (none.largest, none.advised) == (0, 0)
    assert "not even one row does" in tell_verdict(none)


def test_the_time_of_an_epoch_is_that_of_its_steps():
    found = fit(plan_digits())
    assert found.train_seconds == pytest.approx(found.step_seconds * 23)
    assert 0 < found.validation_seconds < 5
    facts = dict(tell_facts(found))
    assert facts["Weights"] == spell_size(4 * WEIGHTS)
    assert "training" in facts["Epoch"]


def test_what_cannot_be_measured_is_told_as_a_run_would():
    last = fit(spoil(plan_digits(), "nn.Linear(64, 32),", "nn.Linear(64, 10**13),"))
    assert isinstance(last, Failed)
    assert last.reason == "out_of_memory"
    assert last.node == "n-linear2"


def test_it_ends_where_it_is_told_to():
    for stop in range(5):
        run = measure_fit(plan_digits())
        for _ in itertools.islice(run, stop + 1):
            pass
        with pytest.raises(StopIteration):
            run.send(True)


def test_a_tally_counts_what_lives_and_nothing_twice():
    a = torch.ones(1000)
    with Tally() as tally:
        b = a + 1  # 4,000 bytes
        b.add_(1)
        view = b[10:]
        c = [b * 2 for _ in range(3)]
        del c
        d = view.clone()
    assert tally.live == 4000 + d.nbytes
    assert tally.peak >= 4000 + 4000 * 3 > tally.live
    del b, view, d
    assert tally.live == 0
    assert a.sum() == 1000


def test_what_is_kept_for_the_way_back_leaves_weights_and_samples_out():
    model, x = nn.Sequential(nn.Linear(10, 20), nn.Tanh()), torch.ones(5, 10)
    with count_saved(model, [x]) as saved:
        model(x).sum().backward()
    assert saved() == 5 * 20 * 4  # of Tanh


def test_the_free_memory_of_the_cpu_is_told():
    free = measure_free("cpu")
    assert free is None or 2**20 < free < 2**50
    assert measure_free("meta") is None


def test_lines():
    line = Line.through(2, 120.0, 4, 140.0)
    assert (line.start, line.slope, line.at(10)) == (100.0, 10.0, 200.0)
    assert (line.most(200, 1000), line.most(99, 1000), line.most(1e9, 1000)) == (10, 0, 1000)
    assert Line.through(2, 50.0, 4, 40.0).slope == 0


class Uneven(Scale):
    """Steps as kernels of a GPU take memory: a workspace that comes and goes with the size, and an end at `limit`."""

    limit = 900

    def weigh(self, rows: int) -> Weighed:
        if rows > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return Weighed(1000 * rows + (500_000 if rows == 256 else 0), 0)


@pytest.mark.parametrize(("limit", "room"), [(900, 1e9), (2000, 1e9), (2000, 700_000)])
def test_the_largest_batch_is_run_where_the_line_is_wrong(limit, room):
    script = build(plan_digits().source)
    data, _ = load_data(script, None, torch.device("cpu"))
    scale = Uneven(Trainer(script, plan_digits(), torch.device("cpu"), data))
    scale.limit = limit
    line = Line.through(64, 64_000, 256, scale.weigh(256).step)  # far too steep
    wanted = line.most(room, 1438)
    largest, tried, peak, _ = scale.search(line, wanted, room, 256, 756_000)
    assert largest == tried <= min(limit, room / 1000 if room < 1e9 else limit)
    assert largest >= 0.9 * min(limit, 1438) if room == 1e9 else largest == 256
    assert peak == scale.weigh(largest).step
