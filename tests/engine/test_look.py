"""Looks into a network while it trains: what they measure is right, and they change nothing of the run."""

import math
import random
import sys
import time

import numpy as np
import pytest
import torch
from torch import nn

from designer.document.project import Choice
from designer.engine.events import EpochDone, Event, Finished, Request, StepsDone
from designer.engine.look import count_classes, undisturbed
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.seeing import Look, Wish
from designer.engine.session import Session
from designer.engine.usage import Usage
from designer.engine.watch import BINS, count_numbers, find_silent
from tests.engine.plans import CONVOLUTION, MLP, make_project, plan_digits

NODES = ("n-relu3",)


def go(plan: Plan, wish: Wish | None) -> list[Event]:
    """Go through a run with single steps, and a look after each event where one is wished for."""
    run, events = train(plan), []
    event = next(run)
    while not isinstance(event, Finished):
        events.append(event)
        wanted = wish if not isinstance(event, Look) else None
        event = run.send(Request(one_step=True, look=wanted))
    return events


def results(events: list[Event]) -> list[object]:
    losses = [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]
    scores = [(e.train_loss, e.val_loss, dict(e.val_metrics)) for e in events if isinstance(e, EpochDone)]
    return [losses, scores]


@pytest.mark.parametrize("layers", [MLP, CONVOLUTION], ids=["dropout", "batch norm"])
def test_a_watched_run_equals_an_unwatched_one(layers, tmp_path):
    plan = plan_digits(*layers, epochs=2)
    watched = go(plan, Wish(nodes=NODES, sample=3, boundary=True))
    assert sum(isinstance(event, Look) for event in watched) > 20
    assert results(watched) == results(go(plan, None))


def test_statistics_modes_and_random_numbers_stay():
    class Counter(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, x):
            self.calls += 1
            self.calls = self.calls.clone()  # as layers with a state of their own do
            return x + torch.rand_like(x)

    model = nn.Sequential(nn.BatchNorm1d(3), Counter(), nn.Dropout(0.5))
    model[2].eval()  # frozen by its owner
    before, state = {name: value.clone() for name, value in model.state_dict().items()}, torch.get_rng_state()
    with undisturbed(model, torch.device("cpu")):
        assert not any(module.training for module in model.modules())
        model(torch.randn(8, 3))
        model[0].running_mean.add_(1)
    assert [module.training for module in model] == [True, True, False]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(state, torch.get_rng_state())


def test_what_a_look_measures_is_what_the_tensors_say():
    plan = plan_digits(*MLP, epochs=1, optimizer=Choice("SGD", {"lr": 0.1}))
    looks = [event for event in go(plan, Wish(nodes=NODES, sample=5)) if isinstance(event, Look)]
    first, later = looks[0], looks[4]
    pulses = {pulse.node: pulse for pulse in later.pulses}
    assert list(pulses) == ["n-flatten1", "n-linear2", "n-relu3", "n-dropout4", "n-linear5"]
    assert pulses["n-linear5"].last
    assert not pulses["n-linear2"].last
    relu, linear = pulses["n-relu3"], pulses["n-linear2"]
    assert relu.units == 32
    assert 0 <= relu.dead < 0.5
    assert relu.low == 0
    assert math.isnan(relu.gradient)
    assert relu.bytes == (later.rows + 1) * 32 * 4
    assert linear.weight_bytes == (64 * 32 + 32) * 4
    assert linear.seconds > 0
    # plain SGD moves the weights by the rate times the gradient; the next look tells of the step after this one
    following = {pulse.node: pulse for pulse in looks[5].pulses}["n-linear2"]
    assert following.update * linear.weight == pytest.approx(0.1 * following.gradient, rel=0.1)
    assert all(math.isnan(pulse.update) for pulse in first.pulses)
    assert len(later.class_counts) == 10
    assert sum(later.class_counts) == 1438


def test_the_sample_is_shown_with_what_a_layer_makes_of_it():
    look = [
        e for e in go(plan_digits(*CONVOLUTION, epochs=1), Wish(nodes=("n-conv2d1",), sample=7)) if isinstance(e, Look)
    ][-1]
    assert look.example.number == 7
    assert look.example.values.shape == (1, 8, 8)
    assert look.example.answer.shape == (10,)
    (seen,) = look.activations
    assert (seen.node, seen.sample, seen.values.shape, seen.whole) == ("n-conv2d1", 7, (4, 8, 8), (4, 8, 8))
    assert seen.counts.sum() == look.rows * 4 * 8 * 8
    assert seen.means.shape == (4,)


@pytest.mark.parametrize(("source", "classes"), [("Moons", 2), ("Spirals", None), ("Circles", 2)])
def test_the_plane_of_two_dimensional_data_is_coloured_by_the_answers(source, classes):
    size = {"Moons": 2, "Circles": 2}.get(source, 3)
    project = make_project(
        source,
        ("Linear", {"out_features": 16}),
        ("Tanh", {}),
        ("Linear", {"out_features": size}),
        optimizer=Choice("Adam", {"lr": 0.02}),
        epochs=12,
    )
    plan = Plan.from_project(project)
    boundary = [event for event in go(plan, Wish(boundary=True)) if isinstance(event, Look)][-1].boundary
    assert boundary.classes.shape == boundary.sureness.shape
    assert boundary.left < boundary.points[:, 0].min()
    assert boundary.top > boundary.points[:, 1].max()
    # a point gets the class of the place it lies in, for most points of a network that has learned a little
    rows, columns = boundary.classes.shape
    across = (boundary.points[:, 0] - boundary.left) / (boundary.right - boundary.left) * (columns - 1)
    up = (boundary.points[:, 1] - boundary.bottom) / (boundary.top - boundary.bottom) * (rows - 1)
    answers = boundary.classes[up.round().astype(int), across.round().astype(int)]
    assert (answers == boundary.labels).mean() > 1.2 / (boundary.labels.max() + 1)
    assert classes is None or boundary.labels.max() + 1 == classes


def test_a_layer_that_fails_when_looked_at_does_not_end_the_run(monkeypatch):
    monkeypatch.setattr("designer.engine.look.Looks.take", lambda *_: 1 / 0)
    events = go(plan_digits(epochs=1), Wish())
    looks = [event for event in events if isinstance(event, Look)]
    assert looks
    assert not looks[0].pulses
    assert any(isinstance(event, EpochDone) for event in events)


def test_units_are_silent_where_every_row_is_zero():
    rows = torch.tensor([[0.0, 1, 0, 0], [0, 0, 2, 0]])
    assert float(find_silent(rows)) == 0.5
    maps = torch.zeros(2, 4, 3, 3)
    maps[1, 2, 0, 0] = 1
    assert float(find_silent(maps)) == 0.75


@pytest.mark.parametrize(
    "numbers", [[0.0, 1.0, 0.25, 0.251, 7.5], [3.0], [math.nan, 2.0, -math.inf, 4.0], [math.nan], [-1e30, 1e30]]
)
def test_outputs_are_counted_as_numpy_counts_them(numbers):
    counts, edges = count_numbers(torch.tensor(numbers))
    finite = [number for number in numbers if math.isfinite(number)] or [0.0]
    expected, places = np.histogram(np.array(finite, np.float32), BINS)
    assert counts.tolist() == expected.tolist()
    assert np.allclose(edges, places)


def test_classes_are_counted_where_there_are_some():
    assert count_classes(torch.tensor([0, 2, 2])) == (1, 0, 2)
    assert count_classes(torch.tensor([[0.0], [1.0], [1.0]])) == (1, 2)
    assert count_classes(torch.tensor([0.5, 1.0])) == ()
    assert count_classes(torch.zeros(4, 7, dtype=torch.long)) == ()


def test_a_session_looks_at_once_also_while_held_and_a_last_time_at_the_end():
    session = Session(plan_digits(epochs=3))
    session.pause()
    session.keep(("n-relu3", "n-linear5"))
    session.start()
    assert session.wait("paused", timeout=60) == "paused"
    session.drain()
    session.look(Wish(nodes=("n-linear2",), sample=1))

    def next_look() -> Look:
        while True:
            assert session.wait_for_event(60)
            for event in session.drain():
                if isinstance(event, Look):
                    return event

    assert next_look().activations[0].node == "n-linear2"
    session.look(Wish(nodes=("n-linear2",), sample=2))  # another sample: seen although nothing is learned meanwhile
    assert next_look().example.number == 2
    session.resume()
    assert session.join(60)
    last = [event for event in session.drain() if isinstance(event, Look)][-1]
    assert [one.node for one in last.activations] == ["n-relu3", "n-linear5"]
    assert np.isfinite(last.activations[0].values).all()


def test_python_random_numbers_of_a_run_do_not_depend_on_looks():
    random.seed(4)
    go(plan_digits(epochs=1), Wish())
    one = random.random()
    random.seed(4)
    go(plan_digits(epochs=1), None)
    assert one == random.random()


def test_the_use_of_the_processors_is_what_the_process_takes():
    usage = Usage(torch.device("cpu"))
    end = time.process_time() + 0.2
    while time.process_time() < end:
        sum(range(1000))
    found = usage.read()
    if not sys.platform.startswith("linux"):
        return
    assert found is not None
    assert 10_000_000 < found.used < found.total
    assert 0 < found.busy <= 1
