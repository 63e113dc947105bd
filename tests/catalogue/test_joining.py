"""What a layer may be wired to, without a mouse."""

from designer.catalogue.facts import infer_project
from designer.catalogue.joining import find_joints, sort_by_distance
from designer.document.edits import add_node, connect, move_nodes
from designer.document.graph import Edge
from designer.document.project import Project


def test_ports_that_fit_are_found_the_free_ones_first():
    project, image = add_node(Project(), "Input", parameters={"shape": (3, 32, 32)})
    project, first = add_node(project, "Conv2d")
    project, second = add_node(project, "Conv1d")
    project, total = add_node(project, "Add")
    project, relu = add_node(project, "ReLU")
    project = connect(connect(project, Edge(image, 0, first, 0)), Edge(first, 0, relu, 0))
    project = move_nodes(project, {total: (0.0, 900.0), relu: (0.0, 100.0), second: (0.0, 50.0)})
    inference = infer_project(project)
    near = sort_by_distance(inference, project.layout, image)
    assert near[-1] == total
    assert near.index(second) < near.index(relu)
    found = [(joint.edge, joint.onward) for joint in find_joints(inference, image, near)]
    assert found[-1] == (Edge(image, 0, relu, 0), True)  # it has a wire already
    assert (Edge(image, 0, total, 0), True) in found
    assert all(edge.target != second for edge, _ in found)  # an image does not go into a Conv1d
    assert all(edge != Edge(image, 0, first, 0) for edge, _ in found)  # that wire is there
    back = find_joints(inference, total, near, lambda node: node == relu)
    ways = [(joint.edge.source, joint.edge.target, joint.onward) for joint in back]
    assert ways == [(relu, total, False), (relu, total, False), (total, relu, True)]  # two inputs of Add are free
    assert not find_joints(inference, relu, [first])  # that would close a circle
