"""Budgets of the editor at a thousand and ten thousand nodes: open, look about, drag, undo and edit, in the real window.

Times are seconds of the processor, as other programs on the machine do not count then; a frame is put on the screen
whole, whatever of it the canvas draws anew.
"""

import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from designer.document import edits
from designer.document.files import load, save
from designer.document.project import Project
from designer.ui.app import make_application, open_offscreen
from designer.ui.canvas.view import CanvasView
from designer.ui.editor import Editor
from designer.ui.theme import load_theme
from designer.ui.window import Window
from tests.benchmarks.networks import make_residual
from tests.benchmarks.table import Row, percentile

CANVAS = (1400, 900)
FRAME = 16.0  # milliseconds: what everything may take at a thousand nodes
TURNS = 24
REST = 1.0  # seconds before the first hand: the window makes meanwhile what it may need next


def measure_canvas(count: int) -> list[Row]:
    """Measure all rows at so many nodes."""
    large = count > 1000
    rows = [*_measure_opening(count, 1000.0 if large else 100.0)]
    with open_offscreen(make_residual(count)) as window:
        _rest(REST)
        Bench(window)  # everything is made once before it counts
        bench = Bench(window)
        budget = {"all": 33.0, "near": 8.0, "drag": FRAME, "undo": 50.0, "edit": 100.0}
        if not large:
            budget = {**dict.fromkeys(budget, FRAME), "near": 8.0}
        for what, limit, times in bench.measure(budget):
            worst = percentile(times, 0.95)
            figures = f"{worst:.1f} ms at p95 (median {percentile(times, 0.5):.1f})"
            rows.append(Row(f"{what}, {count:,} nodes", f"{limit:.0f} ms", figures, worst <= limit))
    return rows


def _measure_opening(count: int, budget: float) -> Iterator[Row]:
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"large{number}.nnd" for number in range(4)]  # a file that is open is only shown again
        for path in paths:
            save(path, make_residual(count))
        bare = min(_open_bare(path) for path in paths)
        with open_offscreen(Project()) as window:
            opened = min(_open_in(window, path) for path in paths)
    for where, spent in (("canvas", bare), ("window", opened)):
        yield Row(
            f"open a file in the {where}, {count:,} nodes", f"{budget:,.0f} ms", f"{spent:.0f} ms", spent <= budget
        )


def _open_bare(path: Path) -> float:
    began = time.process_time()
    view = CanvasView(Editor(load(path)), load_theme("dark"))
    view.resize(*CANVAS)
    view.show()
    QApplication.processEvents()
    view.fit_all()
    view.viewport().repaint()
    spent = 1e3 * (time.process_time() - began)
    view.close()
    view.deleteLater()
    _settle()
    return spent


def _open_in(window: Window, path: Path) -> float:
    began = time.process_time()
    window.filing.open(path)
    window.canvas.viewport().repaint()
    _settle()
    return 1e3 * (time.process_time() - began)


class Bench:
    """Hands that work in a window of a large network. Each measurement gives milliseconds, one for each turn."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.canvas = window.canvas
        self.editor = window.editor
        self.project = window.editor.project
        self.convolutions = [key for key, node in self.project.graph.nodes.items() if node.kind == "Conv2d"]

    def measure(self, budget: dict[str, float]) -> Iterator[tuple[str, float, list[float]]]:
        """Yield what was measured, its budget and the times."""
        yield "pan, all in view", budget["all"], self._look(far=True, zoom=False)
        yield "zoom, all in view", budget["all"], self._look(far=True, zoom=True)
        yield "pan at reading zoom", budget["near"], self._look(far=False, zoom=False)
        yield "zoom at reading zoom", budget["near"], self._look(far=False, zoom=True)
        yield "hover", budget["drag"], self._hover()
        yield "drag a node", budget["drag"], self._drag(1)
        yield "drag ten nodes", budget["drag"], self._drag(10)
        yield "select all", budget["undo"], self._time(self._select_all)
        yield "box over all", budget["undo"], self._box()
        yield "drop a dragged node", budget["undo"], self._time_edits(self._move)
        for name, edit in (
            ("move", self._move),
            ("edit", self._set),
            ("insertion", self._insert),
            ("deletion", self._delete),
            ("rearrangement", self._rearrange),
        ):
            undone, redone = self._undo(edit)
            yield f"undo of a {name}", budget["undo"], undone
            yield f"redo of a {name}", budget["undo"], redone
        with self._code_in_view():
            for name, edit in (
                ("setting a parameter", self._set),
                ("setting channels", self._widen),
                ("inserting a layer", self._insert),
                ("deleting a layer", self._delete),
                ("cutting a wire", self._cut),
                ("drawing a wire", self._connect),
            ):
                yield f"shapes, problems, code, panels after {name}", budget["edit"], self._time_edits(edit, code=True)

    def _paint(self) -> None:
        """Paint as Qt does on its own: after widgets are laid out anew, not before it and once more after it."""
        for _ in range(4):  # a part that was laid out lets what it lies in be laid out
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.canvas.viewport().repaint()

    def _time(self, act: Callable[[int], object], turns: int = TURNS) -> list[float]:
        times = []
        for turn in range(turns):
            began = time.process_time()
            act(turn)
            self._paint()
            times.append(1e3 * (time.process_time() - began))
        return times

    def _come_near(self, turn: int = 0) -> str:
        """Look at a convolution in the middle at the scale at which everything is read; return its node."""
        node = self.convolutions[len(self.convolutions) // 2 + turn]
        self.canvas.fit_all()
        self.canvas.centre_on(node)
        self.canvas.zoom_by(1 / self.canvas.scale_now)
        self._paint()
        return node

    def _look(self, far: bool, zoom: bool) -> list[float]:
        if far:
            self.canvas.fit_all()
        else:
            self._come_near()
        self._paint()
        if zoom:
            return self._time(lambda turn: self.canvas.zoom_by(1.02 if turn % 2 else 1 / 1.02), 2 * TURNS)
        return self._time(lambda turn: self.canvas.scroll_by(QPoint(7 if turn % 2 else -7, 5)), 2 * TURNS)

    def _send(self, kind: QEvent.Type, at: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        viewport = self.canvas.viewport()
        button = Qt.MouseButton.LeftButton if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        place = QPointF(at)
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            viewport, QMouseEvent(kind, place, QPointF(viewport.mapToGlobal(at)), button, held, keys)
        )

    def _place_of(self, node: str) -> QPoint:
        box = self.canvas.sheet.nodes[node].box
        return self.canvas.mapFromScene((box.left + box.right) / 2, box.top + 20)

    def _hover(self) -> list[float]:
        at = self._place_of(self._come_near())
        move = QEvent.Type.MouseMove
        return self._time(lambda turn: self._send(move, at + QPoint(12 * turn - 140, 9 * turn - 100)))

    def _drag(self, many: int) -> list[float]:
        node = self._come_near()
        at = self._place_of(node)
        first = self.convolutions.index(node)
        self.editor.select(self.convolutions[first : first + many])
        held = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonPress, at, held)
        times = self._time(lambda turn: self._send(QEvent.Type.MouseMove, at + QPoint(16 + 8 * turn, 4 * turn), held))
        self.canvas.stop()
        self.editor.select()
        self._paint()
        return times

    def _box(self) -> list[float]:
        self.canvas.fit_all()
        self._paint()
        held, corner = Qt.MouseButton.LeftButton, QPoint(2, 2)
        size = self.canvas.viewport().size()
        self._send(QEvent.Type.MouseButtonPress, corner, held)
        times = self._time(
            lambda turn: self._send(
                QEvent.Type.MouseMove,
                corner + QPoint((turn + 1) * size.width() // (TURNS + 1), (turn + 1) * size.height() // (TURNS + 1)),
                held,
            )
        )
        self.canvas.stop()
        self.editor.select()
        self._paint()
        return times

    def _select_all(self, turn: int) -> None:
        self.editor.select(() if turn % 2 else self.editor.view.graph.nodes)

    # Edits, each from the project as it was at first: the turn-th one of its kind.

    def _middle(self, turn: int) -> str:
        return self.convolutions[len(self.convolutions) // 2 + 7 * turn]

    def _move(self, turn: int) -> Project:
        x, y = self.project.layout[self._middle(turn)]
        return edits.move_nodes(self.project, {self._middle(turn): (x + 24, y + 16)})

    def _set(self, turn: int) -> Project:
        return edits.set_parameter(self.project, self._middle(turn), "bias", True)

    def _widen(self, turn: int) -> Project:
        return edits.set_parameter(self.project, self._middle(turn), "kernel_size", 5)

    def _insert(self, turn: int) -> Project:
        wire = self.project.graph.incoming[self._middle(turn)][0]
        return edits.insert_on_edge(self.project, wire, "ReLU")[0]

    def _delete(self, turn: int) -> Project:
        before = self.project.graph.outgoing[self._middle(turn)][0].target
        return edits.remove_nodes(self.project, [before], close_gap=True)

    def _rearrange(self, turn: int) -> Project:
        """Move every card, as an Arrange does."""
        layout = self.project.layout
        return edits.move_nodes(self.project, {key: (x * 1.25 + turn, y * 1.25) for key, (x, y) in layout.items()})

    def _cut(self, turn: int) -> Project:
        return edits.disconnect(self.project, self.project.graph.incoming[self._middle(turn)])

    def _connect(self, turn: int) -> Project:
        wire = self.project.graph.outgoing[self._middle(turn)][0]
        return edits.connect(self._cut_again(turn), wire)

    def _cut_again(self, turn: int) -> Project:
        return edits.disconnect(self.project, self.project.graph.outgoing[self._middle(turn)])

    @contextmanager
    def _code_in_view(self) -> Iterator[None]:
        self.window.workbench.show("code")
        self._come_near()
        _settle()
        yield
        self.window.workbench.show("problems")
        _settle()

    def _refresh_code(self) -> None:
        """Let the code panel follow at once, as it does a moment after the last edit."""
        self.window.workbench.panel("code").refresh()

    def _time_edits(self, edit: Callable[[int], Project], code: bool = False, turns: int = TURNS // 2) -> list[float]:
        """Measure edits, the time to make the new project included, until everything in view is painted."""
        times = []
        for turn in range(turns):
            if edit == self._connect:
                self.editor.apply("cut", self._cut_again(turn))
                _settle()
            began = time.process_time()
            self.editor.apply("edit", edit(turn))
            self._paint()
            if code:
                self._refresh_code()
            _settle()
            times.append(1e3 * (time.process_time() - began))
            while self.editor.history.position:
                self.editor.undo()
            self._refresh_code()
            _settle()
        return times

    def _undo(self, edit: Callable[[int], Project], turns: int = TURNS // 2) -> tuple[list[float], list[float]]:
        undone: list[float] = []
        redone: list[float] = []
        self._come_near()
        for turn in range(turns):
            self.editor.apply("edit", edit(turn))
            _settle()
            for step, times in ((self.editor.undo, undone), (self.editor.redo, redone), (self.editor.undo, [])):
                began = time.process_time()
                step()
                self._paint()
                _settle()
                times.append(1e3 * (time.process_time() - began))
        return undone, redone


def _settle() -> None:
    """Let what waits in Qt's queue happen."""
    for _ in range(2):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def _rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()


def measure_memory(count: int = 10_000) -> list[Row]:
    """Measure what a node with its wires costs in a painted canvas: by Python's own count, and as the system sees it."""
    make_application()
    for _ in range(2):  # whatever is made once is made before it counts
        _show(make_residual(100)).close()
    gc.collect()
    before = _resident()
    view = _show(make_residual(count))
    gc.collect()
    resident = (_resident() - before) / count
    view.close()
    view.deleteLater()
    del view
    _settle()
    gc.collect()
    tracemalloc.start()
    start, _ = tracemalloc.get_traced_memory()
    project = make_residual(count)
    gc.collect()
    document = (tracemalloc.get_traced_memory()[0] - start) / count / 1024
    editor = Editor(project)
    gc.collect()
    known = (tracemalloc.get_traced_memory()[0] - start) / count / 1024 - document
    view = _show(project, editor)
    gc.collect()
    drawn = (tracemalloc.get_traced_memory()[0] - start) / count / 1024 - document - known
    tracemalloc.stop()
    view.close()
    figures = (
        f"{document + known + drawn:.1f} kB by tracemalloc (document {document:.1f}, what is inferred {known:.1f}, canvas "
        f"{drawn:.1f}); {resident:.1f} kB resident"
    )
    return [Row(f"memory a node, {count:,} nodes and their wires drawn", "kB, told", figures, True)]


def _show(project: Project, editor: Editor | None = None) -> CanvasView:
    view = CanvasView(editor or Editor(project), load_theme("dark"))
    view.resize(*CANVAS)
    view.show()
    QApplication.processEvents()
    view.fit_all()
    view.viewport().repaint()
    return view


def _resident() -> float:
    """Return the memory of this process in kB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return float(line.split()[1])
    return 0.0
