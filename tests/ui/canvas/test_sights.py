"""What two pictures have in common, and the few parts in which they differ."""

from hypothesis import given
from hypothesis import strategies as st

from designer.ui.canvas.geometry import Box
from designer.ui.canvas.sights import MOST_PARTS, Sight, Sights, compare_sights, join_parts

WHOLE = Box(0, 0, 1000, 800)
corners = st.tuples(st.integers(-200, 1100), st.integers(-200, 900), st.integers(1, 300), st.integers(1, 300))
boxes = corners.map(lambda one: Box(one[0], one[1], one[0] + one[2], one[1] + one[3]))


@given(st.lists(boxes, max_size=40), st.sampled_from([0.0, 500.0, 12_000.0]))
def test_a_few_parts_cover_all_that_changed_and_lie_in_the_picture(changed, dear):
    parts = join_parts(changed, WHOLE, dear)
    assert len(parts) <= MOST_PARTS
    assert all(WHOLE.encloses(part) for part in parts)
    for box in changed:
        if box.meets(WHOLE):
            assert any(part.encloses(box.cut(WHOLE)) for part in parts)


def test_parts_far_from_one_another_stay_apart_and_one_that_is_nearly_all_becomes_all():
    first, second = Box(0, 0, 50, 50), Box(900, 700, 950, 750)
    assert join_parts([first, second, first], WHOLE, 100.0) == [second, first]
    assert join_parts([Box(0, 0, 1000, 700)], WHOLE, 100.0) == [WHOLE]
    assert join_parts([Box(2000, 0, 2100, 100)], WHOLE, 100.0) == []


def test_what_came_went_moved_and_looks_otherwise_is_found():
    def see(**looks: tuple[str, Box]) -> Sights:
        return Sights({key: Sight((look,), box) for key, (look, box) in looks.items()})

    here, there = Box(0, 0, 10, 10), Box(50, 0, 60, 10)
    before = see(a=("plain", here), b=("plain", there), c=("plain", here))
    assert compare_sights(before, before) == []
    assert compare_sights(before, see(a=("plain", here), b=("lit", there), c=("plain", here))) == [there]
    assert compare_sights(before, see(a=("plain", there), b=("plain", there), c=("plain", here))) == [here, there]
    assert compare_sights(before, see(a=("plain", here), c=("plain", here), d=("new", there))) == [there, there]
    assert compare_sights(before, see(b=("plain", there), a=("plain", here), c=("plain", here))) is None
