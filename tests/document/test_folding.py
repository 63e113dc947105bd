"""Folding: long drawings become columns, cut only where one wire passes, with nothing lost and nothing overlapping."""

from hypothesis import given
from hypothesis import strategies as st

from designer.document.arrange import arrange
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
    graph = make_graph(13, [(0, 10)])
    positions = arrange(graph)
    assert fold_columns(graph, positions) == positions


def test_nothing_to_cut_stays_as_it_is():
    graph = make_graph(13, [(0, 12)])
    positions = arrange(graph)
    assert fold_columns(graph, positions) == positions


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
