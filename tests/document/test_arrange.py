"""The layered layout: down along every wire, no card on another."""

from itertools import pairwise

import hypothesis
from hypothesis import given

from designer.document.arrange import arrange
from designer.document.drawing import COLUMN, PITCH
from designer.document.graph import Edge, Graph, Node
from designer.document.order import sort_nodes
from tests.strategies import graphs, networks

CARD_WIDTH = 208


def build(*wires: str) -> Graph:
    edges = [Edge(source, 0, target, port) for port, (source, target) in enumerate(map(str.split, wires))]
    return Graph({key: Node(key, "ReLU", key) for edge in edges for key in (edge.source, edge.target)}, tuple(edges))


def test_a_chain_is_one_column():
    places = arrange(build("a b", "b c", "c d"))
    assert places == {key: (0, row * PITCH) for row, key in enumerate("abcd")}


def test_a_skip_connection_leaves_the_chain_straight():
    places = arrange(build("a b", "b c", "c d", "d e", "a d", "b e"))
    assert {x for x, _ in places.values()} == {0}


def test_branches_lie_side_by_side_in_the_order_they_were_added():
    places = arrange(build("in a", "in b", "in c", "a out", "b out", "c out"))
    assert places["a"][1] == places["b"][1] == places["c"][1] == PITCH
    assert places["b"][0] - places["a"][0] == places["c"][0] - places["b"][0] == COLUMN
    assert places["in"] == (places["b"][0], 0)
    assert places["out"] == (places["b"][0], 2 * PITCH)


def test_separate_networks_and_lone_nodes_do_not_overlap():
    graph = build("a b", "x y")
    graph = Graph({**graph.nodes, "p": Node("p", "ReLU", "p"), "q": Node("q", "ReLU", "q")}, graph.edges)
    assert arrange(graph) == {
        "a": (0, 0),
        "b": (0, PITCH),
        "x": (COLUMN, 0),
        "y": (COLUMN, PITCH),
        "p": (2 * COLUMN, 0),
        "q": (2 * COLUMN, PITCH),
    }


def test_a_circle_is_opened():
    places = arrange(build("a b", "b c", "c a"))
    assert sorted(y for _, y in places.values()) == [0, PITCH, 2 * PITCH]


def test_nothing_is_arranged_in_an_empty_project():
    assert arrange(Graph()) == {}


@hypothesis.settings(max_examples=200)
@given(graphs(most=10) | networks(most=10))
def test_cards_never_overlap_and_data_flows_down(graph):
    places = arrange(graph)
    assert set(places) == set(graph.nodes)
    assert arrange(graph) == places
    rows: dict[float, list[float]] = {}
    for x, y in places.values():
        assert x >= 0
        assert y % PITCH == 0
        rows.setdefault(y, []).append(x)
    for row in rows.values():
        assert all(right - left > CARD_WIDTH for left, right in pairwise(sorted(row)))
    order, _ = sort_nodes(graph)
    for edge in graph.edges:
        if edge.source in order and edge.target in order:
            assert places[edge.source][1] < places[edge.target][1]


def test_a_large_tangle_is_drawn_by_depth():
    keys = [str(number) for number in range(400)]
    wires = [f"{a} {b}" for a in keys[:200] for b in keys[200:]]
    long = [f"{a} {b}" for a, b in pairwise(keys[:200])]
    places = arrange(build(*wires, *long))
    assert len(set(places.values())) == 400
