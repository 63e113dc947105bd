"""Frames in a layout: their cards together, all others outside, as the canvas draws the frames."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH
from designer.document.drawing import Remark
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph, Node
from designer.document.placement import arrange_some
from designer.ui.canvas.framing import place_frames
from designer.ui.canvas.geometry import Box


def make_graph(count: int, links: list[tuple[int, int]]) -> Graph:
    nodes = {f"n{number}": Node(f"n{number}", "ReLU", f"n{number}") for number in range(count)}
    edges = {Edge(f"n{one}", 0, f"n{other}", 0) for one, other in links if one < count and other < count}
    return Graph(nodes, tuple(sorted(edges)))


def draw(positions, frames, flow) -> tuple[dict[str, Box], dict[str, Box]]:
    cards = {node: Box(x, y, x + CARD_WIDTH, y + CARD_HEIGHT) for node, (x, y) in positions.items()}
    return cards, place_frames({str(place): Remark("", nodes=one) for place, one in enumerate(frames)}, cards, flow)


def overlap(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def check(positions, frames, flow="down") -> None:
    cards, boxes = draw(positions, frames, flow)
    assert not [pair for pair in combinations(cards, 2) if overlap(cards[pair[0]], cards[pair[1]])]
    for key, box in boxes.items():
        nodes = frames[int(key)]
        assert not [node for node in cards if node not in nodes and overlap(cards[node], box)]
        for other, there in boxes.items():
            assert not overlap(box, there) or nodes <= frames[int(other)] or frames[int(other)] <= nodes


@st.composite
def nested(draw, names: list[str]) -> list[frozenset[str]]:
    """Frames that stand apart or in one another: a draw of disjoint groups, some of them drawn from again."""
    found, open_groups = [], [names]
    for _ in range(draw(st.integers(0, 6))):
        group = open_groups.pop(0) if open_groups else []
        chosen = draw(st.lists(st.sampled_from(group), unique=True, min_size=1)) if group else []
        if not chosen:
            continue
        found.append(frozenset(chosen))
        open_groups += [chosen, [name for name in group if name not in chosen]]
    return found


ends = st.integers(0, 23)


@given(st.data(), st.integers(1, 24), st.lists(st.tuples(ends, ends), max_size=40), st.booleans(), st.booleans())
def test_no_card_lies_in_a_frame_that_it_does_not_belong_to(data, count, links, turned, fold):
    graph = make_graph(count, links)
    frames = data.draw(nested(list(graph.nodes)))
    flow = "right" if turned else "down"
    positions = lay_out(graph, flow, fold=fold, frames=frames)
    assert positions.keys() == graph.nodes.keys()
    check(positions, frames, flow)


CHAIN = [(number, number + 1) for number in range(39)]


@pytest.mark.parametrize("flow", ["down", "right"])
def test_a_long_chain_is_folded_between_its_frames_and_not_through_them(flow):
    graph = make_graph(40, CHAIN)
    frames = [frozenset(f"n{number}" for number in range(start, start + 5)) for start in range(0, 40, 10)]
    positions = lay_out(graph, flow, frames=frames)
    check(positions, frames, flow)
    across = 1 if flow == "right" else 0
    assert len({place[across] for place in positions.values()}) > 1
    assert all(len({positions[node][across] for node in frame}) == 1 for frame in frames)


def test_a_chain_with_frames_stays_straight():
    graph = make_graph(12, CHAIN)
    frames = [frozenset({"n2", "n3", "n4"}), frozenset({"n3", "n4"}), frozenset({"n7"})]
    positions = lay_out(graph, fold=False, frames=frames)
    check(positions, frames)
    assert {x for x, _ in positions.values()} == {0}
    assert sorted(positions, key=lambda node: positions[node][1]) == list(graph.nodes)


def test_frames_that_cut_across_one_another_leave_the_larger_one_whole():
    graph = make_graph(12, CHAIN)
    frames = [frozenset({"n2", "n3", "n4", "n5"}), frozenset({"n5", "n6"}), frozenset({"gone"}), frozenset()]
    positions = lay_out(graph, frames=frames)
    check(positions, frames[:1])


def test_without_frames_nothing_is_other_than_before():
    graph = make_graph(24, [*CHAIN, (3, 9), (4, 7)])
    assert lay_out(graph, frames=[frozenset({"gone"})]) == lay_out(graph)


def test_a_selection_keeps_its_frames_too():
    graph = make_graph(12, [*CHAIN, (2, 9)])
    layout = dict.fromkeys(graph.nodes, (0.0, 0.0))
    frame, chosen = frozenset({"n2", "n5"}), [f"n{number}" for number in range(8)]
    positions, _ = arrange_some(graph, layout, chosen, frames=[frame])
    assert positions.keys() == set(chosen)
    check(positions, [frame])
