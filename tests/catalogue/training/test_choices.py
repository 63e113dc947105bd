"""Losses, optimizers and schedules keep their word: names and defaults are torch's, and one step of each works."""

import importlib
import inspect
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from designer.catalogue.parameters import Parameter, resolve
from designer.catalogue.registry import losses, metrics, optimizers, schedules
from designer.catalogue.training import losses as training_losses
from designer.catalogue.training_spec import LossSpec, OptimizerSpec, ScheduleSpec

LR = 0.1
ALL = [*losses.values(), *optimizers.values(), *schedules.values(), *metrics.values()]
# A value other than the default for each kind of parameter, so that every argument is passed once.
OTHER = {
    "label_smoothing": 0.1,
    "balanced": True,
    "weight": (0.5, 1.0, 2.0),
    "pos_weight": (0.5, 1.0, 2.0),
    "ignore_index": 2,
    "delta": 0.5,
    "beta": 0.5,
    "margin": 0.7,
    "squared": True,
    "alike": 1,
    "p": 2,
    "full": True,
    "log_input": False,
    "lr": 0.03,
    "momentum": 0.9,
    "dampening": 0.1,
    "weight_decay": 0.02,
    "nesterov": False,
    "betas": (0.8, 0.99),
    "eps": 1e-6,
    "amsgrad": True,
    "alpha": 0.9,
    "momentum_decay": 0.01,
    "decoupled_weight_decay": True,
    "rho": 0.8,
    "lambd": 0.01,
    "t0": 5.0,
    "beta2_decay": -0.5,
    "d": 2.0,
    "ns_coefficients": (3.0, -4.0, 2.0),
    "ns_steps": 3,
    "adjust_lr_fn": "match_rms_adamw",
    "adamw_lr": 0.02,
    "adamw_betas": (0.8, 0.99),
    "etas": (0.4, 1.3),
    "step_sizes": (1e-5, 10.0),
    "max_iter": 5,
    "max_eval": 7,
    "tolerance_grad": 1e-5,
    "tolerance_change": 1e-6,
    "history_size": 3,
    "line_search_fn": "strong_wolfe",
    "iterations": 2,
    "evaluations": 5,
    "restart": 3,
    "block": "weight",
    "order": "random",
    "blocks": 2,
    "centered": True,
    "lr_decay": 0.01,
    "initial_accumulator_value": 0.1,
    "step_size": 2,
    "gamma": 0.5,
    "eta_min": 0.001,
    "milestones": (1, 3),
    "power": 2.0,
    "T_0": 2,
    "T_mult": 2,
    "base_lr": 0.002,
    "step_size_up": 5,
    "step_size_down": 3,
    "mode": "triangular2",
    "factor": 0.5,
    "patience": 0,
    "threshold": 0.01,
    "threshold_mode": "abs",
    "cooldown": 1,
    "min_lr": 1e-4,
    "start_factor": 0.5,
    "end_factor": 0.1,
    "timescale": 3,
    "pct_start": 0.4,
    "anneal_strategy": "linear",
    "cycle_momentum": False,
    "base_momentum": 0.8,
    "max_momentum": 0.9,
    "div_factor": 10.0,
    "final_div_factor": 100.0,
    "three_phase": True,
}


# Where one name means different things: another value for one declaration.
OTHER_FOR = {
    ("ConjugateGradient", "beta"): "fletcher_reeves",
    ("Adafactor", "eps"): (1e-6, 0.01),
}


def find_constructor(spec: LossSpec | OptimizerSpec | ScheduleSpec) -> type:
    place: object = {"nn": nn, "torch": torch}.get(spec.constructor.partition(".")[0])
    if spec.recipe:
        place = getattr(importlib.import_module(f"designer.recipes.{spec.recipe}"), spec.constructor)
    for part in spec.constructor.split(".")[1:]:
        place = getattr(place, part)
    assert isinstance(place, type)
    return place


def vary(spec: LossSpec | OptimizerSpec | ScheduleSpec, parameter: Parameter) -> object:
    return OTHER_FOR.get((spec.kind, parameter.name), OTHER.get(parameter.name))


def make_optimizer(spec: OptimizerSpec, model: nn.Module, **changes: object) -> torch.optim.Optimizer:
    values, objections = resolve(spec.parameters, changes)
    assert not objections
    fused = {"fused": True} if spec.fused else {}
    return find_constructor(spec)(model.parameters(), **values, **fused)


def check_signature(spec: LossSpec | OptimizerSpec | ScheduleSpec, may_lack_default: bool = False) -> None:
    known = inspect.signature(find_constructor(spec)).parameters
    for parameter in spec.parameters:
        assert parameter.type.accept(parameter.default) == parameter.default
        assert parameter.meaning.endswith(".")
        if not parameter.argument:
            continue
        assert parameter.name in known
        default = known[parameter.name].default
        if default is inspect.Parameter.empty:
            assert may_lack_default
        elif (spec.kind, parameter.name) != ("GradientDescent", "lr"):  # SGD's own would take too many epochs
            assert parameter.default == default


@pytest.mark.parametrize("spec", ALL, ids=lambda s: s.kind)
def test_every_declaration_teaches(spec):
    assert spec.summary.endswith(".")
    assert len(spec.help) > 80
    assert spec.formula or spec.kind == "accuracy"


def draw_batch(spec: LossSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """Return outputs that a loss can take, and targets for them."""
    outputs = torch.randn(5, 3 * spec.per_value)
    if spec.outputs in ("probabilities", "distances"):
        outputs = outputs.sigmoid()
    if spec.outputs == "log_probabilities":
        outputs = outputs.log_softmax(1)
    if spec.outputs == "rates":
        return outputs.exp().detach().requires_grad_(), torch.randint(5, (5, 3)).float()
    targets = {"class": torch.randint(3, (5,)), "float": torch.randint(2, (5, 3)).float()}
    return outputs.requires_grad_(), targets.get(spec.target, targets["float"] * 2 - 1)


@pytest.mark.parametrize("spec", losses.values(), ids=lambda s: s.kind)
def test_a_loss_is_torch_s(spec):
    check_signature(spec)
    torch.manual_seed(3)
    outputs, target = draw_batch(spec)
    seen = {find_constructor(spec)(**spec.fixed)(outputs, target).item()}
    for parameter in spec.parameters:
        values, objections = resolve(spec.parameters, {parameter.name: vary(spec, parameter)})
        assert not objections
        arguments = {each.name: values[each.name] for each in spec.parameters if each.argument}
        for name in spec.tensors:
            arguments[name] = None if arguments[name] is None else torch.tensor(arguments[name])
        if parameter.argument:
            value = find_constructor(spec)(**arguments, **spec.fixed)(outputs, target)
            assert value.shape == ()
            if parameter.name != "eps":
                assert value.item() not in seen, parameter.name
                seen.add(value.item())
    find_constructor(spec)(**spec.fixed)(outputs, target).backward()
    assert outputs.grad is not None
    assert outputs.grad.abs().sum() > 0


def test_losses_left_out_are_named():
    """What torch has is either declared or said not to be."""
    declared = {spec.constructor.removeprefix("nn.") for spec in losses.values()} | losses.keys()
    text = re.findall(r"\w+", inspect.getdoc(training_losses))
    for name in dir(nn):
        if name.endswith("Loss"):
            assert (name in declared) != (name in text), name


@pytest.mark.parametrize("spec", losses.values(), ids=lambda s: s.kind)
def test_what_the_outputs_mean_under_a_loss(spec):
    """A loss on logits or scores is no larger far on the right side, one on values is least where they are the target."""
    loss = find_constructor(spec)(**spec.fixed)
    if spec.target == "class":
        target, right, close = torch.tensor([1]), torch.tensor([[-20.0, 20.0]]), torch.tensor([[0.0, 0.3]])
    else:
        target, right, close = torch.tensor([[1.0]]), torch.tensor([[20.0]]), torch.tensor([[0.3]])
    if spec.outputs in ("logits", "scores"):
        assert loss(right, target) <= loss(close, target)
        assert loss(-right, target) > loss(close, target)
    elif spec.outputs == "values" and spec.per_value == 1:
        assert loss(right, target) > loss(close, target)


@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step")
@pytest.mark.parametrize("spec", optimizers.values(), ids=lambda s: s.kind)
def test_an_optimizer_is_torch_s(spec):
    check_signature(spec)
    assert spec.parameters[0].name == "lr"
    for parameter in spec.parameters:
        other = vary(spec, parameter)
        model = nn.Linear(2, 2)
        optimizer = make_optimizer(spec, model, **{parameter.name: other})
        before = model.weight.detach().clone()

        def closure(model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = model(torch.ones(1, 2)).square().sum()
            loss.backward()
            return loss

        if spec.closure:
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if spec.kind != "Muon" or not parameter.name.startswith("adamw"):
            assert optimizer.param_groups[0][parameter.name] == other
        assert not torch.equal(before, model.weight)


def test_every_optimizer_of_torch_is_declared():
    known = {name for name, value in vars(torch.optim).items() if inspect.isclass(value)}
    assert known - optimizers.keys() == {"Optimizer", "SparseAdam"}  # which only takes sparse gradients


def test_fused_is_said_where_torch_has_it_on_every_device():
    for spec in optimizers.values():
        has_it = "fused" in inspect.signature(find_constructor(spec)).parameters
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
    check_signature(spec, may_lack_default=True)
    known = inspect.signature(find_constructor(spec)).parameters
    assert set(spec.derived) <= set(known)
    epochs, steps_an_epoch = 6, 4
    derived = {"lr": LR, "epochs": epochs, "steps": epochs * steps_an_epoch}
    rates = []
    for changes in ({}, {parameter.name: vary(spec, parameter) for parameter in spec.parameters}):
        values, objections = resolve(spec.parameters, changes)
        assert not objections
        optimizer = make_optimizer(optimizers["SGD"], nn.Linear(1, 1), lr=LR)
        arguments = values | {name: derived[what] for name, what in spec.derived.items()}
        arguments |= {name: values[name] * steps_an_epoch for name in spec.in_epochs}
        schedule = find_constructor(spec)(optimizer, **arguments)
        curve = []
        for _ in range(epochs):
            for _ in range(steps_an_epoch):
                curve.append(schedule.get_last_lr()[0])
                optimizer.step()
                if spec.every == "step":
                    schedule.step()
            if spec.every == "epoch":
                schedule.step(*([1.0] if spec.monitors else []))
        rates.append(curve)
    assert rates[0] != rates[1]
    changing = len({tuple(rates[1][i : i + steps_an_epoch]) for i in range(0, len(rates[1]), steps_an_epoch)})
    assert changing > 1
    within = len(set(rates[1][:steps_an_epoch]))
    assert (within > 1) == (spec.every == "step")


@pytest.mark.parametrize("optimizer", optimizers.values(), ids=lambda s: s.kind)
@pytest.mark.parametrize("kind", ["OneCycleLR", "CyclicLR"])
def test_momentum_is_refused_just_where_torch_refuses_it(kind, optimizer):
    spec = schedules[kind]
    for cycle_momentum in (True, False):
        values, _ = resolve(spec.parameters, {"cycle_momentum": cycle_momentum})
        made = make_optimizer(optimizer, nn.Linear(1, 1))
        derived = {"lr": LR, "steps": 10}
        try:
            find_constructor(spec)(made, **values, **{name: derived[what] for name, what in spec.derived.items()})
        except ValueError:
            assert optimizer.kind in spec.refuse(values, optimizer).message
        else:
            assert spec.refuse(values, optimizer) is None


@pytest.mark.parametrize("kind, values", [("Rprop", {"etas": (1.1, 1.2)}), ("Adafactor", {"eps": (None, None)})])
def test_what_torch_refuses_is_refused_with_settings_that_go(kind, values):
    spec = optimizers[kind]
    refusal = spec.refuse(resolve(spec.parameters, values)[0])
    with pytest.raises((ValueError, TypeError)):
        make_optimizer(spec, nn.Linear(1, 1), **values)
    make_optimizer(spec, nn.Linear(1, 1), **values | refusal.settings)


def test_the_constant_schedule_is_none():
    spec = schedules["Constant"]
    assert not spec.constructor
    assert not spec.parameters
