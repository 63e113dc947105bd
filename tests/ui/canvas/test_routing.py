"""The way of wires: out and in vertically, round the cards, side by side."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, PORT_STEP, Box, card_box, flatten_curve, port_point
from designer.ui.canvas.routing import LANE_STEP, MOST_SHIFTS, find_route, separate_lanes, trace_route

steps = st.integers(-60, 60).map(lambda step: step * 8.0)
positions = st.tuples(steps, steps)


@st.composite
def layouts(draw: st.DrawFn) -> list[Box]:
    """Return cards that do not overlap; the first two are joined."""
    boxes: list[Box] = []
    for position in draw(st.lists(positions, min_size=2, max_size=12, unique=True)):
        box = card_box(position)
        if not any(box.grow(8).meets(other) for other in boxes):
            boxes.append(box)
    if len(boxes) < 2:
        boxes.append(card_box((boxes[0].left, boxes[0].bottom + 44)))
    return boxes


def route_between(boxes: list[Box], first: int = 0, second: int = 1):
    source, target = boxes[first], boxes[second]
    start = port_point((source.left, source.top), 0, 1, is_output=True)
    end = port_point((target.left, target.top), 0, 1, is_output=False)
    return find_among(boxes, start, end, (source, target))


def find_among(boxes: list[Box], start, end, own: tuple[Box, Box]):
    def cards(box: Box) -> list[Box]:
        return [card for card in boxes if card.meets(box)]

    return find_route(start, end, own, cards, lambda box: list({(card.left, card.right) for card in cards(box)}))


@given(layouts())
def test_a_wire_joins_its_ports_vertically(boxes):
    route = route_between(boxes)
    curve = trace_route(route)
    assert curve[0] == route.start
    assert curve[-1] == route.end
    assert curve[1][0] == curve[0][0]
    assert curve[1][1] > curve[0][1]
    assert curve[-2][0] == curve[-1][0]
    assert curve[-2][1] < curve[-1][1]


@given(layouts())
def test_a_lane_is_free_of_cards(boxes):
    route = route_between(boxes)
    if route.lane is not None:
        curve = trace_route(route)
        line = flatten_curve(curve[3:-3], 30)
        assert not any(card.holds(point) for point in line for card in boxes)
        for (x, y), (other_x, other_y) in itertools.pairwise(curve[3:-3]):
            if x == other_x:
                straight = Box(x, min(y, other_y), x, max(y, other_y))
                assert not any(card.meets(straight) for card in boxes)


@given(layouts())
def test_a_wire_without_a_lane_passes_beside_the_other_cards(boxes):
    route = route_between(boxes)
    if route.lane is None and route.end[1] >= route.start[1] + 16:
        line = flatten_curve(trace_route(route), 40)
        assert not any(card.holds(point) for point in line for card in boxes[2:])


@given(layouts(), positions)
def test_a_card_out_of_reach_changes_nothing(boxes, position):
    route = route_between(boxes)
    more = card_box(position)
    if not more.meets(route.reach):
        assert route_between([*boxes, more]) == route


def test_a_chain_hangs_on_a_straight_line():
    route = route_between([card_box((0, 0)), card_box((0, 88))])
    assert route.lane is None
    assert {x for x, _ in trace_route(route)} == {CARD_WIDTH / 2}


def test_a_skip_goes_round_the_cards_between_on_the_side_of_its_port():
    boxes = [card_box((0, 0)), card_box((0, 264)), card_box((0, 88)), card_box((0, 176))]
    route = route_between(boxes)
    assert route.lane is not None
    assert route.lane.x < 0
    assert route.lane.outward == -1
    start, end = route.start, (route.end[0] + PORT_STEP, route.end[1])
    route = find_among(boxes, start, end, (boxes[0], boxes[1]))
    assert route.lane is not None
    assert route.lane.x > CARD_WIDTH
    assert route.lane.outward == 1


def test_a_wire_up_to_the_next_column_runs_between_the_columns():
    column = [card_box((0, 88 * row)) for row in range(5)]
    boxes = [column[-1], card_box((392, 0)), *column[:-1]]
    route = route_between(boxes)
    assert route.lane is not None
    assert CARD_WIDTH < route.lane.x < 392
    highest = min(y for _, y in flatten_curve(trace_route(route)))
    lowest = max(y for _, y in flatten_curve(trace_route(route)))
    assert highest < 0
    assert lowest > column[-1].bottom


def two_columns(**moved: tuple[float, float]) -> list[Box]:
    """Two columns of eight and seven rows, the end of the first joined to the head of the second."""
    places = {f"a{row}": (0.0, 88.0 * row) for row in range(8)} | {
        f"b{row}": (392.0, 24 + 88.0 * row) for row in range(7)
    }
    boxes = {name: card_box(place) for name, place in (places | moved).items()}
    return [boxes.pop("a7"), boxes.pop("b0"), *boxes.values()]


MOVED = [
    {},
    {"a4": (190, 352)},
    {"a3": (160, 264)},
    {"b1": (240, 112)},
    {"b4": (200, 376)},
    {"a3": (190, 264), "a4": (190, 352)},  # together, as one drags several
    {"b3": (200, 288), "b4": (224, 376)},
    {"a2": (190, 176), "a5": (190, 440)},
    {"a2": (190, 176), "b4": (200, 376)},
]


@pytest.mark.parametrize("moved", MOVED)
def test_cards_that_were_moved_between_two_columns_send_no_wire_round_them(moved):
    boxes = two_columns(**moved)
    route = route_between(boxes)
    line = flatten_curve(trace_route(route), 30)
    assert max(x for x, _ in line) < 640
    assert min(x for x, _ in line) > 0
    assert not any(card.grow(2).holds(point) for point in line for card in boxes[2:])


def test_cards_moved_between_all_the_way_do():
    boxes = two_columns(**{f"a{row}": (190.0, 88.0 * row) for row in range(7)})
    assert route_between(boxes).lane.x > 600


def test_neighbours_on_one_level_are_joined_by_an_s():
    route = route_between([card_box((0, 0)), card_box((320, 0))])
    assert route.lane is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=14))
def test_lanes_do_not_lie_on_one_another(spans):
    pitch = CARD_HEIGHT * 2
    column = [card_box((0, pitch * row)) for row in range(44)]
    routes = {
        key: route_between([column[low], column[low + height + 1], *column]) for key, (low, height) in enumerate(spans)
    }
    shifts = separate_lanes(routes)
    lanes = [(routes[key].lane.x + routes[key].lane.outward * shift, routes[key]) for key, shift in shifts.items()]
    assert len(lanes) <= MOST_SHIFTS
    for index, (x, route) in enumerate(lanes):
        for other_x, other in lanes[:index]:
            if route.start[1] < other.end[1] and other.start[1] < route.end[1]:
                assert abs(x - other_x) > LANE_STEP - 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=8), st.randoms())
def test_lanes_do_not_depend_on_the_order_of_wires(spans, random):
    column = [card_box((0, 88 * row)) for row in range(44)]
    routes = {
        (low, height): route_between([column[low], column[low + height + 1], *column]) for low, height in set(spans)
    }
    shuffled = list(routes.items())
    random.shuffle(shuffled)
    assert separate_lanes(dict(shuffled)) == separate_lanes(routes)
