"""The main job by hand: from an empty canvas to a trained network and the script that reproduces it.

Mouse and keyboard only; what is looked at is the document, the curve on the screen and the files on the disk.
"""

import csv
import itertools
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox

from designer.document.edits import move_nodes, set_training
from designer.document.project import Project
from designer.engine.events import StepsDone
from designer.ui.window import Window
from tests.ui.conftest import User, settle, wires
from tests.ui.drawing import drag_in, draw_wire, set_value

EPOCHS = 300  # some seconds: time to hold it
LONG = 120_000  # milliseconds: torch is imported on the way, on a machine that may be busy

# Far enough from one another that no card snaps to its neighbour's port.
PLACES = {
    "Input": QPoint(140, 60),
    "Flatten": QPoint(400, 60),
    "Linear": QPoint(660, 60),
    "ReLU": QPoint(140, 300),
    "Output": QPoint(660, 300),
}
CHAIN = ["input", "flatten1", "linear1", "relu1", "linear2", "output"]


def pick(user: User, box: QComboBox, start: str) -> None:
    """Choose from a list by typing the beginning of an entry."""
    box.setFocus()
    user.press(Qt.Key.Key_Space, widget=box)
    view = box.view()
    row = box.findText(start, Qt.MatchFlag.MatchStartsWith)
    user.click(view.viewport(), view.visualRect(view.model().index(row, 0)).center())


def build(window: Window, user: User, carry) -> None:
    for kind, place in PLACES.items():
        drag_in(window, carry, kind, place)
    user.double_click(window.canvas.viewport(), QPoint(400, 300))
    user.type("lin", window.hands.box.line)
    user.press(Qt.Key.Key_Return, widget=window.hands.box.line)
    for source, target in itertools.pairwise(CHAIN):
        draw_wire(window, source, target)


@pytest.fixture
def built(window, user, carry, qtbot) -> Window:
    """A window in which a network for the digits was drawn and set up by hand."""
    build(window, user, carry)
    data = user.show("data")
    pick(user, data.source.list, "Digits")
    window.editor.select([])
    inspector = window.workbench.panel("inspector").layer
    user.click_node("linear_1")
    set_value(user, inspector.form, "out_features", "32")
    user.click_node("linear_2")
    set_value(user, inspector.form, "out_features", "10")
    training = user.show("training")
    set_value(user, training.settings.run, "epochs", str(EPOCHS))
    set_value(user, training.settings.optimizer.form, "lr", "0.02")
    return window


def test_from_an_empty_canvas_to_a_script_that_reproduces_the_run(built, user, qtbot, one_thread, tmp_path):
    window = built
    project = window.editor.project
    assert wires(project) == set(itertools.pairwise(CHAIN))
    assert [problem.message for problem in window.editor.problems if problem.severity == "error"] == []
    losses: list[float] = []
    bridge, training = window.trainer.bridge, window.workbench.panel("training")
    bridge.happened.connect(lambda event: losses.extend(event.losses if isinstance(event, StepsDone) else ()))

    user.tool("train.start")
    qtbot.waitUntil(lambda: len(losses) > 3, timeout=LONG)
    assert window.status.run.text().startswith("Training · epoch ")
    assert not window.menus.actions["train.start"].isEnabled()

    user.tool("train.pause")
    qtbot.waitUntil(lambda: bridge.session.state == "paused", timeout=LONG)
    bridge.drain()
    held = len(losses)
    assert window.menus.actions["train.pause"].text() == "Resume"
    before = training.curves.grab().toImage()
    while len(losses) == held:  # the next report may be one of validation, without a loss
        user.tool("train.step")
        qtbot.waitUntil(lambda: bridge.session.state == "paused", timeout=LONG)
        bridge.drain()
    assert len(losses) < held + 40
    user.tool("train.pause")
    qtbot.waitUntil(lambda: bridge.state == "ended", timeout=LONG)
    settle()
    assert len(losses) == EPOCHS * 23  # 1,438 training rows in batches of 64
    qtbot.waitUntil(lambda: training.curves.grab().toImage() != before)
    assert f"epoch {EPOCHS}/{EPOCHS}" in window.status.run.text()

    script = tmp_path / "digits.py"
    user.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, window)
    user.name_file(script)
    command = [sys.executable, script, "--losses", tmp_path / "losses.csv", "--device", "cpu"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LONG / 1000, check=False)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "losses.csv").open(newline="") as file:
        assert [float(row["loss"]) for row in csv.DictReader(file)] == losses
    assert losses[-1] < losses[0] / 2

    for _ in range(len(window.editor.history.titles)):
        user.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, window)
    assert window.editor.project == Project()


def test_what_is_not_ready_is_not_trained_but_explained(window, user, carry):
    drag_in(window, carry, "Linear", QPoint(300, 200))
    user.press(Qt.Key.Key_F5, widget=window)
    (notice,) = window.notices.shown
    assert notice.text.startswith("Not ready to train.")
    assert window.trainer.state == "idle"
    user.answer("Show problems")
    settle()
    assert window.workbench.panel("problems").isVisible()


def test_what_was_not_ready_is_not_said_of_the_network_it_becomes(window, user, carry):
    drag_in(window, carry, "Linear", QPoint(300, 200))
    user.press(Qt.Key.Key_F5, widget=window)
    (node,) = window.editor.project.graph.nodes
    window.editor.apply("move", move_nodes(window.editor.project, {node: (40.0, 40.0)}))
    assert [notice.key for notice in window.notices.shown] == ["unready"]
    user.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, window)
    assert [notice.key for notice in window.notices.shown] == ["unready"]
    user.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, window)
    assert not window.notices.shown


def test_closing_the_window_ends_a_run(window, user, chain, qtbot, one_thread):
    window.filing.show(set_training(chain, replace(chain.training, epochs=100_000)))
    user.tool("train.start")
    qtbot.waitUntil(lambda: window.trainer.bridge.progress.step > 0, timeout=LONG)
    window.close()
    assert not window.isVisible()
    assert not window.trainer.is_active
