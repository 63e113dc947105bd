"""What changed between two projects."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from designer.document import edits
from designer.document.diff import Difference, compare
from designer.document.graph import Edge, Graph
from designer.document.project import Data, Project, Training
from tests.strategies import asks, projects


def test_the_same_project_has_no_difference():
    assert compare(Project(), Project()) == Difference()


def test_each_part_is_told():
    old, a = edits.add_node(Project(), "Input")
    old, b = edits.add_node(old, "ReLU")
    old = edits.connect(old, Edge(a, 0, b, 0))
    new, c = edits.add_node(old, "Output")
    new = edits.connect(new, Edge(b, 0, c, 0))
    new = edits.rename_node(edits.move_nodes(new, {a: (5, 5)}), b, "act")
    assert compare(old, new) == Difference(added=(c,), changed=(b,), moved=(a,), added_edges=(Edge(b, 0, c, 0),))
    assert compare(new, old) == Difference(removed=(c,), changed=(b,), moved=(a,), removed_edges=(Edge(b, 0, c, 0),))
    assert compare(old, new).graph
    assert not compare(old, edits.move_nodes(old, {a: (5, 5)})).graph


def test_settings_are_told_apart():
    old = Project()
    assert compare(old, replace(old, data=Data(validation=0.5))) == Difference(data=True)
    assert compare(old, replace(old, training=Training(epochs=3))) == Difference(training=True)
    assert compare(old, replace(old, name="x", notes="y")) == Difference(name=True, notes=True)
    assert compare(old, replace(old, data=Data(), training=Training())) == Difference()


@given(projects(most=5, settled=True), st.lists(asks(), max_size=5))
def test_the_difference_leads_from_one_to_the_other(old, steps):
    new = old
    for ask in steps:
        new = ask.apply(new)
    difference = compare(old, new)
    nodes = {key: node for key, node in old.graph.nodes.items() if key not in difference.removed}
    nodes |= {key: new.graph.nodes[key] for key in difference.added + difference.changed}
    assert nodes == new.graph.nodes
    assert not set(difference.added) & set(old.graph.nodes)
    edges = (set(old.graph.edges) - set(difference.removed_edges)) | set(difference.added_edges)
    assert edges == set(new.graph.edges)
    assert difference.data == (old.data != new.data)


@given(projects(most=5, settled=True))
def test_an_equal_copy_has_no_difference(project):
    copy = replace(project, graph=Graph(dict(project.graph.nodes), tuple(project.graph.edges)))
    assert compare(project, copy) == Difference()
