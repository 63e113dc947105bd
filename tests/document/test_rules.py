"""Structure faults: each is found, named, and nothing raises."""

from hypothesis import given

from designer.document.graph import Edge, Graph, Node
from designer.document.order import find_cycle_nodes
from designer.document.rules import find_faults, find_loops
from tests.strategies import graphs


def build(edges: list[Edge], names: str = "abcdef") -> Graph:
    return Graph({name: Node(name, "ReLU", name) for name in names}, tuple(edges))


def wire(text: str) -> Edge:
    return Edge(text[0], 0, text[1], 0)


def test_a_sound_graph_has_no_faults():
    assert find_faults(build([wire("ab"), wire("bc")])) == ()


def test_a_circle_is_one_fault_in_the_order_of_its_wires():
    (fault,) = find_faults(build([wire("ab"), wire("bc"), wire("ca"), Edge("c", 0, "d", 0)]))
    assert fault.kind == "cycle"
    assert set(fault.edges) == {wire("ab"), wire("bc"), wire("ca")}
    assert [edge.source for edge in fault.edges] == list(fault.nodes)
    assert fault.message.startswith("The wires run in a circle: `")


def test_a_node_that_feeds_itself():
    (fault,) = find_faults(build([wire("aa")]))
    assert fault.message == "The wires run in a circle: `a` -> `a`. Remove one of them."


def test_two_circles_are_two_faults():
    assert len(find_loops(build([wire("ab"), wire("ba"), wire("bc"), wire("cd"), wire("dc")]))) == 2


def test_a_wire_to_a_missing_node():
    (fault,) = find_faults(build([Edge("a", 0, "gone", 0)]))
    assert (fault.kind, fault.nodes) == ("dangling", ("a",))
    assert "a layer that is missing" in fault.message


def test_two_wires_into_one_port():
    (fault,) = find_faults(build([wire("ac"), wire("bc")]))
    assert (fault.kind, fault.nodes, len(fault.edges)) == ("occupied", ("c",), 2)
    assert fault.message == "2 wires enter input 0 of `c`, which takes one. Remove the others."


def test_a_port_below_zero():
    (fault,) = find_faults(build([Edge("a", -1, "b", 0)]))
    assert fault.kind == "port"


def test_names_that_are_missing_or_shared():
    graph = Graph({key: Node(key, "ReLU", name) for key, name in zip("abcd", ("x", " x", "", "y"), strict=True)})
    assert [(fault.kind, fault.nodes) for fault in find_faults(graph)] == [
        ("same_name", ("a", "b")),
        ("no_name", ("c",)),
    ]


@given(graphs())
def test_any_graph_is_judged(graph):
    for fault in find_faults(graph):
        assert fault.message.isprintable()
        assert fault.message.endswith(".")
        assert set(fault.nodes) <= set(graph.nodes)
        assert set(fault.edges) <= set(graph.edges)


@given(graphs(most=10))
def test_every_circle_meets_a_loop_that_is_found(graph):
    loops = find_loops(graph)
    on_loops = [edge.source for loop in loops for edge in loop]
    assert len(on_loops) == len(set(on_loops))
    for loop in loops:
        assert all(edge.target == after.source for edge, after in zip(loop, loop[1:] + loop[:1], strict=True))
    rest = {key: node for key, node in graph.nodes.items() if key not in on_loops}
    assert not find_cycle_nodes(Graph(rest, graph.edges))
