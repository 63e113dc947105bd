"""Where things lie, without a window."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from designer.ui.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    GRID,
    Box,
    box_between,
    card_box,
    centred,
    distance_to_line,
    distance_to_segment,
    flatten_curve,
    line_meets_box,
    lines_cross,
    place_label,
    port_point,
    segments_cross,
    snap_move,
    wire_width,
)

numbers = st.floats(-1e4, 1e4)
points = st.tuples(numbers, numbers)
curves = st.lists(points, min_size=4, max_size=4).map(tuple)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    return box_between(draw(points), draw(points))


@given(points, st.integers(1, 200), st.booleans(), st.integers(-5, 500))
def test_ports_stand_on_their_card(position, count, is_output, index):
    x, y = port_point(position, index, count, is_output)
    box = card_box(position)
    assert box.left < x < box.right
    assert y == (box.bottom if is_output else box.top)


@given(points, st.integers(2, 200))
def test_ports_stand_side_by_side(position, count):
    places = [port_point(position, index, count, is_output=False)[0] for index in range(count)]
    gaps = [right - left for left, right in itertools.pairwise(places)]
    assert min(gaps) > 0
    assert max(gaps) - min(gaps) < 1e-6


@given(points)
def test_a_lone_port_stands_in_the_middle(position):
    assert port_point(position, 0, 1, is_output=True)[0] == position[0] + CARD_WIDTH / 2


@given(points, points)
def test_a_snapped_move_ends_on_the_grid_near_where_it_was_asked(anchor, delta):
    moved = snap_move(anchor, delta)
    for start, wanted, got in zip(anchor, delta, moved, strict=True):
        assert abs(got - wanted) <= GRID / 2 + 1e-6
        assert math.isclose((start + got) / GRID, round((start + got) / GRID), abs_tol=1e-6)


@given(points)
def test_a_centred_card_has_the_point_near_its_middle(point):
    x, y = centred(point)
    assert x % GRID == y % GRID == 0
    assert abs(x + CARD_WIDTH / 2 - point[0]) <= GRID / 2
    assert abs(y + CARD_HEIGHT / 2 - point[1]) <= GRID / 2


@given(curves)
def test_a_flattened_curve_keeps_its_ends_and_stays_in_its_hull(curve):
    line = flatten_curve(curve)
    assert line[0] == curve[0]
    assert line[-1] == curve[-1]
    xs, ys = zip(*curve, strict=True)
    hull = Box(min(xs), min(ys), max(xs), max(ys)).grow(1e-6)
    assert all(hull.holds(point) for point in line)


@given(points, points, points)
def test_the_distance_to_a_segment_is_that_to_its_nearest_point(point, start, end):
    distance = distance_to_segment(point, start, end)
    shares = [index / 50 for index in range(51)]
    tried = [math.dist(point, (start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1]))) for s in shares]
    assert distance <= min(tried) + 1e-6
    assert distance >= min(tried) - math.dist(start, end) / 50 - 1e-6


@given(curves)
def test_a_line_is_no_distance_from_its_own_points(curve):
    line = flatten_curve(curve)
    assert all(distance_to_line(point, line) < 1e-6 for point in line)


@given(points, points, points, points)
def test_crossing_does_not_depend_on_direction(a, b, c, d):
    assert segments_cross(a, b, c, d) == segments_cross(c, d, a, b) == segments_cross(b, a, c, d)


def test_lines_cross_where_they_do():
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert lines_cross(square, ((5.0, -5.0), (5.0, 5.0)))
    assert not lines_cross(square, ((5.0, 5.0), (5.0, 20.0)))


@given(boxes(), st.floats(0.01, 0.99), st.floats(0.01, 0.99), points)
def test_a_line_from_inside_a_box_meets_it(box, across, down, point):
    inside = (box.left + (box.right - box.left) * across, box.top + (box.bottom - box.top) * down)
    assert line_meets_box((inside, point), box)


def test_a_line_right_through_a_box_meets_it():
    assert line_meets_box(((-5.0, 5.0), (15.0, 6.0)), Box(0, 0, 10, 10))
    assert not line_meets_box(((-5.0, 5.0), (-1.0, 50.0)), Box(0, 0, 10, 10))


@given(boxes(), boxes())
def test_boxes_meet_each_other_or_neither(first, second):
    assert first.meets(second) == second.meets(first)
    assert first.meets(first)


@given(points, st.floats(0, 100), st.lists(boxes(), max_size=3), st.lists(st.tuples(points, points), max_size=3))
def test_a_label_covers_no_card_and_no_wire(port, below, cards, lines):
    box = place_label(port, below, (70.0, 14.0), lines, cards)
    if box is not None:
        assert not any(box.meets(card) for card in cards)
        assert not any(line_meets_box(line, box) for line in lines)
        assert box.top >= port[1]
        assert box.bottom <= port[1] + below


def test_a_label_steps_aside_for_a_wire_on_the_right():
    free = place_label((0.0, 0.0), 38.0, (70.0, 14.0), [], [])
    taken = place_label((0.0, 0.0), 38.0, (70.0, 14.0), [((0.0, 0.0), (90.0, 38.0))], [])
    assert free is not None
    assert taken is not None
    assert free.left > 0 > taken.right


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_wires_thicken_with_their_tensor(small, large):
    small, large = sorted((small, large))
    assert 1.5 <= wire_width(small, 1.5, 5) <= wire_width(large, 1.5, 5) <= 5
