"""Every objective learns something real, and its script does what was trained here, bit for bit."""

import contextlib
from dataclasses import replace

import pytest
import torch

from designer.catalogue.check import check
from designer.document.edits import set_option
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.events import EpochDone, Finished, Samples, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.objective_projects import OBJECTIVES, adversaries, language
from tests.engine.script_runner import verify_all


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the scripts ran and left their samples."""
    return tmp_path_factory.mktemp("exact")


@pytest.fixture(scope="module")
def verdicts(folder):
    """What the comparison of two epochs says of every objective, and of some with other choices beside."""
    plans = {name: Plan.from_project(make(epochs=2)) for name, (make, _, _) in OBJECTIVES.items()}
    for name in ("variational", "weighted", "denoising", "pairs"):
        make = OBJECTIVES[name][0]
        plans[f"{name}, gathered"] = Plan.from_project(make(epochs=1, accumulate=3, batch_size=8))
    plans["adversarial, bounded"] = Plan.from_project(penalized_adversaries())
    return verify_all(plans, folder)


def penalized_adversaries():
    """Return a GAN with much beside: penalties, clipped gradients, a generator that learns slower, averaged weights."""
    project = adversaries(epochs=2, clip=Choice("Norm", {"max_norm": 0.5}), averaging=Choice("EMA"))
    project = set_option(project, ["n-d1"], "l2", 0.01)
    project = set_option(project, ["n-g1"], "l1", 0.01)
    return set_option(project, ["n-g3"], "lr_factor", 0.5)


GATHERED = [f"{name}, gathered" for name in ("variational", "weighted", "denoising", "pairs")]


@pytest.mark.parametrize("name", [*OBJECTIVES, *GATHERED, "adversarial, bounded"])
def test_the_script_does_what_was_trained(name, verdicts):
    assert verdicts[name] == ""


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_learns(name):
    make, score, least = OBJECTIVES[name]
    project = make()
    assert [problem.message for problem in check(project) if problem.severity != "hint"] == []
    events = list(train(Plan.from_project(project)))
    assert isinstance(events[-1], Finished), events[-1]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    if score:
        assert epochs[-1].val_metrics[score] >= least
        assert epochs[-1].val_loss < epochs[0].val_loss


@pytest.mark.parametrize("name, suffix", [("variational", "csv"), ("adversarial", "csv"), ("language", "txt")])
def test_a_script_draws_samples(name, suffix, folder, verdicts):
    assert verdicts[name] == ""
    text = (folder / str(list(OBJECTIVES).index(name)) / f"script.{suffix}").read_text("utf-8")
    if suffix == "txt":
        assert len(text) == 5
    else:
        rows = [[float(number) for number in line.split(",")] for line in text.splitlines()]
        assert len({tuple(row) for row in rows}) == 5
        assert {len(row) for row in rows} == {30 if name == "variational" else 2}


def test_a_generator_comes_to_make_points_on_the_moons():
    script = build(Plan.from_project(adversaries(epochs=60)).source)
    (x, _), _ = script.load_data(None)
    torch.manual_seed(0)
    before = torch.cdist(x, script.names["sample"](script.make_model(), 200)).amin(1).mean()
    with contextlib.redirect_stdout(None):
        model, _ = script.names["train"](60, torch.device("cpu"), 1)
    made = script.names["sample"](model, 200)
    assert torch.cdist(x, made).amin(1).mean() < 0.25 * before  # the whole of both moons is reached
    assert torch.cdist(made, x).amin(1).mean() < 0.2  # and little is made elsewhere


def test_looking_at_samples_leaves_the_run_as_it_is():
    plan = Plan.from_project(adversaries(epochs=2))
    plain, shown = (list(train(replace(plan, show_samples=show))) for show in (False, True))
    once, again = (
        [loss for event in events if isinstance(event, StepsDone) for loss in event.losses] for events in (plain, shown)
    )
    assert once == again
    samples = [event for event in shown if isinstance(event, Samples)]
    assert samples[-1].epoch == 2
    assert samples[-1].rows.shape == (400, 2)
    assert not any(isinstance(event, Samples) for event in plain)


def test_samples_come_within_a_long_epoch_too_and_leave_it_as_it_is(monkeypatch):
    monkeypatch.setattr("designer.engine.samples.FIRST", 0.0)
    monkeypatch.setattr("designer.engine.samples.WITHIN", 0.0)
    monkeypatch.setattr("designer.engine.samples.CHARACTERS", 10)
    monkeypatch.setattr("designer.engine.meter.INTERVAL", 0.0)
    plan = Plan.from_project(language(epochs=1, batch_size=512))
    plain, shown = (list(train(replace(plan, show_samples=show))) for show in (False, True))
    once, again = (
        [loss for event in events if isinstance(event, StepsDone) for loss in event.losses] for events in (plain, shown)
    )
    assert once == again
    within = [event for event in shown[: shown.index(shown[-2])] if isinstance(event, Samples) and event.step]
    assert within
    assert all(len(event.text) >= 10 for event in within)
