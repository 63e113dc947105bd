"""A run on a CUDA device can be watched, broken off, changed and judged as one on the CPU can."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from designer.document.project import Choice
from designer.engine.events import Changed, EpochDone, Failed, Finished, Request, StepsDone
from designer.engine.fit import measure_fit
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.seeing import Look, Wish
from designer.engine.session import Session
from designer.engine.state import read_state
from tests.engine.plans import CONVOLUTION, MLP, make_project, plan_digits

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")

CUDA = {"device": "cuda", "batch_size": 100, "epochs": 3}
STEPS = 15  # an epoch's, the last one of 38 rows


def losses_of(events):
    return torch.tensor([loss for event in events if isinstance(event, StepsDone) for loss in event.losses])


def go(plan, wish=None, stop=math.inf):
    """Train by single steps, with a look after each event where one is wished for; return all events."""
    run, events = train(plan), []
    event = next(run)
    while not isinstance(event, Finished | Failed):
        events.append(event)
        wanted = wish if not isinstance(event, Look) else None
        ends = isinstance(event, StepsDone) and event.step >= stop
        event = run.send(Request(one_step=True, look=wanted, stop=ends))
    return [*events, event]


def demand_close(ours, theirs):
    assert len(ours) == len(theirs)
    torch.testing.assert_close(ours, theirs, rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize("layers", [MLP, CONVOLUTION], ids=["dropout", "batch norm"])
def test_a_watched_run_learns_what_an_unwatched_one_does(layers):
    plan = plan_digits(*layers, **CUDA)
    watched = go(plan, Wish(nodes=("n-relu3",), sample=3))
    looks = [event for event in watched if isinstance(event, Look)]
    assert len(looks) > 20
    demand_close(losses_of(watched), losses_of(go(plan)))
    (seen,) = looks[-1].activations
    assert np.isfinite(seen.values).all()
    assert all(pulse.seconds > 0 for pulse in looks[-1].pulses if pulse.units)


def test_changed_samples_are_drawn_anew_by_a_recorded_step():
    kinds = ("Rotate", "Shift", "HorizontalFlip", "Crop", "Colour", "Noise", "Blur", "Cutout", "Mixup", "CutMix")
    plan = plan_digits(*CONVOLUTION, **CUDA)
    data = replace(plan.project.data, augmentation=tuple(map(Choice, kinds)), sampling=Choice("Balanced"))
    plan = Plan.from_project(replace(plan.project, data=data))
    run, losses, was_recorded = train(plan), [], False
    for event in run:
        if isinstance(event, StepsDone):
            losses += event.losses
            graphed = run.gi_frame.f_locals["progress"].trainer.graphed
            was_recorded |= graphed is not None and graphed.is_recorded
    assert isinstance(event, Finished), event
    assert was_recorded
    demand_close(torch.tensor(losses), losses_of(go(plan)))
    assert losses_of(go(replace(plan, seed=2))).sub(torch.tensor(losses)).abs().max() > 0


def test_the_boundary_of_plane_data_is_drawn():
    layers = ("Linear", {"out_features": 8}), ("Tanh", {}), ("Linear", {"out_features": 2})
    plan = Plan.from_project(make_project("Moons", *layers, epochs=2, device="cuda"))
    looks = [event for event in go(plan, Wish(boundary=True)) if isinstance(event, Look)]
    assert looks[-1].boundary is not None


def test_a_session_on_the_device_is_held_looked_at_and_goes_on():
    session = Session(plan_digits(*MLP, **CUDA))
    session.pause()
    session.start()
    assert session.wait("paused", timeout=120) == "paused"
    session.look(Wish(nodes=("n-linear2",), sample=1))
    session.resume()
    assert session.join(120)
    assert any(isinstance(event, Look) for event in session.drain())


@pytest.mark.parametrize("step", [3, STEPS, STEPS + 4])
def test_a_run_broken_off_goes_on(step, tmp_path):
    plan = plan_digits(*MLP, **CUDA)
    whole = losses_of(go(plan))
    first = losses_of(go(replace(plan, out=tmp_path), stop=step))
    again = go(replace(plan, out=tmp_path, resume=tmp_path / "last.state"))
    assert isinstance(again[-1], Finished), again[-1]
    demand_close(torch.cat([first, losses_of(again)]), whole)


@pytest.mark.parametrize("there, here", [("cuda", "cpu"), ("cpu", "cuda")])
def test_a_checkpoint_goes_from_device_to_device(there, here, tmp_path):
    begun = plan_digits(*MLP, **(CUDA | {"device": there}))
    go(replace(begun, out=tmp_path), stop=STEPS)
    assert all(tensor.device.type == "cpu" for tensor in read_state(tmp_path / "last.state").parts["model"].values())
    plan = plan_digits(*MLP, **(CUDA | {"device": here}))
    events = go(replace(plan, out=tmp_path, resume=tmp_path / "last.state"))
    assert isinstance(events[-1], Finished), events[-1]
    scores = [event.val_loss for event in events if isinstance(event, EpochDone)]
    assert scores == sorted(scores, reverse=True)


def test_a_loss_that_is_not_finite_names_the_layer_and_the_batch():
    events = go(plan_digits(*MLP, **(CUDA | {"optimizer": Choice("SGD", {"lr": 1e30})})))
    last = events[-1]
    assert isinstance(last, Failed)
    assert (last.reason, last.epoch, last.step, last.node) == ("non_finite_loss", 1, 2, "n-linear5")
    assert "The loss before: " in last.message


def test_a_layer_too_large_for_the_device_is_named():
    layers = [*MLP]
    layers[1] = ("Linear", {"out_features": 1_000_000_000})
    last = go(plan_digits(*layers, **CUDA))[-1]
    assert isinstance(last, Failed)
    assert last.reason == "out_of_memory"
    assert last.node == "n-linear2"
    assert "more was asked for" in last.message


def test_will_it_fit_is_measured_on_the_device():
    *_, found = measure_fit(plan_digits(*CONVOLUTION, **CUDA))
    assert found.fits
    assert found.peak >= found.weights + found.gradients + found.optimizer
    assert found.train_seconds > 0


def test_a_plan_changes_in_the_middle():
    plan, events = plan_digits(*MLP, **CUDA), []
    layers = [*MLP]
    layers[1] = ("Linear", {"out_features": 48})
    other, run = plan_digits(*layers, **CUDA), train(plan)
    event, asked = next(run), False
    while not isinstance(event, Finished | Failed):
        events.append(event)
        now = isinstance(event, StepsDone) and event.step >= 5 and not asked
        asked |= now
        event = run.send(Request(one_step=True, plan=other if now else None))
    assert isinstance(event, Finished), event
    (change,) = [event for event in events if isinstance(event, Changed)]
    assert not change.refusal
    assert len(change.partly) == 2
