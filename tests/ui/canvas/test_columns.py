"""Columns of cards give the sides of just those that meet a box, and boxes that stand close together become one."""

from hypothesis import given
from hypothesis import strategies as st

from designer.ui.canvas.columns import Columns
from designer.ui.canvas.geometry import Box, card_box, join_stacks
from designer.ui.canvas.touches import MOST, Touches

steps = st.integers(-40, 40).map(lambda step: step * 16.0)
cards = st.builds(lambda x, y, small: card_box((x, y), small=small), steps, steps, st.booleans())
areas = st.builds(
    lambda x, y, wide, high: Box(x, y, x + wide, y + high), steps, steps, st.floats(0, 900), st.floats(0, 900)
)


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | cards), max_size=40), areas)
def test_the_sides_are_those_of_the_cards_that_meet_a_box(changes, area):
    columns, there = Columns(), {}
    for key, card in changes:
        if card is None:
            columns.drop(key)
            there.pop(key, None)
        else:
            columns.put(key, card)
            there[key] = card
    assert columns.find(area) == sorted({(card.left, card.right) for card in there.values() if card.meets(area)})
    assert len(columns) == len(there)


@given(st.lists(cards, max_size=20), st.booleans())
def test_stacks_cover_their_boxes(boxes, turned):
    stacks = join_stacks(boxes, turned=turned)
    assert all(any(stack.encloses(box) for stack in stacks) for box in boxes)


def test_a_column_becomes_one_box():
    assert join_stacks(card_box((0, 88.0 * row)) for row in range(50)) == [Box(0, 0, 208, 88.0 * 49 + 44)]
    assert len(join_stacks([card_box((0, 0)), card_box((0, 800)), card_box((384, 0))])) == 3


def test_a_reader_of_touches_sees_what_came_since_or_that_it_missed_some():
    touches, box = Touches(), card_box((0, 0))
    touches.add(box, None)
    seen = touches.count
    touches.add(box.grow(1))
    assert touches.since(seen) == [box.grow(1)]
    touches.add(*[box] * MOST)
    assert touches.since(seen) is None
    assert touches.since(touches.count) == []
