"""What is wrong with a run: each rule finds its own case, says its figure, and leaves sound runs alone."""

import math
from dataclasses import replace

import pytest

from designer.document.edits import replace_kind
from designer.document.files import load
from designer.document.project import Choice
from designer.engine.diagnosis import Diagnosis
from designer.engine.events import EpochDone, Finished, Request, Started, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.seeing import Look, Pulse, Wish
from designer.engine.symptoms import (
    find_dead,
    find_gradients,
    find_imbalance,
    find_overfitting,
    find_rate,
    find_saturated,
    find_uniform,
)
from designer.paths import resource
from tests.engine.plans import digits, make_project

DEEP = (("Flatten", {}), *(("Linear", {"out_features": 32}), ("Sigmoid", {})) * 8, ("Linear", {"out_features": 10}))


def learned(**figures: float) -> list[Pulse]:
    return [Pulse(name, "Linear", gradient=gradient, weight=1.0) for name, gradient in figures.items()]


def test_dead_units_are_told_with_their_share():
    finding = find_dead(Pulse("relu1", "ReLU", units=64, dead=0.625), 128)
    assert "40 of 64 units (62 %)" in finding.fact
    assert finding.node == "relu1"
    assert find_dead(Pulse("relu1", "ReLU", units=64, dead=0.1), 128) is None
    assert find_dead(Pulse("gelu1", "GELU", units=64), 128) is None


def test_saturation_is_told_but_for_the_end_of_the_network():
    assert "90 %" in find_saturated(Pulse("tanh1", "Tanh", saturated=0.9)).fact
    assert find_saturated(Pulse("tanh1", "Tanh", saturated=0.9, last=True)) is None
    assert find_saturated(Pulse("tanh1", "Tanh", saturated=0.2)) is None


def test_gradients_are_compared_along_the_depth():
    vanished = find_gradients(learned(a=1e-6, b=1e-4, c=0.5))
    assert [(one.kind, one.node) for one in vanished] == [("Vanishing gradient", "a"), ("Vanishing gradient", "b")]
    assert "500,000 times smaller" in vanished[0].fact
    exploded = find_gradients(learned(a=5e4, b=3.0, c=1.0))
    assert [(one.kind, one.node) for one in exploded] == [("Exploding gradient", "a")]
    assert find_gradients(learned(a=0.1, b=0.3, c=0.2)) == []
    assert find_gradients(learned(a=0.0, b=0.0)) == []
    assert "No gradient arrives" in find_gradients(learned(a=0.0, b=1.0))[0].fact


def test_over_fitting_says_for_how_many_epochs():
    falling = [(1.0 - 0.1 * epoch, 1.0 - 0.05 * epoch) for epoch in range(6)]
    assert find_overfitting(falling) is None
    risen = [*falling, *((0.4 - 0.05 * more, 0.8 + 0.05 * more) for more in range(1, 5))]
    assert "For 4 epochs" in find_overfitting(risen).fact
    assert "epoch 6" in find_overfitting(risen).fact
    assert find_overfitting([*falling, *((2.0, 2.0) for _ in range(4))]) is None  # both rise: that is no over-fitting


def test_rates_are_judged_by_what_a_step_moves_and_by_the_loss():
    steady = [1.0 - 0.05 * place for place in range(12)]
    assert find_rate([1e-3, 2e-3, 1e-3], steady, 0.01) is None
    assert "30 %" in find_rate([0.3, 0.3], steady, 0.5).fact
    assert find_rate([0.3, 0.3], steady, 0.5).kind == "Learning rate too high"
    flat = [2.30, 2.29, 2.29, 2.29]
    assert find_rate([1e-7, 1e-7], flat, 1e-6).kind == "Learning rate too low"
    assert "A learning rate of 0.001." in find_rate([1e-7, 1e-7], flat, 1e-6).advice  # that moves what it should
    assert "A learning rate of 0.01." in find_rate([9e-6], flat, 1e-4).advice
    assert find_rate([1e-7, 1e-7], steady, 1e-6) is None  # it has learned: little is left to move
    rising = [2.0, 1.0, 0.5, 0.6, 0.9, 1.2, 1.5, 1.6, 1.7, 1.7]
    assert "was 0.5 and has risen to 1.7" in find_rate([1e-3], rising, 0.01).fact
    assert find_rate([], [math.nan], 0.01) is None
    assert find_rate([0.3], steady, 0.5, alone=True) is None
    assert find_rate([0.3], rising, 0.5, alone=True).kind == "Learning rate too high"


def test_classes_are_weighed_against_one_another():
    finding = find_imbalance((900, 20, 80))
    assert "Class 1 has 20 of 1,000 training samples (2 %)" in finding.fact
    assert find_imbalance((300, 320, 280)) is None
    assert find_imbalance(()) is None


def test_one_answer_for_all_is_told_where_the_data_has_several():
    look = Look(1, 50, 128, (), 0.0, class_counts=(64, 64), same_answer=1.0)
    assert find_uniform(look) is not None
    assert find_uniform(Look(1, 50, 128, (), 0.0, class_counts=(640, 2), same_answer=1.0)) is None


def test_a_finding_is_told_when_two_looks_agree_and_taken_back_when_two_do_not():
    diagnosis = Diagnosis()
    bad = Look(1, 50, 128, (Pulse("relu1", "ReLU", units=10, dead=0.9),), 0.0)
    good = Look(1, 50, 128, (Pulse("relu1", "ReLU", units=10, dead=0.0),), 0.0)
    told = []
    for look in (bad, good, bad, bad, good, bad, good, good):
        diagnosis.take(look)
        told.append(len(diagnosis.findings))
    assert told == [0, 0, 0, 1, 1, 1, 1, 0]


def diagnose(plan: Plan, looks: int) -> Diagnosis:
    """Train with a look after every tenth step or so."""
    diagnosis, run, count = Diagnosis(), train(plan), 0
    event = next(run)
    while not isinstance(event, Finished):
        diagnosis.take(event)
        count += isinstance(event, Look)
        if count == looks:
            run.send(Request(stop=True))
            break
        due = isinstance(event, StepsDone) and event.step % 10 == 0
        event = run.send(Request(one_step=True, look=Wish() if due else None))
    return diagnosis


def kinds(diagnosis: Diagnosis) -> set[tuple[str, str | None]]:
    return {(one.kind, one.node) for one in diagnosis.findings}


def test_a_deep_chain_of_sigmoids_is_found_to_vanish():
    found = kinds(diagnose(Plan.from_project(digits(*DEEP, epochs=9)), 4))
    assert ("Vanishing gradient", "n-linear2") in found


def test_a_rate_far_too_high_kills_units_and_is_told():
    found = kinds(diagnose(Plan.from_project(digits(epochs=9, optimizer=Choice("SGD", {"lr": 50.0}))), 8))
    assert ("Dead units", "n-relu3") in found or ("Learning rate too high", None) in found


def test_a_rate_far_too_low_is_told():
    found = kinds(diagnose(Plan.from_project(digits(epochs=9, optimizer=Choice("Adam", {"lr": 1e-8}))), 8))
    assert ("Learning rate too low", None) in found


@pytest.mark.parametrize("optimizer", ["Adam", Choice("SGD", {"lr": 0.05})], ids=["Adam", "SGD"])
def test_a_sound_run_is_left_alone(optimizer):
    assert kinds(diagnose(Plan.from_project(digits(epochs=9, optimizer=optimizer)), 12)) == set()


def test_a_small_network_on_noise_is_found_to_overfit():
    layers = (("Flatten", {}), ("Linear", {"out_features": 256}), ("ReLU", {}), ("Linear", {"out_features": 10}))
    plan = Plan.from_project(
        make_project("Digits", *layers, validation=0.95, epochs=40, optimizer=Choice("Adam", {"lr": 0.02}))
    )
    diagnosis = Diagnosis()
    for event in train(plan):
        if isinstance(event, EpochDone):
            diagnosis.take(event)
    assert kinds(diagnosis) <= {("Over-fitting", None)}


def diagnose_short(plan: Plan) -> Diagnosis:
    """Train with a look at the start and one at the end, as a run has that is over within a second."""
    diagnosis, run = Diagnosis(), train(plan)
    event, looked = next(run), False
    while not isinstance(event, Finished):
        diagnosis.take(event)
        ends = isinstance(event, StepsDone) and not looked, isinstance(event, EpochDone) and event.last
        looked |= ends[0]
        event = run.send(Request(look=Wish()) if any(ends) else Request(one_step=True))
    diagnosis.take(event)
    return diagnosis


@pytest.mark.parametrize("kind", ["Step", "Sigmoid"])
def test_no_rate_is_blamed_where_a_single_unit_cannot_learn_what_is_asked(kind):
    """No straight line parts XOR: neither a threshold unit nor a sigmoid one settles, at any rate."""
    project = load(resource("templates/xor-perceptron.nnd"))
    found = diagnose(Plan.from_project(replace_kind(project, "step", kind)), 12)
    assert not [one for one in found.findings if "rate" in one.kind]


@pytest.mark.parametrize("lr, kind", [(1e-7, "Learning rate too low"), (0.5, "Learning rate too high"), (0.001, None)])
def test_a_short_run_is_judged_at_its_end(lr, kind):
    found = diagnose_short(Plan.from_project(digits(epochs=9, optimizer=Choice("Adam", {"lr": lr}))))
    rates = [one for one in found.findings if one.kind.startswith("Learning rate")]
    assert [one.kind for one in rates] == ([kind] if kind else [])
    assert kind is not None or not found.findings


def test_rows_that_are_learned_from_cannot_show_over_fitting():
    started = Started("cpu", 9, 1, 4, 4, 9, same_rows=True)
    for same, count in ((True, 0), (False, 1)):
        diagnosis = Diagnosis()
        diagnosis.take(replace(started, same_rows=same))
        for epoch in range(1, 12):
            losses = 1.0 / epoch, 0.5 + 0.1 * epoch
            diagnosis.take(EpochDone(epoch, epoch, *losses, {}, {}, 0.1, 0.1, best=epoch == 1))
        assert len(diagnosis.findings) == count
    (begun,) = [
        event
        for event in train(Plan.from_project(load(resource("templates/xor-perceptron.nnd"))))
        if isinstance(event, Started)
    ]
    assert begun.same_rows
