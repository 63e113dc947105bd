"""Another kind of layer in the place of one: wires, parameters and names that stay, and which kinds fit."""

from designer.catalogue.facts import infer_project
from designer.catalogue.registry import layers
from designer.catalogue.replacing import find_replacements, replace_layers
from designer.document.edits import add_node, connect
from designer.document.graph import Edge
from designer.document.project import Project


def draw(*kinds: tuple[str, dict]) -> tuple[Project, list[str]]:
    project, ids = Project(), []
    for kind, parameters in kinds:
        project, new = add_node(project, kind, parameters=parameters)
        if ids:
            project = connect(project, Edge(ids[-1], 0, new, 0))
        ids.append(new)
    return project, ids


def test_wires_and_common_parameters_stay_and_a_made_name_is_made_anew():
    project, (_, conv, pool) = draw(
        ("Input", {"shape": (3, 32, 32)}),
        ("Conv2d", {"out_channels": 8, "kernel_size": (5, 5), "padding": "same"}),
        ("MaxPool2d", {"kernel_size": 2}),
    )
    title, after = replace_layers(project, [conv], "ConvTranspose2d")
    node = after.graph.nodes[conv]
    assert title == "replace conv1 by ConvTranspose2d"
    assert node.name != "conv1"
    assert dict(node.parameters) == {"out_channels": 8, "kernel_size": (5, 5)}  # it has no padding called "same"
    assert after.graph.edges == project.graph.edges
    assert infer_project(after).nodes[pool].outputs is not None
    _, flat = replace_layers(project, [conv], "Conv1d")
    assert flat.graph.nodes[conv].parameters["kernel_size"] == 5


def test_wires_without_a_port_go_and_many_are_replaced_at_once():
    project, (image, first, second) = draw(("Input", {"shape": (8,)}), ("ReLU", {}), ("Add", {}))
    project = connect(project, Edge(image, 0, second, 1))
    title, after = replace_layers(project, [first, second], "Tanh", {})
    assert title == "replace 2 layers by Tanh"
    assert {after.graph.nodes[node].kind for node in (first, second)} == {"Tanh"}
    assert after.graph.edges == (Edge(image, 0, first, 0), Edge(first, 0, second, 0))
    assert len({node.name for node in after.graph.nodes.values()}) == 3


def test_a_kind_fits_if_it_takes_what_comes_and_gives_what_goes_on():
    project, ids = draw(
        ("Input", {"shape": (3, 32, 32)}),
        ("Conv2d", {"out_channels": 8}),
        ("ReLU", {}),
        ("MaxPool2d", {}),
        ("Flatten", {}),
    )
    inference = infer_project(project)
    instead = find_replacements(inference, [ids[2]], layers.values())
    assert {"GELU", "Sigmoid", "Dropout2d", "BatchNorm2d", "Conv2d"} <= instead
    assert not {"Conv1d", "Flatten", "Input", "Output", "Add", "Linear", "LSTM", "Embedding"} & instead
    several = find_replacements(inference, [ids[1], ids[3]], layers.values())
    assert "AvgPool2d" in several
    assert "Conv3d" not in several
