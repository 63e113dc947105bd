"""A run whose plan changes while it goes: what stays the same keeps its weights and the optimizer's memory of them."""

from dataclasses import replace

import pytest
import torch

from designer.document.edits import remove_nodes, set_parameter
from designer.document.project import Choice
from designer.engine.changing import change
from designer.engine.events import Changed, EpochDone, Failed, Finished, Request, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.run import Run
from tests.engine.objective_projects import adversaries, language, two_heads, variational
from tests.engine.plans import MLP, digits, plan_digits

BATCHES = {"batch_size": 256}


def change_at(plan, step, *others):
    """Train, go on with another plan after each so many steps; return all events."""
    run, events, left = train(plan), [], list(others)
    event = next(run)
    while not isinstance(event, Finished | Failed):
        events.append(event)
        request = Request(one_step=True)
        if isinstance(event, StepsDone) and event.step % step == 0 and left:
            request = replace(request, plan=left.pop(0))
        event = run.send(request)
    return [*events, event]


def changes_of(events):
    return [event for event in events if isinstance(event, Changed)]


def losses_of(events):
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


def plan_wide(width, **settings):
    layers = [*MLP]
    layers[1] = ("Linear", {"out_features": width})
    return Plan.from_project(digits(*layers, **({"epochs": 3, **BATCHES} | settings)))


def open_run(plan, steps):
    """Return a run and its generator, some steps on."""
    run = Run(plan)
    events = run.learn()
    for event in iter(lambda: events.send(None) if run.progress.is_ready else next(events), None):
        run.one_step = True
        if isinstance(event, StepsDone) and event.step == steps:
            break
    return run, events


def learn_on(run, events, step):
    while run.progress.place.step < step:
        run.one_step = True
        next(events)


def assert_learned(run, state):
    """Assert that a run's weights and moments are those of a state."""
    now = run.progress.capture().parts
    for name, tensor in state.parts["model"].items():
        assert torch.equal(tensor, now["model"][name]), name
    for number, moments in state.parts["optimizer"]["state"].items():
        assert all(torch.equal(value, now["optimizer"]["state"][number][key]) for key, value in moments.items())


def test_the_same_plan_changes_nothing():
    plan = plan_wide(32, schedule="OneCycleLR")
    events = change_at(plan, 4, plan, plan)
    assert [(len(change.kept), change.partly, change.fresh) for change in changes_of(events)] == [(2, (), ())] * 2
    whole = losses_of(train(plan))
    # A network is built anew, which draws random numbers: up to the next dropout all is the same.
    assert losses_of(events)[:4] == whole[:4]
    assert len(losses_of(events)) == len(whole)


def test_weights_moments_and_rate_are_those_before():
    plan = plan_wide(32, schedule=Choice("StepLR", {"step_size": 1, "gamma": 0.1}))
    run, _ = open_run(plan, 8)
    before = run.progress.capture().copy()
    change(run.progress, plan)
    assert_learned(run, before)
    assert run.progress.trainer.optimizer.param_groups[0]["lr"] == before.parts["optimizer"]["param_groups"][0]["lr"]
    assert before.parts["optimizer"]["param_groups"][0]["lr"] == pytest.approx(1e-4)


@pytest.mark.parametrize("width", [20, 50])
def test_a_layer_of_another_size_keeps_the_part_in_common(width):
    run, _ = open_run(plan_wide(32), 4)
    before = run.progress.capture().copy()
    told = change(run.progress, plan_wide(width))
    assert (told.kept, set(told.partly), told.fresh) == ((), {"n-linear2", "n-linear5"}, ())
    after, common = run.progress.capture(), min(width, 32)
    first, second = "layers.1.weight", "layers.4.weight"
    assert torch.equal(after.parts["model"][first][:common], before.parts["model"][first][:common])
    assert torch.equal(after.parts["model"][second][:, :common], before.parts["model"][second][:, :common])
    old, new = (state.parts["optimizer"]["state"][0]["exp_avg"] for state in (before, after))
    assert torch.equal(new[:common], old[:common])
    assert new.shape == (width, 64)


def test_going_back_brings_the_whole_network_back():
    """A network that another took the place of comes back with its moments, and so does the other one after it."""
    plan = plan_wide(32)
    run, events = open_run(plan, 4)
    narrow, wide = plan_wide(8), run.progress.capture().copy()
    change(run.progress, narrow)
    learn_on(run, events, 9)
    left = run.progress.capture().copy()
    told = change(run.progress, replace(plan, back_to=4))
    assert (set(told.kept), told.partly, told.fresh, told.back_to) == ({"n-linear2", "n-linear5"}, (), (), 4)
    assert (told.step, told.plan.back_to) == (9, None)
    assert_learned(run, wide)
    assert change(run.progress, replace(narrow, back_to=9)).back_to == 9
    assert_learned(run, left)
    assert "not kept any more" in change(run.progress, replace(plan, back_to=5)).refusal


def test_a_layer_that_shrinks_again_keeps_what_it_has_learned_since():
    run, events = open_run(plan_wide(32), 4)
    change(run.progress, plan_wide(50))
    learn_on(run, events, 9)
    wide = run.progress.capture().copy()
    told = change(run.progress, plan_wide(32))
    assert (told.kept, set(told.partly), told.fresh, told.back_to) == ((), {"n-linear2", "n-linear5"}, (), None)
    first = "layers.1.weight"
    assert torch.equal(run.progress.capture().parts["model"][first], wide.parts["model"][first][:32])


def test_a_rate_can_be_changed_in_the_middle():
    slow = plan_wide(32, optimizer=Choice("SGD", {"lr": 0.1}))
    still = plan_wide(32, optimizer=Choice("SGD", {"lr": 1e-9}))
    events = change_at(slow, 4, still)
    rates = [event.learning_rate for event in events if isinstance(event, StepsDone)]
    assert rates[:4] == [0.1] * 4
    assert set(rates[4:]) == {1e-9}
    assert changes_of(events)[0].restarted == ()


def test_another_batch_size_shares_out_the_rest_of_the_epoch():
    events = change_at(plan_wide(32, batch_size=256), 2, plan_wide(32, batch_size=64))
    first = next(event for event in events if isinstance(event, EpochDone))
    assert first.step == 2 + -(-(1438 - 512) // 64)
    assert events[-1].reason == "finished"


def test_another_optimizer_begins_anew_and_says_so():
    told = changes_of(change_at(plan_wide(32), 2, plan_wide(32, optimizer="RMSprop")))[0]
    assert told.restarted == ("the optimizer's state",)


@pytest.mark.parametrize("schedule", ["OneCycleLR", "CosineAnnealingLR", "ReduceLROnPlateau", "PolynomialLR"])
def test_a_schedule_goes_on_where_it_was_with_any_batch_size(schedule):
    plans = [plan_wide(32, batch_size=size, schedule=schedule, epochs=2) for size in (64, 1000, 16)]
    events = change_at(plans[0], 3, *plans[1:])
    assert isinstance(events[-1], Finished), events[-1]


def test_a_layer_can_go_and_come():
    plan = plan_wide(32)
    run, _ = open_run(plan, 4)
    before = run.progress.capture().copy()
    alone = Plan.from_project(remove_nodes(plan.project, ["n-linear2"], close_gap=True))
    assert change(run.progress, alone).partly == ("n-linear5",)
    told = change(run.progress, plan)
    assert (told.kept, told.partly) == (
        ("n-linear2",),
        ("n-linear5",),
    )  # that one was cut to 10 x 64, and learned since
    weights = run.progress.capture().parts["model"]
    assert torch.equal(weights["layers.1.weight"], before.parts["model"]["layers.1.weight"])


def test_a_changed_dropout_counts_from_the_next_step():
    plan = plan_wide(32)
    changed = Plan.from_project(set_parameter(plan.project, "n-dropout4", "p", 0.9))
    told = changes_of(change_at(plan, 2, changed))[0]
    assert (len(told.kept), told.fresh) == (2, ())


def test_what_cannot_be_built_changes_nothing():
    plan = plan_wide(32)
    run, _ = open_run(plan, 4)
    source = plan.source
    broken = replace(
        plan, source=replace(source, text=source.text.replace("nn.Linear(64, 32),", "nn.Linear(64, 10**13),"))
    )
    trainer = run.progress.trainer
    told = change(run.progress, broken)
    assert "does not fit in memory" in told.refusal
    assert run.progress.trainer is trainer
    assert run.progress.plan is plan


def test_the_run_folder_says_that_the_plan_changed(tmp_path):
    plan = replace(plan_wide(32), out=tmp_path)
    events = change_at(plan, 4, plan_wide(48))
    assert isinstance(events[-1], Finished), events[-1]
    record = read_record(tmp_path)
    assert [change.step for change in record.changes] == [4]
    assert "nn.Linear(64, 48)" in (tmp_path / "train.py").read_text()


def test_other_data_begin_a_new_epoch():
    plan = plan_digits(epochs=2, **BATCHES)
    other = Plan.from_project(replace(plan.project, data=replace(plan.project.data, validation=0.5)))
    events = change_at(plan, 2, other)
    assert isinstance(events[-1], Finished), events[-1]
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [2]


@pytest.mark.parametrize("averaging", [Choice("EMA", {"decay": 0.5}), Choice("SWA", {"start": 1})])
def test_a_size_that_comes_back_begins_its_average_anew(averaging):
    """The average is of the network between; one that is gone back to has its own."""
    plans = [plan_wide(width, epochs=2) for width in (32, 40)]
    plans = [
        Plan.from_project(replace(plan.project, training=replace(plan.project.training, averaging=averaging)))
        for plan in plans
    ]
    events = change_at(plans[0], 2, plans[1], plans[0], replace(plans[1], back_to=4))
    first, second, third = changes_of(events)
    assert (first.refusal, second.refusal, third.refusal) == ("", "", "")
    assert (second.restarted, third.restarted) == (("the average of the weights",), ())
    assert isinstance(events[-1], Finished), events[-1]


@pytest.mark.parametrize("make", [variational, adversaries, two_heads, language], ids=lambda make: make.__name__)
def test_networks_of_every_objective_change_and_change_back(make):
    """Also while a validation is told, and twice in a row."""
    project = make(epochs=2)
    layer = next(node for node in project.graph.nodes.values() if node.parameters.get("out_features", 0) >= 16)
    size = layer.parameters["out_features"]
    wide = project if make is language else set_parameter(project, layer.id, "out_features", size + 5)
    plan, other = Plan.from_project(project), Plan.from_project(wide)
    run, events, count = train(plan), [], 0
    event = next(run)
    while not isinstance(event, Finished | Failed):
        events.append(event)
        count += 1
        wanted = {4: other, 5: plan, 9: other, 10: plan}.get(count)
        event = run.send(Request(one_step=True, plan=wanted, stop=count > 25))
    assert isinstance(event, Finished), event
    assert [change.refusal for change in changes_of(events)] == [""] * len(changes_of(events))
    assert len(changes_of(events)) >= 2


def test_a_refused_change_of_data_leaves_the_very_run(tmp_path):
    """Other data bring an order of rows of their own: what was refused must not leave it behind."""
    plan = plan_wide(32)
    gone = Plan.from_project(replace(plan.project, data=replace(plan.project.data, split_seed=7)))
    broken = replace(
        gone, source=replace(gone.source, text=gone.source.text.replace("nn.Linear(64, 32),", "nn.Linear(64, 10**13),"))
    )
    events = change_at(plan, 2, broken)
    assert [bool(change.refusal) for change in changes_of(events)] == [True]
    assert losses_of(events) == losses_of(train(plan))
