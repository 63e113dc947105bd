"""Layers in each other's way are found: nothing bent between two linear maps, noise in the wrong place."""

import pytest

from designer.catalogue.check import check
from tests.catalogue.checking import NAMES, assert_found_and_mended, case, find_problem
from tests.catalogue.sketches import conv, linear, mlp, sketch, typed

MISTAKES = [
    case(
        "linear, linear",
        sketch("Flatten", linear(32), linear(10)),
        "warning",
        "linear2",
        "no activation between them",
        "Insert ReLU",
        "Insert GELU",
        "Insert Tanh",
    ),
    case(
        "linear, dropout, linear",
        sketch("Flatten", linear(32), "Dropout", linear(10)),
        "warning",
        "linear2",
        "Linear `linear1` and Linear `linear2`",
        "Insert ReLU",
        "Insert GELU",
        "Insert Tanh",
    ),
    case(
        "conv, norm, conv",
        sketch(conv(4), "BatchNorm2d", conv(4), "ReLU", "Flatten", linear(10)),
        "warning",
        "conv2",
        "Put ReLU",
        "Insert ReLU",
        "Insert GELU",
        "Insert Tanh",
    ),
    case(
        "conv, flatten, linear",
        sketch(conv(4), "AvgPool2d", "Flatten", linear(10)),
        "warning",
        "linear1",
        "Put ReLU",
        "Insert ReLU",
        "Insert GELU",
        "Insert Tanh",
    ),
    case(
        "dropout at the end",
        sketch("Flatten", linear(10), "Dropout"),
        "warning",
        "drop1",
        "only adds noise",
        "Move above",
        "Remove",
    ),
    case(
        "dropout, softmax, end",
        sketch("Flatten", linear(10), "Dropout", "Softmax"),
        "warning",
        "drop1",
        "only adds noise",
        "Move above",
        "Remove",
    ),
    case(
        "dropout before norm",
        mlp("Dropout", "BatchNorm1d", linear(8), "ReLU"),
        "hint",
        "drop1",
        "Put it behind",
        "Move behind",
    ),
    case("dropout twice", mlp("Dropout", "Dropout"), "hint", "drop2", "One is enough", "Remove"),
    case("dropout of nothing", mlp(("Dropout", {"p": 0})), "hint", "drop1", "does nothing", "Reset p"),
    case("dropout of all", mlp(("Dropout", {"p": 1})), "warning", "drop1", "sets everything to 0", "Reset p"),
    case(
        "bias before norm",
        sketch("Flatten", linear(8), "BatchNorm1d", "ReLU", linear(10)),
        "hint",
        "linear1",
        "does nothing",
        "Set bias to off",
    ),
    case("relu twice", mlp("ReLU"), "hint", "relu2", "changes nothing", "Remove"),
    case(
        "sigmoid twice",
        sketch("Flatten", linear(8), "Sigmoid", "Sigmoid", linear(10)),
        "hint",
        "sigmoid2",
        "once more",
        "Remove",
    ),
    case("flatten of a vector", mlp("Flatten"), "hint", "flatten2", "gets 32 and changes nothing", "Remove"),
    case(
        "rnn dropout",
        typed(sketch(("LSTM", {"dropout": 0.2})), (20, 3)),
        "hint",
        "lstm1",
        "between stacked layers only",
        "Set dropout to 0",
    ),
    case(
        "rows normalised",
        sketch("LayerNorm", "Flatten", linear(10)),
        "hint",
        "norm1",
        "set `axes` to 3",
        "Set axes to 3",
    ),
    case(
        "softmax of one",
        sketch("Flatten", linear(1), "Softmax"),
        "warning",
        "softmax1",
        "always gives 1",
        "Make it Sigmoid",
    ),
    case(
        "softmax between",
        sketch("Flatten", linear(32), "Softmax", linear(10)),
        "hint",
        "softmax1",
        "Take ReLU",
        "Make it ReLU",
    ),
    case(
        "fading",
        sketch("Flatten", *[linear(8), "Sigmoid"] * 4, linear(10)),
        "hint",
        "sigmoid1",
        "4 squashing activations",
        "Make them ReLU",
    ),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistake_is_found_and_mended(project, severity, name, words, titles) -> None:
    assert_found_and_mended(project, severity, name, words, titles)


def test_moved_dropout_keeps_its_settings_and_takes_the_other_place() -> None:
    project = sketch("Flatten", linear(10), ("Dropout", {"p": 0.3}))
    moved = find_problem(project, "warning", "drop1", "only adds noise").fixes[0].apply(project)
    assert [edge.source for edge in moved.graph.edges] != [edge.source for edge in project.graph.edges]
    (into,) = moved.graph.incoming["dropout_1"]
    (out,) = moved.graph.outgoing["dropout_1"]
    assert (into.source, out.target) == ("flatten_1", "linear_1")
    assert moved.graph.nodes["dropout_1"].parameters == {"p": 0.3}
    assert moved.layout["dropout_1"] == project.layout["linear_1"]


def test_a_bias_along_another_axis_than_that_of_the_norm_is_of_use() -> None:
    project = typed(sketch(linear(16), "BatchNorm1d", "ReLU", "Flatten", linear(10)), (5, 8))
    assert not any("does nothing" in problem.message for problem in check(project))


@pytest.mark.parametrize("kind", ["Conv1d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"])
def test_convolutions_of_every_kind_are_looked_at(kind: str) -> None:
    axes = int(kind[-2])
    project = typed(sketch(kind, f"BatchNorm{axes}d", kind, "Flatten", linear(10)), (2, *[6] * axes))
    name = next(node.name for node in project.graph.nodes.values() if node.kind == kind)
    find_problem(project, "hint", name, "The bias of")
    find_problem(project, "warning", name[:-1] + "2", "a single convolution with a larger window")


def test_two_maps_are_worth_one_of_their_family() -> None:
    convolutions = sketch(conv(4), conv(4), "ReLU", "Flatten", linear(10))
    find_problem(convolutions, "warning", "conv2", "a single convolution with a larger window")
    find_problem(mlp(linear(16)), "warning", "linear3", "a single linear layer")


def test_dropout_in_a_single_transformer_layer_is_not_doubted() -> None:
    stack = sketch(("TransformerEncoder", {"num_layers": 1, "nhead": 1}), "Flatten", linear(10))
    assert not [each for each in check(typed(stack, (20, 3))) if "stacked layers" in each.message]
