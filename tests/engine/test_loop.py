"""The loop: it does what the exported script does, and tells of it as promised."""

import csv
import gc
import itertools
import math
import subprocess
import sys
import weakref
from collections.abc import Iterable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from designer.document.project import Choice, Project
from designer.engine.build import build
from designer.engine.events import (
    EpochDone,
    Event,
    Finished,
    Loading,
    Request,
    Started,
    StepsDone,
    Weights,
)
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.engine.plans import CONVOLUTION, MLP, digits, make_project, plan_digits

REGRESSION = (("Linear", {"out_features": 8}), ("Tanh", {}), ("Linear", {"out_features": 1}))
POINTS = (("Linear", {"out_features": 8}), ("ReLU", {}), ("Linear", {"out_features": 1}))

PROJECTS = {
    "convolution, one cycle": digits(CONVOLUTION[0], *CONVOLUTION[1:], schedule="OneCycleLR", epochs=1),
    "momentum, a step an epoch": digits(
        optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9}),
        schedule=Choice("StepLR", {"step_size": 1}),
        batch_size=50,
    ),
    "numbers": make_project("Diabetes", *REGRESSION, loss="HuberLoss", optimizer="RMSprop", epochs=3),
    "yes or no": make_project("Moons", *POINTS, loss="BCEWithLogitsLoss", schedule="CosineAnnealingLR", epochs=2),
    "more rows than a batch of validation": make_project(
        Choice("Spirals", {"samples": 3000, "arms": 2}),
        *POINTS[:2],
        ("Linear", {"out_features": 2}),
        validation=0.5,
        epochs=1,
    ),
    "the rows themselves": make_project("Xor", *POINTS, loss="MSELoss", validation=0, batch_size=4, epochs=20),
}


def losses_of(events: Iterable[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


def test_loop_equals_the_exported_script(tmp_path):
    """Every loss of every step and every weight, in a fresh process."""
    plan = Plan.from_project(digits(epochs=3), out=tmp_path / "run")
    losses = losses_of(train(plan))
    out, log = tmp_path / "script.safetensors", tmp_path / "log.csv"
    script = [sys.executable, str(tmp_path / "run" / "train.py"), "--out", str(out), "--losses", str(log)]
    subprocess.run(script, check=True, capture_output=True, timeout=120)
    with log.open() as file:
        assert [float(row["loss"]) for row in csv.DictReader(file)] == losses
    ours, theirs = load_file(tmp_path / "run" / "last.safetensors"), load_file(out)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("project", PROJECTS.values(), ids=PROJECTS)
def test_loop_equals_the_script_s_own_train(project: Project, tmp_path, capsys):
    plan = Plan.from_project(project, out=tmp_path)
    events = list(train(plan))
    script = build(plan.source)
    model, curve = script.names["train"](plan.epochs, torch.device("cpu"), plan.seed)
    assert losses_of(events) == curve
    weights = load_file(tmp_path / "last.safetensors")
    assert all(torch.equal(weights[name], tensor) for name, tensor in model.state_dict().items())
    epochs = [event for event in events if isinstance(event, EpochDone)]
    scores = script.names["evaluate"](model, script.make_loss(), *script.load_data(None)[1])
    assert {"loss": epochs[-1].val_loss, **epochs[-1].val_metrics} == scores
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in printed] == [f"epoch {e.epoch}: loss {e.train_loss:.4f}" for e in epochs]


def test_events_come_in_order_and_agree():
    plan = plan_digits(epochs=3, schedule=Choice("ExponentialLR", {"gamma": 0.5}))
    events = list(train(plan))
    assert isinstance(events[0], Loading)
    started = events[1]
    assert isinstance(started, Started)
    rows, batches = started.samples, started.steps_per_epoch
    assert (started.device, started.epochs, rows + started.validation_samples) == ("cpu", 3, 1797)
    assert batches == math.ceil(rows / 64)
    assert started.parameters == 64 * 32 + 32 + 32 * 10 + 10
    assert events[-1] == Finished("finished", 3, 3 * batches, events[-1].seconds)

    step = 0
    for event in events[2:-1]:
        if isinstance(event, StepsDone):
            step += len(event.losses)
            assert event.step == step
            assert event.samples_per_second > 0
            assert 0 <= event.metrics["accuracy"] <= 1
        elif isinstance(event, EpochDone):
            assert event.step == step == event.epoch * batches
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [e.epoch for e in epochs] == [1, 2, 3]
    assert [e.learning_rate for e in epochs] == [0.001, 0.0005, 0.00025]
    assert [e.best for e in epochs] == [
        i == 0 or e.val_loss < min(b.val_loss for b in epochs[:i]) for i, e in enumerate(epochs)
    ]
    assert sum(e.seconds for e in epochs) <= events[-1].seconds
    last = [e for e in events if isinstance(e, StepsDone)][-1]
    assert last.metrics["accuracy"] == pytest.approx(epochs[-1].train_metrics["accuracy"])


def test_metrics_of_training_are_those_of_the_samples_as_they_were_trained():
    """One batch an epoch without dropout: what is measured is the network before the step."""
    project = make_project("Diabetes", *REGRESSION, loss="MSELoss", validation=0, batch_size=1000, epochs=4)
    epochs = [event for event in train(Plan.from_project(project)) if isinstance(event, EpochDone)]
    for before, after in itertools.pairwise(epochs):
        assert after.train_loss == pytest.approx(before.val_loss, rel=1e-5)
        assert after.train_metrics == pytest.approx(before.val_metrics, rel=1e-4)


def test_same_seed_same_run_other_seed_other_run():
    first, again, other = (losses_of(train(plan_digits(epochs=1, seed=seed))) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@settings(max_examples=15)
@given(st.lists(st.none() | st.lists(st.sampled_from(["n-linear2", "n-relu3", "gone"]), max_size=3), max_size=12))
def test_snapshots_change_nothing(wanted: list[list[str] | None]):
    plan = plan_digits(epochs=2)
    run = train(plan)
    events = [next(run)]
    asked = 0
    for nodes in wanted:
        asked += len(nodes or ()) if not isinstance(events[-1], Loading) else 0
        events.append(run.send(None if nodes is None else Request(weights=tuple(nodes))))
        while isinstance(events[-1], Weights):
            events.append(run.send(None))
        if isinstance(events[-1], Finished):
            break
    events += list(run)
    assert losses_of(events) == losses_of(train(plan))
    assert sum(isinstance(event, Weights) for event in events) == asked


def test_snapshots_are_copies_of_weights_and_gradients():
    run = train(plan_digits(epochs=1))
    while not isinstance(next(run), StepsDone):
        pass
    snapshot = run.send(Request(weights=("n-linear2", "n-relu3")))
    trainer = run.gi_frame.f_locals["progress"].made[1]
    layer = trainer.model.get_submodule("layers.1")
    assert snapshot.node == "n-linear2"
    assert {name: array.shape for name, array in snapshot.tensors.items()} == {"weight": (32, 64), "bias": (32,)}
    assert torch.equal(torch.from_numpy(snapshot.tensors["weight"]), layer.weight)
    assert torch.equal(torch.from_numpy(snapshot.gradients["bias"]), layer.bias.grad)
    before = snapshot.tensors["weight"].copy()
    with torch.no_grad():
        layer.weight.zero_()
    assert (snapshot.tensors["weight"] == before).all()
    empty = next(run)
    assert (empty.node, empty.tensors, empty.gradients) == ("n-relu3", {}, {})
    run.close()


@pytest.mark.parametrize("before", range(9))
def test_stop_ends_at_the_next_event(before):
    run = train(plan_digits(epochs=5))
    seen = list(itertools.islice(run, before + 1))
    last = run.send(Request(stop=True))
    step = max((event.step for event in seen if isinstance(event, StepsDone | EpochDone)), default=0)
    assert isinstance(last, Finished)
    assert (last.reason, last.step) == ("stopped", step)
    assert list(run) == []


def test_long_validation_tells_of_its_way_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr("designer.engine.run.INTERVAL", 0.0)  # as if every batch took long
    project = make_project(
        Choice("Spirals", {"samples": 6000, "arms": 2}), *MLP[1:3], ("Linear", {"out_features": 2}), validation=0.5
    )
    run = train(Plan.from_project(project))
    seen = []
    for event in run:
        if type(event).__name__ == "Validating":
            seen.append((event.samples, event.validation_samples))
            if len(seen) == 3:
                break
    assert seen == [(1024, 3000), (2048, 3000), (1024, 3000)]  # with all of them comes the epoch
    assert isinstance(run.send(Request(stop=True)), Finished)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_closing_frees_network_and_data_at_once(steps):
    """Without the garbage collector, which may come late and hold the window up."""
    run = train(plan_digits(epochs=2, optimizer="Adam", schedule="OneCycleLR"))
    for _ in range(steps):
        next(run)
    trainer = run.gi_frame.f_locals["progress"].made[1]
    alive = [] if trainer is None else [weakref.ref(tensor) for tensor in (*trainer.model.parameters(), trainer.x)]
    del trainer
    gc.disable()
    try:
        run.close()
        assert [ref for ref in alive if ref() is not None] == []
    finally:
        gc.enable()


def test_memory_is_free_when_the_last_event_comes():
    run = train(plan_digits(epochs=1))
    next(run), next(run)
    alive = [weakref.ref(p) for p in run.gi_frame.f_locals["progress"].made[1].model.parameters()]
    for event in run:
        if isinstance(event, Finished):
            assert [ref for ref in alive if ref() is not None] == []
