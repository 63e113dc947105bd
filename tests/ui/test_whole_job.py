"""The main job by hand: from an empty window to a trained network and the script that repeats the run.

Mouse and keyboard only; what is looked at is the document, the curves on the screen and the files on the disk.
"""

import csv
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QTabBar, QWidget
from safetensors.numpy import load_file

from designer.document.files import load
from designer.document.project import Choice, Project
from designer.engine.events import EpochDone, StepsDone, Weights
from designer.ui.window import Window
from tests.ui.conftest import User, wires
from tests.ui.drawing import drag_in, draw_wire, set_value

EPOCHS = 300  # some seconds: time to hold it
BATCHES = 23  # of 64 of the 1,438 digits to train on
LONG = 120_000  # milliseconds: torch is imported on the way, on a machine that may be busy

# Where each layer is dropped: far enough from one another that no card snaps to its neighbour's port.
PLACES = (
    ("Input", QPoint(140, 60)),
    ("Flatten", QPoint(400, 60)),
    ("Linear", QPoint(660, 60)),
    ("ReLU", QPoint(140, 300)),
    ("Linear", QPoint(400, 300)),
    ("Output", QPoint(660, 300)),
)
CHAIN = ("input", "flatten1", "linear1", "relu1", "linear2", "output")


def open_tab(user: User, title: str) -> QWidget:
    """Click a tab at the foot of the window and return its panel."""
    (bar, place), *_ = [
        (bar, place)
        for bar in user.window.findChildren(QTabBar)
        for place in range(bar.count())
        if bar.tabText(place).startswith(title) and bar.isVisible()
    ]
    user.click(bar, bar.tabRect(place).center())
    panel = user.window.workbench.panel(title.lower())
    assert panel.isVisible()
    return panel


def pick(user: User, box: QComboBox, text: str) -> None:
    """Open a list by keyboard, type how an entry begins, and take it."""
    assert box.findText(text, Qt.MatchFlag.MatchStartsWith) >= 0, [box.itemText(row) for row in range(box.count())]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    user.press(Qt.Key.Key_Space, widget=box)
    user.type(text, box.view())
    user.press(Qt.Key.Key_Return, widget=box.view())


@pytest.fixture
def drawn(window, user, carry) -> Window:
    """The window in which a network for the digits was drawn and set up by hand."""
    assert window.editor.project == Project()
    pick(user, open_tab(user, "Data").source.list, "Digits")
    for kind, place in PLACES:
        drag_in(window, carry, kind, place)
    for source, target in pairwise(CHAIN):
        draw_wire(window, source, target)
    layer = window.workbench.panel("inspector").layer
    for node, units in (("linear_1", "32"), ("linear_2", "10")):
        user.click_node(node)
        set_value(user, layer.form, "out_features", units)
    settings = open_tab(user, "Training").settings
    set_value(user, settings.run, "epochs", str(EPOCHS))
    set_value(user, settings.optimizer.form, "lr", "0.01")
    return window


class Diary:
    """What a run told the window."""

    def __init__(self, window: Window) -> None:
        self.losses: list[float] = []
        self.epochs: list[EpochDone] = []
        self.looks: list[int] = []  # the steps after which weights were looked at
        window.trainer.bridge.happened.connect(self.take)

    def take(self, event) -> None:
        if isinstance(event, StepsDone):
            self.losses.extend(event.losses)
        elif isinstance(event, EpochDone):
            self.epochs.append(event)
        elif isinstance(event, Weights):
            self.looks.append(event.step)


@pytest.fixture
def diary(window):
    """What the run tells; it goes on one thread, as the script does below: two would only wait for other tests."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Diary(window)
    torch.set_num_threads(before)


def run_script(script: Path, *words: str) -> list[float]:
    """Run an exported script where Designer cannot be imported; return its losses."""
    log = script.with_suffix(".csv")
    command = [sys.executable, "-I", script.name, "--losses", log.name, "--device", "cpu", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=script.parent, env=environment, capture_output=True, text=True, timeout=LONG / 1000, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    with log.open(newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def test_a_network_is_drawn_by_hand(drawn):
    project = drawn.editor.project
    assert project.data.source == Choice("Digits")
    assert wires(project) == set(pairwise(CHAIN))
    nodes = project.graph.nodes
    assert [nodes[key].parameters["out_features"] for key in ("linear_1", "linear_2")] == [32, 10]
    assert project.training.epochs == EPOCHS
    assert project.training.optimizer == Choice("Adam", {"lr": 0.01})
    assert [problem.message for problem in drawn.editor.problems] == []
    assert drawn.status.totals.text().startswith("6 layers · 2,410 parameters")


def test_it_is_saved_opened_and_undone_to_the_empty_window(drawn, user, tmp_path):
    user.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, drawn)
    user.name_file(tmp_path / "digits")
    project = drawn.editor.project
    assert load(tmp_path / "digits.nnd") == project
    undo, redo = (drawn.menus.actions[f"edit.{way}"] for way in ("undo", "redo"))
    steps = 0
    while undo.isEnabled():
        user.tool("edit.undo")
        steps += 1
    assert drawn.editor.project == Project()
    assert steps >= 1 + len(PLACES) + len(CHAIN) - 1 + 4
    while redo.isEnabled():
        user.tool("edit.redo")
    assert drawn.editor.project == project
    user.tool("file.new")
    assert drawn.editor.project == Project()
    user.tool("file.open")
    user.name_file(tmp_path / "digits.nnd")
    assert drawn.editor.project == project
    assert not drawn.editor.modified


def test_it_trains_pauses_and_goes_on_and_its_script_repeats_the_run(drawn, user, diary, qtbot, tmp_path):
    bridge, curve = drawn.trainer.bridge, open_tab(user, "Training").curves.loss
    user.tool("train.start")
    assert [notice.text for notice in drawn.notices.shown] == []
    qtbot.waitUntil(lambda: len(curve.training) > 0, timeout=LONG)
    drawn_points, picture = len(curve.training), curve.grab().toImage()
    assert drawn.status.run.text().startswith("Training · epoch ")
    qtbot.waitUntil(lambda: len(curve.training) > drawn_points or not bridge.active, timeout=LONG)
    assert len(curve.training) > drawn_points
    assert curve.grab().toImage() != picture

    user.tool("train.pause")
    assert bridge.state == "paused"
    qtbot.waitUntil(lambda: bridge.session.state in ("paused", "ended"), timeout=LONG)
    assert bridge.session.state == "paused"
    bridge.drain()
    held, epochs = len(diary.losses), len(diary.epochs)
    assert 0 < held < EPOCHS * BATCHES
    user.click_node("linear_1")
    open_tab(user, "Weights")
    qtbot.waitUntil(lambda: bool(diary.looks), timeout=LONG)  # the thread still answers, and has not moved on
    assert set(diary.looks) == {held}
    assert len(diary.losses) == len(curve.training) == held
    assert drawn.status.run.text().startswith("Paused")
    user.tool("train.step")  # to the next report: of more steps, or of an epoch
    qtbot.waitUntil(lambda: len(diary.losses) > held or len(diary.epochs) > epochs, timeout=LONG)
    assert bridge.state == "paused"

    open_tab(user, "Training")
    user.tool("train.pause")
    qtbot.waitUntil(lambda: bridge.state == "ended", timeout=LONG)
    assert len(curve.training) == len(diary.losses) == EPOCHS * BATCHES
    accuracy = diary.epochs[-1].val_metrics["accuracy"]
    assert accuracy > 0.9
    assert drawn.status.run.text().endswith(f"epoch {EPOCHS}/{EPOCHS} · {100 * accuracy:.1f} %")

    user.choose("File", "Export script")
    user.name_file(tmp_path / "digits.py")
    assert run_script(tmp_path / "digits.py", "--epochs", "1", "--out", "one.safetensors") == diary.losses[:BATCHES]
    shapes = {tensor.shape for tensor in load_file(tmp_path / "one.safetensors").values()}
    assert shapes == {(32, 64), (32,), (10, 32), (10,)}
    assert run_script(tmp_path / "digits.py") == diary.losses
