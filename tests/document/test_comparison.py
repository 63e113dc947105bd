from dataclasses import replace

import pytest
from hypothesis import given, settings

from designer.document.blocks import find_uses
from designer.document.comparison import compare_projects
from designer.document.edits import insert_on_edge, remove_nodes, replace_kind, set_parameter
from designer.document.files import load
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project
from designer.document.union import unite
from designer.paths import resource
from tests.strategies import projects


def template(name):
    return load(resource(f"templates/{name}.nnd"))


def with_other_ids(project):
    new = {key: f"z{number}" for number, key in enumerate(project.graph.nodes)}
    nodes = {new[key]: replace(node, id=new[key]) for key, node in project.graph.nodes.items()}
    edges = [
        Edge(new[edge.source], edge.source_port, new[edge.target], edge.target_port) for edge in project.graph.edges
    ]
    layout = {new[key]: place for key, place in project.layout.items() if key in new}
    return replace(project, graph=Graph(nodes, tuple(edges)), layout=layout)


@settings(max_examples=40)
@given(projects(), projects())
def test_any_two_projects_compare_the_same_both_ways(before, after):
    found = compare_projects(before, after)
    assert compare_projects(after, before) == found.mirror()
    network = found.network
    assert {*network.pairs, *network.removed} == {*before.graph.nodes}
    assert {*network.pairs.values(), *network.added} == {*after.graph.nodes}
    assert len(network.pairs) + len(network.added) == len(after.graph.nodes)


@settings(max_examples=40)
@given(projects(), projects())
def test_the_union_has_every_node_and_wire_once(before, after):
    found = compare_projects(before, after)
    union = unite(found)
    network, graph = union.network, union.project.graph
    assert len(graph.nodes) == len(found.network.pairs) + len(found.network.added) + len(found.network.removed)
    assert all(graph.nodes[key].id == key for key in graph.nodes)
    assert set(network.before.values()) == set(before.graph.nodes)
    assert network.removed == graph.nodes.keys() - after.graph.nodes.keys()
    there = {edge for edge in graph.edges if edge not in network.removed_wires}
    assert there == set(after.graph.edges)
    back = {
        Edge(network.before[edge.source], edge.source_port, network.before[edge.target], edge.target_port)
        for edge in graph.edges
        if edge.source in network.before and edge.target in network.before and edge not in network.added_wires
    }
    whole = {edge for edge in before.graph.edges if {edge.source, edge.target} <= before.graph.nodes.keys()}
    assert back == whole


@given(projects())
def test_a_project_does_not_differ_from_itself(project):
    found = compare_projects(project, project).network
    assert [*found.added, *found.removed, *found.added_wires, *found.removed_wires] == []


@pytest.mark.parametrize("name", ["digits-cnn", "googlenet", "resnet-18", "u-net", "gan"])
def test_the_same_network_under_other_ids_is_the_same(name):
    project = template(name)
    other = with_other_ids(project)
    found = compare_projects(project, other).network
    assert [*found.added, *found.removed, *found.added_wires, *found.removed_wires] == []
    assert list(found.pairs) == list(project.graph.nodes)
    assert {project.graph.nodes[a].name for a in found.pairs} == {other.graph.nodes[b].name for b in other.graph.nodes}


@pytest.mark.parametrize("rename", [lambda project: project, with_other_ids])
def test_edits_are_found_whether_ids_are_kept_or_not(rename):
    before = template("digits-cnn")
    after = set_parameter(before, "conv1", "kernel_size", 5)
    after = remove_nodes(after, ["bn1"], close_gap=True)
    after, new = insert_on_edge(after, Edge("flatten", 0, "drop", 0), "GELU")
    after = replace_kind(after, "relu2", "ReLU6")  # takes another name as well
    names = {key: node.name for key, node in after.graph.nodes.items()}
    found = compare_projects(before, rename(after)).network
    after = rename(after)
    assert found.removed == ("bn1",)
    assert [after.graph.nodes[key].name for key in found.added] == [names[new]]
    assert after.graph.nodes[found.pairs["relu2"]].kind == "ReLU6"
    assert len(found.added_wires) == 3
    assert len(found.removed_wires) == 3


def test_an_id_that_a_deleted_node_left_to_another_is_no_pair():
    ends = {"in": Node("in", "Input", "image"), "out": Node("out", "Output", "digit")}
    before = Project(graph=Graph({**ends, "a_1": Node("a_1", "Linear", "hidden")}, (Edge("in", 0, "a_1", 0),)))
    after = Project(graph=Graph({**ends, "a_1": Node("a_1", "Dropout", "drop")}, (Edge("a_1", 0, "out", 0),)))
    found = compare_projects(before, after).network
    assert (found.removed, found.added) == (("a_1",), ("a_1",))
    union = unite(compare_projects(before, after))
    assert len(union.project.graph.nodes) == 4


def test_blocks_that_the_same_nodes_use_are_compared_inside():
    found = compare_projects(template("resnet-18"), template("resnet-50"))
    assert found.block_pairs == {"basic": "bottleneck", "stage": "stage"}
    assert found.blocks["basic"].added == ("relu2", "conv3", "bn3")
    union = unite(found)
    assert union.blocks["bottleneck"].added == {"relu2", "conv3", "bn3"}
    assert not union.blocks["bottleneck"].removed


def test_a_removed_block_is_in_the_union_and_its_uses_lead_there():
    before = template("resnet-18")
    union = unite(compare_projects(before, Project()))
    assert {block.name for block in union.project.blocks.values()} == {"BasicBlock", "Stage"}
    assert len([*find_uses(union.project, "stage")]) == 4
    assert union.network.removed == union.project.graph.nodes.keys()


def test_removed_nodes_lie_near_their_neighbours_and_on_no_card():
    before = template("digits-cnn")
    after = remove_nodes(before, ["bn1", "relu1"], close_gap=True)
    layout = unite(compare_projects(before, after)).project.layout
    x, y = layout["conv1"]
    assert abs(layout["bn1"][0] - x) <= 288
    assert layout["bn1"][1] == y + 88
    places = list(layout.values())
    apart = [(abs(a[0] - b[0]), abs(a[1] - b[1])) for i, a in enumerate(places) for b in places[:i]]
    assert all(across >= 208 or down >= 44 for across, down in apart)
