"""The small networks of the gallery learn from real data what their stories say."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from designer.catalogue.facts import infer_project
from designer.catalogue.registry import sources
from designer.catalogue.templates import open_template
from designer.codegen.script import render_module, render_script
from designer.document.edits import set_data, set_option
from designer.document.project import Choice, Project
from designer.engine.build import build
from designer.engine.events import EpochDone, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.catalogue.gallery_goals import GOALS

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"


def find_path(project: Project) -> Path | None:
    """Return the folder of MNIST where the project reads one; skip the test where it is not there."""
    if not sources[project.data.source.kind].path:
        return None
    if not MNIST.exists():
        pytest.skip(f"{MNIST} is not here")
    return MNIST


def learn(project: Project, epochs: int | None = None) -> list[EpochDone]:
    plan = Plan.from_project(project, device="cpu", epochs=epochs, data_path=find_path(project))
    events = list(train(plan))
    assert isinstance(events[-1], Finished), events[-1]
    return [event for event in events if isinstance(event, EpochDone)]


@pytest.mark.parametrize("name", GOALS)
def test_it_learns_what_it_should(name):
    goal = GOALS[name]
    last = learn(open_template(name), goal.epochs)[-1]
    scores = {**last.val_metrics, "train_loss": last.train_loss, "val_loss": last.val_loss}
    assert goal.least <= scores[goal.score] <= goal.most


@pytest.mark.parametrize("name, epochs", {"vae": 15, "gan": 10, "dcgan": 6}.items())
def test_samples_look_like_digits_of_many_kinds(name, epochs):
    """Noise is 3.5 from the nearest real digit, real ones are 1.0 from each other."""
    bundle = load_digits()
    digits = torch.tensor(bundle.data / 16, dtype=torch.float32)
    script = build(render_script(open_template(name))).names
    model, _ = script["train"](epochs, torch.device("cpu"), 1)
    torch.manual_seed(0)
    samples = script["sample"](model, 64)
    assert samples.shape == (64, 1, 8, 8)
    samples = samples.flatten(1)
    assert 0 <= samples.min() <= samples.max() <= 1
    assert torch.cdist(samples, digits).amin(1).mean() < 1.8
    assert samples.std(0).mean() > digits.std(0).mean() / 2
    judge = SVC(gamma=0.05).fit(digits.numpy(), bundle.target)
    assert len(set(judge.predict(samples.numpy()))) >= 7


@pytest.mark.parametrize("name", [*GOALS, "gan", "dcgan"])
def test_the_exported_module_runs_forward_and_backward(name):
    project = open_template(name)
    known = infer_project(project)
    model = build(render_module(project)).make_model()
    assert sum(weight.numel() for weight in model.parameters()) == known.parameters
    nodes = [item for item in known.nodes.values() if item.node.kind == "Input"]
    torch.manual_seed(0)
    answers = model(*(torch.rand(4, *item.outputs[0].sizes) for item in nodes))
    for answer in answers if isinstance(answers, tuple) else (answers,):
        assert torch.isfinite(answer).all()
        answer.square().sum().backward(retain_graph=True)
    assert any(weight.grad is not None for weight in model.parameters())


def test_both_towers_of_the_siamese_network_have_one_set_of_weights():
    model = build(render_module(open_template("siamese-network"))).make_model()
    torch.manual_seed(0)
    digits = torch.rand(5, 1, 8, 8)
    assert torch.equal(model(digits, digits), torch.zeros(5, 1))
    assert (model(digits, digits.flip(0))[0] > 0).all()


def test_the_fixed_neuron_learns_or_only_once_it_may_learn():
    fixed = open_template("mcculloch-pitts-neuron")
    data = replace(fixed.data, source=Choice("Or"))
    assert {epoch.val_metrics["accuracy"] for epoch in learn(set_data(fixed, data))} == {0.5}
    learning = set_option(set_data(fixed, data), ["sum"], "lr_factor", None)
    assert learn(learning)[-1].val_metrics["accuracy"] == 1.0
