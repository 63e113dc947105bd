"""The same canvas by NodeGraphQt 0.6, side by side in one run: build a thousand nodes, pan with all in view, drag one.

NodeGraphQt is no dependency of ours: `pip install --no-deps --target FOLDER "NodeGraphQt==0.6.*" Qt.py`, and FOLDER in the
environment variable DESIGNER_BENCH_SITE.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from designer.document.project import Project
from designer.ui.app import make_application
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.theme import load_theme
from tests.benchmarks.canvas import CANVAS
from tests.benchmarks.networks import make_residual
from tests.benchmarks.table import Row, median

COUNT = 1000
TIMES = 10  # so much faster ours should be
FRAMES = 20
SITE = "DESIGNER_BENCH_SITE"


def measure_peer() -> list[Row]:
    """Measure both, medians, in milliseconds of the processor."""
    application = make_application()
    budget = f"{TIMES} times as fast as NodeGraphQt 0.6"
    if os.environ.get(SITE):
        sys.path.append(os.environ[SITE])
    try:
        peer: Any = importlib.import_module("NodeGraphQt")
    except ImportError as reason:
        why = f"not installed ({reason}): see tests/benchmarks/nodegraphqt.py"
        return [Row(f"NodeGraphQt side by side, {COUNT:,} nodes", budget, why, None)]
    project = make_residual(COUNT)
    theirs, ours = _measure_theirs(peer, project), _measure_ours(project)
    application.processEvents()
    return [
        Row(
            f"{what}, {COUNT:,} nodes, side by side",
            budget,
            f"{theirs[what] / ours[what]:.1f} times ({ours[what]:.1f} ms against {theirs[what]:.1f} ms)",
            theirs[what] >= TIMES * ours[what],
        )
        for what in ours
    ]


def _measure_ours(project: Project) -> dict[str, float]:
    def build() -> CanvasView:
        view = CanvasView(Editor(Project(**{f: getattr(project, f) for f in ("graph", "layout", "data")})), theme)
        view.resize(*CANVAS)
        view.show()
        QApplication.processEvents()
        view.fit_all()
        view.viewport().repaint()
        return view

    theme = load_theme("dark")
    build().close()
    began = time.process_time()
    view = build()
    spent = {"build and paint": 1e3 * (time.process_time() - began)}
    viewport = view.viewport()
    spent["pan, all in view"] = _time_frames(viewport, lambda turn: view.scroll_by(QPoint(7 if turn % 2 else -7, 3)))
    view.fit_all()
    viewport.repaint()
    box = view.sheet.nodes[next(iter(project.graph.nodes))].box
    at = view.mapFromScene((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    spent["drag a node, all in view"] = _time_drag(viewport, at)
    view.close()
    return spent


def _measure_theirs(peer: Any, project: Project) -> dict[str, float]:
    class Layer(peer.BaseNode):  # type: ignore[name-defined, misc]
        __identifier__ = "benchmark"
        NODE_NAME = "layer"

        def __init__(self) -> None:
            super().__init__()
            self.add_input("first")
            self.add_input("second")
            self.add_output("output")

    def build() -> Any:
        graph = peer.NodeGraph()
        graph.set_acyclic(False)  # else it walks the whole network for every wire
        graph.register_node(Layer)
        made = {}
        for key in project.graph.nodes:
            place = list(project.layout[key])
            made[key] = graph.create_node("benchmark.Layer", name=key, pos=place, selected=False, push_undo=False)
        for edge in project.graph.edges:
            target = made[edge.target].input(edge.target_port)
            made[edge.source].output(0).connect_to(target, push_undo=False)
        graph.widget.resize(*CANVAS)
        graph.widget.show()
        QApplication.processEvents()
        graph.viewer().zoom_to_nodes([node.view for node in made.values()])
        graph.viewer().viewport().repaint()
        return graph, made

    began = time.process_time()
    graph, made = build()
    spent = {"build and paint": 1e3 * (time.process_time() - began)}
    viewer = graph.viewer()
    viewport = viewer.viewport()
    spent["pan, all in view"] = _time_frames(viewport, lambda turn: viewer._set_viewer_pan(7 if turn % 2 else -7, 3))
    viewer.zoom_to_nodes([node.view for node in made.values()])
    viewport.repaint()
    item = next(iter(made.values())).view
    middle = item.sceneBoundingRect().center()
    spent["drag a node, all in view"] = _time_drag(viewport, viewer.mapFromScene(middle))
    graph.widget.close()
    return spent


def _time_frames(viewport: QWidget, step: Callable[[int], object]) -> float:
    turns = iter(range(10_000))

    def frame() -> float:
        began = time.process_time()
        step(next(turns))
        viewport.repaint()
        return 1e3 * (time.process_time() - began)

    frame()
    return median(frame, FRAMES)


def _time_drag(viewport: QWidget, at: QPoint) -> float:
    def send(kind: QEvent.Type, place: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        keys = Qt.KeyboardModifier.NoModifier
        spot = QPointF(viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, QMouseEvent(kind, QPointF(place), spot, button, held, keys))

    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, at, left, left)

    def move(turn: int) -> None:
        send(QEvent.Type.MouseMove, at + QPoint(12 + 3 * turn % 90, 2 * turn % 60), none, left)

    spent = _time_frames(viewport, move)
    send(QEvent.Type.MouseButtonRelease, at, left, none)
    return spent
