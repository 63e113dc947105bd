from dataclasses import replace

import pytest

from designer.catalogue.check import check
from designer.catalogue.matching import match_loss
from designer.document.edits import add_node, connect, set_data, set_training
from designer.document.graph import Edge
from designer.document.project import Choice, Data, Project


def make(source: str, loss: str, outputs: int | None = None) -> Project:
    project = set_data(Project(), Data(Choice(source)))
    project = set_training(project, replace(project.training, loss=Choice(loss)))
    if outputs is None:
        return project
    before = None
    layers = (("Input", {}), ("Flatten", {}), ("Linear", {"out_features": outputs}), ("Output", {}))
    for kind, parameters in layers:
        project, new = add_node(project, kind, parameters=parameters)
        if before is not None:
            project = connect(project, Edge(before, 0, new, 0))
        before = new
    return project


@pytest.mark.parametrize(
    ("source", "loss", "outputs", "matched"),
    [
        ("Diabetes", "CrossEntropyLoss", None, "MSELoss"),
        ("Diabetes", "BCEWithLogitsLoss", None, "MSELoss"),
        ("Diabetes", "HuberLoss", None, "HuberLoss"),
        ("Iris", "MSELoss", None, "CrossEntropyLoss"),
        ("Iris", "CrossEntropyLoss", None, "CrossEntropyLoss"),
        ("BreastCancer", "CrossEntropyLoss", None, "BCEWithLogitsLoss"),
        ("BreastCancer", "CrossEntropyLoss", 1, "BCEWithLogitsLoss"),
        ("BreastCancer", "CrossEntropyLoss", 2, "CrossEntropyLoss"),
        ("BreastCancer", "MSELoss", 1, "MSELoss"),
        ("NoSuchSource", "MSELoss", None, "MSELoss"),
        ("Iris", "NoSuchLoss", None, "NoSuchLoss"),
    ],
)
def test_a_loss_that_cannot_work_gives_way_to_the_usual_one(source, loss, outputs, matched):
    assert match_loss(make(source, loss, outputs)).training.loss.kind == matched


def test_what_is_matched_no_longer_has_the_problem():
    project = make("Diabetes", "CrossEntropyLoss", 1)
    assert any(problem.severity == "error" for problem in check(project))
    assert not any(problem.severity == "error" for problem in check(match_loss(project)))


def test_a_choice_that_works_keeps_its_parameters():
    project = make("Iris", "CrossEntropyLoss")
    smoothed = replace(project.training, loss=Choice("CrossEntropyLoss", {"label_smoothing": 0.1}))
    project = set_training(project, smoothed)
    assert match_loss(project) is project
