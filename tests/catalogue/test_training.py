"""Losses, optimizers and schedules keep their word: names and defaults are torch's, and one step of each works."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from designer.catalogue.parameters import Parameter, resolve
from designer.catalogue.registry import losses, optimizers, schedules
from designer.catalogue.spec import OptimizerSpec

LR = 0.1
# A value other than the default for each kind of parameter, so that every argument is passed once.
OTHER = {
    "label_smoothing": 0.1,
    "delta": 0.5,
    "lr": 0.03,
    "momentum": 0.9,
    "dampening": 0.1,
    "weight_decay": 0.02,
    "nesterov": False,
    "betas": (0.8, 0.99),
    "eps": 1e-6,
    "amsgrad": True,
    "alpha": 0.9,
    "centered": True,
    "lr_decay": 0.01,
    "initial_accumulator_value": 0.1,
    "step_size": 2,
    "gamma": 0.5,
    "eta_min": 0.001,
    "pct_start": 0.4,
    "anneal_strategy": "linear",
    "cycle_momentum": False,
    "base_momentum": 0.8,
    "max_momentum": 0.9,
    "div_factor": 10.0,
    "final_div_factor": 100.0,
    "three_phase": True,
}


def find_constructor(name: str) -> type:
    place: object = {"nn": nn, "torch": torch}[name.partition(".")[0]]
    for part in name.split(".")[1:]:
        place = getattr(place, part)
    assert isinstance(place, type)
    return place


def make_optimizer(spec: OptimizerSpec, model: nn.Module, **changes: object) -> torch.optim.Optimizer:
    values, objections = resolve(spec.parameters, changes)
    assert not objections
    fused = {"fused": True} if spec.fused else {}
    return find_constructor(spec.constructor)(model.parameters(), **values, **fused)


def check_signature(constructor: str, parameters: tuple[Parameter, ...], may_lack_default: bool = False) -> None:
    known = inspect.signature(find_constructor(constructor)).parameters
    for parameter in parameters:
        assert parameter.name in known
        default = known[parameter.name].default
        if default is inspect.Parameter.empty:
            assert may_lack_default
        else:
            assert parameter.default == default
        assert parameter.type.accept(parameter.default) == parameter.default
        assert parameter.meaning.endswith(".")


@pytest.mark.parametrize("spec", [*losses.values(), *optimizers.values(), *schedules.values()], ids=lambda s: s.kind)
def test_every_declaration_teaches(spec):
    assert spec.summary.endswith(".")
    assert len(spec.help) > 80
    assert spec.formula


@pytest.mark.parametrize("spec", losses.values(), ids=lambda s: s.kind)
def test_a_loss_is_torch_s(spec):
    check_signature(spec.constructor, spec.parameters)
    changes = {parameter.name: OTHER[parameter.name] for parameter in spec.parameters}
    values, objections = resolve(spec.parameters, changes)
    assert not objections
    loss = find_constructor(spec.constructor)(**values)
    outputs = torch.randn(5, 3, requires_grad=True)
    target = torch.randint(3, (5,)) if spec.target == "class" else torch.rand(5, 3)
    value = loss(outputs, target)
    assert value.shape == ()
    value.backward()
    assert outputs.grad is not None
    assert outputs.grad.abs().sum() > 0


@pytest.mark.parametrize("spec", losses.values(), ids=lambda s: s.kind)
def test_what_the_outputs_mean_under_a_loss(spec):
    """A loss on logits is smallest where the logit is far on the right side, one on values where it is the target."""
    loss = find_constructor(spec.constructor)()
    if spec.target == "class":
        target, right, close = torch.tensor([1]), torch.tensor([[-20.0, 20.0]]), torch.tensor([[0.0, 1.0]])
    else:
        target, right, close = torch.tensor([[1.0]]), torch.tensor([[20.0]]), torch.tensor([[1.0]])
    assert (loss(right, target) < loss(close, target)) == (spec.outputs == "logits")


@pytest.mark.parametrize("spec", optimizers.values(), ids=lambda s: s.kind)
def test_an_optimizer_is_torch_s(spec):
    check_signature(spec.constructor, spec.parameters)
    assert spec.parameters[0].name == "lr"
    for parameter in spec.parameters:
        model = nn.Linear(2, 1)
        optimizer = make_optimizer(spec, model, **{parameter.name: OTHER[parameter.name]})
        before = model.weight.detach().clone()
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        assert optimizer.param_groups[0][parameter.name] == OTHER[parameter.name]
        assert not torch.equal(before, model.weight)


def test_fused_is_said_where_torch_has_it_on_every_device():
    for spec in optimizers.values():
        has_it = "fused" in inspect.signature(find_constructor(spec.constructor)).parameters
        # Adagrad's is written for the CPU and CUDA alone.
        assert spec.fused == (has_it and spec.kind != "Adagrad")


@given(momentum=st.sampled_from([0.0, 0.5, 0.9]), dampening=st.sampled_from([0.0, 0.5, 1.0]), nesterov=st.booleans())
def test_sgd_refuses_just_what_torch_refuses(momentum, dampening, nesterov):
    spec = optimizers["SGD"]
    changes = {"momentum": momentum, "dampening": dampening, "nesterov": nesterov}
    refused = spec.refuse(resolve(spec.parameters, changes)[0])
    try:
        make_optimizer(spec, nn.Linear(1, 1), **changes)
    except ValueError:
        assert refused.message.endswith(".")
    else:
        assert refused is None


@pytest.mark.parametrize("spec", [spec for spec in schedules.values() if spec.constructor], ids=lambda s: s.kind)
def test_a_schedule_is_torch_s(spec):
    check_signature(spec.constructor, spec.parameters, may_lack_default=True)
    known = inspect.signature(find_constructor(spec.constructor)).parameters
    assert set(spec.derived) <= set(known)
    epochs, steps_an_epoch = 6, 4
    derived = {"lr": LR, "epochs": epochs, "steps": epochs * steps_an_epoch}
    rates = []
    for changes in ({}, {parameter.name: OTHER[parameter.name] for parameter in spec.parameters}):
        values, objections = resolve(spec.parameters, changes)
        assert not objections
        optimizer = make_optimizer(optimizers["SGD"], nn.Linear(1, 1), lr=LR)
        arguments = values | {name: derived[what] for name, what in spec.derived.items()}
        schedule = find_constructor(spec.constructor)(optimizer, **arguments)
        curve = []
        for _ in range(epochs):
            for _ in range(steps_an_epoch):
                curve.append(schedule.get_last_lr()[0])
                optimizer.step()
                if spec.every == "step":
                    schedule.step()
            if spec.every == "epoch":
                schedule.step()
        rates.append(curve)
    assert rates[0] != rates[1]
    changing = len({tuple(rates[1][i : i + steps_an_epoch]) for i in range(0, len(rates[1]), steps_an_epoch)})
    assert changing > 1
    within = len(set(rates[1][:steps_an_epoch]))
    assert (within > 1) == (spec.every == "step")


@pytest.mark.parametrize("optimizer", optimizers.values(), ids=lambda s: s.kind)
@pytest.mark.parametrize("cycle_momentum", [True, False])
def test_one_cycle_refuses_just_what_torch_refuses(optimizer, cycle_momentum):
    spec = schedules["OneCycleLR"]
    values, _ = resolve(spec.parameters, {"cycle_momentum": cycle_momentum})
    made = make_optimizer(optimizer, nn.Linear(1, 1))
    try:
        torch.optim.lr_scheduler.OneCycleLR(made, max_lr=LR, total_steps=10, **values)
    except ValueError:
        assert optimizer.kind in spec.refuse(values, optimizer).message
    else:
        assert spec.refuse(values, optimizer) is None


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("three_phase", [True, False])
@pytest.mark.parametrize("pct_start", [0.0, 0.1, 0.25, 0.3, 0.5, 0.55, 0.75])
def test_one_cycle_refuses_just_the_lengths_torch_divides_by_zero_at(pct_start, three_phase):
    spec = schedules["OneCycleLR"]
    values, _ = resolve(spec.parameters, {"pct_start": pct_start, "three_phase": three_phase})
    for steps in range(1, 31):
        made = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=LR, momentum=0.5)
        try:
            schedule = torch.optim.lr_scheduler.OneCycleLR(made, max_lr=LR, total_steps=steps, **values)
            for _ in range(steps):
                schedule.step()
        except ZeroDivisionError:
            assert spec.refuse_length(values, steps)
        else:
            assert spec.refuse_length(values, steps) is None


def test_the_constant_schedule_is_none():
    spec = schedules["Constant"]
    assert not spec.constructor
    assert not spec.parameters
