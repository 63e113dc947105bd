"""What notebooks and scripts get from `import designer`: real runs of what its documentation promises."""

import ast
import subprocess
import sys
import typing
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import designer
from designer import api
from designer.api.summary import SummaryRow
from designer.document.project import Choice
from designer.engine.events import EpochDone, Finished, Request, Started


def build_digits(**training: object) -> designer.Project:
    return designer.build(
        "digits",
        designer.layer("Flatten"),
        designer.layer("Linear", out_features=16, name="hidden"),
        "ReLU",
        designer.layer("Linear", out_features=10),
        data="Digits",
        device="cpu",
        **training,
    )


def wires(project: designer.Project) -> set[str]:
    nodes = project.graph.nodes
    return {
        f"{nodes[edge.source].name} -> {nodes[edge.target].name}:{edge.target_port}" for edge in project.graph.edges
    }


# --- names --------------------------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_documented():
    for name in designer.__all__:
        value = getattr(designer, name)
        assert value.__doc__, name
        assert name in dir(designer)
    assert set(api.__all__) - {"open_project", "SummaryRow"} < set(designer.__all__)
    assert designer.open is api.open_project


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(designer.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    declared = {alias.asname for node in block.body for alias in node.names}
    assert declared == set(designer.__all__)
    assert not typing.TYPE_CHECKING


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'designer' has no attribute 'bild'"):
        designer.bild  # noqa: B018


LAZY = """
import sys
import designer

assert "designer.api" not in sys.modules
project = designer.build("x", designer.layer("Linear", out_features=3), data="Iris")
designer.check(project), designer.summarise(project), designer.export(project)
assert not {"torch", "PySide6", "pandas", "sklearn"} & sys.modules.keys()
"""


def test_nothing_heavy_is_imported_before_it_is_used():
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- build and edit -----------------------------------------------------------------------------------------------


def test_build_makes_a_chain_with_its_ends():
    project = build_digits(epochs=3, optimizer=designer.choose_optimizer("SGD", lr=0.1))
    assert wires(project) == {
        "input -> flatten1:0",
        "flatten1 -> hidden:0",
        "hidden -> relu1:0",
        "relu1 -> linear1:0",
        "linear1 -> output:0",
    }
    assert project.data.source == designer.Choice("Digits")
    assert project.training.epochs == 3
    assert project.training.optimizer == designer.Choice("SGD", {"lr": 0.1})
    assert set(project.layout) == set(project.graph.nodes)
    assert designer.check(project) == ()


def test_build_makes_branches():
    project = designer.build(
        "residual",
        designer.layer("Linear", out_features=8, name="start"),
        "ReLU",
        designer.layer("Linear", out_features=8, name="end"),
        designer.layer("Add", after=["end", "start"], name="sum"),
        designer.layer("Linear", out_features=3, after="sum"),
        data="Iris",
    )
    assert {"end -> sum:0", "start -> sum:1", "sum -> linear1:0", "relu1 -> end:0"} <= wires(project)
    assert not [problem for problem in designer.check(project) if problem.severity == "error"]


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: designer.layer("Liner"), r"no layer `Liner`\. Did you mean Linear"),
        (
            lambda: designer.layer("Linear", units=3),
            r"Linear: `units` is not one of its parameters\. It has out_features",
        ),
        (lambda: designer.layer("Linear", out_features="many"), "Linear: `out_features` must be a whole number"),
        (lambda: designer.build("x", designer.layer("ReLU", after="gone")), r"no layer before it with the name `gone`"),
        (
            lambda: designer.build("x", designer.layer("ReLU", name="a"), designer.layer("Tanh", name="a")),
            "Two layers are called 'a'",
        ),
        (lambda: designer.build("x", data="Digit"), r"no data source `Digit`\. Did you mean Digits"),
        (lambda: designer.build("x", epoch=3), r"no training setting `epoch`\. Did you mean epochs"),
        (lambda: designer.build("x", epochs=0), "`epochs` must lie between 1"),
        (lambda: designer.build("x", optimizer="adam"), r"no optimizer `adam`\. Did you mean Adam"),
        (lambda: designer.choose_schedule("StepLR", gamma="x"), "StepLR: `gamma` must be a number"),
        (lambda: designer.change(designer.Project(), "x", p=1), "no layer with the name `x`"),
        (lambda: designer.build("x", 5), r"name of a layer must be a text, not 5\."),
        (lambda: designer.build("x", ["ReLU"]), r"name of a layer must be a text, not a list\."),
        (lambda: designer.build("x", data=5), r"name of a data source must be a text, not 5\."),
        (lambda: designer.build("x", loss=5), r"name of a loss must be a text, not 5\."),
        (lambda: designer.build(5), "`name` must be text, not 5"),
        (
            lambda: designer.layer("ReLU", after=5),
            r"ReLU: `after` must be the name of a layer or a list of names, not 5\.",
        ),
        (lambda: designer.layer("ReLU", after=[5]) and designer.build("x", designer.layer("ReLU", after=[5])), "not 5"),
        (
            lambda: designer.layer("Linear", out_features=np.arange(3)),
            "Linear: `out_features` must be .*, not a ndarray",
        ),
        (lambda: designer.layer("Linear", out_features=2**70), "Linear: `out_features` must lie between"),
        (lambda: designer.change(build_digits(), 5, p=1), r"must be a text, not 5\."),
        (lambda: make_residual()(depth=1), r"Residual: `depth` is not one of its parameters\. It has width, dropout"),
        (lambda: make_residual()(width="a"), "Residual: `width` must be a whole number"),
        (
            lambda: designer.block("B", designer.layer("Linear", out_features="=wide"), width=1),
            "`wide`.* can use width",
        ),
        (lambda: designer.build("x", designer.layer("Linear", out_features="=a")), "`a`, which stands for nothing"),
        (lambda: designer.layer("Linear", out_features="=1 +"), "`out_features` has an expression that cannot be read"),
        (lambda: designer.layer("Linear", frozen="very"), "Linear: `frozen` must be"),
        (lambda: designer.block("B", "ReLU", width=object()), "B: `width` must be"),
        (lambda: designer.new("digits-map"), r"no template called .digits-map.\. Did you mean digits-mlp"),
    ],
)
def test_mistakes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def make_residual() -> designer.BlockDefinition:
    return designer.block(
        "Residual",
        designer.layer("Input", name="x"),
        designer.layer("Linear", out_features="=width * 2", name="inner", weight_init="orthogonal"),
        "ReLU",
        designer.layer("Linear", out_features="=width", name="back"),
        designer.layer("Dropout", when="=dropout > 0", p="=dropout"),
        designer.layer("Add", after=["x", "drop1"]),
        notes="A way round two layers.",
        width=8,
        dropout=0.0,
    )


def test_a_block_is_defined_and_used_in_python():
    residual = make_residual()
    project = designer.build(
        "deep",
        designer.layer("Linear", out_features=8, frozen=True),
        residual(name="first", repeat=2),
        residual(dropout=0.5),
        designer.layer("Linear", out_features=3),
        data="Iris",
    )
    assert list(project.blocks) == ["residual"]
    first, second = (node for node in project.graph.nodes.values() if node.kind == "block:residual")
    assert (first.name, first.options, second.name, second.parameters) == (
        "first", {"repeat": 2}, "residual1", {"dropout": 0.5},
    )  # fmt: skip
    assert [problem for problem in designer.check(project) if problem.severity == "error"] == []
    assert designer.summarise(project).parameters == sum(p.numel() for p in designer.make_model(project).parameters())
    assert "class Residual(nn.Module):" in designer.export(project)
    outer = designer.block("Pair", residual(width="=width"), residual(width="=width"), width=8)
    nested = designer.build("nested", designer.layer("Linear", out_features=8), outer(), residual(), data="Iris")
    assert list(nested.blocks) == ["residual", "pair"]
    assert designer.change(nested, "pair1", width=16, frozen=True).graph.nodes["pair_1"].options == {"frozen": True}


def test_weights_are_shared_by_name_and_outputs_taken_by_number():
    project = designer.build(
        "halves",
        designer.layer("Flatten"),
        designer.layer("Split", name="split"),
        designer.layer("Linear", out_features=4, name="left", after="split"),
        designer.layer("Linear", out_features=4, name="right", after="split:1", shared_with="left"),
        designer.layer("Add", after=["left", "right"]),
        data="Digits",
    )
    (edge,) = project.graph.incoming[designer.find_node(project, "right")]
    assert edge.source_port == 1
    assert designer.summarise(project).parameters == 4 * 32 + 4


def test_a_made_name_leaves_the_given_ones_alone():
    project = designer.build("x", "ReLU", designer.layer("Tanh", name="relu1"), designer.layer("Linear", name="input"))
    names = [node.name for node in project.graph.nodes.values()]
    assert names == ["input2", "relu2", "relu1", "input", "output"]
    assert "input -> output:0" in wires(project)


def test_numbers_of_numpy_are_numbers():
    project = designer.build(
        "x",
        designer.layer(
            "Conv2d", out_channels=np.int64(4), kernel_size=(np.int32(3), np.uint8(2)), bias=np.bool_(False)
        ),
        "Flatten",
        designer.layer("Linear", out_features=np.array(10)),
        designer.layer("Dropout", p=np.float32(0.25)),
        data="Digits",
        epochs=np.int64(3),
        optimizer=designer.choose_optimizer("SGD", lr=np.float64(0.5)),
    )
    nodes = {node.kind: node.parameters for node in project.graph.nodes.values()}
    assert nodes["Conv2d"] == {"out_channels": 4, "kernel_size": (3, 2), "bias": False}
    assert (nodes["Linear"], nodes["Dropout"]) == ({"out_features": 10}, {"p": 0.25})
    assert type(project.training.epochs) is type(nodes["Conv2d"]["out_channels"]) is int
    assert type(nodes["Dropout"]["p"]) is float
    project = designer.with_data(project, "Digits", validation=np.float32(0.5), split_seed=np.int64(1))
    assert (project.data.validation, project.data.split_seed) == (0.5, 1)
    assert "lr=0.5" in designer.export(project)


def test_change_sets_parameters_and_leaves_the_old_project_alone():
    project = build_digits()
    wider = designer.change(project, "hidden", out_features=64, bias=False)
    key = designer.find_node(project, "hidden")
    assert wider.graph.nodes[key].parameters == {"out_features": 64, "bias": False}
    assert project.graph.nodes[key].parameters == {"out_features": 16}
    assert designer.change(project, key, out_features=64) == designer.change(project, "hidden", out_features=64)


def test_every_training_setting_can_be_given():
    project = designer.with_training(
        build_digits(),
        warmup="Linear",
        clip=designer.Choice("Norm", {"max_norm": 0.5}),
        averaging="EMA",
        early_stopping="EarlyStopping",
        accumulate=2,
        batch="full",
        metrics=["accuracy"],
    )
    training = project.training
    assert (training.warmup.kind, training.clip.parameters, training.averaging.kind) == (
        "Linear",
        {"max_norm": 0.5},
        "EMA",
    )
    assert (training.accumulate, training.batch, training.metrics) == (2, "full", ("accuracy",))
    with pytest.raises(ValueError, match=r"no clip `Norn`\. Did you mean Norm"):
        designer.with_training(project, clip="Norn")


def test_the_edits_of_the_window_are_there():
    project = build_digits()
    key = designer.find_node(project, "relu1")
    assert designer.edits.remove_nodes(project, [key], close_gap=True).graph.edges


def test_save_and_open(tmp_path):
    project = build_digits()
    designer.save(project, tmp_path / "a.nnd")
    assert designer.open(tmp_path / "a.nnd") == project
    with pytest.raises(designer.FileError):
        designer.open(tmp_path / "b.nnd")


def test_templates_can_be_opened():
    names = designer.templates()
    assert "digits-mlp" in names
    assert not [problem for problem in designer.check(designer.new("digits-mlp")) if problem.severity == "error"]


# --- look ---------------------------------------------------------------------------------------------------------


def test_a_problem_can_be_mended():
    project = designer.build("x", designer.layer("Linear", out_features=10), data="Digits")
    problem = next(problem for problem in designer.check(project) if problem.severity == "error")
    mended = problem.fixes[0].apply(project)
    assert [each for each in designer.check(mended) if each.severity == "error"] == []


def test_summarise_counts_what_torch_counts():
    project = build_digits()
    summary = designer.summarise(project)
    assert summary.parameters == sum(p.numel() for p in designer.make_model(project).parameters()) == 1210
    assert summary.nodes[2] == SummaryRow("linear_1", "hidden", "Linear", ((64,),), (16,), 1040, 1024)
    table, training = str(summary).split("\n\n")
    assert table.splitlines()[-1].split() == ["total", "1,210", "1,184"]
    assert training.splitlines()[2].split() == ["loss", "CrossEntropyLoss"]


# --- run ----------------------------------------------------------------------------------------------------------


def test_train_gives_history_and_weights():
    project = build_digits(optimizer=designer.choose_optimizer("Adam", lr=0.01))
    seen: list[object] = []
    result = designer.train(project, epochs=3, listen=seen.append)
    assert [epoch.epoch for epoch in result.history] == [1, 2, 3]
    assert result.history[-1].val_metrics["accuracy"] > 0.8
    assert result.reason == "finished"
    assert any(isinstance(event, Started) for event in seen)
    model = designer.make_model(project, result.weights).eval()
    with torch.no_grad():
        assert model(torch.zeros(1, 1, 8, 8)).shape == (1, 10)
    again = designer.train(project, epochs=3)
    assert all(torch.equal(tensor, again.weights[name]) for name, tensor in result.weights.items())


def test_watch_yields_events_and_can_be_left():
    for event in designer.watch(build_digits(), epochs=100_000):
        if isinstance(event, EpochDone):
            break
    assert isinstance(event, EpochDone)
    *_, last = designer.watch(build_digits(), epochs=1)
    assert isinstance(last, Finished)


def test_watch_refuses_at_once():
    with pytest.raises(designer.NotReady):
        designer.watch(designer.build("x", "ReLU", designer.layer("Linear"), data="Digits"))


def test_watch_that_is_left_keeps_what_was_learned(tmp_path):
    run = designer.watch(build_digits(), epochs=100_000, out=tmp_path)
    for event in run:
        if isinstance(event, EpochDone):
            break
    run.close()
    assert designer.make_model(build_digits(), load_file(tmp_path / "last.safetensors"))
    assert (tmp_path / "metrics.csv").read_text().count("\n") == 2
    assert list(run) == []


def test_watch_takes_requests():
    run = designer.watch(build_digits(), epochs=100_000)
    next(run)
    next(run)
    assert isinstance(run.send(Request(stop=True)), Finished)


def test_train_keeps_what_it_is_told_to(tmp_path):
    designer.train(build_digits(), epochs=1, out=tmp_path / "run")
    assert {"project.nnd", "train.py", "last.safetensors"} <= {path.name for path in (tmp_path / "run").iterdir()}


def test_what_goes_wrong_is_an_exception(tmp_path):
    with pytest.raises(designer.NotReady, match="expects a vector"):
        designer.train(designer.build("x", "ReLU", designer.layer("Linear"), data="Digits"))
    idx = designer.with_data(build_digits(), "Idx", path=str(tmp_path), sizes=[1, 8, 8])
    with pytest.raises(designer.TrainingFailed, match=str(tmp_path)):
        designer.train(idx)


def test_export_returns_and_writes_the_script(tmp_path):
    project = build_digits()
    text = designer.export(project, tmp_path / "digits.py")
    assert (tmp_path / "digits.py").read_text() == text == designer.export(project)
    assert "class Digits(nn.Module)" in text
    with pytest.raises(ValueError, match="is the name of a project"):
        designer.export(project, tmp_path / "digits.nnd")
    with pytest.raises(designer.FileError, match=r"^Cannot write .*gone.digits\.py: no such file or directory\.$"):
        designer.export(project, tmp_path / "gone" / "digits.py")


def test_verify_finds_the_script_equal():
    verdict = designer.verify(build_digits(), epochs=1)
    assert verdict.equal
    assert verdict.steps == 23


def test_an_objective_brings_its_loss_and_the_end_of_the_network():
    network = designer.build("hills", api.layer("Linear", out_features=1), data="Hills")
    bounded = designer.with_training(network, objective="BoundedRegression", epochs=3)
    assert [node.kind for node in bounded.graph.nodes.values()].count("Sigmoid") == 1
    assert (bounded.training.loss.kind, bounded.training.epochs) == ("MSELoss", 3)
    denoiser = designer.with_training(network, objective=Choice("DenoisingAutoencoder", {"amount": 0.1}), loss="L1Loss")
    assert denoiser.training.objective.parameters == {"amount": 0.1}
    assert denoiser.training.loss.kind == "L1Loss"
    with pytest.raises(ValueError, match="objective"):
        designer.with_training(network, objective="Autoencode")
