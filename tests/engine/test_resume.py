"""A run that was interrupted and goes on from its checkpoint is the run that was not: bit for bit, at any step."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save as pack_tensors

from designer.catalogue import registry
from designer.document.project import Choice
from designer.engine.events import EpochDone, Failed, Finished, Request, Started, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.state import StateError, read_state, write_state
from tests.engine.plans import CONVOLUTION, MLP, digits, make_project

BATCHES = {"batch_size": 512}  # three steps an epoch
STEPS = 3

TRAININGS = {
    "plain": {},
    "one cycle": {"schedule": "OneCycleLR"},
    "cosine with warm-up": {"schedule": "CosineAnnealingLR", "warmup": Choice("Linear", {"length": 1})},
    "plateau": {"schedule": Choice("ReduceLROnPlateau", {"patience": 0})},
    "milestones": {"schedule": Choice("MultiStepLR", {"milestones": (1, 2)})},
    "average of the weights": {"averaging": Choice("EMA", {"decay": 0.9})},
    "average of epochs": {"averaging": Choice("SWA", {"start": 2, "lr": 0.01})},
    "early stopping": {"early_stopping": Choice("EarlyStopping", {"patience": 2})},
    "conjugate gradient": {"optimizer": "ConjugateGradient"},
    "limited memory": {"optimizer": Choice("LBFGS", {"max_iter": 3})},
    "coordinate descent": {"optimizer": Choice("CoordinateDescent", {"order": "random"})},
    "muon": {"optimizer": "Muon"},
}


def losses_of(events):
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


def stop_at(plan, step):
    """Train until a step is told and stop there; return the losses."""
    run, events = train(plan), []
    event = next(run)
    while not isinstance(event, Finished | Failed):
        events.append(event)
        event = run.send(Request(one_step=True, stop=isinstance(event, StepsDone) and event.step >= step))
    assert isinstance(event, Finished), event
    assert event.step == step
    return losses_of(events)


def demand_equal(plan, folder, step):
    """Interrupt a run after a step and go on; all that is told and kept equals that of the run without a break."""
    whole = list(train(replace(plan, out=folder / "whole")))
    first = stop_at(replace(plan, out=folder / "broken"), step)
    again = list(train(replace(plan, out=folder / "broken", resume=folder / "broken" / "last.state")))
    assert isinstance(again[-1], Finished), again[-1]
    assert first + losses_of(again) == losses_of(whole)
    started = next(event for event in again if isinstance(event, Started))
    assert started.step == step

    def tell(events):
        return [replace(event, seconds=0.0) for event in events if isinstance(event, EpochDone)]

    assert tell(whole)[-len(tell(again)) :] == tell(again)
    ends = [read_state(folder / name / "last.state") for name in ("whole", "broken")]
    one, other = (pack_parts(end) for end in ends)
    assert one == other
    assert (folder / "whole" / "losses.csv").read_text() == (folder / "broken" / "losses.csv").read_text()
    records = [read_record(folder / name) for name in ("whole", "broken")]
    assert records[0].scores == records[1].scores
    assert {record.state for record in records} <= {"finished", "early stop"}


def pack_parts(state):
    """Return the tensors and numbers of a state, without what only the clock decides."""
    from designer.engine.state import _fold

    tensors = {}
    tree = _fold({"parts": dict(state.parts), "random": dict(state.random)}, tensors)
    return json.dumps(tree), pack_tensors(tensors)


@pytest.mark.parametrize("step", range(1, 3 * STEPS))
def test_a_run_goes_on_from_any_step(step, tmp_path):
    demand_equal(Plan.from_project(digits(epochs=3, **BATCHES)), tmp_path, step)


@pytest.mark.parametrize("settings", TRAININGS.values(), ids=TRAININGS)
def test_a_run_goes_on_whatever_it_trains_with(settings, tmp_path):
    settings = dict(settings)
    rest = {name: settings.pop(name) for name in ("warmup", "averaging", "early_stopping") if name in settings}
    project = digits(epochs=4, **BATCHES, **settings)
    project = replace(project, training=replace(project.training, **rest))
    demand_equal(Plan.from_project(project), tmp_path, 2 * STEPS + 1)


def test_a_run_of_convolutions_goes_on(tmp_path):
    demand_equal(Plan.from_project(digits(*CONVOLUTION, epochs=2, **BATCHES)), tmp_path, 2)


def test_every_optimizer_has_a_state_that_a_file_can_hold(tmp_path):
    for name in registry.optimizers:
        plan = Plan.from_project(digits(optimizer=name, epochs=2, batch_size=1024), out=tmp_path / name)
        first = stop_at(plan, 1)
        again = list(train(replace(plan, resume=plan.out / "last.state")))
        whole = losses_of(train(replace(plan, out=None)))
        assert first + losses_of(again) == whole, name


def test_every_schedule_has_a_state_that_a_file_can_hold(tmp_path):
    for name in registry.schedules:
        plan = Plan.from_project(digits(schedule=name, epochs=3, batch_size=1024), out=tmp_path / name)
        first = stop_at(plan, 3)
        again = list(train(replace(plan, resume=plan.out / "last.state")))
        whole = losses_of(train(replace(plan, out=None)))
        assert first + losses_of(again) == whole, name


def test_more_epochs_go_on_from_the_end(tmp_path):
    plan = Plan.from_project(digits(epochs=2, **BATCHES), out=tmp_path / "two")
    list(train(plan))
    more = Plan.from_project(digits(epochs=4, **BATCHES), out=tmp_path / "two", resume=tmp_path / "two" / "last.state")
    again = losses_of(train(more))
    whole = losses_of(train(Plan.from_project(digits(epochs=4, **BATCHES))))
    assert again == whole[2 * STEPS :]


def test_checkpoints_of_some_epochs_are_kept(tmp_path):
    list(train(Plan.from_project(digits(epochs=5, **BATCHES), out=tmp_path, every=2)))
    names = {path.name for path in tmp_path.glob("*.state")}
    assert names == {"last.state", "best.state", "epoch-2.state", "epoch-4.state"}
    assert (read_state(tmp_path / "epoch-2.state").epoch, read_state(tmp_path / "epoch-2.state").stage) == (
        2,
        "between",
    )


def test_a_checkpoint_of_another_network_gives_what_fits(tmp_path):
    list(train(Plan.from_project(digits(epochs=1, **BATCHES), out=tmp_path)))
    wider = [*MLP]
    wider[1] = ("Linear", {"out_features": 48})
    plan = Plan.from_project(digits(*wider, epochs=2, **BATCHES), resume=tmp_path / "last.state")
    events = list(train(plan))
    assert isinstance(events[-1], Finished), events[-1]
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [2]


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, pack_tensors({"a": torch.zeros(2)}), None])
def test_a_file_that_is_no_checkpoint_is_refused_with_a_sentence(content, tmp_path):
    path = tmp_path / "bad.state"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StateError, match=r"checkpoint .*\."):
        read_state(path)
    last = list(train(Plan.from_project(digits(), resume=path)))[-1]
    assert isinstance(last, Failed)
    assert "bad.state" in last.message
    assert "Error" not in last.message


def test_a_checkpoint_that_sets_what_nobody_asked_for_is_refused(tmp_path):
    plan = Plan.from_project(digits(schedule="StepLR", epochs=1), out=tmp_path)
    list(train(plan))
    state = read_state(tmp_path / "last.state")
    parts = {**state.parts, "schedule": {**state.parts["schedule"], "step": 3}}
    write_state(tmp_path / "last.state", replace(state, parts=parts))
    last = list(train(replace(plan, resume=tmp_path / "last.state")))[-1]
    assert isinstance(last, Failed)
    assert "does not fit" in last.message


def test_numbers_of_a_table_go_on(tmp_path):
    layers = (("Linear", {"out_features": 8}), ("Tanh", {}), ("Linear", {"out_features": 1}))
    project = make_project("Diabetes", *layers, loss="HuberLoss", optimizer="RMSprop", epochs=3, batch_size=200)
    demand_equal(Plan.from_project(project), tmp_path, 3)
