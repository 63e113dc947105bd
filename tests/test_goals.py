"""What the program is for, held to its word: the limits of a perceptron, and MNIST's digits read at 97.5 %.

That the toy templates learn what they say is tested in tests/catalogue/test_templates.py; here, that they say it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from designer.catalogue.templates import list_templates, open_template
from designer.cli import main
from designer.document.edits import set_training
from designer.document.files import load
from designer.engine.events import EpochDone
from designer.ui.app import open_offscreen
from tests.idx_files import take_idx
from tests.ui.conftest import User

ROOT = Path(__file__).resolve().parents[1]
MNIST = ROOT.parent / "shared" / "data" / "mnist"
GOAL = 0.975
EPOCHS = 5
LONG = 900  # seconds; each run takes half a minute on a quiet machine

needs_mnist = pytest.mark.skipif(not MNIST.is_dir(), reason=f"the four files of MNIST are not in {MNIST}")


@pytest.mark.parametrize(
    ("name", "layers", "says"),
    [
        ("and-perceptron", {"Linear": [1], "Step": [None]}, "accuracy reaches 100 %"),
        ("xor-perceptron", {"Linear": [1], "Step": [None]}, "accuracy never passes 75 %"),
        ("xor", {"Linear": [4, 1], "Tanh": [None]}, "enough to learn XOR, which no single unit can"),
    ],
)
def test_templates_say_what_a_perceptron_can_learn(name, layers, says):
    graph = open_template(name).graph
    found: dict[str, list[object]] = {}
    for node in graph.nodes.values():
        if node.kind not in ("Input", "Output"):
            found.setdefault(node.kind, []).append(node.parameters.get("out_features"))
    assert found == layers
    template = next(template for template in list_templates() if template.name == name)
    assert says in f"{template.summary} {template.story}"


class CommandLine:
    """`designer` in a process of its own.

    On one thread: where a machine has other work to do, two would mostly wait for each other. And as many as the
    window has below, so that the figures of both can be compared bit for bit.
    """

    def __init__(self, folder: Path, *words: object) -> None:
        self._output, self._errors = folder / "output.txt", folder / "errors.txt"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "designer", *map(str, words)],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                stdout=output,
                stderr=errors,
            )

    def read(self) -> list[dict]:
        """Wait for the end and return the lines of JSON."""
        assert self.process.wait(LONG) == 0, self._errors.read_text()
        return [json.loads(line) for line in self._output.read_text().splitlines()]


@pytest.fixture(scope="module")
def mnist_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("mnist") / "mnist.nnd"
    assert main(["new", "mnist-mlp", "--data", str(MNIST), "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def trained(mnist_file, tmp_path_factory) -> Iterator[CommandLine]:
    """`designer train` on MNIST, under way beside the window's run, of which it repeats the first epoch."""
    words = ("train", mnist_file, "--epochs", 1, "--device", "cpu", "--json")
    command = CommandLine(tmp_path_factory.mktemp("trained"), *words)
    yield command
    command.process.kill()
    command.process.wait(30)


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@needs_mnist
@pytest.mark.usefixtures("one_thread")
def test_the_window_reads_mnist(mnist_file, trained, qtbot):
    project = load(mnist_file)
    project = set_training(project, replace(project.training, epochs=EPOCHS, device="cpu"))
    epochs: list[EpochDone] = []
    with open_offscreen(project, mnist_file, size=(1200, 800)) as window:
        bridge = window.trainer.bridge
        bridge.happened.connect(lambda event: epochs.append(event) if isinstance(event, EpochDone) else None)
        User(window).tool("train.start")
        reached = lambda: bool(epochs) and epochs[-1].val_metrics["accuracy"] >= GOAL  # noqa: E731
        qtbot.waitUntil(lambda: reached() or bridge.state == "ended", timeout=LONG * 1000)
        bridge.stop()
        qtbot.waitUntil(lambda: bridge.state == "ended", timeout=LONG * 1000)
        assert reached(), [epoch.val_metrics for epoch in epochs]
        assert len(epochs) <= EPOCHS
        assert f"{100 * epochs[-1].val_metrics['accuracy']:.1f} %" in window.status.run.text()
    (told,) = (event for event in trained.read() if event["event"] == "epoch")
    assert (epochs[0].train_loss, epochs[0].val_loss) == (told["train_loss"], told["val_loss"])


@needs_mnist
def test_the_command_line_reads_mnist_as_the_window_does(trained):
    started, epoch, finished = trained.read()
    assert started["parameters"] == 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10
    assert (started["samples"], started["validation_samples"]) == (60_000, 10_000)
    assert started["steps_per_epoch"] == 938  # batches of 64
    assert (epoch["epoch"], epoch["step"]) == (1, 938)
    assert epoch["val_accuracy"] > 0.95
    assert epoch["seconds"] > 0
    assert (finished["event"], finished["reason"]) == ("finished", "finished")


@needs_mnist
def test_the_script_repeats_mnist_bit_for_bit(mnist_file, tmp_path):
    (tmp_path / "part").mkdir()
    part = take_idx(MNIST, tmp_path / "part", 9_600)
    (verdict,) = CommandLine(tmp_path, "verify", mnist_file, "--data", part, "--epochs", 1, "--json").read()
    assert verdict["equal"], verdict["message"]
    assert (verdict["steps"], verdict["weights"]) == (150, 535_818)
