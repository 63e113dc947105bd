"""The checker as a whole: silent about sound networks, complete and calm about any other."""

import pytest
from hypothesis import given, settings

from designer.catalogue.check import check
from designer.catalogue.facts import data_type
from designer.catalogue.shapes import infer
from designer.document import edits
from designer.document.graph import Graph
from designer.document.project import Choice, Project
from tests.catalogue.checking import is_there
from tests.catalogue.sketches import conv, find, linear, residual, sketch
from tests.strategies import projects

CLEAN = {
    "digits mlp": sketch("Flatten", linear(64), "ReLU", ("Dropout", {"p": 0.2}), linear(10)),
    "digits cnn": sketch(
        conv(16, bias=False),
        "BatchNorm2d",
        "ReLU",
        "MaxPool2d",
        conv(32),
        "ReLU",
        "AdaptiveAvgPool2d",
        "Flatten",
        linear(10),
    ),
    "perceptron": sketch(
        linear(1), "Step", source="And", loss="MSELoss", optimizer=Choice("SGD", {"lr": 0.1}), batch_size=1
    ),
    "adaline": sketch(
        linear(1), source="BreastCancer", loss="MSELoss", optimizer=Choice("SGD", {"lr": 0.001}), batch_size=1
    ),
    "xor": sketch(linear(4), "Tanh", linear(1), source="Xor", loss="BCEWithLogitsLoss", batch_size=4),
    "xor, classic": sketch(linear(4), "Sigmoid", linear(1), "Sigmoid", source="Xor", loss="MSELoss", batch_size=4),
    "two logits": sketch(linear(4), "ReLU", linear(2), source="Moons"),
    "regression": sketch(linear(16), "ReLU", linear(1), source="Diabetes", loss="HuberLoss"),
    "iris": sketch(linear(16), "GELU", linear(3), source="Iris", optimizer="AdamW", schedule="OneCycleLR"),
    "residual": residual("ReLU", conv(16), "ReLU"),
    "depthwise": sketch(conv(8), "ReLU", conv(8, groups=8), conv(16, kernel_size=1), "ReLU", "Flatten", linear(10)),
    "rows as a sequence": sketch("LSTM", linear(10), source=Choice("Idx", {"path": "mnist", "sizes": (28, 28)})),
}


@pytest.mark.parametrize("project", CLEAN.values(), ids=CLEAN)
def test_sound_network_has_no_problems(project: Project) -> None:
    assert check(project) == ()


def test_worst_comes_first_and_the_inference_may_be_given() -> None:
    project = sketch("Flatten", linear(32), "ReLU", "ReLU", linear(64), "Dropout")
    found = check(project)
    assert [problem.severity for problem in found] == sorted(
        (p.severity for p in found), key=("error", "warning", "hint").index
    )
    assert {problem.severity for problem in found} == {"error", "warning", "hint"}
    assert check(project, infer(project.graph, data_type(project))) == found
    assert check(project, infer(Graph())) == found


def test_fix_of_another_time_changes_nothing() -> None:
    project = sketch("Flatten", linear(10), "Softmax")
    (problem,) = check(project)
    gone = edits.remove_nodes(project, [find(project, "softmax1")], close_gap=True)
    assert problem.fixes[0].apply(gone) == gone


@settings(max_examples=60)
@given(projects())
def test_any_project_can_be_checked_and_mended(project: Project) -> None:
    before = check(project)
    for problem in before:
        assert "\n" not in problem.message
        assert problem.node is None or problem.node in project.graph.nodes
        for fix in problem.fixes:
            mended = fix.apply(project)
            assert mended != project, (problem.message, fix.title)
            assert not is_there(problem, mended), (problem.message, fix.title)
