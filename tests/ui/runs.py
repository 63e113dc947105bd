"""Small projects that train in a moment, and bridges with their runs."""

import contextlib
from dataclasses import replace

import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from designer.codegen.script import render_script
from designer.document.edits import add_node, connect, set_data, set_training
from designer.document.graph import Edge
from designer.document.project import Choice, Data, Project, Training
from designer.engine.events import Event
from designer.ui.bridge import TrainingBridge
from tests.ui.conftest import settle

LAYERS = (("Linear", {"out_features": 8}), ("Tanh", {}), ("Linear", {"out_features": 1}))


def make_moons(epochs: int = 3, layers=LAYERS, **training: object) -> Project:
    """500 points in the plane, 400 of them to train on in batches of 50: 8 steps an epoch."""
    project = set_data(Project(name="moons"), Data(Choice("Moons")))
    before = None
    for kind, parameters in (("Input", {}), *layers, ("Output", {})):
        project, new = add_node(project, kind, parameters=parameters)
        if before is not None:
            project = connect(project, Edge(before, 0, new, 0))
        before = new
    settings = Training(Choice("BCEWithLogitsLoss"), epochs=epochs, batch_size=50, device="cpu")
    return set_training(project, replace(settings, **training))


def type_into(field: QWidget, text: str) -> None:
    """Replace what stands in a field, key by key, as somebody does whose window is in front."""
    field.window().activateWindow()
    QTest.qWaitForWindowActive(field.window())
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@contextlib.contextmanager
def single_thread():
    """Let torch use one thread: small networks gain nothing from more, and on a busy machine all wait for the slowest."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def looked_at(window, name: str):
    """Give a panel below the canvas, in a window with room for it, and put an end to all that runs."""
    with single_thread():
        window.resize(1600, 1000)
        window.workbench.show(name)
        window.resizeDocks([window.workbench.docks[name]], [480], Qt.Orientation.Vertical)
        settle()
        yield window.workbench.panel(name)
        window.trying.cancel()
        window.evaluating.cancel()
        window.trainer.shut_down()
        settle()


@contextlib.contextmanager
def running(qtbot):
    """Give a bridge with its events, and see to its end."""
    with single_thread():
        bridge = TrainingBridge()
        try:
            yield Run(qtbot, bridge)
        finally:
            bridge.shut_down()


class Run:
    """A bridge and every event it told of."""

    def __init__(self, qtbot, bridge: TrainingBridge) -> None:
        torch.set_num_threads(
            1
        )  # small networks gain nothing from more, and on a busy machine all wait for the slowest
        self.qtbot, self.bridge = qtbot, bridge
        self.events: list[Event] = []
        self.states: list[str] = []
        bridge.happened.connect(self.events.append)
        bridge.state_changed.connect(self.states.append)

    def start(self, project: Project, **out: object) -> "Run":
        self.bridge.start(project, render_script(project), **out)
        return self

    def wait_for(self, kind: type, count: int = 1) -> None:
        self.qtbot.waitUntil(lambda: len(self.of(kind)) >= count, timeout=30_000)

    def wait_until(self, state: str) -> None:
        self.qtbot.waitUntil(lambda: self.bridge.state == state, timeout=30_000)

    def wait_until_held(self) -> None:
        """Until the thread stands still, and all it said is heard."""
        self.qtbot.waitUntil(lambda: self.bridge.session.state == "paused", timeout=30_000)
        self.bridge.drain()

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]
