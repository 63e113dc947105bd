"""Cards in line and evenly apart, and none on another of them."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.align import SIDES, align, distribute
from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH

THREE = {"a": (0.0, 0.0), "b": (300.0, 200.0), "c": (100.0, 400.0)}


@pytest.mark.parametrize(("side", "line"), [("left", 0), ("centre", 150), ("right", 300)])
def test_a_column(side, line):
    assert align(THREE, side) == {key: (line, y) for key, (_, y) in THREE.items()}


def test_a_row():
    row = {"a": (0.0, 0.0), "b": (300.0, 200.0), "c": (600.0, 100.0)}
    assert align(row, "top") == {key: (x, 0) for key, (x, _) in row.items()}
    assert align(row, "middle") == {key: (x, 100) for key, (x, _) in row.items()}
    assert align(row, "bottom") == {key: (x, 200) for key, (x, _) in row.items()}


def test_a_column_that_is_brought_into_a_row_is_spread_and_not_stacked():
    places = align({"a": (0.0, 0.0), "b": (0.0, 88.0), "c": (8.0, 176.0)}, "top")
    assert {y for _, y in places.values()} == {0}
    xs = [places[key][0] for key in "abc"]
    assert xs == sorted(xs)
    assert {round(b - a) for a, b in pairwise(xs)} == {int(CARD_WIDTH) + 16}
    assert abs(sum(xs) / 3) <= 8  # around where they were


def test_distributed_cards_stand_evenly_between_the_two_at_the_ends():
    places = distribute({"a": (0.0, 0.0), "b": (8.0, 100.0), "c": (0.0, 500.0)}, "vertically")
    assert places == {"a": (0, 0), "b": (8, 250), "c": (0, 500)}
    row = distribute({"a": (0.0, 0.0), "b": (250.0, 0.0), "c": (900.0, 8.0)}, "horizontally")
    assert row == {"a": (0, 0), "b": (450, 0), "c": (900, 8)}


def test_too_few_cards_stay():
    assert align({"a": (3.0, 4.0)}, "top") == {"a": (3, 4)}
    two = {"a": (0.0, 0.0), "b": (0.0, 99.0)}
    assert distribute(two, "vertically") == two


spots = st.dictionaries(
    st.sampled_from("abcdefgh"), st.tuples(*[st.integers(-60, 60).map(lambda n: n * 8.0)] * 2), min_size=2
)


@given(spots, st.sampled_from([*SIDES, "horizontally", "vertically"]))
def test_no_card_is_put_on_another_and_the_order_stays(places, how):
    new = align(places, how) if how in SIDES else distribute(places, how)
    assert new.keys() == places.keys()
    if how in SIDES:
        axis = 0 if how in ("left", "centre", "right") else 1
        assert len({place[axis] for place in new.values()}) == 1
        assert not any(
            abs(a[0] - b[0]) < CARD_WIDTH and abs(a[1] - b[1]) < CARD_HEIGHT for a, b in combinations(new.values(), 2)
        )
