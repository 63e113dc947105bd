"""How well the networks of the gallery are drawn: trunks straight, joints in the middle, few crossings, short wires."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, arrange
from designer.document.drawing import COLUMN, PITCH, Position
from designer.document.files import load
from designer.document.folding import lay_out
from designer.document.graph import Edge, Graph, Node
from designer.document.layers import find_rows
from designer.document.order import sort_nodes
from designer.paths import resource
from tests.strategies import networks

NAMES = sorted(path.stem for path in resource("templates").glob("*.nnd"))
Layout = dict[str, Position]


def list_graphs(name: str) -> list[Graph]:
    """Return the network of a template and the insides of its blocks."""
    project = load(resource(f"templates/{name}.nnd"))
    return [project.graph, *(block.graph for block in project.blocks.values())]


def inside(template: str, block: str) -> Graph:
    return load(resource(f"templates/{template}.nnd")).blocks[block].graph


def list_in_file_order(graph: Graph) -> Layout:
    """Return the plainest layers: each node as deep as its longest way from a start, in the order of the file."""
    order, _ = sort_nodes(graph)
    depth: dict[str, int] = {}
    width: dict[int, int] = {}
    places = {}
    for key in order:
        row = depth[key] = max((depth[edge.source] + 1 for edge in graph.incoming.get(key, ())), default=0)
        width[row] = width.get(row, -1) + 1
        places[key] = (width[row] * COLUMN, row * PITCH)
    return places


def find_longest_way(graph: Graph) -> list[str]:
    order, _ = sort_nodes(graph)
    best: dict[str, list[str]] = {}
    for key in order:
        ways = [best[edge.source] for edge in graph.incoming.get(key, ())]
        best[key] = [*max(ways, key=len, default=[]), key]
    return max(best.values(), key=len, default=[])


def count_crossings(graph: Graph, places: Layout) -> int:
    """Return how often straight lines from card to card cross."""
    lines = [(places[edge.source], places[edge.target]) for edge in graph.edges]

    def side(a: Position, b: Position, c: Position) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return sum(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for (a, b), (c, d) in combinations(lines, 2)
    )


def measure_detour(graph: Graph, places: Layout) -> float:
    """Return how far all wires together go to the side."""
    return sum(abs(places[edge.source][0] - places[edge.target][0]) for edge in graph.edges)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("flow", ["down", "right"])
def test_no_card_of_a_template_lies_on_another(name, flow):
    for graph in list_graphs(name):
        places = lay_out(graph, flow)
        assert places == lay_out(graph, flow)
        for (x, y), (u, v) in combinations(places.values(), 2):
            assert abs(x - u) >= CARD_WIDTH or abs(y - v) >= CARD_HEIGHT


def test_the_templates_are_drawn_better_than_in_the_order_of_their_files():
    crossings, plain_crossings, detour, plain_detour = 0, 0, 0.0, 0.0
    for name in NAMES:
        for graph in list_graphs(name):
            places, plain = arrange(graph), list_in_file_order(graph)
            crossings += count_crossings(graph, places)
            plain_crossings += count_crossings(graph, plain)
            detour += measure_detour(graph, places)
            plain_detour += measure_detour(graph, plain)
    assert crossings == 0
    assert detour <= plain_detour


def test_almost_every_wire_of_the_longest_ways_is_straight():
    straight = total = 0
    for name in NAMES:
        for graph in list_graphs(name):
            places = arrange(graph)
            for a, b in pairwise(find_longest_way(graph)):
                total += 1
                straight += places[a][0] == places[b][0]
    assert straight / total > 0.95


@pytest.mark.parametrize(
    ("template", "block"), [("resnet-50", "bottleneck"), ("resnet-18", "basic"), ("densenet-121", "dense")]
)
def test_the_trunk_of_a_residual_block_is_one_straight_line_and_the_projection_stands_beside_it(template, block):
    graph = inside(template, block)
    places = arrange(graph)
    trunk = find_longest_way(graph)
    assert len({places[key][0] for key in trunk}) == 1
    rest = graph.nodes.keys() - set(trunk)
    assert len({places[key][0] for key in rest} - {places[trunk[0]][0]}) == (1 if rest else 0)


def test_the_skips_of_a_u_net_leave_it_one_column():
    (graph, *_) = list_graphs("u-net")
    assert len({x for x, _ in arrange(graph).values()}) == 1


def test_the_branches_of_an_inception_block_stand_side_by_side_in_the_order_of_the_ports():
    graph = inside("googlenet", "inception")
    places = arrange(graph)
    (joint,) = [key for key, edges in graph.incoming.items() if len(edges) == 4]
    ends = [places[edge.source][0] for edge in graph.incoming[joint]]
    assert ends == sorted(ends)
    assert {b - a for a, b in pairwise(ends)} == {COLUMN}
    assert places[joint][0] == (ends[0] + ends[-1]) / 2


def test_branches_follow_the_ports_they_go_to_not_the_order_of_the_file():
    # Two branches of two nodes each, wired crosswise: second comes first in the joint.
    links = [(0, 1), (1, 2), (0, 3), (3, 4), (2, 5), (4, 5)]
    ports = dict.fromkeys(links, (0, 0)) | {(2, 5): (0, 1), (4, 5): (0, 0)}
    rows = find_rows(6, links, list(range(6)), ports).rows
    assert rows == ((0,), (3, 1), (4, 2), (5,))


skips = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda ends: ends[0] + 1 < ends[1]), max_size=8
)


@given(skips)
def test_a_chain_stays_straight_whatever_skips_run_past_it(found):
    nodes = {f"n{k}": Node(f"n{k}", "ReLU", f"n{k}") for k in range(12)}
    edges = [Edge(f"n{a}", 0, f"n{b}", 0) for a, b in pairwise(range(12))]
    edges += [Edge(f"n{a}", 0, f"n{b}", 1 + number) for number, (a, b) in enumerate(found)]
    assert len({x for x, _ in arrange(Graph(nodes, tuple(edges))).values()}) == 1


@given(networks(most=9))
def test_no_network_is_drawn_with_more_crossings_than_in_the_order_of_its_file(graph):
    assert count_crossings(graph, arrange(graph)) <= count_crossings(graph, list_in_file_order(graph))
