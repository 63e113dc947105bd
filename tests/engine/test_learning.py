"""A network with blocks, shared and frozen weights, rates and penalties of its own trains as its script does, bit for bit."""

from designer.catalogue.check import check
from designer.codegen.script import render_script
from designer.document.project import Block, Choice, Data, Project, Training
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.verify import verify
from tests.codegen.block_networks import draw, parameters

HIDDEN = Block(
    "Hidden",
    draw(
        ("x", "Input", {}, ()),
        (
            "fc",
            "Linear",
            {"out_features": "=width"},
            ("x",),
            {"l1": 0.001, "weight_init": "kaiming_normal", "lr_factor": 0.5},
        ),
        ("act", "ReLU", {}, ("fc",)),
        ("out", "Output", {}, ("act",)),
    ),
    parameters=parameters(width=32),
)


def project(**training: object) -> Project:
    graph = draw(
        ("x", "Input", {}, ()),
        ("flat", "Flatten", {}, ("x",)),
        ("h1", "block:hidden", {}, ("flat",), {"repeat": 2}),
        ("h2", "block:hidden", {"width": 16}, ("h1",)),
        ("a", "Linear", {"out_features": 16}, ("h2",), {"frozen": True}),
        ("b", "Linear", {"out_features": 16}, ("a",), {"shared_with": "a"}),
        ("head", "Linear", {"out_features": 10}, ("b",), {"lr_factor": 3.0, "l2": 0.01}),
        ("out", "Output", {}, ("head",)),
    )
    settings = {"epochs": 2, "device": "cpu", "batch_size": 256, "schedule": Choice("OneCycleLR")} | training
    return Project(
        "options", graph, data=Data(Choice("Digits")), training=Training(**settings), blocks={"hidden": HIDDEN}
    )


def test_options_and_blocks_verify() -> None:
    assert not [problem for problem in check(project()) if problem.severity == "error"]
    verdict = verify(Plan.from_project(project()))
    assert verdict.equal, verdict.message


def test_frozen_weights_stay_and_shared_ones_are_written_twice() -> None:
    text = render_script(project()).text
    assert "self.a.requires_grad_(False)" in text
    assert "self.b = " not in text
    events = list(train(Plan.from_project(project(epochs=1))))
    assert type(events[-1]).__name__ == "Finished"


def test_an_optimizer_of_one_rate_says_so() -> None:
    found = check(project(optimizer=Choice("LBFGS"), schedule=Choice("Constant")))
    (problem,) = [problem for problem in found if "lr_factor" in problem.message]
    assert problem.severity == "error"
    mended = problem.fixes[0].apply(project(optimizer=Choice("LBFGS")))
    assert "lr_factor" not in mended.graph.nodes["head"].options
