"""A sweep is a value with a form as text; what cannot be done is refused before anything trains."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.api.building import new
from designer.engine.sweeps.definition import (
    Axis,
    Sweep,
    check_sweep,
    direction_of,
    read_axis,
    read_sweep,
    write_sweep,
)
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.values import decode, encode

MOONS = new("moons")


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("hidden1.out_features=16, 32,64", (16, 32, 64)),
        ("hidden1.out_features=1..9:3", (1, 5, 9)),
        ("hidden1.out_features=log:1..100:3", (1, 10, 100)),
        ("optimizer.lr=log:1e-4..1e-1:4", (1e-4, 1e-3, 1e-2, 1e-1)),
        ("data.noise=0..1", (0, 0.25, 0.5, 0.75, 1.0)),
        ("hidden2.when=true,false", (True, False)),
        ("hidden1.weight_init=none,xavier_normal", (None, "xavier_normal")),
        ("optimizer=Adam,SGD", ("Adam", "SGD")),
        ("optimizer.betas=(0.9,0.99),(0.5,0.9)", ((0.9, 0.99), (0.5, 0.9))),
    ],
)
def test_text_becomes_points_of_a_grid(text, points):
    axis = read_axis(MOONS, text)
    assert axis.list_points() == pytest.approx(points) if not axis.choices else axis.list_points() == points
    assert read_axis(MOONS, f"{axis.name}={axis.describe()}") == axis


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hidden1.out_features", "lacks its values"),
        ("hidden1.out_features=x", "must be a whole number"),
        ("hidden1.out_features=1.5..3", "must be the ends of its range"),
        ("hidden1.out_features=0..3", "must lie between 1"),
        ("optimizer.lr=log:0..1", "begins above 0"),
        ("optimizer.lr=1..0.1", "from a smaller number to a larger"),
        ("optimizer=1..3", r"is no number: list its values, as in optimizer=\w+,\w+"),
        ("hidden2.when=0..1", "when=true,false"),
        ("optimizer=Adam,Nobody", "must be one of"),
    ],
)
def test_what_is_no_axis_is_refused(text, words):
    with pytest.raises(SweepError, match=words):
        read_axis(MOONS, text)


def test_a_sweep_survives_its_text():
    axes = tuple(read_axis(MOONS, text) for text in ("optimizer.lr=log:1e-4..1", "hidden1.weight_init=none,zeros"))
    sweep = check_sweep(Sweep(axes, "random", 7, (1, 2, 2), "val_accuracy", "maximize", False, 3, 4), MOONS)
    assert sweep.seeds == (1, 2)
    assert read_sweep(json.loads(json.dumps(write_sweep(sweep)))) == sweep


@pytest.mark.parametrize("fields", [None, [], {}, {"axes": 3}, {**write_sweep(Sweep()), "method": "guess"}])
def test_what_is_no_sweep_is_refused(fields):
    with pytest.raises(SweepError, match="no description of a sweep"):
        read_sweep(fields)


def test_a_sweep_is_checked_as_a_whole():
    axis = read_axis(MOONS, "hidden1.out_features=1,2")
    for sweep, words in (
        (Sweep(), "Nothing varies yet"),
        (Sweep((axis, axis)), "is there twice"),
        (Sweep((axis,), trials=0), "number of trials"),
        (Sweep((axis,), goal="val_beauty"), "is no goal"),
    ):
        with pytest.raises(SweepError, match=words):
            check_sweep(sweep, MOONS)
    assert check_sweep(Sweep((axis,), "grid", 0), MOONS).size == 2
    assert check_sweep(Sweep((axis,), "grid", 1), MOONS).size == 1
    many = tuple(read_axis(MOONS, f"{name}=1..1000:1000") for name in ("epochs", "batch_size"))
    with pytest.raises(SweepError, match="1,000,000 points"):
        check_sweep(Sweep(many, "grid"), MOONS)


def test_the_goal_says_which_way_is_better():
    assert direction_of("val_loss") == "minimize"
    assert direction_of("val_accuracy") == "maximize"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), lambda s: st.tuples(s, s)
    )
)
def test_choices_survive_the_storage(value):
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


@given(st.floats(1e-8, 1e3), st.floats(1.01, 1e6), st.integers(2, 40))
def test_points_of_a_range_stay_in_it(low, times, points):
    axis = Axis("optimizer.lr", low=low, high=low * times, log=True, points=points)
    found = axis.list_points()
    assert len(found) == points
    assert all(axis.low <= value <= axis.high for value in found)
    assert found[0] == pytest.approx(axis.low)
    assert found[-1] == pytest.approx(axis.high)
    assert all(math.isfinite(value) for value in found)
