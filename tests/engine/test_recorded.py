"""Steps and scores by a recording, on the CPU: bit for bit what they are by hand, in every way of training."""

from dataclasses import replace

import pytest
import torch

from designer.catalogue.templates import open_template
from designer.document.project import Choice
from designer.engine import recorded, repeated
from designer.engine.events import EpochDone, Finished, Request, StepsDone
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.recorded import WARM_UP
from designer.engine.repeated import Repeated
from designer.engine.run import Run
from designer.engine.state import read_state
from designer.engine.tape import Unrecordable, record
from tests.engine.plans import CONVOLUTION, MLP, plan_digits, spoil

SMALL = {"batch_size": 100, "epochs": 3}  # fourteen steps an epoch, and one of 38 rows
HEAVY = {"optimizer": Choice("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01})}

# So many numbers are summed up in a product that torch's own rewriting of a recording would round otherwise.
WIDE = (
    ("Flatten", {}),
    ("Linear", {"out_features": 1024}),
    ("ReLU", {}),
    ("Linear", {"out_features": 128}),
    ("ReLU", {}),
    ("Linear", {"out_features": 10}),
)

WAYS = {
    "plain": (MLP, {}),
    "wide": (WIDE, {}),
    "momentum and decay": (MLP, HEAVY),
    "one cycle of rate and moments": (MLP, {"schedule": "OneCycleLR"}),
    "one cycle of rate and momentum": (MLP, HEAVY | {"schedule": "OneCycleLR"}),
    "cosine with warm-up": (MLP, {"schedule": "CosineAnnealingLR", "warmup": Choice("Linear", {"length": 1})}),
    "average of the weights": (MLP, {"averaging": Choice("EMA", {"decay": 0.9})}),
    "average of epochs": (CONVOLUTION, {"averaging": Choice("SWA", {"start": 2, "lr": 0.01})}),
    "in parts, clipped": (MLP, {"accumulate": 3, "clip": Choice("Norm", {"max_norm": 0.2})}),
    "clipped by value": (CONVOLUTION, {"clip": Choice("Value", {"clip_value": 0.01}), "optimizer": "AdamW"}),
    "until it stops": (MLP, {"early_stopping": Choice("EarlyStopping", {"patience": 2}), "epochs": 6}),
}
BY_HAND = {
    "adagrad": {"optimizer": "Adagrad"},
    "root mean square": {"optimizer": "RMSprop"},
    "limited memory": {"optimizer": Choice("LBFGS", {"max_iter": 3})},
}


@pytest.fixture(autouse=True)
def whatever_the_machine_does(monkeypatch):
    """Let no pause of a busy machine make a step look too long to be recorded."""
    monkeypatch.setattr(recorded, "LONGEST", 1e9)
    monkeypatch.setattr(repeated, "LONGEST", 1e9)


def run(plan, folder):
    """Return the losses, the epochs and the last state of a run, and whether it took steps by a recording."""
    run, losses, epochs, was_recorded = train(replace(plan, out=folder)), [], [], False
    for event in run:
        if isinstance(event, StepsDone):
            losses += event.losses
            trainer = run.gi_frame.f_locals["progress"].trainer
            was_recorded |= trainer.graphed is not None and trainer.graphed.is_recorded
        if isinstance(event, EpochDone):
            epochs.append(replace(event, seconds=0.0))
    assert isinstance(event, Finished), getattr(event, "trace", event)
    return losses, epochs, read_state(folder / "last.state"), was_recorded


def run_by_hand(plan, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(recorded, "can_record", lambda optimizer: False)
        patch.setattr(repeated, "WARM_UP", 1_000_000)
        return run(plan, folder)


def demand_same(ours, theirs):
    assert ours[0] == theirs[0]
    assert ours[1] == theirs[1]
    for part in ("parts", "random"):
        assert_equal(getattr(ours[2], part), getattr(theirs[2], part))


def assert_equal(one, other):
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert_equal(value, other[name])
    elif isinstance(one, list | tuple):
        for each, its in zip(one, other, strict=True):
            assert_equal(each, its)
    else:
        assert one == other


@pytest.mark.parametrize("way", WAYS)
def test_a_recording_learns_what_steps_by_hand_learn(way, tmp_path, monkeypatch):
    layers, settings = WAYS[way]
    plan = plan_digits(*layers, **(SMALL | settings))
    ours, theirs = run(plan, tmp_path / "ours"), run_by_hand(plan, tmp_path / "theirs", monkeypatch)
    assert (ours[3], theirs[3]) == (True, False)
    demand_same(ours, theirs)


@pytest.mark.parametrize("way", BY_HAND)
def test_what_cannot_be_recorded_is_taken_by_hand(way, tmp_path, monkeypatch):
    plan = plan_digits(*MLP, **(SMALL | BY_HAND[way]))
    ours = run(plan, tmp_path / "ours")
    assert not ours[3]
    demand_same(ours, run_by_hand(plan, tmp_path / "theirs", monkeypatch))


@pytest.mark.parametrize("name", ["xor", "iris", "moons", "task-bounded-regression"])
def test_small_templates_learn_the_same(name, tmp_path, monkeypatch):
    """Their epochs are a few steps: scores come from recordings as well."""
    plan = Plan.from_project(open_template(name), device="cpu", epochs=30)
    ours = run(plan, tmp_path / "ours")
    assert ours[3]
    demand_same(ours, run_by_hand(plan, tmp_path / "theirs", monkeypatch))


@pytest.mark.parametrize(
    "line",
    [
        "    scale = 2.0 if value.item() > 1 else 1.0; (value * scale).backward()",
        "    (value * (2.0 if value > 1 else 1.0)).backward()",
        "    network.steps = getattr(network, 'steps', 0) + 1; (value * network.steps).backward()",
    ],
)
def test_steps_that_depend_on_numbers_are_taken_by_hand(line, tmp_path, monkeypatch):
    """Also on those that Python counts: a recording is compared with the step before it is used."""
    plan = spoil(plan_digits(*MLP, **SMALL), "    value.backward()", line)
    ours = run(plan, tmp_path / "ours")
    assert not ours[3]
    if "steps" not in line:
        demand_same(ours, run_by_hand(plan, tmp_path / "theirs", monkeypatch))


def open_trainer(plan):
    run = Run(plan)
    for _ in run.learn():
        if run.progress.is_ready:
            break
    run.progress.trainer.begin_epoch(1)
    rows = torch.arange(100)
    for _ in range(WARM_UP + 1):
        run.progress.trainer.step(rows)
    assert run.progress.trainer.graphed.is_recorded
    return run.progress, rows


def test_gradients_are_those_of_the_last_step_and_hooks_are_called():
    (ours, rows), (theirs, _) = (open_trainer(plan_digits(*MLP, **SMALL)) for _ in range(2))
    seen = []
    theirs.trainer.model.register_forward_hook(lambda *_: seen.append(1))
    for one in (ours, theirs):  # random numbers are torch's own
        torch.manual_seed(4)
        one.trainer.step(rows)
    assert seen == [1]
    pairs = zip(ours.trainer.model.parameters(), theirs.trainer.model.parameters(), strict=True)
    assert all(torch.equal(one.grad, other.grad) and torch.equal(one, other) for one, other in pairs)


def test_a_step_that_fails_fails_as_by_hand():
    run, rows = open_trainer(plan_digits(*MLP, **SMALL))
    with pytest.raises(IndexError):
        run.trainer.step(rows + 10_000)
    assert not run.trainer.graphed.is_recorded


def test_a_state_that_is_put_back_is_gone_on_from():
    run, rows = open_trainer(plan_digits(*MLP, **SMALL))
    state = run.capture().copy()
    found = []
    for _ in range(2):
        run.go_on(state)
        found.append([run.trainer.step(rows)[0].item() for _ in range(WARM_UP + 5)])
        assert run.trainer.graphed.is_recorded
    assert found[0] == found[1]


def test_numbers_are_the_same_for_every_shape():
    def measure(outputs, y):
        return {"mean": (outputs - y).abs().mean(), "right": (outputs > y).float().mean()}

    ours = Repeated(measure)
    for rows in range(1, 4):
        for _ in range(8):
            outputs, y = torch.randn(rows, 3), torch.randn(rows, 3)
            assert ours.read(outputs, y) == {name: value.item() for name, value in measure(outputs, y).items()}
    assert len(ours._recordings) == 2


def test_numbers_of_two_kinds_are_read_one_by_one():
    ours = Repeated(lambda x: {"sum": x.sum(), "double": x.double().sum()})
    for _ in range(15):
        assert ours.read(torch.ones(3)) == {"sum": 3.0, "double": 3.0}


def test_what_writes_on_the_way_is_not_dropped():
    """Torch's interpreter drops what writes to lists that nobody has: weights would stand still."""
    weights, moments = [torch.ones(2), torch.ones(3)], [torch.zeros(2), torch.zeros(3)]

    def act(x):
        gradients = [weight * x for weight in weights]
        torch._foreach_mul_(gradients, 0.5)
        torch._foreach_add_(moments, gradients)
        torch._foreach_add_(weights, moments, alpha=0.25)
        return (gradients[0].sum(),)

    recording = record(act, (torch.tensor(2.0),))
    assert [weights[0].tolist(), moments[1].tolist()] == [[1.25, 1.25], [1.0, 1.0, 1.0]]
    assert recording.run(torch.tensor(4.0))[0].item() == 5.0
    assert [weights[0].tolist(), moments[1].tolist()] == [[2.125, 2.125], [3.5, 3.5, 3.5]]


def test_a_rate_is_a_number_of_each_time():
    x = torch.ones(3)
    recording = record(lambda y: (x.add(y, alpha=0.0123), torch.full((2,), float("inf"))), (torch.ones(3),), [0.0123])
    assert recording.run(torch.ones(3), 2.0)[0].tolist() == [3.0, 3.0, 3.0]
    assert recording.run(torch.ones(3), 2.0)[1].tolist() == [float("inf")] * 2


@pytest.mark.parametrize("look", [torch.Tensor.item, float, bool, lambda x: torch.equal(x, x)])
def test_what_looks_at_a_number_cannot_be_recorded(look):
    with pytest.raises(Unrecordable):
        record(lambda x: (x + look(x.sum()),), (torch.ones(3),))


def test_one_step_at_a_time_is_the_same(tmp_path, monkeypatch):
    plan = plan_digits(*MLP, **SMALL)

    def walk():
        losses, run = [], train(plan)
        event = next(run)
        while not isinstance(event, Finished):
            losses += event.losses if isinstance(event, StepsDone) else ()
            event = run.send(Request(one_step=True))
        return losses

    ours = walk()
    assert ours == run_by_hand(plan, tmp_path / "theirs", monkeypatch)[0]
