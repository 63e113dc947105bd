"""What a perceptron can learn and what it cannot, and that every template trains as it says."""

import pytest

from designer.document.files import load
from designer.engine.events import EpochDone, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.paths import resource, resources
from tests.catalogue.gallery_makers import MAKERS

# Accuracy on held-out rows (R2 for numbers) that each template must reach; the toys train on the whole truth table.
REACHED = {
    "and-perceptron": 1.0,
    "and-sigmoid": 1.0,
    "or-perceptron": 1.0,
    "xor": 1.0,
    "breast-cancer": 0.94,
    "circles": 0.97,
    "diabetes": 0.4,
    "digits-cnn": 0.97,
    "digits-mlp": 0.96,
    "digits-residual": 0.97,
    "digits-rows": 0.93,
    "iris": 0.93,
    "moons": 0.97,
    "spirals": 0.97,
    "wine": 0.94,
}
NEEDS_FILES = {"mnist-cnn", "mnist-mlp"}
LEARNS_NOT = {"xor-perceptron"}


def train_template(name: str, **settings) -> list[EpochDone]:
    """Train a template to its end; return its epochs."""
    events = list(train(Plan.from_project(load(resource(f"templates/{name}.nnd")), device="cpu", **settings)))
    assert isinstance(events[-1], Finished), events[-1]
    return [event for event in events if isinstance(event, EpochDone)]


def test_every_template_is_in_one_of_the_lists():
    """Those of packaging/gallery are trained by its own tests, tests/catalogue/test_gallery*.py."""
    names = {path.name.removesuffix(".nnd") for path in (resources() / "templates").glob("*.nnd")}
    assert names - MAKERS.keys() <= REACHED.keys() | NEEDS_FILES | LEARNS_NOT <= names


@pytest.mark.parametrize("name, goal", REACHED.items())
def test_template_learns(name, goal):
    metrics = train_template(name)[-1].val_metrics
    assert metrics.get("accuracy", metrics.get("r2")) >= goal


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["and-perceptron", "and-sigmoid", "or-perceptron"])
def test_perceptron_learns_and_from_any_start(name, seed):
    assert train_template(name, seed=seed)[-1].val_metrics["accuracy"] == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_perceptron_never_learns_xor(seed):
    """No line parts the corners (Minsky and Papert, 1969): three of four are the most it can have right."""
    epochs = train_template("xor-perceptron", seed=seed, epochs=300)
    assert max(epoch.val_metrics["accuracy"] for epoch in epochs) <= 0.75


@pytest.mark.parametrize("seed", range(5))
def test_hidden_layer_learns_xor(seed):
    """What one unit cannot, a 2-4-1 network can."""
    assert train_template("xor", seed=seed)[-1].val_metrics["accuracy"] == 1.0
