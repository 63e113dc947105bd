"""Finding by place gives what looking at everything gives."""

from hypothesis import given
from hypothesis import strategies as st

from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.geometry import box_between

numbers = st.floats(-3000, 3000) | st.floats(-1e7, 1e7)
boxes = st.builds(box_between, st.tuples(numbers, numbers), st.tuples(numbers, numbers))
steps = st.lists(st.tuples(st.integers(0, 9), boxes | st.none()), max_size=40)


@given(steps, boxes)
def test_finds_what_is_there(steps, area):
    buckets: Buckets[int] = Buckets()
    there = {}
    for key, box in steps:
        if box is None:
            buckets.drop(key)
            there.pop(key, None)
        else:
            buckets.put(key, box)
            there[key] = box
    assert len(buckets) == len(there)
    assert sorted(buckets.find(area)) == sorted(key for key, box in there.items() if box.meets(area))


def test_forgets_its_cells():
    buckets: Buckets[str] = Buckets()
    buckets.put("a", box_between((0, 0), (5000, 5000)))
    buckets.drop("a")
    assert not buckets._cells
    assert not buckets._large
