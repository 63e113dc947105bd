import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from designer.ui.plots.series import Series, thin

values = arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf]))


def average_plainly(x, y, span):
    """The same average, one point after the other, as the docstring says it."""
    total = weight = 0.0
    averages = []
    for place, value in enumerate(y):
        fading = math.exp(-(x[place] - x[place - 1]) / span) if place else 1.0
        total, weight = total * fading, weight * fading
        if math.isfinite(value):
            total, weight = total + value, weight + 1
        averages.append(total / weight if weight else math.nan)
    return averages


@given(values, st.floats(0.1, 1e4), st.lists(st.integers(1, 60), max_size=6), st.integers(0, 99))
def test_the_average_is_the_same_however_the_points_come(y, span, cuts, seed):
    x = np.cumsum(np.random.default_rng(seed).exponential(size=len(y)))
    series = Series(span)
    places = np.cumsum(cuts, dtype=int)
    for part_x, part_y in zip(np.split(x, places), np.split(y, places), strict=True):
        series.extend(part_x, part_y)
    scale = max(np.abs(y[np.isfinite(y)]).max(initial=0), 1e-9)
    np.testing.assert_allclose(series.smooth, average_plainly(x, y, span), atol=1e-7 * scale)
    np.testing.assert_array_equal(series.y, y)


@given(values, st.floats(0, 100), st.floats(0, 100))
def test_another_span_averages_as_if_it_had_been_there_from_the_start(y, first, second):
    x = np.arange(len(y), dtype=float)
    changed, fresh = Series(first), Series(second)
    for series in (changed, fresh):
        series.extend(x, y)
    changed.span = second
    np.testing.assert_allclose(changed.smooth, fresh.smooth)


def test_no_span_is_no_average_and_a_wide_one_is_the_mean():
    series = Series()
    series.extend(np.arange(5.0), np.array([1.0, 2, 3, 4, 10]))
    assert series.smooth.tolist() == [1, 2, 3, 4, 10]
    series.span = 1e12
    assert series.smooth[-1] == pytest.approx(4)


def test_points_are_kept_beyond_the_first_room():
    series = Series(0.5)
    for start in range(0, 10_000, 100):
        series.extend(np.arange(start, start + 100.0), np.arange(start, start + 100.0))
    assert len(series) == 10_000
    assert series.y[9_999] == 9_999
    series.clear()
    assert len(series) == 0


def test_values_are_read_at_the_last_point_before():
    series = Series()
    assert series.value_near(1.0) is None
    series.extend(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, np.nan]))
    assert [series.value_near(x) for x in (0.5, 1.0, 1.9, 2.0, 5.0)] == [10, 10, 10, 20, None]


@given(values, st.integers(1, 40))
def test_thinned_points_are_few_in_order_and_reach_as_far(y, columns):
    x = np.arange(len(y), dtype=float)
    thin_x, thin_y = thin(x, y, columns)
    assert len(thin_x) <= max(2 * columns + 2, 2)
    assert (np.diff(thin_x) >= 0).all()
    np.testing.assert_array_equal(y[thin_x.astype(int)], thin_y)
    if np.isfinite(y).all():
        assert thin_y.min() == y.min()
        assert thin_y.max() == y.max()
    else:
        assert not np.isfinite(thin_y).all()


@given(arrays(np.float64, st.integers(200, 400), elements=st.floats(-10, 10)))
def test_the_thinned_line_stands_still_while_points_are_added(y):
    x = np.arange(len(y), dtype=float)
    before, after = thin(x[:-1], y[:-1], 60)[0], thin(x, y, 60)[0]
    if len(y) - 1 not in (60 * 2**k for k in range(10)):  # where stretches do not double
        assert before[:-2].tolist() == after[: len(before) - 2].tolist()
