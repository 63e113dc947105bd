"""Ports that a node shows, and wires that may be drawn between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import data_type
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inference, infer
from designer.catalogue.spec import TensorType
from designer.catalogue.wiring import feeders, input_ports, offers, output_ports, refuse_wire
from designer.document import edits
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Project
from designer.document.rules import find_faults
from tests.catalogue.sketches import add, conv, linear, sketch
from tests.strategies import graphs


def known(project: Project) -> Inference:
    return infer(project.graph, data_type(project))


def test_ports_of_a_layer_are_those_declared() -> None:
    graph = sketch("Flatten").graph
    assert [port.name for port in input_ports(infer(graph), "flatten_1")] == ["input"]
    assert [port.name for port in output_ports(infer(graph), "flatten_1")] == ["output"]
    assert input_ports(infer(graph), "input_1") == ()
    assert output_ports(infer(graph), "output_1") == ()
    assert input_ports(infer(graph), "gone") == output_ports(infer(graph), "gone") == ()


def test_port_for_many_shows_a_free_one_after_its_wires() -> None:
    project = add(sketch(linear(3), linear(3)), "Add")
    assert len(input_ports(infer(project.graph), "add_1")) == 2
    for count, source in enumerate(("linear_1", "linear_2", "input_1"), 1):
        project = edits.connect(project, Edge(source, 0, "add_1", count - 1))
        assert len(input_ports(infer(project.graph), "add_1")) == max(2, count + 1)
    gap = edits.disconnect(project, [Edge("linear_2", 0, "add_1", 1)])
    assert len(input_ports(infer(gap.graph), "add_1")) == 4


def test_unknown_kind_shows_the_ports_it_has_wires_at() -> None:
    nodes = {key: Node(key, kind, key) for key, kind in {"a": "Input", "b": "Mystery", "c": "Linear"}.items()}
    graph = Graph(nodes, (Edge("a", 0, "b", 2), Edge("b", 1, "c", 0)))
    assert len(input_ports(infer(graph), "b")) == 3
    assert len(output_ports(infer(graph), "b")) == 2


def test_far_port_of_a_hostile_file_makes_no_million_ports() -> None:
    nodes = {key: Node(key, kind, key) for key, kind in {"a": "Input", "b": "Add"}.items()}
    graph = Graph(nodes, (Edge("a", 0, "b", 999_999),))
    assert len(input_ports(infer(graph), "b")) <= 1000


@pytest.mark.parametrize(
    "edge, words",
    [
        (
            Edge("relu_1", 0, "linear_1", 0),
            "That would close a circle: Linear `linear1` already leads to ReLU `relu1`.",
        ),
        (Edge("relu_1", 0, "relu_1", 0), "A layer cannot feed itself."),
        (
            Edge("input_1", 0, "linear_2", 0),
            "Linear `linear2` expects a vector but gets 1 x 8 x 8. Put Flatten before it.",
        ),
        (Edge("relu_1", 0, "linear_2", 1), "Linear `linear2` has no such input."),
        (Edge("relu_1", 1, "linear_2", 0), "ReLU `relu1` has no such output."),
        (Edge("relu_1", 0, "input_1", 0), "Input `input` has no such input."),
        (Edge("output_1", 0, "linear_2", 0), "Output `output` has no such output."),
        (Edge("gone", 0, "linear_2", 0), "The layer is gone."),
        (Edge("flatten_1", 0, "linear_2", 0), ""),
        (Edge("relu_1", 0, "linear_2", 0), ""),
    ],
)
def test_wire_is_refused_for_a_reason(edge: Edge, words: str) -> None:
    project = sketch("Flatten", linear(32), "ReLU", linear(10))
    assert refuse_wire(known(project), edge) == words


def test_what_is_not_known_yet_is_no_reason() -> None:
    project = add(sketch("Flatten", source=None), "Conv2d")
    assert refuse_wire(known(project), Edge("input_1", 0, "conv2d_1", 0)) == ""
    project = add(sketch("Mystery", "Conv2d"), "Linear")
    assert refuse_wire(known(project), Edge("mystery_1", 0, "linear_1", 0)) == ""


def test_port_for_many_refuses_what_does_not_go_with_the_others() -> None:
    project = add(sketch("Flatten", linear(10)), "Add", "flatten1")
    assert refuse_wire(known(project), Edge("linear_1", 0, "add_1", 1)).startswith(
        "Add `add1` adds tensors of equal size"
    )
    assert refuse_wire(known(project), Edge("linear_1", 0, "add_1", 0)) == ""
    empty = add(project, "Add")
    assert refuse_wire(known(empty), Edge("linear_1", 0, "add_2", 1)) == ""


def test_offers_are_what_takes_the_type() -> None:
    image = offers(TensorType((3, 32, 32)))
    assert {"Conv2d", "MaxPool2d", "Flatten", "BatchNorm2d", "Add", "ReLU", "Output"} <= set(image)
    assert not {"Linear", "Conv1d", "LSTM", "Embedding", "Input"} & set(image)
    assert {"Linear", "BatchNorm1d", "Softmax"} <= set(offers(TensorType((10,))))
    assert "LSTM" in offers(TensorType((10, 3)))
    tokens = set(offers(TensorType((10,), "int")))
    assert "Embedding" in tokens
    assert "Linear" not in tokens
    assert offers(None) == tuple(kind for kind, spec in layers.items() if spec.inputs)


@settings(max_examples=60)
@given(graphs(), st.data())
def test_wire_that_may_be_drawn_brings_no_new_fault(graph: Graph, data: st.DataObject) -> None:
    inference = infer(graph)
    keys = st.sampled_from([*graph.nodes, "missing"])
    edge = Edge(data.draw(keys), data.draw(st.integers(-1, 3)), data.draw(keys), data.draw(st.integers(-1, 3)))
    if refuse_wire(inference, edge):
        return
    project = edits.connect(Project(graph=graph), edge)
    before = {(fault.kind, fault.nodes) for fault in find_faults(graph)}
    after = {(fault.kind, fault.nodes) for fault in find_faults(project.graph)}
    assert {kind for kind, _ in after - before} <= {"cycle"} if inference.unplaced else after <= before


def test_every_port_of_a_thousand_nodes_has_an_answer() -> None:
    """Nodes before and behind the one that is asked about: one way closes a circle, the other does not."""
    project = sketch(*[conv(4), "ReLU"] * 500, source=None)
    project = edits.set_parameter(project, "input_1", "shape", (4, 16, 16))
    inference = infer(project.graph)
    for ends in (
        [("relu_400", key) for key in project.graph.nodes],
        [(key, "relu_400") for key in project.graph.nodes],
    ):
        answers = [refuse_wire(inference, Edge(a, 0, b, 0)) for a, b in ends]
        assert any(answers)
        assert not all(answers)


def test_feeders_are_what_a_port_might_take() -> None:
    """What would feed the new layer is not known, so only kinds that can never fit are left out."""
    project = add_layers("Conv2d", "LSTM", "Embedding", "Output", "Add")
    image = set(feeders(infer(project.graph), "conv2d_1", 0))
    assert {"Input", "Conv2d", "ReLU", "MaxPool2d", "Reshape", "Unflatten", "Add", "BatchNorm2d", "Noise"} <= image
    assert not {"Linear", "Conv1d", "SelfAttention", "LSTM", "Output", "MaxPool3d", "Dropout1d"} & image
    sequence = set(feeders(infer(project.graph), "lstm_1", 0))
    assert {"LSTM", "Embedding", "Conv1d", "TransformerEncoder", "SelfAttention"} <= sequence
    assert not {"Conv2d", "MaxPool3d", "Output"} & sequence
    assert not {"Linear", "Conv2d", "ReLU", "LSTM"} & set(feeders(infer(project.graph), "embedding_1", 0))
    assert set(feeders(infer(project.graph), "output_1", 0)) == {kind for kind, spec in layers.items() if spec.outputs}
    assert feeders(infer(project.graph), "gone", 0) == ()


def test_what_a_port_has_beside_it_rules_feeders_out() -> None:
    project = edits.set_parameter(add_layers("Input", "Add"), "input_1", "shape", (3, 8, 8))
    assert "Linear" in feeders(infer(project.graph), "add_1", 1)
    project = edits.connect(project, Edge("input_1", 0, "add_1", 0))
    beside = feeders(infer(project.graph), "add_1", 1)
    assert "Conv2d" in beside
    assert "Conv3d" not in beside


def add_layers(*kinds: str) -> Project:
    project = Project()
    for kind in kinds:
        project, _ = edits.add_node(project, kind)
    return project
