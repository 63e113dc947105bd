"""Steps by a recording, on a CUDA device: they learn what steps by hand learn, within rounding, in every way of training."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from designer.catalogue.templates import open_template
from designer.document.project import Choice
from designer.engine.events import Changed, Failed, Finished, Loading, Request, StepsDone
from designer.engine.graphed import Graphed, can_record
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.run import Run
from tests.engine.plans import CONVOLUTION, MLP, plan_digits

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
CUDA = {"device": "cuda", "batch_size": 100, "epochs": 3}  # fourteen steps an epoch, and one of 38 rows

WAYS = {
    "plain": {},
    "momentum": {"optimizer": Choice("SGD", {"lr": 0.05, "momentum": 0.9})},
    "one cycle": {"schedule": Choice("OneCycleLR", {"cycle_momentum": False})},
    "one cycle with momentum": {"schedule": "OneCycleLR"},
    "cosine with warm-up": {"schedule": "CosineAnnealingLR", "warmup": Choice("Linear", {"length": 1})},
    "average of the weights": {"averaging": Choice("EMA", {"decay": 0.9})},
    "average of epochs": {"averaging": Choice("SWA", {"start": 2, "lr": 0.01})},
    "in parts": {"accumulate": 3, "clip": Choice("Norm", {"max_norm": 0.2})},
    "root mean square": {"optimizer": "RMSprop"},
    "limited memory": {"optimizer": Choice("LBFGS", {"max_iter": 3})},
    "adagrad": {"optimizer": "Adagrad"},
    "muon": {"optimizer": "Muon"},
}
BY_HAND = "one cycle with momentum", "limited memory", "adagrad", "muon"  # cannot be recorded, or not for long


def losses_of(events):
    assert isinstance(events[-1], Finished), getattr(events[-1], "trace", events[-1])
    return torch.tensor([loss for event in events if isinstance(event, StepsDone) for loss in event.losses])


def run_by_hand(plan, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("designer.engine.graphed.can_record", lambda optimizer: False)
        return losses_of(list(train(plan)))


def demand_close(ours, theirs):
    """Rounding grows from step to step; two runs that draw other random numbers are a hundred times further apart."""
    assert len(ours) == len(theirs)
    torch.testing.assert_close(ours[:20], theirs[:20], rtol=2e-4, atol=2e-4)
    torch.testing.assert_close(ours, theirs, rtol=2e-2, atol=2e-2)


@needs_cuda
@pytest.mark.parametrize("way", WAYS)
def test_a_recording_learns_what_steps_by_hand_learn(way, monkeypatch):
    plan = plan_digits(*MLP, **(CUDA | WAYS[way]))
    recorded = count_replays(monkeypatch)
    ours = losses_of(list(train(plan)))
    if way not in BY_HAND:
        assert recorded[0] > (5 if way == "in parts" else 30), way
    demand_close(ours, run_by_hand(plan, monkeypatch))


@needs_cuda
def test_statistics_of_batches_are_kept(monkeypatch):
    plan = plan_digits(*CONVOLUTION, **CUDA)
    demand_close(losses_of(list(train(plan))), run_by_hand(plan, monkeypatch))


@needs_cuda
@pytest.mark.parametrize("name", ["vae", "gan", "digits-cnn", "lstm-classifier", "siamese-network"])
def test_every_kind_of_network_trains(name, monkeypatch):
    project = open_template(name)
    project = replace(project, training=replace(project.training, device="cuda", epochs=2))
    plan = Plan.from_project(project)
    demand_close(losses_of(list(train(plan))), run_by_hand(plan, monkeypatch))


@needs_cuda
def test_the_script_does_the_same(tmp_path):
    plan = plan_digits(*MLP, **CUDA)
    script, losses = tmp_path / "script.py", tmp_path / "losses.csv"
    script.write_text(plan.source.text)
    command = [sys.executable, str(script), "--device", "cuda", "--losses", str(losses), "--out", str(tmp_path / "out")]
    subprocess.run(command, check=True, timeout=120)
    there = torch.tensor([float(line.split(",")[1]) for line in losses.read_text().splitlines()[1:]])
    demand_close(losses_of(list(train(plan))), there)


@needs_cuda
@pytest.mark.parametrize("step", [2, 10, 17])
def test_a_resumed_run_goes_on(step, tmp_path):
    plan = plan_digits(*MLP, **CUDA)
    whole = losses_of(list(train(plan)))
    run, events = train(replace(plan, out=tmp_path)), []
    event = next(run)
    while not isinstance(event, Finished | Failed):
        events.append(event)
        event = run.send(Request(one_step=True, stop=isinstance(event, StepsDone) and event.step >= step))
    events.append(event)
    again = losses_of(list(train(replace(plan, out=tmp_path, resume=tmp_path / "last.state"))))
    demand_close(torch.cat([losses_of(events), again]), whole)


@needs_cuda
def test_a_state_of_the_cpu_goes_on_and_back(tmp_path):
    plan = plan_digits(*MLP, optimizer="RMSprop", **(CUDA | {"epochs": 1, "device": "cpu"}))
    list(train(replace(plan, out=tmp_path)))
    longer = replace(plan, epochs=2, project=replace(plan.project, training=replace(plan.project.training, epochs=2)))
    there = list(train(replace(longer, device="cuda", resume=tmp_path / "last.state", out=tmp_path / "cuda")))
    assert isinstance(there[-1], Finished), there[-1]
    longest = replace(plan, epochs=3, project=replace(plan.project, training=replace(plan.project.training, epochs=3)))
    back = list(train(replace(longest, resume=tmp_path / "cuda" / "last.state")))
    assert isinstance(back[-1], Finished), back[-1]


@needs_cuda
def test_a_changed_rate_counts_from_the_next_step(monkeypatch):
    def run_and_change():
        plan = plan_digits(*MLP, optimizer=Choice("SGD", {"lr": 0.05}), **CUDA)
        other = plan_digits(*MLP, optimizer=Choice("SGD", {"lr": 0.5}), **CUDA)
        run, events, asked = train(plan), [], False
        event = next(run)
        while not isinstance(event, Finished | Failed):
            events.append(event)
            now = isinstance(event, StepsDone) and event.step >= 10 and not asked
            asked |= now
            event = run.send(Request(one_step=not isinstance(event, Loading), plan=other if now else None))
        events.append(event)
        assert any(isinstance(event, Changed) and not event.refusal for event in events)
        return losses_of(events)

    ours = run_and_change()
    with monkeypatch.context() as patch:
        patch.setattr("designer.engine.graphed.can_record", lambda optimizer: False)
        theirs = run_and_change()
    demand_close(ours, theirs)


@needs_cuda
def test_what_looks_into_a_step_sees_it():
    plan = plan_digits(*MLP, **CUDA)
    run = Run(plan)
    for _ in run.learn():
        if run.progress.is_ready:
            break
    trainer, seen = run.progress.trainer, []
    rows = torch.arange(100, device="cuda")
    trainer.begin_epoch(1)
    for _ in range(6):
        trainer.step(rows)
    assert trainer.graphed.is_recorded
    hook = trainer.model.register_forward_hook(lambda *_: seen.append(1))
    trainer.step(rows)
    hook.remove()
    assert seen == [1]
    gradient = next(trainer.model.parameters()).grad.clone()
    trainer.step(rows)
    assert not torch.equal(gradient, next(trainer.model.parameters()).grad)
    run.release()


@needs_cuda
def test_a_step_that_waits_for_the_device_is_never_recorded(monkeypatch):
    weight = torch.nn.Parameter(torch.ones(3, device="cuda"))
    optimizer = torch.optim.SGD([weight], lr=0.1, fused=True)

    def compute(rows):
        optimizer.zero_grad()
        loss = (weight * len(rows.nonzero())).sum()
        loss.backward()
        optimizer.step()
        return loss.detach(), rows, rows

    graphed = Graphed(compute, torch.nn.Identity(), optimizer, 4, torch.device("cuda"))
    for _ in range(6):
        graphed.step(torch.ones(4, device="cuda"))
    assert not graphed.is_recorded
    assert weight.tolist() == pytest.approx([1 - 6 * 0.4] * 3)


@needs_cuda
def test_a_step_that_cannot_be_recorded_goes_on_by_hand():
    weight = torch.nn.Parameter(torch.ones(1000, device="cuda"))
    optimizer = torch.optim.SGD([weight], lr=0.1, fused=True)
    calls = []

    def compute(rows):
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("as a kernel that refuses to be recorded")
        optimizer.zero_grad()
        loss = torch.nn.functional.dropout(weight).sum()
        loss.backward()
        optimizer.step()
        return loss.detach(), rows, rows

    graphed = Graphed(compute, torch.nn.Identity(), optimizer, 4, torch.device("cuda"))
    for _ in range(6):
        graphed.step(torch.ones(4, device="cuda"))
    assert not graphed.is_recorded
    assert len(calls) == 7  # six steps, and the one that failed
    torch.randn(3, device="cuda")  # random numbers are drawn as before


def count_replays(monkeypatch):
    count, replay = [0], Graphed._replay

    def take(self, rows):
        count[0] += 1
        return replay(self, rows)

    monkeypatch.setattr(Graphed, "_replay", take)
    return count


def test_only_optimizers_that_step_on_the_device_are_recorded():
    weights = [torch.nn.Parameter(torch.ones(2))]
    assert can_record(torch.optim.Adam(weights))
    assert can_record(torch.optim.SGD(weights, fused=True))
    assert not can_record(torch.optim.SGD(weights))
    assert not can_record(torch.optim.LBFGS(weights))
