"""Copy and paste."""

import pytest
from hypothesis import given

from designer.document.clip import copy_nodes, from_text, paste_clip, to_text
from designer.document.edits import EditError, add_node, connect, rename_node
from designer.document.files import FileError, dumps
from designer.document.graph import Edge
from designer.document.project import Project
from tests.strategies import projects


def build_pair() -> tuple[Project, str, str]:
    project, a = add_node(Project(), "Conv2d", position=(8, 16), parameters={"kernel_size": (3, 3)})
    project, b = add_node(project, "ReLU", position=(8, 104))
    return connect(project, Edge(a, 0, b, 0)), a, b


def test_a_copy_has_its_inner_wires_fresh_names_and_a_place_beside():
    project, a, b = build_pair()
    after, (c, d) = paste_clip(project, copy_nodes(project, [b, a]))
    assert after.graph.edges == (Edge(a, 0, b, 0), Edge(c, 0, d, 0))
    assert [after.graph.nodes[node].name for node in (c, d)] == ["conv2", "relu2"]
    assert after.graph.nodes[c].parameters == project.graph.nodes[a].parameters
    assert after.layout[c] == (32, 40)


def test_wires_to_the_outside_are_not_copied():
    project, _a, b = build_pair()
    assert copy_nodes(project, [b]).graph.edges == ()


def test_a_free_name_stays():
    project, a, _b = build_pair()
    clip = copy_nodes(rename_node(project, a, "stem"), [a])
    after, (c,) = paste_clip(project, clip)
    assert after.graph.nodes[c].name == "stem"
    again, (d,) = paste_clip(after, clip)
    assert again.graph.nodes[d].name == "stem1"


def test_unknown_nodes_are_named():
    with pytest.raises(EditError, match="no node with the id `x`"):
        copy_nodes(Project(), ["x"])


@given(projects(settled=True))
def test_a_clip_survives_as_text(project):
    clip = copy_nodes(project, project.graph.nodes)
    assert from_text(to_text(clip)) == clip


@given(projects(most=5, settled=True))
def test_pasting_everything_twice_gives_unique_ids(project):
    clip = copy_nodes(project, project.graph.nodes)
    once, first = paste_clip(project, clip)
    twice, second = paste_clip(once, clip)
    count = len(project.graph.nodes)
    assert len(twice.graph.nodes) == 3 * count
    assert len({*project.graph.nodes, *first, *second}) == 3 * count


@pytest.mark.parametrize("text", ["", "hello", "{}", "[1]", '{"designer-clip": 2}', dumps(Project())])
def test_other_text_is_no_clip(text):
    with pytest.raises(FileError):
        from_text(text)


def test_a_clip_with_a_dangling_wire_is_pasted_without_it():
    clip = from_text('{"designer-clip": 1, "nodes": {"a": {"kind": "ReLU"}}, "edges": [["a", 0, "b", 0]]}')
    project, (node,) = paste_clip(Project(), clip)
    assert project.graph.edges == ()
    assert project.graph.nodes[node].name == "a"
