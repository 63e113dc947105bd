"""Layers that cannot work as they are set or fed are found, with fixes that have been tried."""

import pytest

from designer.catalogue.check import check
from designer.catalogue.facts import data_type
from designer.catalogue.shapes import infer
from designer.document import edits
from designer.document.graph import Edge
from tests.catalogue.checking import NAMES, assert_found_and_mended, case, find_problem
from tests.catalogue.sketches import conv, find, linear, residual, sketch, typed

MISTAKES = [
    case(
        "unknown kind",
        sketch("Flatten", "Liner", linear(10)),
        "error",
        "liner1",
        "`Liner`",
        "Make it Linear",
        "Make it Bilinear",
        "Remove",
    ),
    case(
        "wild kind",
        sketch("Flatten", "no\nsuch `thing`", linear(10)),
        "error",
        "nosuchthing1",
        "`no?such ?thing?`",
        "Remove",
    ),
    case(
        "bad value",
        sketch("Flatten", linear(0)),
        "error",
        "linear1",
        "`out_features` must lie between 1 and 1,000,000,000, not 0",
        "Reset out_features",
    ),
    case(
        "bad type",
        sketch("Flatten", linear("many")),
        "error",
        "linear1",
        "must be a whole number",
        "Reset out_features",
    ),
    case(
        "stray parameter",
        sketch("Flatten", linear(10, units=3)),
        "error",
        "linear1",
        "`units` is not one of its parameters",
        "Reset units",
    ),
    case(
        "flatten missing",
        sketch(linear(10)),
        "error",
        "linear1",
        "Linear `linear1` expects a vector but gets 1 x 8 x 8",
        "Insert Flatten",
    ),
    case(
        "embedding missing",
        typed(sketch(linear(10)), (5,), "int"),
        "error",
        "linear1",
        "expects numbers but gets class indices",
        "Insert Embedding",
        "Insert Embedding and Flatten",
    ),
    case(
        "embedding of numbers", sketch("Flatten", "Embedding"), "error", "embedding1", "expects class indices", "Remove"
    ),
    case(
        "kernel too large",
        sketch(conv(4, kernel_size=9, padding=0)),
        "error",
        "conv1",
        "has `kernel_size` 9, larger than its input of 8",
        "Set kernel_size to 8",
        "Set padding to same",
    ),
    case(
        "groups",
        sketch(conv(4, groups=3)),
        "error",
        "conv1",
        "does not divide its input's 1 channels",
        "Set groups to 1",
    ),
    case("same with stride", sketch(conv(4, stride=2)), "error", "conv1", "needs `stride` 1", "Set stride to 1"),
    case(
        "padding over half",
        sketch(("MaxPool2d", {"padding": 2})),
        "error",
        "pool1",
        "more than half its window",
        "Set padding to 1",
    ),
    case(
        "reflect too far",
        sketch(conv(4, padding=9, padding_mode="reflect")),
        "error",
        "conv1",
        "pads 9",
        "Set padding_mode to zeros",
    ),
    case(
        "1d for 2d",
        sketch("BatchNorm1d"),
        "error",
        "bn1",
        "expects features or channels x length",
        "Make it BatchNorm2d",
        "Insert Flatten",
    ),
    case(
        "2d for 1d",
        sketch("Flatten", "BatchNorm2d"),
        "error",
        "bn1",
        "expects channels x height x width but gets 64",
        "Make it BatchNorm1d",
        "Insert Unflatten",
        "Remove flatten1",
    ),
    case(
        "softmax axis", sketch("Flatten", ("Softmax", {"dim": 2})), "error", "softmax1", "has `dim` 2", "Set dim to -1"
    ),
    case(
        "softmax over the batch",
        sketch("Flatten", ("Softmax", {"dim": 0})),
        "error",
        "softmax1",
        "is the batch",
        "Set dim to -1",
    ),
    case(
        "recurrent after last",
        typed(sketch("LSTM", "GRU"), (20, 3)),
        "error",
        "gru1",
        "expects a sequence (length x features) but gets 64",
        "Give the whole sequence",
        "Insert Unsqueeze",
    ),
    case(
        "add of unequal channels",
        residual("ReLU", conv(32)),
        "error",
        "add1",
        "adds tensors of equal size but gets 32 x 8 x 8 and 16 x 8 x 8",
        "Set out_channels of conv2 to 16",
        "Insert Conv2d after conv1",
        "Insert Conv2d after conv2",
    ),
    case(
        "add of halved images",
        residual("ReLU", conv(32, stride=2, padding=1)),
        "error",
        "add1",
        "32 x 4 x 4",
        "Insert Conv2d after conv1",
        "Insert AdaptiveAvgPool2d and Conv2d after conv1",
        "Insert Upsample and Conv2d after conv2",
    ),
    case(
        "add of vectors",
        edits.connect(sketch("Flatten", linear(20), "Add", linear(10)), Edge("flatten_1", 0, "add_1", 1)),
        "error",
        "add1",
        "gets 20 and 64",
        "Set out_features of linear1 to 64",
        "Insert Linear after flatten1",
        "Insert Linear after linear1",
    ),
    case(
        "joined apart",
        edits.connect(sketch("Flatten", "Concatenate", linear(10)), Edge("input_1", 0, "concatenate_1", 1)),
        "error",
        "concat1",
        "joins tensors with the same number of axes but gets 64 and 1 x 8 x 8",
        "Insert Flatten after input",
    ),
    case(
        "giant",
        sketch("Flatten", linear(10**9), "ReLU", linear(10**9)),
        "error",
        "linear2",
        "more than any machine has",
    ),
    case("no shape yet", sketch("Flatten", linear(10), source=None), "error", "input", "has no shape yet"),
]


@pytest.mark.parametrize(NAMES, MISTAKES)
def test_mistake_is_found_and_mended(project, severity, name, words, titles) -> None:
    assert_found_and_mended(project, severity, name, words, titles)


def test_projection_of_a_halved_image_fits() -> None:
    project = residual("ReLU", conv(32, stride=2, padding=1), way="relu1")
    problem = find_problem(project, "error", "add1", "adds tensors of equal size")
    mended = problem.fixes[0].apply(project)
    known = infer(mended.graph, data_type(mended))
    assert known.nodes["add_1"].outputs is not None
    assert known.nodes["add_1"].outputs[0].sizes == (32, 4, 4)
    assert check(mended) == ()


@pytest.mark.parametrize("axes", [1, 3])
def test_a_projection_has_as_many_axes_as_the_branches(axes: int) -> None:
    halve = (f"Conv{axes}d", {"out_channels": 8, "stride": 2, "padding": 1})
    project = typed(sketch(halve, "Add", "Flatten", linear(10)), (4, *[6] * axes))
    project = edits.connect(project, Edge(find(project, "input"), 0, find(project, "add1"), 1))
    mended = find_problem(project, "error", "add1", "adds tensors of equal size").fixes[0].apply(project)
    known = infer(mended.graph, data_type(mended)).nodes[find(mended, "add1")]
    assert known.outputs is not None
    assert known.outputs[0].sizes == (8, *[3] * axes)
    assert mended.graph.nodes[find(mended, "conv2")].kind == f"Conv{axes}d"
