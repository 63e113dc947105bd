"""The run folder: what is in it, and that it stays whole."""

import csv

import pytest
import torch
from safetensors.torch import load_file

from designer.document.files import load
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.events import EpochDone, Failed, Request
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.plans import digits


def score(plan: Plan, path) -> float:
    """Return the validation loss of saved weights."""
    script = build(plan.source)
    model = script.make_model()
    model.load_state_dict(load_file(path))
    return script.names["evaluate"](model, script.make_loss(), *script.load_data(None)[1])["loss"]


@pytest.mark.parametrize("interval", [0.0, 1e9])
def test_folder_holds_project_script_weights_and_curves(tmp_path, monkeypatch, interval):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", interval)
    # Large steps, so that the last epoch is not the best.
    plan = Plan.from_project(digits(optimizer=Choice("SGD", {"lr": 2.0}), epochs=6), out=tmp_path / "runs" / "1")
    epochs = [event for event in train(plan) if isinstance(event, EpochDone)]
    names = {path.name for path in plan.out.iterdir()}
    assert names == {"project.nnd", "train.py", "last.safetensors", "best.safetensors", "metrics.csv"}
    assert load(plan.out / "project.nnd") == plan.project
    assert (plan.out / "train.py").read_text() == plan.source.text
    assert score(plan, plan.out / "last.safetensors") == epochs[-1].val_loss
    assert score(plan, plan.out / "best.safetensors") == min(e.val_loss for e in epochs) < epochs[-1].val_loss
    with (plan.out / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["val_loss"]) for row in rows] == [e.val_loss for e in epochs]
    assert [float(row["train_accuracy"]) for row in rows] == [e.train_metrics["accuracy"] for e in epochs]


def test_stopped_run_keeps_the_weights_it_had(tmp_path):
    plan = Plan.from_project(digits(epochs=5), out=tmp_path)
    run = train(plan)
    for event in run:
        if isinstance(event, EpochDone):
            break
    run.send(Request(stop=True))
    assert score(plan, tmp_path / "last.safetensors") == event.val_loss


def test_failed_run_keeps_its_best_weights(tmp_path):
    settings = {"optimizer": Choice("SGD", {"lr": 0.01}), "schedule": Choice("StepLR", {"step_size": 2, "gamma": 1e30})}
    plan = Plan.from_project(digits(epochs=9, **settings), out=tmp_path)
    events = list(train(plan))
    assert isinstance(events[-1], Failed)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs
    assert score(plan, tmp_path / "best.safetensors") == min(e.val_loss for e in epochs)
    if (tmp_path / "last.safetensors").exists():
        assert all(tensor.isfinite().all() for tensor in load_file(tmp_path / "last.safetensors").values())


def test_new_run_in_the_folder_leaves_nothing_of_the_old_one(tmp_path):
    list(train(Plan.from_project(digits(epochs=1), out=tmp_path)))
    plan = Plan.from_project(digits(("Flatten", {}), ("Linear", {"out_features": 10}), epochs=1), out=tmp_path)
    run = train(plan)
    next(run), next(run)
    assert {path.name for path in tmp_path.iterdir()} == {"project.nnd", "train.py"}
    run.close()


def test_writing_weights_does_not_disturb_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 0.0)
    list(train(Plan.from_project(digits(epochs=3), out=tmp_path / "a")))
    monkeypatch.setattr("designer.engine.checkpoint.INTERVAL", 1e9)
    list(train(Plan.from_project(digits(epochs=3), out=tmp_path / "b")))
    first, second = (load_file(tmp_path / name / "last.safetensors") for name in "ab")
    assert all(torch.equal(first[name], second[name]) for name in first)
