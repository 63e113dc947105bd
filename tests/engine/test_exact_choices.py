"""Every loss, optimizer and schedule, with and without a warm-up, does the same in the exported script as here."""

from collections.abc import Mapping

import pytest

from designer.catalogue.registry import losses, metrics, optimizers, schedules
from designer.document.project import Choice
from designer.engine.plan import Plan
from tests.engine.plans import Layer, make_project
from tests.engine.script_runner import verify_all

BODY: tuple[Layer, ...] = (("Linear", {"out_features": 6}), ("Tanh", {}), ("Dropout", {"p": 0.1}))
ENDINGS = {"probabilities": "Sigmoid", "log_probabilities": "LogSoftmax", "distances": "Softplus"}
WARM = Choice("Linear", {"length": 3, "unit": "steps", "start_factor": 0.1})
# Settings that go beyond the defaults where the code is another one then.
OTHERS = {
    "LBFGS": {"line_search_fn": "strong_wolfe", "max_iter": 5},
    "SGD": {"momentum": 0.9, "nesterov": True, "lr": 0.1},
    "CoordinateDescent": {"order": "random", "blocks": 3},
    "ConjugateGradient": {"beta": "fletcher_reeves", "iterations": 2},
    "MultiStepLR": {"milestones": (1, 2)},
    "StepLR": {"step_size": 1},
    "CosineAnnealingWarmRestarts": {"T_0": 1},
    "CyclicLR": {"step_size_up": 4, "cycle_momentum": False},
    "OneCycleLR": {"cycle_momentum": False},
    "ReduceLROnPlateau": {"patience": 0, "threshold": 0.5},
}


def plan_moons(**settings: object) -> Plan:
    """Return the plan of a small network that says yes or no."""
    settings = {
        "optimizer": Choice("SGD", {"lr": 0.3}),
        "epochs": 2,
        "batch_size": 12,
        "loss": "BCEWithLogitsLoss",
    } | settings
    return Plan.from_project(
        make_project(Choice("Moons", {"samples": 40}), *BODY, ("Linear", {"out_features": 1}), **settings)
    )


def plan_loss(kind: str, **chosen: object) -> Plan:
    """Return the plan of a small network under a loss, on data that suits it."""
    spec = losses[kind]
    source, units = ("Wine", 3) if spec.target == "class" or kind == "KLDivLoss" else ("BreastCancer", 1)
    if spec.outputs in ("values", "rates"):
        source, units = "Diabetes", spec.per_value
    ending = [(ENDINGS[spec.outputs], {})] if spec.outputs in ENDINGS else []
    layers = (*BODY, ("Linear", {"out_features": units}), *ending)
    project = make_project(source, *layers, loss=Choice(kind, chosen), optimizer="Adam", epochs=1, batch_size=64)
    return Plan.from_project(project)


def list_plans() -> dict[str, Plan]:
    """Return a plan for each choice."""
    plans = {}
    for kind, spec in optimizers.items():
        batch = "full" if spec.full_batch else "mini"
        for way, settings in (("", {}), ("otherwise", OTHERS.get(kind))):
            if settings is not None:
                plans[f"{kind} {way}".strip()] = plan_moons(optimizer=Choice(kind, settings), batch=batch)
    for kind in schedules:
        choice = Choice(kind, OTHERS.get(kind, {}))
        plans[kind] = plan_moons(schedule=choice)
        plans[f"{kind} warmed up"] = plan_moons(schedule=choice, warmup=WARM)
    plans["warmed up by epochs"] = plan_moons(warmup=Choice("Linear", {"length": 2}), schedule="StepLR")
    for kind, spec in losses.items():
        plans[kind] = plan_loss(kind)
        if spec.balance:
            plans[f"{kind} balanced"] = plan_loss(kind, balanced=True)
    plans["weighted classes"] = plan_loss("CrossEntropyLoss", weight=(1.0, 2.0, 3.0), label_smoothing=0.1)
    # A line search over all rows, a rate that waits for the validation loss behind a warm-up, every metric that fits.
    plans["all that is special at once"] = plan_moons(
        optimizer=Choice("ConjugateGradient"),
        batch="full",
        schedule=Choice("ReduceLROnPlateau", {"patience": 0, "threshold": 0.5}),
        warmup=Choice("Linear", {"length": 2, "unit": "steps"}),
        metrics=tuple(metrics),
        epochs=6,
    )
    return plans


PLANS = list_plans()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> Mapping[str, str]:
    """What the comparison says of every choice."""
    return verify_all(PLANS, tmp_path_factory.mktemp("exact"))


@pytest.mark.parametrize("name", PLANS)
def test_the_script_does_what_was_trained(name: str, verdicts: Mapping[str, str]):
    assert verdicts[name] == ""
