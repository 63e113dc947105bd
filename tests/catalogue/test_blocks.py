"""Inference through blocks: exact, once for each set of arguments and sizes, and plain about what does not fit."""

import pytest

from designer.catalogue.blocks import declare_blocks, find_spec
from designer.catalogue.check import check
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import infer_inside
from designer.document.blocks import look_inside, put_back, set_block
from designer.document.edits import set_option, set_parameter
from designer.document.project import Block, Project
from tests.codegen.block_networks import BLOCK_NETWORKS, draw, parameters, resnet, small_resnet


@pytest.mark.parametrize(
    ("blocks", "count", "billions"), [((3, 4, 6, 3), 25_557_032, 4.089), ((3, 8, 36, 3), 60_192_808, 11.514)]
)
def test_published_networks_are_counted_exactly(blocks, count, billions):
    inference = infer_project(resnet(blocks))
    assert inference.parameters == count
    assert inference.multiply_adds / 1e9 == pytest.approx(billions, rel=0.01)
    assert inference.size > 4 * sum(blocks)


def test_equal_uses_are_inferred_once():
    known = infer_project(resnet((1, 1, 36, 1))).nodes["stage2"].inside[0]
    rest = known.nodes["rest"]
    assert len(rest.inside) == 35
    assert len({id(inner) for inner in rest.inside}) == 1


@pytest.mark.parametrize("make", BLOCK_NETWORKS, ids=lambda make: make.__name__)
def test_an_edit_inside_a_block_is_inferred_as_if_anew(make):
    project = make()
    first = infer_project(project)
    for block, inside in project.blocks.items():
        for key, node in inside.graph.nodes.items():
            if "kernel_size" in node.parameters:
                view = look_inside(project, block)
                view = set_parameter(set_parameter(view, key, "kernel_size", 5), key, "padding", 2)
                project = put_back(project, block, view)
                after = infer_project(project, first)
                fresh = Project(project.name, project.graph, blocks=dict(project.blocks))
                assert after.parameters == infer_project(fresh).parameters
                first = after


def test_a_block_that_did_not_change_keeps_its_declaration():
    project = small_resnet()
    before = declare_blocks(project.blocks)
    other = set_block(project, "more", Block("More"))
    after = declare_blocks(other.blocks)
    assert after["stage"] is before["stage"]
    inner = put_back(other, "bottleneck", set_parameter(look_inside(other, "bottleneck"), "conv2", "groups", 2))
    assert declare_blocks(inner.blocks)["stage"] is not before["stage"]
    assert declare_blocks(inner.blocks)["more"] is after["more"]


def test_the_declaration_of_a_block_is_like_that_of_a_layer():
    project = small_resnet()
    spec = find_spec("block:bottleneck", project.blocks)
    assert [parameter.name for parameter in spec.parameters] == ["channels", "stride", "project"]
    assert [type(parameter.type).__name__ for parameter in spec.parameters] == ["Integer", "Integer", "Flag"]
    assert (len(spec.inputs), len(spec.outputs), spec.foldable) == (1, 1, True)
    assert find_spec("block:gone", project.blocks) is None


def loop(inside, use_parameters=None, options=None, shape=(8,), **defaults):
    """Return a project whose only layer is a block with this inside."""
    block = Block("Part", draw(*inside), parameters=parameters(**defaults))
    graph = draw(
        ("x", "Input", {"shape": shape}, ()),
        ("part", "block:part", use_parameters or {}, ("x",), options or {}),
        ("y", "Output", {}, ("part",)),
    )
    return Project("p", graph, blocks={"part": block})


WAY_IN, WAY_OUT = ("x", "Input", {}, ()), ("y", "Output", {}, ("fc",))


@pytest.mark.parametrize(
    ("project", "words"),
    [
        (
            loop([WAY_IN, ("fc", "Linear", {"out_features": "=width * 2"}, ("x",)), WAY_OUT]),
            "`out_features` uses `width`, which is no parameter of the block (none here)",
        ),
        (
            loop([WAY_IN, ("fc", "Linear", {"out_features": "=width *"}, ("x",)), WAY_OUT], width=3),
            "`out_features` has an expression that cannot be read",
        ),
        (
            loop([WAY_IN, ("fc", "Linear", {"out_features": "=width - 3"}, ("x",)), WAY_OUT], width=3),
            "`out_features` must lie between 1 and",
        ),
        (
            loop([WAY_IN, ("fc", "Conv2d", {}, ("x",)), WAY_OUT]),
            "cannot take its input: inside, Conv2d `fc` expects",
        ),
        (
            loop(
                [WAY_IN, ("fc", "Conv2d", {"out_channels": 3, "kernel_size": 3}, ("x",)), WAY_OUT],
                options={"repeat": 5},
                shape=(3, 8, 8),
            ),
            "is repeated 5 times, but repetition 4 cannot take what the one before gives",
        ),
        (
            loop(
                [WAY_IN, ("fc", "Linear", {"out_features": 3}, ("x",)), WAY_OUT, ("z", "Output", {}, ("x",))],
                options={"repeat": 2},
            ),
            "gives 2 outputs for 1 inputs, so it cannot feed itself",
        ),
        (loop([WAY_IN, ("fc", "block:part", {}, ("x",)), WAY_OUT]), "contains itself"),
        (loop([WAY_IN, ("fc", "Add", {}, ("x",)), WAY_OUT]), "is not finished: inside, Add `fc` lacks an input"),
        (loop([WAY_IN, ("fc", "block:gone", {}, ("x",)), WAY_OUT]), "The block of `fc` is not in this project"),
        (
            loop([WAY_IN, ("fc", "ReLU", {}, ("x",)), WAY_OUT], options={"repeat": 10_000, "when": "=no"}),
            "`when` uses `no`",
        ),
        (
            loop(
                [WAY_IN, ("fc", "Linear", {"out_features": 3}, ("x",)), WAY_OUT],
                options={"shared_with": "nobody"},
            ),
            "shares its weights with a layer that is not there",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(project, words):
    messages = [problem.message for problem in check(project) if problem.severity == "error"]
    assert any(words in message for message in messages), messages


def test_fixes_inside_a_block_mend_it():
    project = loop([WAY_IN, ("fc", "Linear", {"out_features": -1}, ("x",)), WAY_OUT])
    problem = next(problem for problem in check(project) if problem.block == "part" and problem.fixes)
    mended = problem.fixes[0].apply(project)
    assert not [problem for problem in check(mended) if problem.block]
    assert mended.graph is project.graph


def test_layers_that_are_off_pass_their_input_on():
    project = small_resnet()
    before = infer_project(project)
    off = set_option(project, ["bn1"], "when", False)
    after = infer_project(off, before)
    assert after.nodes["bn1"].is_off
    assert after.type_at("bn1") == after.type_at("conv1")
    assert after.parameters == before.parameters - 16
    assert infer_project(set_option(off, ["x"], "when", False)).nodes["x"].error is not None


def test_the_use_says_what_the_inside_is():
    project = small_resnet()
    spec = find_spec("block:stage", project.blocks)
    known = infer_project(project).nodes["stage1"]
    assert infer_inside(spec, known.values, known.inputs, infer_project(project).scope) is known.inside[0]
    assert known.subject == "Stage `stage1`"
    assert known._replace(size=0).size == 0


@pytest.mark.parametrize(
    ("node", "options", "words"),
    [
        ("bn1", {"weight_init": "xavier_uniform"}, "too few or too many axes"),
        ("relu", {"weight_init": "normal"}, "has no weight"),
        ("conv1", {"bias_init": "zeros"}, "has no bias"),
        ("conv1", {"weight_init": "dirac", "frozen": True}, ""),
        ("relu", {"frozen": True}, "nothing in it learns"),
        ("fc", {"repeat": 2}, "which only a block obeys"),
        ("fc", {"weight_init": "glorot"}, "`weight_init` must be one of"),
        ("fc", {"lr_factor": -1.0}, "`lr_factor` must be"),
    ],
)
def test_options_that_do_nothing_are_told(node, options, words):
    project = small_resnet()
    for name, value in options.items():
        project = set_option(project, [node], name, value)
    found = [problem for problem in check(project) if problem.node == node]
    assert [words in problem.message for problem in found] == [True] * bool(words)
    for problem in found:
        mended = problem.fixes[0].apply(project)
        assert not [left for left in check(mended) if left.node == node]
