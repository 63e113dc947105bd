"""The row that a removed card leaves is closed, where nothing is in the way."""

from dataclasses import replace

import pytest

from designer.document.closing import close_rows
from designer.document.drawing import Drawing, advance
from designer.document.edits import add_node, connect, insert_on_edge, move_nodes, remove_nodes
from designer.document.graph import Edge
from designer.document.project import Project


def make_chain(flow: str = "down", count: int = 5) -> Project:
    project = replace(Project(), drawing=Drawing(flow=flow))
    step = 88.0 if flow == "down" else 312.0
    for number in range(count):
        place = advance(flow, (0.0, 0.0), step * number)
        project, _ = add_node(project, "ReLU", id=f"n{number}", name=f"n{number}", position=place)
        if number:
            project = connect(project, Edge(f"n{number - 1}", 0, f"n{number}", 0))
    return project


def delete(project: Project, *nodes: str) -> Project:
    return close_rows(project, remove_nodes(project, nodes, close_gap=True))


@pytest.mark.parametrize("flow", ["down", "right"])
def test_what_was_put_in_is_gone_without_a_trace(flow):
    project = make_chain(flow)
    longer, new = insert_on_edge(project, Edge("n1", 0, "n2", 0), "Dropout")
    assert longer.layout["n4"] != project.layout["n4"]
    assert dict(delete(longer, new).layout) == dict(project.layout)


def test_several_rows_are_closed_at_once():
    project = delete(make_chain(count=8), "n1", "n2", "n5")
    assert {node: y / 88 for node, (_, y) in project.layout.items()} == {"n0": 0, "n3": 1, "n4": 2, "n6": 3, "n7": 4}


def test_cards_beside_keep_their_rows_and_what_joins_them_stays_below():
    project = make_chain()
    project, _ = add_node(project, "ReLU", id="branch", position=(288.0, 176.0))
    project = connect(connect(project, Edge("n0", 0, "branch", 0)), Edge("branch", 0, "n3", 1))
    assert dict(delete(project, "n1").layout) == {node: at for node, at in project.layout.items() if node != "n1"}
    short = delete(move_nodes(project, {"branch": (288.0, 88.0)}), "n1")
    assert short.layout["n3"] == (0.0, 176.0)
    assert short.layout["branch"] == (288.0, 88.0)


def test_nothing_moves_onto_other_cards_or_after_a_card_that_lay_aside():
    project = make_chain()
    blocked, _ = add_node(project, "ReLU", id="other", position=(100.0, 44.0))
    assert delete(blocked, "n1").layout["n2"] == project.layout["n2"]
    aside = move_nodes(project, {"n1": (300.0, 88.0)})
    assert delete(aside, "n1").layout["n2"] == project.layout["n2"]
    assert delete(project, "n0").layout["n1"] == project.layout["n1"]
    assert delete(project, "n4").layout["n3"] == project.layout["n3"]


def test_of_many_rows_none_is_closed():
    """Whoever deletes a part of a large network must not wait for each row to be looked at."""
    project = make_chain(count=60)
    gone = [f"n{number}" for number in range(2, 58, 2)]
    after = delete(project, *gone)
    assert all(after.layout[node] == project.layout[node] for node in after.graph.nodes)
