"""What cards say, for every layer there is and for whatever a file may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.registry import layers
from designer.catalogue.shapes import infer_node
from designer.catalogue.source_spec import Target
from designer.catalogue.spec import TensorType
from designer.document.graph import Edge, Node
from designer.ui.canvas.face import describe_card, describe_refusal
from tests.strategies import nodes

IMAGE = TensorType((3, 32, 32))
VECTOR = TensorType((64,))


@pytest.mark.parametrize(
    "kind, parameters, given_types, line",
    [
        ("Conv2d", {"out_channels": 32, "padding": "same"}, (IMAGE,), "3×3 · 32 · same"),
        ("Conv2d", {"kernel_size": (3, 5), "padding": 1}, (IMAGE,), "3×5 · 32 · padding 1"),
        ("MaxPool2d", {}, (IMAGE,), "2×2"),
        ("MaxPool2d", {"stride": 1}, (IMAGE,), "2×2 · stride 1"),
        ("Linear", {"out_features": 10}, (VECTOR,), "10"),
        ("Dropout", {"p": 0.2}, (VECTOR,), "p 0.2"),
        ("Add", {}, (VECTOR, VECTOR, VECTOR), "3 inputs"),
        ("ReLU", {}, (VECTOR,), ""),
        ("Input", {"shape": (1, 28, 28)}, (), "1 × 28 × 28"),
        ("Input", {}, (), "shape not known yet"),
    ],
)
def test_the_short_line(kind, parameters, given_types, line):
    assert describe_card(infer_node(Node("a", kind, "a", parameters), given_types)).line == line


def test_the_output_says_what_is_asked_for():
    output = infer_node(Node("a", "Output", "digit"), (VECTOR,))
    assert describe_card(output, Target("class", 10)).line == "multi-class · 10 classes"
    assert describe_card(output, Target("value", 1)).line == "regression"
    assert describe_card(output).line == ""


def test_counts_are_exact_until_they_are_long():
    small = describe_card(infer_node(Node("a", "Conv2d", "a", {"out_channels": 32}), (TensorType((32, 8, 8)),)))
    large = describe_card(infer_node(Node("a", "Linear", "a", {"out_features": 1000}), (TensorType((1000,)),)))
    assert small.count == "9,248"
    assert large.count == "1.00 M"


@given(nodes("a"), st.lists(st.sampled_from([IMAGE, VECTOR, None]), max_size=3))
def test_a_face_is_four_short_lines_whatever_the_node(node, types):
    face = describe_card(infer_node(node, tuple(types)))
    for text in (face.title, face.kind, face.line, face.count):
        assert "\n" not in text
        assert all(character.isprintable() for character in text)
    assert face.family == (layers[node.kind].family if node.kind in layers else "custom")


@given(nodes("a"), nodes("b"), st.integers(-2, 10), st.integers(-2, 10))
def test_a_refusal_is_a_sentence_or_nothing(source, target, source_port, target_port):
    edge = Edge("a", source_port, "b", target_port)
    text = describe_refusal(edge, infer_node(source, ()), infer_node(target, (IMAGE,)), frozenset())
    assert text == "" or text.endswith(".")
