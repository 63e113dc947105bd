"""Budgets of finding one's way at ten thousand nodes: find, outline, minimap; and of the box of layers."""

import time
from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from designer.catalogue.templates import open_template
from designer.document.edits import set_parameter
from designer.ui.app import open_offscreen
from designer.ui.canvas.geometry import PortRef
from designer.ui.panels.outline import Outline
from designer.ui.window import Window
from tests.benchmarks.networks import make_residual
from tests.benchmarks.table import Row

COUNT = 10_000
TYPED = ("r", "re", "relu", "conv2d 1", "16x8x8", "kernel_size=3", "problem", "cv2")


def measure_finding() -> list[Row]:
    """Measure all of them."""
    with open_offscreen(open_template("digits-cnn")) as window:
        rows = [_measure_box(window)]
    with open_offscreen(make_residual(COUNT)) as window:
        return [*rows, *_measure_find(window), _measure_outline(window), *_measure_minimap(window)]


def _measure_box(window: Window) -> Row:
    node = next(iter(window.editor.view.graph.outgoing))
    target = window.editor.view.graph.outgoing[node][0].target
    times = []
    for port in (None, PortRef(node, 0, True), PortRef(target, 0, False)) * 2:
        times.append(_time(lambda port=port: window.asking.ask_layer_at(QPointF(0, 0), port)))
        window.asking.box.close()
    return _row("search box opened, from a port too", 30, times)


def _measure_find(window: Window) -> list[Row]:
    bar = window.find_bar
    opened = [_time(bar.open)]
    times = [_time(lambda text=text: bar.line.setText(text)) for text in TYPED]
    bar.leave()
    return [_row("find opened, 10,000 nodes", 500, opened), _row("a key typed into find, 10,000 nodes", 50, times)]


def _measure_outline(window: Window) -> Row:
    editor = window.editor
    window.workbench.show("outline")
    outline = window.workbench.panel("outline")
    assert isinstance(outline, Outline)
    QApplication.processEvents()
    window.workbench.show("palette")  # hidden it does nothing of its own: what it does then is timed here
    node = next(key for key in editor.view.graph.nodes if key.startswith("conv2d"))
    times = []
    for bias in (False, True, False):
        editor.apply("set", set_parameter(editor.project, node, "bias", bias))
        times.append(_time(lambda: outline.model.show(editor.inference, editor.problems)))
    return _row("an edit shown in the outline, 10,000 nodes", 5, times)


def _measure_minimap(window: Window) -> list[Row]:
    window.canvas.zoom_by(20)
    minimap = window.canvas.minimap
    drawn = [_time(minimap.renew) for _ in range(3)]
    return [
        _row("minimap drawn anew, 10,000 nodes", 33, drawn),
        _row("minimap asked, each frame, 10,000 nodes", 0.1, [_time(minimap.look) for _ in range(50)]),
    ]


def _row(what: str, limit: float, times: list[float]) -> Row:
    return Row(what, f"{limit:g} ms", f"{max(times):.2f} ms at most", max(times) <= limit)


def _time(run: Callable[[], object]) -> float:
    """Return the milliseconds of the processor that something takes."""
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000
