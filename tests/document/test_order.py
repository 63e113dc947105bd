"""Topological order, ancestors, descendants, cycles."""

from hypothesis import given

from designer.document.graph import Edge, Graph, Node
from designer.document.order import find_ancestors, find_cycle_nodes, find_descendants, sort_nodes
from tests.strategies import graphs


def build(wires: str, names: str = "abcdef") -> Graph:
    edges = tuple(Edge(wire[0], 0, wire[1], 0) for wire in wires.split())
    return Graph({name: Node(name, "ReLU", name) for name in names}, edges)


def test_sources_come_first_in_the_order_they_were_added():
    assert sort_nodes(build("cb ba", "abcd")) == (("c", "d", "b", "a"), frozenset())


def test_what_is_on_or_behind_a_circle_has_no_place():
    order, unplaced = sort_nodes(build("ab bc cb cd", "abcde"))
    assert (order, unplaced) == (("a", "e"), {"b", "c", "d"})
    assert find_cycle_nodes(build("ab bc cb cd", "abcde")) == {"b", "c"}


def test_ancestors_and_descendants():
    graph = build("ab bc cd be")
    assert find_ancestors(graph, ["d"]) == {"a", "b", "c"}
    assert find_descendants(graph, ["b"]) == {"c", "d", "e"}
    assert find_descendants(build("ab ba"), ["a"]) == {"a", "b"}


@given(graphs(most=10))
def test_every_wire_leads_forward(graph):
    order, unplaced = sort_nodes(graph)
    place = {node: index for index, node in enumerate(order)}
    assert sorted([*order, *unplaced]) == sorted(graph.nodes)
    assert find_cycle_nodes(graph) <= unplaced
    for edge in graph.edges:
        if edge.source in place and edge.target in place:
            assert place[edge.source] < place[edge.target]
        if edge.target in place:
            assert edge.source not in unplaced
    circles = {node for node in graph.nodes if node in find_descendants(graph, [node])}
    assert circles <= find_cycle_nodes(graph)
    for node in find_cycle_nodes(graph):  # on a cycle, or between two
        assert circles & {node, *find_descendants(graph, [node])}
        assert circles & {node, *find_ancestors(graph, [node])}


@given(graphs(most=10))
def test_indexes_hold_every_wire_between_nodes_by_port(graph):
    inner = [edge for edge in graph.edges if edge.source in graph.nodes and edge.target in graph.nodes]
    key = lambda edge: (edge.source, edge.source_port, edge.target, edge.target_port)  # noqa: E731
    for index, port in ((graph.incoming, "target_port"), (graph.outgoing, "source_port")):
        assert sorted((edge for edges in index.values() for edge in edges), key=key) == sorted(inner, key=key)
        for edges in index.values():
            assert [getattr(edge, port) for edge in edges] == sorted(getattr(edge, port) for edge in edges)
    for node in graph.nodes:
        touching = {edge for edge in graph.edges if node in (edge.source, edge.target)}
        assert set(graph.edges_of([node])) == touching
