"""Inference over a graph: complete, never raising, and the same whether from scratch or after an edit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.geometry import count_windows
from designer.catalogue.registry import layers
from designer.catalogue.shapes import Inference, infer, infer_node
from designer.catalogue.spec import Port, TensorType
from designer.document import edits
from designer.document.graph import Edge, Graph, Node
from tests.catalogue.sketches import add, conv, find, linear, sketch, typed
from tests.strategies import asks, graphs, networks, projects

DIGIT = TensorType((1, 8, 8))


def same(one: Inference, other: Inference) -> bool:
    """Whether two inferences say the same of every node; errors are compared by their words."""

    def tell(inference: Inference) -> dict[str, tuple]:
        return {
            key: (
                n.node,
                n.values,
                n.objections,
                n.inputs,
                n.ports,
                n.outputs,
                str(n.error),
                dict(n.weights),
                n.multiply_adds,
            )
            for key, n in inference.nodes.items()
        }

    return tell(one) == tell(other) and one.unplaced == other.unplaced and set(one.order) == set(other.order)


def test_shapes_weights_and_costs_of_a_network() -> None:
    project = sketch(conv(16), "ReLU", "MaxPool2d", "Flatten", linear(10))
    known = infer(project.graph, DIGIT)
    types = [str(known.type_at(node)) for node in known.order[:-1]]
    assert types == ["1 x 8 x 8", "16 x 8 x 8", "16 x 8 x 8", "16 x 4 x 4", "256", "10"]
    assert known.nodes["conv2d_1"].weights == {"weight": (16, 1, 3, 3), "bias": (16,)}
    assert known.parameters == 16 * 9 + 16 + 2560 + 10
    assert known.multiply_adds == 16 * 64 * 9 + 2560
    assert known.nodes["output_1"].inputs == (TensorType((10,)),)
    assert known.type_at("output_1") is None
    assert known.type_at("gone") is None
    assert known.type_at("linear_1", 1) is None


def test_error_stops_what_follows_without_blaming_it() -> None:
    known = infer(sketch(linear(10), "ReLU").graph, DIGIT)
    assert known.nodes["linear_1"].error is not None
    assert known.nodes["linear_1"].subject == "Linear `linear1`"
    assert known.nodes["relu_1"].error is None
    assert known.nodes["relu_1"].outputs is None
    assert known.nodes["relu_1"].inputs == (None,)


def test_cycle_is_left_out_of_the_order_and_known_as_far_as_can_be() -> None:
    project = edits.connect(sketch("Flatten", linear(8), "ReLU"), Edge("relu_1", 0, "linear_1", 0))
    known = infer(project.graph, DIGIT)
    assert known.order == ("input_1", "flatten_1")
    assert known.unplaced == {"linear_1", "relu_1", "output_1"}
    assert set(known.nodes) == set(project.graph.nodes)


def test_data_reaches_only_inputs_without_a_shape_of_their_own() -> None:
    project = sketch("Flatten")
    assert infer(project.graph).nodes["input_1"].error is not None
    assert str(infer(project.graph, DIGIT).type_at("flatten_1")) == "64"
    own = typed(project, (3, 2))
    assert str(infer(own.graph, DIGIT).type_at("flatten_1")) == "6"


def test_change_of_the_data_reaches_what_follows() -> None:
    project = sketch("Flatten", linear(8))
    first = infer(project.graph, DIGIT)
    second = infer(project.graph, TensorType((3, 4, 4)), first)
    assert second.nodes["linear_1"].weights["weight"] == (8, 48)
    assert infer(project.graph, TensorType((3, 4, 4)), second) is second


def test_only_what_an_edit_touches_is_inferred_again() -> None:
    project = sketch("Flatten", *[linear(8), "ReLU"] * 10, linear(10))
    first = infer(project.graph, DIGIT)
    node = find(project, "linear5")
    wider = edits.set_parameter(project, node, "out_features", 9)
    second = infer(wider.graph, DIGIT, first)
    changed = {key for key in first.nodes if first.nodes[key] is not second.nodes[key]}
    assert changed == {node, find(project, "relu5"), find(project, "linear6")}
    # The same width again: what follows has not changed.
    plain = edits.set_parameter(project, node, "bias", False)
    third = infer(plain.graph, DIGIT, first)
    assert {key for key in first.nodes if first.nodes[key] is not third.nodes[key]} == {node}
    rewired = edits.connect(project, Edge(find(project, "linear1"), 0, find(project, "linear2"), 0))
    fourth = infer(rewired.graph, DIGIT, first)
    assert {key for key in first.nodes if first.nodes[key] is not fourth.nodes[key]} == set()
    moved = edits.connect(project, Edge("flatten_1", 0, find(project, "linear2"), 0))
    fifth = infer(moved.graph, DIGIT, first)
    assert {key for key in first.nodes if first.nodes[key] is not fifth.nodes[key]} == {find(project, "linear2")}


def test_a_wire_into_an_input_from_nowhere_changes_nothing() -> None:
    """A damaged file may have one; the data decides all the same, whatever was known before."""
    nodes = {"l": Node("l", "Linear", "l"), "x": Node("x", "Input", "x")}
    first = infer(Graph(nodes, (Edge("l", 0, "x", 0),)), DIGIT)
    again = infer(
        Graph({**nodes, "a": Node("a", "ReLU", "a")}, (Edge("l", 0, "x", 0), Edge("a", 0, "l", 0))), DIGIT, first
    )
    assert again.nodes["x"].outputs == first.nodes["x"].outputs == (DIGIT,)
    other = infer(Graph(nodes, (Edge("l", 0, "x", 0),)), TensorType((5,)), first)
    assert other.nodes["x"].outputs == (TensorType((5,)),)


@settings(max_examples=60)
@given(projects(settled=True), st.lists(asks(), max_size=6), st.sampled_from((None, DIGIT, TensorType((5,), "int"))))
def test_after_edits_it_is_the_same_as_from_scratch(project, wanted, data) -> None:
    known = infer(project.graph, data)
    for number, ask in enumerate(wanted):
        project = ask.apply(project)
        given = data if number % 2 else DIGIT
        known = infer(project.graph, given, known)
        assert same(known, infer(Graph(project.graph.nodes, project.graph.edges), given))


@settings(max_examples=100)
@given(st.one_of(graphs(), networks()), st.sampled_from((None, DIGIT, TensorType((5,), "int"), TensorType(()))))
def test_inference_never_raises_and_knows_every_node(graph: Graph, data) -> None:
    known = infer(graph, data)
    assert set(known.nodes) == set(graph.nodes)
    assert set(known.order) | known.unplaced == set(graph.nodes)
    for inferred in known.nodes.values():
        assert inferred.outputs is None or inferred.error is None
        assert inferred.parameters >= 0
        for output in inferred.outputs or ():
            assert all(size >= 1 for size in output.sizes) or data == TensorType(())


def test_giants_are_refused_in_words() -> None:
    node = Node("a", "Linear", "a", {"out_features": 10**9})
    error = infer_node(node, (TensorType((10**9,)),)).error
    assert error is not None
    assert "1.0e+18 numbers" in error.message


def test_weights_of_a_layer_are_counted() -> None:
    inferred = infer_node(Node("a", "LSTM", "a", {"hidden_size": 4}), (TensorType((7, 3)),))
    assert inferred.parameters == 4 * 4 * (3 + 4 + 2)
    assert inferred.multiply_adds == 7 * 4 * 4 * (3 + 4)


@given(st.integers(1, 30), st.integers(1, 8), st.integers(1, 5), st.integers(0, 4))
def test_windows_are_counted_as_one_would_by_hand(size: int, kernel: int, stride: int, padding: int) -> None:
    padded = size + 2 * padding
    whole = sum(start + kernel <= padded for start in range(0, padded, stride))
    assert max(0, count_windows(size, kernel, stride, padding, padding)) == whole
    if whole and 2 * padding <= kernel:  # as torch demands of a pool
        rounded_up = count_windows(size, kernel, stride, padding, padding, ceil=True)
        covers_all = (whole - 1) * stride + kernel >= padded
        starts_in_the_end = whole * stride >= size + padding
        assert rounded_up == whole + (not covers_all and not starts_in_the_end)


def test_what_is_undone_or_wired_again_is_known_as_it_was() -> None:
    project = sketch("Flatten", linear(10), "ReLU")
    first = infer(project.graph, DIGIT, infer(Graph()))
    wire = project.graph.incoming["linear_1"][0]
    cut = edits.disconnect(project, [wire])
    second = infer(cut.graph, DIGIT, first)
    assert second.nodes["relu_1"].outputs is None
    assert infer(project.graph, DIGIT, second) is first
    third = infer(edits.connect(cut, wire).graph, DIGIT, second)
    assert all(third.nodes[key] is known for key, known in first.nodes.items())
    assert str(infer(cut.graph, TensorType((5,)), third).type_at("flatten_1")) == "5"


def test_residual_block_adds_up() -> None:
    project = sketch(conv(8), "ReLU", conv(8))
    project = add(project, "Add", "conv2", "conv1")
    assert str(infer(project.graph, DIGIT).type_at("add_1")) == "8 x 8 x 8"


def test_input_and_output_have_no_ports_to_spare() -> None:
    assert layers["Input"].inputs == ()
    assert layers["Output"].outputs == ()
    assert layers["Add"].inputs == (Port("inputs", "two or more branches", many=True),)
