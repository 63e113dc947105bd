"""Part of a drawing arranged where it lies, and places for nodes that have none."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from designer.document.arrange import CARD_HEIGHT, CARD_WIDTH, SPACINGS
from designer.document.drawing import Drawing, Remark
from designer.document.edits import move_nodes
from designer.document.graph import Edge, Graph, Node
from designer.document.placement import arrange_some, carry_comments, place_all, place_missing
from designer.document.project import PITCH, Block, Position, Project
from designer.document.remarks import add_remark
from tests.strategies import graphs


def chain(*keys: str) -> Graph:
    nodes = {key: Node(key, "ReLU", key) for key in keys}
    return Graph(nodes, tuple(Edge(a, 0, b, 0) for a, b in pairwise(keys)))


def middle(places: list[Position]) -> Position:
    xs, ys = zip(*places, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def overlap(places: list[Position]) -> bool:
    return any(abs(a[0] - b[0]) < CARD_WIDTH and abs(a[1] - b[1]) < CARD_HEIGHT for a, b in combinations(places, 2))


def test_the_selected_cards_are_arranged_where_they_are():
    graph = chain(*"abcde")
    layout = {"a": (0, 0), "b": (1000, 3000), "c": (1400, 3050), "d": (1200, 3100), "e": (0, 400)}
    places, free = arrange_some(graph, layout, {"b", "c", "d"})
    assert free
    assert set(places) == {"b", "c", "d"}
    assert {x for x, _ in places.values()} == {1200}
    assert [places[key][1] for key in "bcd"] == [2960, 2960 + PITCH, 2960 + 2 * PITCH]


def test_a_part_moves_aside_where_other_cards_stand():
    graph = chain(*"abcd")
    layout = {"a": (0, 0), "b": (200, 88), "c": (-200, 88), "d": (0, 88)}
    places, free = arrange_some(graph, layout, {"b", "c"})
    assert free
    assert not overlap([layout["a"], layout["d"], *places.values()])
    assert max(abs(a - b) for a, b in zip(middle(list(places.values())), (0, 88), strict=True)) < 300


def test_it_says_where_no_place_is_free():
    crowd = {f"n{x}_{y}": (x * 200.0, y * 40.0) for x in range(-9, 10) for y in range(-40, 41)}
    graph = Graph({key: Node(key, "ReLU", key) for key in (*crowd, "a", "b")}, (Edge("a", 0, "b", 0),))
    places, free = arrange_some(graph, {**crowd, "a": (0.0, 0.0), "b": (0.0, 0.0)}, {"a", "b"})
    assert not free
    assert places["a"][0] == places["b"][0]


@given(graphs(most=8), st.data())
def test_a_part_keeps_off_the_rest_and_the_rest_stays(graph: Graph, data: st.DataObject):
    layout = {key: (300.0 * (number % 3), 100.0 * (number // 3)) for number, key in enumerate(graph.nodes)}
    chosen = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)))) if graph.nodes else set()
    places, free = arrange_some(graph, layout, chosen)
    assert set(places) == chosen
    assert free
    assert not overlap([*places.values(), *(layout[key] for key in layout if key not in chosen)])


def test_nodes_without_a_place_stand_after_what_feeds_them():
    graph = chain(*"abcd")
    layout = place_all(graph, {"a": (800, 80)})
    assert layout == {"a": (800, 80), "b": (800, 168), "c": (800, 256), "d": (800, 344)}
    assert place_all(graph, layout) is layout


def test_nodes_without_a_place_stand_before_what_they_feed():
    layout = place_all(chain(*"abc"), {"c": (800, 800)})
    assert layout == {"a": (800, 800 - 2 * PITCH), "b": (800, 800 - PITCH), "c": (800, 800)}


def test_loose_nodes_without_a_place_stand_beside_everything():
    graph = Graph({key: Node(key, "ReLU", key) for key in "abc"}, ())
    layout = place_all(graph, {"a": (0, 0)})
    assert not overlap(list(layout.values()))


@given(graphs(most=8), st.data(), st.sampled_from(["down", "right"]))
def test_every_missing_place_is_found_and_free(graph: Graph, data: st.DataObject, flow: str):
    known = {key: (300.0 * (number % 3), 100.0 * (number // 3)) for number, key in enumerate(graph.nodes)}
    kept = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)))) if graph.nodes else set()
    layout = {key: known[key] for key in known if key in kept}
    full = place_all(graph, layout, flow)
    assert full.keys() >= graph.nodes.keys()
    assert all(full[key] == place for key, place in layout.items())
    assert not overlap([full[key] for key in graph.nodes])


def test_blocks_get_places_too_each_along_its_own_flow():
    inside = Block("Inside", chain(*"xyz"), drawing=Drawing("right"))
    project = place_missing(Project(graph=chain(*"ab"), blocks={"one": inside}))
    assert project.layout == {"a": (0, 0), "b": (0, PITCH)}
    step = SPACINGS["right"].rank
    assert project.blocks["one"].layout == {"x": (0, 0), "y": (step, 0), "z": (2 * step, 0)}
    assert place_missing(project) is project


def test_a_comment_goes_with_the_card_it_stands_beside():
    project = Project(graph=chain(*"ab"), layout={"a": (0.0, 0.0), "b": (0.0, 900.0)})
    project, beside = add_remark(project, Remark("why", position=(230.0, 910.0)))
    project, far = add_remark(project, Remark("title", position=(5000.0, 0.0)))
    moved = carry_comments(project, move_nodes(project, {"b": (0.0, 88.0)}))
    assert moved.drawing.remarks[beside].position == (230.0, 98.0)
    assert moved.drawing.remarks[far].position == (5000.0, 0.0)


def test_many_nodes_without_a_place_find_one_too():
    graph = Graph({f"n{k}": Node(f"n{k}", "ReLU", f"n{k}") for k in range(900)}, ())
    layout = place_all(graph, {"n0": (0.0, 0.0)})
    assert len(layout) == 900
    assert not overlap(list(layout.values()))
    wide = chain(*[f"n{k}" for k in range(800)])
    places, free = arrange_some(wide, layout, {f"n{k}" for k in range(500)}, fold=False)
    assert free
    assert not overlap([*places.values(), *(layout[f"n{k}"] for k in range(500, 800))])
