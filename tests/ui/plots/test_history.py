import numpy as np
import pytest

from designer.ui.plots.history import MOST_RECORDS, MOST_SAMPLED, TensorHistory, sample


def test_a_snapshot_is_summed_up_in_numbers():
    history = TensorHistory()
    tensor = np.array([[1, -1], [3, 5]], np.float32)
    history.add(10, tensor, np.array([[3, 0], [0, 4]], np.float32))
    summary = history.summary
    assert (summary.step, summary.mean, summary.low, summary.high) == (10, 2, -1, 5)
    assert summary.gradient == 5
    assert np.isnan(summary.update)
    history.add(14, tensor * 1.02, update=0.003)
    assert history.summary.update == 0.003
    assert np.isnan(history.summary.gradient)
    assert history.updates[1] == 0.003
    assert history.steps.tolist() == [10, 14]
    assert history.bands[0].tolist() == [-1, *np.percentile(tensor, (5, 25, 50, 75, 95)), 5]


def test_a_step_is_recorded_once():
    history = TensorHistory()
    for _ in range(3):
        history.add(5, np.ones(3, np.float32))
    assert len(history) == 1


def test_a_long_run_stays_in_view_with_few_records():
    history = TensorHistory()
    for step in range(3000):
        history.add(step, np.full(4, step, np.float32))
    assert MOST_RECORDS / 2 <= len(history) <= MOST_RECORDS
    assert history.steps[0] == 0
    assert history.steps[-1] > 2980
    gaps = np.diff(history.steps)
    assert gaps.min() == gaps.max()
    assert history.bands[:, 3].tolist() == history.steps.tolist()
    assert history.tensor.tolist() == [2999] * 4


def test_large_tensors_are_measured_on_a_fixed_sample():
    tensor = np.random.default_rng(1).normal(size=(400, 500)).astype(np.float32)
    chosen = sample(tensor)
    assert len(chosen) == MOST_SAMPLED
    assert chosen.std() == pytest.approx(1, abs=0.03)
    np.testing.assert_array_equal(chosen, sample(tensor))


def test_numbers_that_are_none_do_no_harm():
    history = TensorHistory()
    for step in (1, 2):  # a network that has diverged
        history.add(step, np.array([np.nan, np.inf, 1], np.float32), np.array([np.nan], np.float32))
    assert len(history) == 2
    assert np.isnan(history.summary.mean)
