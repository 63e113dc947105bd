"""What is offered for layers that refuse their inputs: each fix mends, breaks nothing that worked, and is ranked."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from designer.catalogue.check import Fix, check
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inferred
from designer.document import edits
from designer.document.graph import Edge
from designer.document.grouping import group
from designer.document.project import Project
from tests.catalogue.broken import broken_networks
from tests.catalogue.checking import find_problem, is_there
from tests.catalogue.sketches import Layer, conv, find, linear, sketch, typed

IMAGE = (3, 32, 32)


def joined(kind: str, first: tuple[Layer, ...], second: tuple[Layer, ...], shape: tuple[int, ...] = IMAGE) -> Project:
    """Return two branches from one Input that meet in a layer."""
    project = typed(sketch(*first, kind, "Flatten", linear(10)), shape)
    meeting = next(key for key, node in project.graph.nodes.items() if node.kind == kind)
    last = find(project, "input")
    for layer in second:
        name, parameters = (layer, {}) if isinstance(layer, str) else layer
        project, new = edits.add_node(project, name, parameters=parameters)
        project = edits.connect(project, Edge(last, 0, new, 0))
        last = new
    return edits.connect(project, Edge(last, 0, meeting, 1))


STRIDED = ("Conv2d", {"out_channels": 64, "stride": 2, "padding": 1})
UNPADDED = ("Conv2d", {"out_channels": 64, "kernel_size": 5})
GROUPED = "groups"
CASES = {
    "pool before Linear": (
        typed(sketch(conv(512), "ReLU", linear(4096)), (3, 7, 7)),
        "linear1",
        ["Insert Flatten", "Insert AdaptiveAvgPool2d and Flatten"],
    ),
    "rows as steps": (typed(sketch("LSTM", linear(10)), (1, 28, 28)), "lstm1", ["Insert Squeeze"]),
    "patches": (typed(sketch("SelfAttention", "Flatten"), IMAGE), "selfattention1", ["Insert PatchEmbedding"]),
    "unflatten": (typed(sketch(conv(8), "Flatten", linear(10)), (784,)), "conv1", ["Insert Unflatten"]),
    "places lost": (sketch("Flatten", conv(8), "Flatten", linear(10)), "conv1", ["Remove flatten1"]),
    "one channel": (typed(sketch("Conv1d", "Flatten", linear(10)), (100,)), "conv1", ["Insert Unsqueeze"]),
    "other form": (typed(sketch("Conv1d", "Flatten", linear(10)), IMAGE), "conv1", ["Make it Conv2d"]),
    "decoder": (typed(sketch("ConvTranspose2d", "Flatten"), (128,)), "deconv1", ["Insert Unflatten"]),
    "words": (typed(sketch("LSTM", linear(10)), (20,), "int"), "lstm1", ["Insert Embedding"]),
    "pooled too often": (
        typed(sketch(conv(4), "ReLU", "MaxPool2d", "MaxPool2d", "MaxPool2d", "Flatten"), (1, 4, 4)),
        "pool3",
        ["Set kernel_size to 1", "Set padding to 1", "Remove pool2"],
    ),
    "heads": (
        typed(sketch(linear(30), ("SelfAttention", {"num_heads": 8}), "Flatten"), (20, 3)),
        "selfattention1",
        ["Set num_heads to 6", "Set num_heads to 10", "Set out_features of linear1 to 32"],
    ),
    "groups": (
        typed(sketch(conv(30), "ReLU", ("GroupNorm", {"num_groups": 8}), "Flatten"), IMAGE),
        "norm1",
        ["Set num_groups to 2", "Set num_groups to 10", "Set out_channels of conv1 to 32"],
    ),
    "halves": (typed(sketch(linear(31), "GLU", linear(10)), (20,)), "glu1", ["Set out_features of linear1 to 32"]),
    "crop": (
        joined("Add", (conv(64),), (UNPADDED,)),
        "add1",
        [
            "Insert CenterCrop after conv1",
            "Insert AdaptiveAvgPool2d after conv1",
            "Insert ZeroPad2d after conv2",
            "Insert Upsample after conv2",
        ],
    ),
    "halved": (
        joined("Add", (conv(64),), (STRIDED,)),
        "add1",
        ["Insert AdaptiveAvgPool2d after conv1", "Insert Conv2d after conv1", "Insert CenterCrop after conv1"],
    ),
    "either side": (
        joined("Add", (conv(64),), (conv(128),)),
        "add1",
        [
            "Set out_channels of conv1 to 128",
            "Set out_channels of conv2 to 64",
            "Insert Conv2d after conv2",
            "Insert Conv2d after conv1",
        ],
    ),
    "joined": (
        joined("Concatenate", (conv(8),), ("MaxPool2d",)),
        "concat1",
        ["Insert AdaptiveAvgPool2d after conv1", "Insert CenterCrop after conv1", "Insert Upsample after pool1"],
    ),
    "gate": (
        joined("Multiply", (conv(64),), ("GlobalAvgPool", linear(64))),
        "multiply1",
        ["Insert Reshape after linear2"],
    ),
    "features of steps": (
        joined("Add", (("LSTM", {"output": "sequence"}),), (linear(32),), (20, 3)),
        "add1",
        [
            "Set out_features of linear2 to 64",
            "Set hidden_size of lstm1 to 32",
            "Insert Linear after lstm1",
            "Insert Linear after linear2",
        ],
    ),
    "matrices": (
        joined("MatMul", (linear(8),), (linear(8),), (20, 3)),
        "matmul1",
        ["Insert Transpose after linear3", "Insert Transpose after linear1"],
    ),
    "both": (joined("Bilinear", (conv(4),), (conv(4),)), "bilinear1", ["Insert Flatten"]),
}


@pytest.mark.parametrize(("project", "name", "titles"), CASES.values(), ids=CASES)
def test_the_likeliest_fixes_come_first_and_mend(project: Project, name: str, titles: list[str]) -> None:
    problem = next(
        each
        for each in check(project)
        if each.severity == "error" and each.node is not None and project.graph.nodes[each.node].name == name
    )
    assert [fix.title for fix in problem.fixes][: len(titles)] == titles
    for fix in problem.fixes:
        assert_mends(project, problem.node, fix)


def assert_mends(project: Project, node: str | None, fix: Fix) -> None:
    """Assert that a layer takes its inputs after a fix, and that every layer that did so before still does."""
    before, after = infer_project(project), infer_project(fix.apply(project))
    assert node is not None
    mended = after.nodes.get(node)
    assert mended is None or mended.error is None, fix.title
    broken = [
        known.subject
        for key, known in after.nodes.items()
        if known.error is not None and key in before.nodes and before.nodes[key].outputs is not None
    ]
    assert not broken, fix.title


@settings(max_examples=150)
@given(broken_networks())
def test_every_fix_of_a_broken_network_mends_and_breaks_nothing(project: Project) -> None:
    known = infer_project(project).nodes
    refused = [each for each in known.values() if each.error is not None]
    assume(refused)
    found = check(project)
    for each in refused:
        problem = next(one for one in found if one.node == each.node.id and one.message == say(each))
        assert set(problem.edges) == set(project.graph.incoming[each.node.id])
        assert len(problem.fixes) == len({fix.title for fix in problem.fixes}) <= 5
        for fix in problem.fixes:
            assert_mends(project, each.node.id, fix)
            assert not is_there(problem, fix.apply(project)), fix.title


def say(known: Inferred) -> str:
    assert known.error is not None
    return f"{known.subject} {known.error.message}."


def test_a_size_is_set_where_the_end_lies_behind_other_layers() -> None:
    pooled = typed(sketch(conv(4), "GlobalAvgPool"), (1, 8, 8))
    pooled = replace(pooled, data=sketch().data)
    (fix,) = find_problem(pooled, "error", "output", "gets 4 numbers").fixes
    assert fix.title == "Set out_channels of conv1 to 10"
    assert check(fix.apply(pooled)) == ()


def test_a_size_is_set_inside_a_block_that_ends_the_network() -> None:
    project = sketch("Flatten", linear(32), "ReLU", linear(7))
    inner = [find(project, name) for name in ("relu1", "linear2")]
    project, _ = group(project, inner)
    problem = find_problem(project, "error", "output", "gets 7 numbers")
    assert problem.fixes[0].title.startswith("Set out_features of linear2 to 10 in the block")
    assert check(problem.fixes[0].apply(project)) == ()


@pytest.mark.parametrize(
    ("given_name", "meant"), [("units", "out_features"), ("out_feature", "out_features"), ("use_bias", "bias")]
)
def test_a_misspelt_parameter_is_called_what_was_meant(given_name: str, meant: str) -> None:
    value = False if meant == "bias" else 10
    project = sketch("Flatten", ("Linear", {given_name: value}))
    problem = find_problem(project, "error", "linear1", f"Did you mean `{meant}`?")
    mended = problem.fixes[0].apply(project)
    assert mended.graph.nodes[find(mended, "linear1")].parameters == {meant: value}


@pytest.mark.parametrize(
    ("kind", "meant"), [("Dense", "Linear"), ("Conv2D", "Conv2d"), ("MaxPooling2D", "MaxPool2d"), ("Lstm", "LSTM")]
)
def test_a_kind_of_another_framework_is_understood(kind: str, meant: str) -> None:
    project = sketch(kind, "Flatten", linear(10))
    problem = next(each for each in check(project) if "is not known here" in each.message)
    assert problem.fixes[0].title == f"Make it {meant}"


def test_channels_last_are_found_and_turned() -> None:
    project = typed(sketch(conv(8), "ReLU", "Flatten", linear(10)), (28, 28, 3))
    problem = find_problem(project, "warning", "conv1", "looks like a picture with 3 channels last")
    mended = problem.fixes[0].apply(project)
    assert not is_there(problem, mended)
    assert infer_project(mended).nodes[find(mended, "conv1")].outputs[0].sizes == (8, 28, 28)


def test_a_sequence_read_as_a_signal_is_found_and_turned() -> None:
    text = typed(sketch("Embedding", "Conv1d", "ReLU", "GlobalMaxPool", linear(2)), (40,), "int")
    problem = find_problem(text, "hint", "conv1", "gives a sequence (length x features)")
    assert not is_there(problem, problem.fixes[0].apply(text))
    sound = typed(sketch("Conv1d", "ReLU", "LSTM", linear(2)), (2, 40))
    problem = find_problem(sound, "hint", "lstm1", "gives a signal (channels x length)")
    assert not is_there(problem, problem.fixes[0].apply(sound))
