"""The plan of a run: the project's settings, and what is given in their place."""

from pathlib import Path

import pytest

from designer.codegen.source import NotReady
from designer.document.project import Choice, Project
from designer.engine.plan import Plan, find_data_path
from tests.engine.plans import digits, make_project


def test_plan_follows_the_project():
    project = digits(epochs=7, batch_size=32, seed=9, device="auto")
    plan = Plan.from_project(project)
    assert (plan.epochs, plan.batch_size, plan.seed, plan.device) == (7, 32, 9, "auto")
    assert plan.project == project
    assert plan.data_path is None
    assert plan.out is None


def test_what_is_given_goes_into_project_and_script(tmp_path):
    plan = Plan.from_project(digits(epochs=7), epochs=2, seed=5, device="cpu", out=tmp_path)
    assert (plan.epochs, plan.seed, plan.device, plan.out) == (2, 5, "cpu", tmp_path)
    assert plan.project.training.epochs == 2
    assert 'add_argument("--epochs", type=int, default=2)' in plan.source.text
    assert 'add_argument("--seed", type=int, default=5)' in plan.source.text


def test_data_path_is_the_source_s_own_unless_given():
    layers = (("Flatten", {}), ("Linear", {"out_features": 10}))
    project = make_project(Choice("Idx", {"path": "~/images"}), *layers)
    assert Plan.from_project(project).data_path == Path("~/images").expanduser()
    assert Plan.from_project(project, data_path=Path("/other")).data_path == Path("/other")
    assert find_data_path(make_project(Choice("Idx"), *layers)) is None
    assert find_data_path(make_project("NoSuchSource", *layers)) is None
    assert find_data_path(Project()) is None


def test_a_relative_data_path_starts_from_the_project_s_folder():
    layers = (("Flatten", {}), ("Linear", {"out_features": 10}))
    project = make_project(Choice("Idx", {"path": "data/images"}), *layers)
    assert Plan.from_project(project).data_path == Path("data/images")
    assert Plan.from_project(project, beside=Path("/there")).data_path == Path("/there/data/images")
    absolute = make_project(Choice("Idx", {"path": "/images"}), *layers)
    assert Plan.from_project(absolute, beside=Path("/there")).data_path == Path("/images")
    nobody = make_project(Choice("Idx", {"path": "~nobody-of-this-name/x"}), *layers)
    assert Plan.from_project(nobody).data_path == Path("~nobody-of-this-name/x")


def test_project_that_is_not_ready_is_refused():
    with pytest.raises(NotReady):
        Plan.from_project(Project())
