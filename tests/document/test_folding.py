"""Folding: long drawings become columns, cut only where one wire passes, with nothing lost and nothing overlapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, arrange
from designer.document.drawing import COLUMN, PITCH
from designer.document.folding import fold_columns
from designer.document.graph import Edge, Graph, Node


def make_graph(count: int, skips: list[tuple[int, int]]) -> Graph:
    """Return a chain of `count` nodes with extra wires."""
    nodes = {f"n{k}": Node(f"n{k}", "ReLU", f"n{k}") for k in range(count)}
    edges = [Edge(f"n{k}", 0, f"n{k + 1}", 0) for k in range(count - 1)]
    edges += [Edge(f"n{a}", 0, f"n{b}", 1) for a, b in skips]
    return Graph(nodes, tuple(edges))


def test_a_short_chain_stays_one_column():
    graph = make_graph(9, [])
    positions = arrange(graph)
    assert fold_columns(graph, positions) == positions


def test_a_long_chain_becomes_columns_of_equal_height():
    graph = make_graph(13, [])
    folded = fold_columns(graph, arrange(graph))
    columns = sorted({x for x, _ in folded.values()})
    assert [sum(x == column for x, _ in folded.values()) for column in columns] == [7, 6]
    assert folded["n7"][1] == 0


def test_no_cut_goes_through_a_skip_connection():
    graph = make_graph(13, [(3, 7)])
    folded = fold_columns(graph, arrange(graph))
    assert len({folded[f"n{k}"][0] for k in range(3, 8)}) == 1
    assert len({x for x, _ in folded.values()}) > 1


def test_a_few_last_cards_are_no_column():
    graph = make_graph(13, [(k, 10) for k in range(5)])
    positions = arrange(graph)
    assert fold_columns(graph, positions) == positions


def test_nothing_to_cut_stays_as_it_is():
    graph = make_graph(13, [(k, 12) for k in range(6)])
    positions = arrange(graph)
    assert fold_columns(graph, positions) == positions


def list_columns(places: dict, flow: str = "down") -> list[list[str]]:
    """Return the nodes of each column, where data flows to the right of each line, in the order they are read in."""
    across, along = (0, 1) if flow == "down" else (1, 0)
    found: dict[float, list[str]] = {}
    for node, place in sorted(places.items(), key=lambda item: item[1][along]):
        found.setdefault(place[across], []).append(node)
    return [found[key] for key in sorted(found)]


def test_a_way_past_layers_is_cut_at_the_output_that_it_comes_from():
    skips = [(3 * k, 3 * k + 3) for k in range(13)]
    columns = list_columns(fold_columns(make_graph(40, skips), arrange(make_graph(40, skips))))
    assert len(columns) > 2
    assert all(int(column[0][1:]) % 3 == 1 for column in columns[1:])  # what follows the layer where both ways begin


def test_an_hourglass_is_folded_once_at_its_waist():
    graph = make_graph(24, [(k, 23 - k) for k in range(2, 6)])
    columns = list_columns(fold_columns(graph, arrange(graph)))
    assert [len(column) for column in columns] == [12, 12]


@pytest.mark.parametrize("flow", ["down", "right"])
@pytest.mark.parametrize("page", [0.8, 1.6, 2.4])
def test_a_chain_takes_the_shape_of_its_page(flow: str, page: float):
    graph = make_graph(300, [])
    places = fold_columns(graph, arrange(graph, flow), flow, (), page)
    width = max(x for x, _ in places.values()) + CARD_WIDTH
    height = max(y for _, y in places.values()) + CARD_HEIGHT
    assert 0.75 < width / height / page < 1.33
    assert [node for column in list_columns(places, flow) for node in column] == list(graph.nodes)


skip = st.tuples(st.integers(0, 39), st.integers(0, 39)).filter(lambda ends: ends[0] != ends[1])


@given(st.integers(1, 40), st.lists(skip, max_size=4))
def test_every_card_keeps_a_place_of_its_own(count: int, skips: list[tuple[int, int]]):
    graph = make_graph(count, [(a, b) for a, b in skips if max(a, b) < count])
    folded = fold_columns(graph, arrange(graph))
    assert folded.keys() == graph.nodes.keys()
    places = sorted(folded.values())
    for index, (x, y) in enumerate(places):
        for other_x, other_y in places[index + 1 :]:
            assert abs(x - other_x) >= COLUMN - 80 or abs(y - other_y) >= PITCH
