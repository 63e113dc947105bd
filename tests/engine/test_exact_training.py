"""Every way to train does the same in the exported script as here, bit for bit: losses and weights."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.training_settings import SettingSpec, averagings, clippings, stoppings, warmups
from designer.document.edits import set_option
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.loading import load_data
from designer.engine.plan import Plan
from designer.engine.trainer import Trainer
from tests.engine.plans import CONVOLUTION, make_project, plan_digits
from tests.engine.script_runner import verify_all

NETWORK = (
    ("Linear", {"out_features": 8}),
    ("BatchNorm1d", {}),
    ("ReLU", {}),
    ("Dropout", {"p": 0.2}),
    ("Linear", {"out_features": 1}),
)
PLAIN = tuple(layer for layer in NETWORK if layer[0] != "BatchNorm1d")

WAYS: dict[str, dict[str, object]] = {
    "all rows at once": {"batch": "full"},
    "one row a step": {"batch": "single"},
    "gathered": {"accumulate": 3},
    "gathered from all rows": {"batch": "full", "accumulate": 3},
    "gathered from single rows": {"batch": "single", "accumulate": 7},
    "clipped by norm": {"clip": Choice("Norm", {"max_norm": 0.1})},
    "clipped by the sum of sizes": {"clip": Choice("Norm", {"max_norm": 0.1, "norm_type": 1.0})},
    "moving average": {"averaging": Choice("EMA", {"decay": 0.8})},
    "moving average of a scheduled run": {
        "averaging": Choice("EMA", {"decay": 0.5}),
        "schedule": Choice("CosineAnnealingLR"),
    },
    "mean of the last epochs": {"averaging": Choice("SWA", {"start": 2}), "schedule": Choice("ExponentialLR")},
    "mean with a rate of its own": {
        "averaging": Choice("SWA", {"start": 3, "lr": 0.05}),
        "schedule": Choice("OneCycleLR"),
    },
    "mean that never begins": {"averaging": Choice("SWA", {"start": 9})},
    "stopped by loss": {"early_stopping": Choice("EarlyStopping", {"patience": 1, "min_delta": 0.2})},
    "stopped by metric": {
        "early_stopping": Choice("EarlyStopping", {"monitor": "metric", "patience": 2, "min_delta": 0.5})
    },
    "stopped by name": {
        "metrics": ("auroc", "recall", "f1"),
        "early_stopping": Choice("EarlyStopping", {"monitor": "recall", "patience": 1}),
    },
    "stopped by a name that falls": {
        "metrics": ("accuracy", "perplexity"),
        "loss": "CrossEntropyLoss",
        "early_stopping": Choice("EarlyStopping", {"monitor": "perplexity", "patience": 1, "min_delta": 0.05}),
    },
    "stopped, last weights kept": {
        "early_stopping": Choice("EarlyStopping", {"patience": 2, "min_delta": 1.0, "restore_best": False})
    },
    "never stopped, best restored": {
        "early_stopping": Choice("EarlyStopping", {"patience": 9}),
        "optimizer": Choice("SGD", {"lr": 1.5, "momentum": 0.9}),
    },
    "stopped average": {
        "early_stopping": Choice("EarlyStopping", {"patience": 1}),
        "averaging": Choice("SWA", {"start": 2}),
    },
    "clipped by value": {"clip": Choice("Value", {"clip_value": 0.01})},
}
IMAGES: dict[str, dict[str, object]] = {
    "images": {},
    "images, gathered and averaged": {"accumulate": 3, "averaging": Choice("EMA", {"decay": 0.5})},
}


def plan_moons(**training: object) -> Plan:
    """Return the plan of a small network with batch normalization and dropout; without the first for single rows."""
    layers = PLAIN if training.get("batch") == "single" else NETWORK
    if training.get("loss") == "CrossEntropyLoss":
        layers = (*layers[:-1], ("Linear", {"out_features": 2}))
    usual = {"loss": "BCEWithLogitsLoss", "optimizer": Choice("Adam", {"lr": 0.02}), "epochs": 4, "batch_size": 10}
    return Plan.from_project(make_project(Choice("Moons", {"samples": 50}), *layers, **(usual | training)))


def plan_rates() -> Plan:
    """Return a plan whose last layer learns ten times slower, also once the weights are averaged at a rate of their own."""
    project = plan_moons(
        averaging=Choice("SWA", {"start": 2, "lr": 0.05}), schedule=Choice("ExponentialLR"), epochs=3
    ).project
    return Plan.from_project(set_option(project, [list(project.graph.nodes)[-2]], "lr_factor", 0.1))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> Mapping[str, str]:
    """What the comparison says of every way."""
    plans = {name: plan_moons(**way) for name, way in WAYS.items()} | {"rates of layers": plan_rates()}
    plans |= {name: plan_digits(*CONVOLUTION, epochs=1, batch_size=200, **way) for name, way in IMAGES.items()}
    return verify_all(plans, tmp_path_factory.mktemp("exact"))


@pytest.mark.parametrize("way", [*WAYS, "rates of layers", *IMAGES])
def test_the_script_does_what_was_trained(way: str, verdicts: Mapping[str, str]):
    assert verdicts[way] == ""


def choices(kinds: Mapping[str, SettingSpec]) -> st.SearchStrategy[Choice]:
    """Return any of these, with values that a short run feels."""
    felt = {"decay": 0.7, "start": 2, "patience": 1, "min_delta": 0.3, "max_norm": 0.2, "clip_value": 0.01}
    return st.sampled_from(sorted(kinds)).map(
        lambda kind: Choice(kind, {each.name: felt[each.name] for each in kinds[kind].parameters if each.name in felt})
    )


WAYS_TOGETHER = st.fixed_dictionaries(
    {
        "batch": st.sampled_from(("mini", "full", "single")),
        "accumulate": st.integers(1, 4),
        "clip": choices(clippings),
        "warmup": choices(warmups),
        "averaging": choices(averagings),
        "early_stopping": choices(stoppings),
        "optimizer": st.sampled_from(("Adam", "SGD", "LBFGS", "RMSprop")).map(Choice),
        "schedule": st.sampled_from(("Constant", "OneCycleLR", "ReduceLROnPlateau", "ExponentialLR")).map(
            lambda kind: Choice(kind, {"cycle_momentum": False} if kind == "OneCycleLR" else {})
        ),
        "epochs": st.integers(1, 2),
    }
)


@settings(max_examples=2, deadline=None)
@given(st.lists(WAYS_TOGETHER, min_size=4, max_size=6))
def test_any_ways_go_together(ways: list[dict[str, object]]):
    with tempfile.TemporaryDirectory() as folder:
        plans = {f"{number}: {way}": plan_moons(**way) for number, way in enumerate(ways)}
        verdicts = verify_all(plans, Path(folder))
    assert {name: verdict for name, verdict in verdicts.items() if verdict} == {}


def test_every_way_is_a_way_of_its_own():
    """What is compared above would be equal, too, if nothing of it were done."""
    texts = [plan_moons(**way).source.text for way in WAYS.values()] + [plan_moons().source.text]
    assert len(set(texts)) == len(texts)


def test_layers_keep_their_share_of_the_rate_of_averaging():
    plan, device = plan_rates(), torch.device("cpu")
    script = build(plan.source)
    trainer = Trainer(script, plan, device, load_data(script, None, device)[0])
    trainer.begin_epoch(2)
    assert [group["lr"] for group in trainer.optimizer.param_groups] == pytest.approx([0.05, 0.005])
