"""Every template opens clean, becomes a script, and learns what its notes say."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from designer.catalogue.check import check
from designer.catalogue.facts import data_type, infer_project, missing_path
from designer.catalogue.registry import losses
from designer.catalogue.shapes import infer
from designer.catalogue.templates import GROUPS, TemplateError, list_templates, open_template
from designer.codegen.script import render_script
from designer.document.files import dumps, load
from designer.document.folding import lay_out
from designer.document.naming import fresh_names
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.loop import train
from designer.engine.plan import Plan
from tests.idx_files import write_folder

TEMPLATES = list_templates()
NAMES = [template.name for template in TEMPLATES]

# What the notes promise of the accuracy at the end: (at least, at most).
PROMISES = {
    "and-perceptron": (1.0, 1.0),
    "or-perceptron": (1.0, 1.0),
    "xor-perceptron": (0.0, 0.75),
    "and-sigmoid": (1.0, 1.0),
    "xor": (1.0, 1.0),
    "moons": (0.97, 1.0),
    "iris": (0.93, 1.0),
    "wine": (0.94, 1.0),
    "breast-cancer": (0.94, 1.0),
    "digits-mlp": (0.95, 1.0),
    "digits-cnn": (0.97, 1.0),
}

# Hints that a template is to have, by how they end: it is the network as it was.
HINTS = {"lenet-5": "the gradient fades in each. Put ReLU in their place."}


@pytest.fixture
def one_thread():
    """Small networks are faster without a second thread, and the figures the same on every machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def learn(project, data_path=None, **changes):
    """Train a project on the CPU and return its epochs."""
    events = list(train(Plan.from_project(project, device="cpu", data_path=data_path, **changes)))
    assert not isinstance(events[-1], Failed), events[-1].message
    assert isinstance(events[-1], Finished)
    return [event for event in events if isinstance(event, EpochDone)]


def test_all_are_listed_from_the_simplest_on():
    placed = [name for names in GROUPS.values() for name in names if name in NAMES]
    assert NAMES[: len(placed)] == placed
    assert {template.path.stem for template in TEMPLATES} == set(NAMES)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_each_tells_its_story(template):
    assert len({other.title for other in TEMPLATES}) == len(TEMPLATES)
    assert re.fullmatch(r"[A-Z].+\.", template.summary)
    assert len(template.summary) <= 100
    assert "\n" not in template.story
    assert 300 < len(template.story) < 1000
    assert template.path_parameter in ("", "path")
    assert template.path_parameter or not template.name.startswith("mnist")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_each_is_clean(template):
    project = open_template(template.name, "/some/folder" if template.path_parameter else None)
    assert [item for item in check(project) if not item.message.endswith(HINTS.get(template.name, "\0"))] == []
    assert losses[project.training.loss.kind]
    assert not infer_project(project).unplaced


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_each_file_is_as_the_program_writes_it(template):
    assert template.path.read_text(encoding="utf-8") == dumps(load(template.path))


@pytest.mark.parametrize("name", NAMES)
def test_cards_lie_as_the_program_lays_them_out(name):
    project = open_template(name)
    assert project.layout == lay_out(project.graph)
    for block in project.blocks.values():
        assert block.layout == lay_out(block.graph)


@pytest.mark.parametrize("name", NAMES)
def test_layers_have_names_of_their_own(name):
    project = open_template(name)
    for graph in (project.graph, *(block.graph for block in project.blocks.values())):
        names = [node.name for node in graph.nodes.values()]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9]*", node) for node in names)
        assert fresh_names(graph).take(names[0]) != names[0]
        ends = {node.name for node in graph.nodes.values() if node.kind in ("Input", "Output")}
        assert graph is not project.graph or ends.isdisjoint({"input", "output"})
    for block in project.blocks.values():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", block.name)
        assert re.fullmatch(r"[A-Z0-9].+\.", block.notes.partition("\n")[0])


def test_mnist_says_which_folder_it_wants_but_can_be_exported_without():
    project = open_template("mnist-mlp")
    assert [(problem.severity, problem.message) for problem in check(project)] == [("warning", missing_path(project))]
    assert "train-images-idx3-ubyte.gz" in missing_path(project)
    assert "--data" in render_script(project).text


def test_mnist_mlp_is_the_network_it_is_said_to_be():
    project = open_template("mnist-mlp")
    kinds = [(node.kind, dict(node.parameters)) for node in project.graph.nodes.values()]
    assert kinds == [
        ("Input", {}),
        ("Flatten", {}),
        ("Linear", {"out_features": 512}),
        ("ReLU", {}),
        ("Dropout", {"p": 0.2}),
        ("Linear", {"out_features": 256}),
        ("ReLU", {}),
        ("Dropout", {"p": 0.2}),
        ("Linear", {"out_features": 10}),
        ("Output", {}),
    ]
    assert infer(project.graph, data_type(project)).parameters == 535_818
    text = render_script(project).text
    for words in ("torch.optim.Adam(model.parameters(), lr=0.001", "batch_size = 64", "mean=0.1307, std=0.3081"):
        assert words in text


def test_every_script_passes_ruff(tmp_path):
    for name in NAMES:
        (tmp_path / f"{name.replace('-', '_')}.py").write_text(render_script(open_template(name)).text)
    for command in (["check", "--line-length", "120"], ["format", "--check", "--line-length", "120"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PROMISES)
@pytest.mark.usefixtures("one_thread")
def test_what_is_promised_is_learned(name):
    low, high = PROMISES[name]
    epochs = learn(open_template(name))
    assert low <= epochs[-1].val_metrics["accuracy"] <= high
    if name == "xor-perceptron":
        assert max(epoch.val_metrics["accuracy"] for epoch in epochs) <= 0.75


@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.usefixtures("one_thread")
def test_the_perceptrons_do_not_depend_on_their_seed(seed):
    assert learn(open_template("and-perceptron"), seed=seed)[-1].val_metrics["accuracy"] == 1
    assert learn(open_template("xor-perceptron"), seed=seed)[-1].val_metrics["accuracy"] <= 0.75
    assert learn(open_template("xor"), seed=seed)[-1].val_metrics["accuracy"] == 1


@pytest.mark.usefixtures("one_thread")
def test_diabetes_explains_part_of_the_variance():
    assert 0.35 < learn(open_template("diabetes"))[-1].val_metrics["r2"] < 0.7


@pytest.mark.parametrize("name", ["circles", "spirals", "digits-residual", "digits-rows"])
@pytest.mark.usefixtures("one_thread")
def test_the_others_begin_to_learn(name):
    first, *_, last = learn(open_template(name), epochs=3)
    assert last.train_loss < first.train_loss


@pytest.mark.parametrize("name", ["mnist-mlp", "mnist-cnn"])
@pytest.mark.usefixtures("one_thread")
def test_mnist_trains_on_any_folder_of_its_form(name, tmp_path):
    write_folder(tmp_path, rows=300, held_out=20, height=28, width=28, classes=10)
    first, *_, last = learn(open_template(name, tmp_path), epochs=3)
    assert last.train_loss < first.train_loss


def test_a_path_is_kept_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    project = open_template("mnist-mlp", "digits")
    assert project.data.source.parameters["path"] == str(tmp_path / "digits")
    assert missing_path(project) is None
    assert replace(project, data=open_template("mnist-mlp").data) == open_template("mnist-mlp")


def test_what_cannot_be_opened_says_why():
    with pytest.raises(TemplateError, match=r"no template called 'mnist-mpl'. Did you mean mnist-mlp"):
        open_template("mnist-mpl")
    with pytest.raises(TemplateError, match="`designer templates` lists them all"):
        open_template("../secret")
    with pytest.raises(TemplateError, match="Did you mean resnet-18, resnet-50 or resnet-152"):
        open_template("ResNet")
    assert open_template("Perceptron") == open_template("and-perceptron")
    with pytest.raises(TemplateError, match="brings its own data"):
        open_template("xor", "/some/folder")
