import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.plots.axes import Axis, fit_axis, fit_log_axis, list_ticks, round_step, write_tick

numbers = st.floats(-1e12, 1e12, allow_nan=False)
positive = st.floats(1e-12, 1e12)


@given(numbers, numbers, st.integers(1, 8))
def test_a_fitted_axis_holds_its_values_and_has_few_ticks(a, b, wanted):
    low, high = sorted((a, b))
    axis, ticks = fit_axis(low, high, wanted)
    slack = 1e-6 * (axis.high - axis.low)
    assert axis.low - slack <= low <= high <= axis.high + slack
    assert 2 <= len(ticks) <= wanted + 3
    assert axis.low == ticks[0]
    assert axis.high == ticks[-1]


@given(positive, positive, st.integers(1, 8))
def test_a_log_axis_holds_its_values(a, b, wanted):
    low, high = sorted((a, b))
    axis, ticks = fit_log_axis(low, high, wanted)
    assert axis.low <= low * (1 + 1e-6)
    assert axis.high >= high * (1 - 1e-6)
    assert all(axis.low <= tick <= axis.high for tick in ticks)
    assert 1 <= len(ticks) <= 2 * wanted + 4


@given(st.floats(), st.floats())
def test_any_ends_give_an_axis(low, high):
    for fit in (fit_axis, fit_log_axis):
        axis, ticks = fit(low, high)
        assert math.isfinite(axis.low)
        assert axis.low < axis.high
        assert ticks


@given(positive, positive, st.floats(0, 1), st.booleans())
def test_a_place_on_the_axis_gives_its_value_back(a, b, place, log):
    low, high = sorted((a, b))
    if high < low * 1.01:
        high = low * 2
    axis = Axis(low, high, log)
    assert np.isclose(axis.place(np.array([axis.value_at(place)]))[0], place, atol=1e-6)


def test_what_is_not_on_a_log_axis_has_no_place():
    places = Axis(0.1, 10, log=True).place(np.array([-1.0, 0.0, 1.0, np.inf, np.nan]))
    assert np.isnan(places[[0, 1, 3, 4]]).all()
    assert places[2] == 0.5


def test_ticks_read_as_people_write_them():
    assert fit_axis(0.07, 0.81)[1] == (0, 0.25, 0.5, 0.75, 1.0)
    assert [write_tick(tick) for tick in (0, 0.25, 0.1 + 0.2, 1)] == ["0", "0.25", "0.3", "1"]
    assert write_tick(20000) == "20,000"
    assert write_tick(1e-6) == "1e−6"
    assert write_tick(-0.5) == "−0.5"
    assert [write_tick(odd) for odd in (math.nan, math.inf, -math.inf)] == ["nan", "inf", "−inf"]
    assert list_ticks(0, 12, 7) == (0, 2, 4, 6, 8, 10, 12)
    assert list_ticks(0, 15, 7) == (0, 2.5, 5, 7.5, 10, 12.5, 15)
    assert list_ticks(0, 15, 7, whole=True) == (0, 5, 10, 15)
    assert list_ticks(120, 121, 4, whole=True) == (120, 121)
    assert list_ticks(1.1, 1.9, 3) == (1.5,)
    assert round_step(0.3) == 0.5
