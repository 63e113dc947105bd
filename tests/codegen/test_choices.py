"""Losses, optimizers and schedules in the script: what make_loss, make_optimizer and make_schedule return."""

import warnings
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from designer.catalogue.registry import losses, optimizers, schedules
from designer.codegen.names import CHOICE_CLASSES, make_class_name
from designer.codegen.recipes import read_recipe
from designer.codegen.script import render_script
from designer.document.project import OFF, Choice, Data, Project, Training
from tests.codegen.networks import make_chain

EPOCHS, STEPS = 4, 100
WARM = Choice("Linear", {"length": 1, "unit": "epochs", "start_factor": 0.1})


def make_scope(
    units: int = 2, source: str = "Moons", ending: Sequence[str] = (), **training: object
) -> dict[str, object]:
    """Return what the script of a linear network defines."""
    layers = [("unit", "Linear", {"out_features": units}), *((kind.lower(), kind, {}) for kind in ending)]
    graph = make_chain(("row", "Input", {}), *layers, ("out", "Output", {}))
    choices = {name: Choice(value) if isinstance(value, str) else value for name, value in training.items()}
    project = Project(
        "toy", graph, data=Data(Choice(source)), training=Training(**{"epochs": EPOCHS, "device": "cpu"} | choices)
    )
    scope: dict[str, object] = {}
    exec(compile(render_script(project).text, "script", "exec"), scope)
    return scope


def list_rates(
    schedule: str | Choice,
    warmup: Choice = OFF,
    optimizer: Choice | None = None,
    losses: Sequence[float] = (),
    steps: int = STEPS,
) -> list[float]:
    """Return the learning rate of each step of a run, advanced as the script does."""
    made = make_scope(
        optimizer=optimizer or Choice("SGD", {"lr": 0.5, "momentum": 0.9}), schedule=schedule, warmup=warmup
    )
    rule = made["make_optimizer"](torch.nn.Linear(1, 1))
    pace = made["make_schedule"](rule, EPOCHS, steps)
    spec = schedules[schedule if isinstance(schedule, str) else schedule.kind]
    rates = []
    for step in range(steps):
        rates.append(rule.param_groups[0]["lr"])
        rule.step()
        if spec.every == "step" or warmup != OFF:
            pace.step()
        if (step + 1) % (steps // EPOCHS) == 0:
            if spec.monitors:
                pace.step(losses[(step + 1) // (steps // EPOCHS) - 1] if losses else 1.0)
            elif spec.every == "epoch" and warmup == OFF:
                pace.step()
    return rates


@pytest.mark.parametrize("kind", [kind for kind, spec in schedules.items() if spec.constructor])
def test_warm_up_comes_before_a_schedule_and_does_not_change_it(kind: str) -> None:
    """Behind the warm-up the rates are those of a run that many steps shorter."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain, warm = list_rates(kind), list_rates(kind, WARM)
    assert max(plain) <= 0.5
    assert min(plain) >= 0
    first = plain[0]
    assert warm[:25] == pytest.approx([first * (0.1 + 0.9 * step / 25) for step in range(25)])
    assert warm[25] == pytest.approx(first)
    scope = make_scope(optimizer=Choice("SGD", {"lr": 0.5, "momentum": 0.9}), schedule=kind)
    rule = scope["make_optimizer"](torch.nn.Linear(1, 1))
    after = scope["make_schedule"](rule, 3, 75)
    for step in range(75):
        assert warm[25 + step] == pytest.approx(rule.param_groups[0]["lr"]), step
        rule.step()
        if schedules[kind].every == "step":
            after.step()
        elif (step + 1) % 25 == 0:
            after.step(*([1.0] if schedules[kind].monitors else []))


def test_a_plateau_waits_for_the_end_of_the_warm_up() -> None:
    plateau = Choice("ReduceLROnPlateau", {"patience": 0, "factor": 0.5})
    assert list_rates(plateau, losses=[1, 2, 3, 4])[::25] == [0.5, 0.5, 0.25, 0.125]
    long = Choice("Linear", {"length": 30, "unit": "steps", "start_factor": 0.1})
    rates = list_rates(plateau, long, losses=[1, 2, 3, 4])
    assert rates[30:75] == [0.5] * 45
    assert rates[75:] == [0.25] * 25


def test_a_warm_up_longer_than_the_run_or_without_a_schedule() -> None:
    endless = Choice("Linear", {"length": 1000, "unit": "steps", "start_factor": 0.1})
    for kind in ("Constant", "CosineAnnealingLR", "StepLR", "OneCycleLR"):
        rates = list_rates(kind, endless)
        assert rates == sorted(rates)
        assert rates[-1] < rates[0] * 10.01
    assert list_rates("Constant", endless, steps=EPOCHS)[0] == pytest.approx(0.05)


def test_inverse_square_root_behind_a_warm_up_is_the_transformer_s() -> None:
    """lr = peak * min(sqrt(k / t), t / k), as in equation 3 of Vaswani and others, for t counted from the first step."""
    warm = Choice("Linear", {"length": 20, "unit": "steps", "start_factor": 1e-9})
    rates = list_rates(Choice("InverseSquareRootLR", {"timescale": 20}), warm)
    assert rates == pytest.approx([0.5 * min((20 / max(t, 1)) ** 0.5, t / 20) for t in range(100)], abs=1e-6)


@pytest.mark.parametrize("warmup", [OFF, WARM])
@pytest.mark.parametrize("three_phase", [True, False])
@pytest.mark.parametrize("pct_start", [0.0, 0.1, 0.25, 0.3, 0.05])
def test_one_cycle_can_be_laid_over_any_length(pct_start: float, three_phase: bool, warmup: Choice) -> None:
    """Torch alone divides by zero where pct_start * steps is exactly 1; --epochs may make a run of any length."""
    cycle = Choice("OneCycleLR", {"pct_start": pct_start, "three_phase": three_phase})
    scope = make_scope(schedule=cycle, warmup=warmup, optimizer=Choice("SGD", {"momentum": 0.5}))
    for steps in range(1, 31):
        rule = scope["make_optimizer"](torch.nn.Linear(1, 1))
        pace = scope["make_schedule"](rule, 1, steps)
        for _ in range(steps):
            rule.step()
            pace.step()
        assert 0 <= rule.param_groups[0]["lr"] <= 0.001


def test_every_group_keeps_its_own_rate() -> None:
    for kind in ("OneCycleLR", "CyclicLR"):
        schedule = Choice(kind, {"cycle_momentum": False})
        scope = make_scope(optimizer=Choice("Muon", {"lr": 0.02, "adamw_lr": 0.004}), schedule=schedule)
        rule = scope["make_optimizer"](torch.nn.Linear(2, 2))
        pace = scope["make_schedule"](rule, 4, 100)
        assert pace.max_lrs == [0.02, 0.004] if kind == "CyclicLR" else rule.param_groups[1]["max_lr"] == 0.004


def test_balanced_classes_weigh_as_scikit_learn_s() -> None:
    scope = make_scope(3, "Wine", loss=Choice("CrossEntropyLoss", {"balanced": True}))
    y = torch.tensor([0, 0, 0, 1, 2, 2, 0, 1, 0])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    assert scope["make_loss"](y).weight.tolist() == pytest.approx(expected.tolist())
    scope = make_scope(1, loss=Choice("BCEWithLogitsLoss", {"balanced": True}))
    assert scope["make_loss"](torch.tensor([[1.0], [0.0], [0.0], [0.0]])).pos_weight.tolist() == [3.0]


def test_weights_given_are_a_tensor() -> None:
    scope = make_scope(2, loss=Choice("CrossEntropyLoss", {"weight": (1.0, 2.5), "label_smoothing": 0.1}))
    loss = scope["make_loss"]()
    assert loss.weight.tolist() == [1.0, 2.5]
    assert loss.label_smoothing == 0.1


@pytest.mark.parametrize("kind", [kind for kind, spec in losses.items() if spec.target == "sign"])
def test_targets_of_signs(kind: str) -> None:
    y = make_scope(1, loss=kind)["load_data"]()[0][1]
    assert y.shape[1] == 1
    assert set(y.flatten().tolist()) == {-1.0, 1.0}


def test_no_network_has_the_name_of_a_class_that_a_choice_brings() -> None:
    recipes = {"objectives", "early_stopping"} | {
        spec.recipe for spec in (*losses.values(), *optimizers.values(), *schedules.values()) if spec.recipe
    }
    classes = {name for recipe in recipes for name in read_recipe(recipe).definitions if name[0].isupper()}
    assert classes == CHOICE_CLASSES
    assert make_class_name("Warm up") not in classes
