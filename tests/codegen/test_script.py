"""The training script: it runs alone, says what it does, and carries no text of the project but literals."""

import ast
import csv
import io
import os
import re
import string
import struct
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from safetensors.torch import load_file

from designer.codegen.names import RESERVED, SCRIPT_NAMES
from designer.codegen.script import OLDEST_TORCH, render_module, render_script
from designer.codegen.source import NotReady, Source
from designer.document.edits import set_option
from designer.document.files import load
from designer.document.graph import Graph, Node
from designer.document.project import Choice, Data, Project, Training
from designer.paths import resource
from tests.codegen.drawn_trainings import draw_trainings
from tests.codegen.golden_files import check_golden
from tests.codegen.networks import digits_mlp, make_chain, two_towers
from tests.launching import launch
from tests.strategies import projects


def build(source: Source) -> dict[str, object]:
    """Return what a script defines."""
    namespace: dict[str, object] = {"__name__": "generated"}
    exec(compile(source.text, "<generated>", "exec"), namespace)
    return namespace


def toy(kind: str, units: int, **training: object) -> Project:
    """Return a small network on points in the plane."""
    graph = make_chain(
        ("point", "Input", {}),
        ("hidden", "Linear", {"out_features": 8}),
        ("tanh", "Tanh", {}),
        ("answer", "Linear", {"out_features": units}),
        ("result", "Output", {}),
    )
    settings = {"epochs": 2, "device": "cpu", "batch_size": 32} | training
    return Project("toy", graph, data=Data(Choice(kind)), training=Training(**settings))


# The scripts that are read like code whenever they change; tests/catalogue/test_templates.py holds the style of all.
TEMPLATES = (
    "and-perceptron",
    "digits-cnn",
    "digits-mlp",
    "digits-residual",
    "digits-rows",
    "diabetes",
    "efficientnet-b0",
    "gan",
    "googlenet",
    "gpt-2-small",
    "iris",
    "mnist-cnn",
    "mnist-mlp",
    "moons",
    "resnet-50",
    "siamese-network",
    "tiny-gpt",
    "vae",
    "wine",
    "xor",
)


def test_script_with_many_settings() -> None:
    many = {
        "loss": Choice("BCEWithLogitsLoss", {"pos_weight": (2.0,)}),
        "optimizer": Choice("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        "schedule": Choice("ReduceLROnPlateau", {"patience": 2}),
        "warmup": Choice("Linear", {"length": 2}),
        "accumulate": 4,
        "clip": Choice("Norm"),
        "averaging": Choice("SWA", {"start": 15, "lr": 0.05}),
        "early_stopping": Choice("EarlyStopping", {"monitor": "f1", "patience": 4, "min_delta": 0.001}),
        "metrics": ("f1", "auroc"),
        "epochs": 20,
    }
    project = toy("Moons", 1, **many)
    project = set_option(project, [list(project.graph.nodes)[1]], "lr_factor", 0.1)
    check_golden("many_settings.py", render_script(project).text)


def test_a_script_that_splits_and_changes_its_samples_is_the_golden_file():
    steps = ("Rotate", "Shift", "HorizontalFlip", "Cutout", "Mixup")
    data = Data(
        Choice("Digits"),
        split=Choice("Stratified"),
        test=0.1,
        sampling=Choice("Balanced", {"strength": 0.5}),
        augmentation=(*map(Choice, steps), Choice("Noise", {"on": False})),
    )
    check_golden("augmented.py", render_script(replace(digits_mlp(), data=data)).text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_script_of_a_template(name: str) -> None:
    text = render_script(load(resource(f"templates/{name}.nnd"))).text
    assert max(map(len, text.splitlines())) <= 120
    check_golden(f"{name.replace('-', '_')}.py", text)


def test_usage_of_a_script_with_a_long_name_stays_within_the_line() -> None:
    for length in range(1, 60):
        project = replace(toy("Moons", 1, loss=Choice("BCEWithLogitsLoss")), name="n" * length)
        text = render_script(project).text
        usage = text.partition("torchrun")[0]
        assert "[--losses FILE]" in usage
        assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("name", ["tpu", "cuda:99", "cuda:x", ""])
def test_a_device_that_is_not_here_is_one_sentence(name: str) -> None:
    choose = build(render_script(toy("Moons", 1, loss=Choice("BCEWithLogitsLoss"))))["choose_device"]
    with pytest.raises(SystemExit, match=r"^There is no device .* here\. Choose auto or one of: .*cpu.*\.$"):
        choose(name)
    assert choose("cpu") == torch.device("cpu")
    assert choose("auto").type == str(torch.accelerator.current_accelerator() or "cpu")


def test_the_oldest_torch_is_that_of_the_package() -> None:
    package = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert f'"torch>={OLDEST_TORCH}"' in package


def run_script(folder: Path, source: Source, *arguments: str, by: tuple[str, ...] = ()) -> str:
    """Run a script in a fresh process; return what it prints."""
    path = folder / "script.py"
    path.write_text(source.text, "utf-8")
    command = [sys.executable, *by, str(path), *arguments]
    # Nothing of Designer can be imported there.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    done = launch(command, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_curve(path: Path) -> list[tuple[int, float]]:
    """Return step and loss of a --losses file."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["step", "loss"]
    return [(int(step), float(loss)) for step, loss in rows[1:]]


def test_script_runs_alone_and_logs_every_step(tmp_path: Path) -> None:
    source = render_script(toy("Moons", 1, loss=Choice("BCEWithLogitsLoss")))
    printed = run_script(tmp_path, source, "--seed", "5", "--losses", "curve.csv", "--out", "weights.safetensors")
    assert re.fullmatch(r"(epoch \d: loss 0\.\d{4}, validation 0\.\d{4}, accuracy \d+\.\d\d%\n){2}", printed)
    curve = read_curve(tmp_path / "curve.csv")

    scope = build(source)
    model, losses_here = scope["train"](2, torch.device("cpu"), 5)
    assert curve == list(enumerate(losses_here, 1))
    assert all(loss == struct.unpack("f", struct.pack("f", loss))[0] for loss in losses_here)
    weights = load_file(tmp_path / "weights.safetensors")
    assert weights.keys() == model.state_dict().keys()
    assert all(torch.equal(weights[name], value) for name, value in model.state_dict().items())


def test_script_runs_under_torchrun(tmp_path: Path) -> None:
    """With what processes must agree on: the losses of a line search, the score a schedule goes by, the end of the run."""
    ways = {
        "optimizer": Choice("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 3}),
        "schedule": Choice("ReduceLROnPlateau"),
        "early_stopping": Choice("EarlyStopping", {"patience": 1, "min_delta": 9.0}),
        "batch_size": 100,
    }
    source = render_script(toy("Moons", 1, loss=Choice("BCEWithLogitsLoss"), **ways))
    by = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    printed = run_script(tmp_path, source, "--epochs", "3", by=by)
    assert [printed.count(f"epoch {epoch}:") for epoch in (1, 2, 3)] == [1, 1, 0]  # one of the two speaks, both stop
    assert set(load_file(tmp_path / "toy.safetensors")) == {
        "layers.0.weight",
        "layers.0.bias",
        "layers.2.weight",
        "layers.2.bias",
    }


def test_train_keeps_the_contract_of_random_numbers() -> None:
    """The engine draws the same numbers in the same order, so that both train bit for bit alike."""
    scope = build(render_script(toy("Spirals", 3, schedule=Choice("StepLR", {"step_size": 1}))))
    _, curve = scope["train"](2, torch.device("cpu"), 3)

    torch.manual_seed(3)
    order = torch.Generator().manual_seed(3)
    (x, y), _ = scope["load_data"]()
    model = scope["Toy"]().to("cpu")
    loss, optimizer = scope["make_loss"](), scope["make_optimizer"](model)
    schedule = scope["make_schedule"](optimizer, 2, 2 * -(-len(x) // 32))
    expected = []
    for _ in range(2):
        model.train()
        for rows in torch.randperm(len(x), generator=order).split(32):
            optimizer.zero_grad()
            value = loss(model(x[rows]), y[rows])
            value.backward()
            optimizer.step()
            expected.append(value.item())
        schedule.step()
    assert curve == expected


def test_a_constant_rate_needs_no_schedule() -> None:
    source = render_script(toy("Moons", 2))
    assert "schedule" not in source.text
    assert "make_schedule" not in build(source)


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "score"),
    [
        ("CrossEntropyLoss", [[0.1, 0.9], [0.9, 0.1], [0.2, 0.8]], [1, 1, 1], 2 / 3),
        ("BCEWithLogitsLoss", [[0.1], [-0.1], [0.6]], [[1.0], [1.0], [0.0]], 1 / 3),
        ("MSELoss", [[0.4], [0.6], [0.9]], [[0.0], [1.0], [0.0]], 2 / 3),
        ("MSELoss", [[0.4, 0.6], [0.6, 0.1]], [[0.0, 1.0], [0.0, 1.0]], 1 / 2),
    ],
)
def test_accuracy_of_classes(loss: str, outputs: list, y: list, score: float) -> None:
    scope = build(render_script(toy("Moons", len(outputs[0]), loss=Choice(loss))))
    measured = scope["measure"](torch.tensor(outputs), torch.tensor(y))
    assert measured.keys() == {"accuracy"}
    assert measured["accuracy"].item() == pytest.approx(score)


def test_r2_and_error_of_values() -> None:
    graph = make_chain(("row", "Input", {}), ("unit", "Linear", {"out_features": 1}), ("out", "Output", {}))
    training = Training(loss=Choice("MSELoss"), epochs=1, device="cpu")
    scope = build(render_script(Project("d", graph, data=Data(Choice("Diabetes")), training=training)))
    y = torch.tensor([[1.0], [2.0], [3.0], [6.0]])
    outputs = torch.tensor([[1.5], [2.0], [2.0], [6.0]])
    measured = scope["measure"](outputs, y)
    assert measured["r2"].item() == pytest.approx(1 - 1.25 / 14)
    assert measured["mae"].item() == pytest.approx(1.5 / 4)
    model, curve = scope["train"](1, torch.device("cpu"), 1)
    scores = scope["evaluate"](model, scope["make_loss"](), *scope["load_data"]()[1])
    assert scores.keys() == {"loss", "r2", "mae"}
    assert scores["r2"] == pytest.approx(
        1 - scores["loss"] / scope["load_data"]()[1][1].var(correction=0).item(), abs=1e-4
    )
    assert len(curve) == 6


def test_evaluation_in_batches_is_that_of_the_whole() -> None:
    scope = build(render_script(toy("Moons", 1, loss=Choice("BCEWithLogitsLoss"))))
    torch.manual_seed(0)
    model, x, y = scope["Toy"](), torch.randn(2500, 2), torch.randint(2, (2500, 1)).float()
    scores = scope["evaluate"](model, scope["make_loss"](), x, y)
    outputs = model.eval()(x)
    assert scores["loss"] == pytest.approx(scope["make_loss"]()(outputs, y).item(), rel=1e-6)
    assert scores["accuracy"] == pytest.approx(((outputs > 0) == (y > 0.5)).float().mean().item())
    assert not any(value.grad is not None for value in model.parameters())


# The same project once with names from anywhere and once with plain ones.
PLAIN = "Zebra crossing"


def make_plain(project: Project) -> tuple[Project, dict[str, str]]:
    """Return the project with harmless text in the place of all its text, and the text by what stands for it."""
    words: dict[str, str] = {}

    def swap(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(swap(item) for item in value)
        if isinstance(value, str) and value:
            return words.setdefault(value, f"zebra{len(words)}")
        return value

    nodes = {key: Node(key, node.kind, "zebra", node.parameters) for key, node in project.graph.nodes.items()}
    source = project.data.source
    assert source is not None
    chosen = {name: swap(value) for name, value in source.parameters.items() if name not in ("unit", "form")}
    if source.kind == "Characters":  # whose letters must be in order, and as many
        letters = str(source.parameters["vocabulary"])
        words[letters] = chosen["vocabulary"] = "".join(sorted(string.ascii_letters + string.digits)[: len(letters)])
    chosen = Choice(source.kind, chosen)
    given = project.data.split.parameters
    split = replace(
        project.data.split, parameters={**given, "column": swap(given.get("column", ""))} if given else given
    )
    data = replace(project.data, source=chosen, split=split)
    plain = Project(PLAIN, Graph(nodes, project.graph.edges), data=data, training=project.training)
    return plain, {stand_in: text for text, stand_in in words.items()}


def walk_together(one: object, other: object) -> Iterator[tuple[object, object]]:
    """Yield what differs between two trees besides identifiers and constants: nothing, or the test fails."""
    assert type(one) is type(other)
    if isinstance(one, ast.AST):
        for name in one._fields:
            yield from walk_together(getattr(one, name), getattr(other, name))
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            yield from walk_together(a, b)
    else:
        yield one, other


def list_comments(text: str) -> list[str]:
    """Return the comments of a source text."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@settings(max_examples=50)
@given(draw_trainings())
def test_no_text_of_a_project_becomes_code(project: Project) -> None:
    plain, texts = make_plain(project)
    source, safe = render_script(project), render_script(plain)
    compile(source.text, "<generated>", "exec")
    stem = re.search(r"default=\"(\w+)\.safetensors\"", source.text)
    assert stem is not None
    said = source.model if source.model.isascii() else re.search(r'description="Train (.*)\."', source.text)[1]
    assert said in (source.model, "the network")
    for mine, harmless in walk_together(ast.parse(source.text), ast.parse(safe.text)):
        if mine == harmless:
            continue
        assert isinstance(mine, str)
        assert isinstance(harmless, str)
        if harmless in texts:
            assert mine == texts[harmless]  # a literal that holds exactly what the project says
        elif harmless.isidentifier() and harmless != "zebra_crossing":
            # A name of ours stays, or has a number because a layer has it already.
            assert harmless.lower().startswith("zebra") or re.fullmatch(f"{harmless}_?[0-9]+", mine)
            assert mine.isidentifier()
            assert mine not in RESERVED - {"x"}
        else:
            expected = harmless.replace("ZebraCrossing", said).replace("zebra_crossing", stem[1])
            assert mine.split() == expected.split()  # a longer name breaks lines elsewhere
    assert list_comments(source.text) == list_comments(safe.text)


def test_paths_are_the_default_of_data() -> None:
    graph = make_chain(
        ("image", "Input", {}), ("f", "Flatten", {}), ("unit", "Linear", {"out_features": 10}), ("out", "Output", {})
    )
    path = 'my "data" \\ folder'
    given_path = render_script(Project("p", graph, data=Data(Choice("Idx", {"path": path}))))
    assert given_path.takes_path
    assert repr(path) in given_path.text
    none = render_script(Project("p", graph, data=Data(Choice("Idx"))))
    assert "required=True" in none.text


def test_names_of_the_script_are_reserved() -> None:
    tree = ast.parse(render_script(digits_mlp(schedule=Choice("StepLR"))).text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names |= {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    recipes = {
        "load_digits_images",
        "split_rows",
        "datasets",
        "digits",
        "held_out",
        "count",
        "tensor",
        "name",
        "score",
        "step",
    }
    assert names - recipes - {"DigitsMlp", "torch.distributed"} <= RESERVED | SCRIPT_NAMES


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data": Data()}, "data"),
        ({"data": Data(Choice("Nonsense"))}, "Nonsense"),
        ({"data": Data(Choice("Digits"), split_seed=10**5000)}, "thousands of digits"),
        ({"training": Training(loss=Choice("Nonsense"))}, "Nonsense"),
        ({"training": Training(optimizer=Choice("Adam", {"lr": -1.0}))}, "lr"),
        ({"training": Training(optimizer=Choice("SGD", {"nesterov": True}))}, "momentum"),
        ({"training": Training(schedule=Choice("import os"))}, "import os"),
    ],
)
def test_what_is_missing_is_said(change: dict, words: str) -> None:
    good = digits_mlp()
    parts = {"data": good.data, "training": good.training} | change
    with pytest.raises(NotReady, match=re.escape(words)):
        render_script(Project(good.name, good.graph, **parts))


def test_training_takes_one_input_and_one_output() -> None:
    project = two_towers()
    with pytest.raises(NotReady):
        render_script(Project("t", project.graph, data=Data(Choice("Iris")), training=Training(loss=Choice("MSELoss"))))


def test_a_network_without_weights_cannot_be_trained() -> None:
    graph = make_chain(("in", "Input", {}), ("flat", "Flatten", {}), ("out", "Output", {}))
    with pytest.raises(NotReady, match="learn"):
        render_script(Project("t", graph, data=Data(Choice("Digits"))))


@settings(max_examples=80)
@given(projects())
def test_any_project_becomes_code_or_is_told_why(project: Project) -> None:
    for render in (render_module, render_script):
        problems = None
        try:
            compile(render(project).text, "<generated>", "exec")
        except NotReady as reason:
            problems = reason.problems
        assert problems != ()
        assert all(problem.message.endswith((".", "?", "!")) for problem in problems or ())
