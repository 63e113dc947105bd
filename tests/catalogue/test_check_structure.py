"""Faults of the graph are found: wires that cannot be, nodes that lead nowhere, missing ends."""

from dataclasses import replace

import pytest

from designer.document import edits
from designer.document.graph import Edge, Graph
from designer.document.project import Project
from tests.catalogue.checking import NAMES, assert_found_and_mended, case
from tests.catalogue.sketches import add, find, linear, mlp, residual, sketch


def with_edges(project: Project, *edges: Edge) -> Project:
    return replace(project, graph=Graph(project.graph.nodes, (*project.graph.edges, *edges)))


def without(project: Project, name: str) -> Project:
    return edits.remove_nodes(project, [find(project, name)])


def named(project: Project, before: str, after: str) -> Project:
    return edits.rename_node(project, find(project, before), after)


MISTAKES = [
    case("empty", Project(), "error", None, "The network is empty", "Add Input"),
    case("no input", without(mlp(), "input"), "error", None, "has no Input", "Add Input"),
    case("no output", without(mlp(), "output"), "error", None, "has no Output", "Add Output"),
    case(
        "two inputs",
        with_edges(add(residual("ReLU"), "Input", into="add1", port=2)),
        "error",
        "input2",
        "several Inputs",
        "Remove",
    ),
    case(
        "two outputs",
        add(mlp(), "Output", "relu1"),
        "error",
        "output2",
        "several Outputs",
        "Remove",
        "Use the objective Several outputs",
    ),
    case(
        "cycle",
        with_edges(mlp(), Edge("relu_1", 0, "linear_1", 0)),
        "error",
        "linear1",
        "The wires run in a circle: `linear1` -> `relu1` -> `linear1`",
        "Remove the newest wire",
    ),
    case(
        "two wires into one port",
        with_edges(mlp(), Edge("input_1", 0, "linear_2", 0)),
        "error",
        "linear2",
        "2 wires enter input 0",
        "Keep the newest",
    ),
    case(
        "lost wire",
        with_edges(mlp(), Edge("gone", 0, "linear_2", 0)),
        "warning",
        "linear2",
        "a layer that is missing",
        "Remove the wire",
    ),
    case(
        "negative port",
        with_edges(mlp(), Edge("relu_1", -1, "output_1", 0)),
        "error",
        "output",
        "cannot exist",
        "Remove the wire",
    ),
    case(
        "no such input",
        with_edges(mlp(), Edge("relu_1", 0, "linear_2", 3)),
        "error",
        "linear2",
        "has 1 input",
        "Remove the wire",
    ),
    case(
        "no such output",
        with_edges(mlp(), Edge("relu_1", 2, "output_1", 0)),
        "error",
        "relu1",
        "has 1 output",
        "Remove the wire",
    ),
    case(
        "into an input",
        with_edges(mlp(), Edge("relu_1", 0, "input_1", 0)),
        "error",
        "input",
        "has no inputs",
        "Remove the wire",
    ),
    case(
        "same name", named(mlp(), "linear2", "linear1"), "hint", "linear1", "2 layers are called", "Give a fresh name"
    ),
    case("no name", named(mlp(), "linear2", " "), "hint", " ", "has no name", "Give a fresh name"),
    case("alone", add(mlp(), "Conv2d"), "warning", "conv1", "is not connected", "Remove"),
    case("dead branch", add(mlp(), "Tanh", "relu1"), "warning", "tanh1", "is not used", "Remove the branch"),
    case("input apart", add(mlp(), "Input"), "warning", "input2", "leads nowhere", "Remove"),
    case(
        "no wire in",
        edits.disconnect(mlp(), [Edge("relu_1", 0, "linear_2", 0)]),
        "error",
        "linear2",
        "has no input",
        "Connect the loose end",
    ),
    case("no wire in, apart", add(add(mlp(), "ReLU"), "Tanh", "relu2"), "warning", "relu2", "has no input"),
    case("add of one", sketch("Flatten", "Add", linear(10)), "error", "add1", "needs two inputs or more", "Remove"),
    case(
        "output open",
        edits.disconnect(mlp(), [Edge("linear_2", 0, "output_1", 0)]),
        "error",
        "output",
        "has no input",
        "Connect the loose end",
    ),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistake_is_found_and_mended(project, severity, name, words, titles) -> None:
    assert_found_and_mended(project, severity, name, words, titles)
