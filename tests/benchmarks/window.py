"""Budgets of the window: its first paint, frames of the canvas, edits, opening, and stalls while it trains."""

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QApplication

from designer.catalogue.templates import open_template
from designer.document.edits import set_parameter
from designer.document.files import load, save
from designer.ui.app import QUIT_AFTER_PAINT, make_application, open_offscreen
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.theme import load_theme
from tests.benchmarks.networks import make_residual
from tests.benchmarks.table import Row, median, percentile

CANVAS = (1400, 900)
TICK = 10  # milliseconds between two ticks of the timer whose delays are the window's stalls


def measure_start() -> Row:
    """Measure process start to first paint against a Python that imports torch, median of five each."""
    environment = os.environ | {QUIT_AFTER_PAINT: "1", "QT_QPA_PLATFORM": "offscreen"}
    # torch comes compiled to bytecode; a source tree is on its first start, unless Python is told to keep nothing.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _run([sys.executable, "-m", "designer"], environment)  # once, so that both find their files, and in memory
    _run([sys.executable, "-c", "import torch"], environment)
    ours = median(lambda: float(_run([sys.executable, "-m", "designer"], environment)))
    theirs = median(lambda: _time(lambda: _run([sys.executable, "-c", "import torch"], environment)))
    return Row(
        "window painted, from process start",
        "0.4 of `import torch`",
        f"{ours / theirs:.2f} ({ours:.2f} s against {theirs:.2f} s)",
        ours / theirs <= 0.4,
    )


def measure_edit(count: int = 500, edits: int = 60) -> Row:
    """Measure one parameter edit until shapes, problems and code are there, 95th percentile."""
    project = make_residual(count)
    editor = Editor(project)
    editor.code()
    convolutions = [node for node in project.graph.nodes.values() if node.kind == "Conv2d"]
    times = []
    for turn in range(edits):
        node = convolutions[turn * 7 % len(convolutions)]
        began = time.perf_counter()
        editor.apply("edit", set_parameter(editor.project, node.id, "bias", turn % 2 == 0))
        editor.code()
        times.append((time.perf_counter() - began) * 1e3)
    worst = percentile(times, 0.95)
    return Row(f"edit to shapes, problems and code, {count} nodes", "16 ms at p95", f"{worst:.1f} ms", worst <= 16)


def measure_frames(count: int, budget: float) -> Row:
    """Measure panning and zooming with all nodes in view, each frame painted whole, 95th percentile."""
    make_application()
    view = CanvasView(Editor(make_residual(count)), load_theme("dark"))
    view.resize(*CANVAS)
    view.show()
    view.fit_all()
    QApplication.processEvents()
    steps: list[Callable[[int], object]] = [
        lambda turn: view.scroll_by(QPoint(7 if turn % 2 else -7, 5)),
        lambda turn: view.zoom_by(1.02 if turn % 2 else 1 / 1.02),
    ]
    times = []
    for step in steps:
        view.fit_all()
        for turn in range(40):
            began = time.perf_counter()
            step(turn)
            view.viewport().repaint()
            times.append((time.perf_counter() - began) * 1e3)
    view.close()
    view.deleteLater()
    worst = percentile(times, 0.95)
    return Row(
        f"pan or zoom, {count:,} nodes all in view",
        f"{budget:.0f} ms a frame",
        f"{worst:.1f} ms at p95",
        worst <= budget,
    )


def measure_open(count: int = 10_000) -> Row:
    """Measure a file of many nodes from disk to the painted canvas, median of five."""
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.nnd"
        save(path, make_residual(count))

        def open_file() -> float:
            began = time.perf_counter()
            view = CanvasView(Editor(load(path)), load_theme("dark"))
            view.resize(*CANVAS)
            view.show()
            view.fit_all()
            view.viewport().repaint()
            spent = time.perf_counter() - began
            view.close()
            view.deleteLater()
            QApplication.processEvents()
            return spent

        seconds = median(open_file)
    return Row(f"open a file of {count:,} nodes", "1 s", f"{seconds:.2f} s", seconds <= 1)


def measure_stalls(mnist: Path | None, seconds: float = 15.0) -> Row:
    """Measure how late a timer of the window fires while it trains with all views fed, 99th percentile."""
    project = open_template("digits-mlp" if mnist is None else "mnist-mlp", mnist)
    with open_offscreen(project) as window:
        window.editor.select([next(node.id for node in project.graph.nodes.values() if node.kind == "Linear")])
        bridge, loop = window.trainer.bridge, QEventLoop()
        started = QEventLoop()
        bridge.happened.connect(lambda event: started.quit() if type(event).__name__ == "StepsDone" else None)
        bridge.state_changed.connect(lambda state: (started.quit(), loop.quit()) if state == "ended" else None)
        window.menus.actions["train.start"].trigger()
        started.exec()
        ticks: list[float] = []
        timer = QTimer(interval=TICK)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()
        timer.stop()
    gaps = [(after - before) * 1e3 - TICK for before, after in itertools.pairwise(ticks)]
    worst = percentile(gaps, 0.99)
    return Row(
        f"window's stall while training {project.name}",
        "33 ms at p99",
        f"{worst:.0f} ms (longest {max(gaps):.0f} ms, {len(gaps):,} ticks)",
        worst <= 33,
    )


def _run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip() or "0"


def _time(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
