"""What it costs a run that the window draws all of it live."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.catalogue.templates import open_template
from designer.engine.look import Looks
from designer.engine.snapshot import Snapshots
from designer.engine.trainer import Trainer
from tests.benchmarks.table import Row
from tests.benchmarks.training import NO_DATA

if TYPE_CHECKING:
    from designer.ui.window import Window

PAIRS = 15  # turns with views
SETTLING, TURN = 0.25, 0.8  # seconds of a turn before it is timed, and while it is


@dataclass
class Spent:
    """What is counted of a run: its steps, and the seconds that looks into it take from its thread."""

    steps: int = 0
    looking: float = 0.0
    drawing: float = 0.0  # seconds of the processor in the window's thread, in the turns with views
    viewed: float = 0.0  # seconds of these turns


@contextmanager
def count(spent: Spent) -> Iterator[None]:
    """Count what trainers and looks do meanwhile."""
    step, taken = Trainer.step, [(Looks, "take"), (Snapshots, "take"), (Snapshots, "note_step")]
    before = [getattr(kind, name) for kind, name in taken]

    def take_step(trainer: Trainer, rows: Any) -> Any:
        spent.steps += 1
        return step(trainer, rows)

    def time_look(act: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return act(*arguments)
            finally:
                spent.looking += time.perf_counter() - began

        return timed

    Trainer.step = take_step  # type: ignore[method-assign]
    for (kind, name), act in zip(taken, before, strict=True):
        setattr(kind, name, time_look(act))
    try:
        yield
    finally:
        Trainer.step = step  # type: ignore[method-assign]
        for (kind, name), act in zip(taken, before, strict=True):
            setattr(kind, name, act)


def measure_views(mnist: Path | None) -> Row:
    """Measure how much slower a run goes with every live view open than while the window sleeps and nobody asks.

    Both in turns within one run, by the clock on the wall, against the mean of the turns before and after. On a machine
    that others use, that swings by several percent; what drawing and looking take of the time does not.
    """
    from designer.ui.app import open_offscreen

    what, budget = "cost of live views: curves, weights, activity, cards", "3 % of training speed"
    if mnist is None:
        return Row(what, budget, NO_DATA, None)
    project = open_template("mnist-mlp", mnist)
    project = replace(project, training=replace(project.training, epochs=1000))
    spent = Spent()
    with count(spent), open_offscreen(project, size=(2880, 1200)) as window:
        open_views(window, "training", "weights", "activity")
        window.trainer.start()
        rest(window, 5.0)
        alone, viewed = [time_steps(window, spent, viewed=False)], []
        for _ in range(PAIRS):
            viewed.append(time_steps(window, spent, viewed=True))
            alone.append(time_steps(window, spent, viewed=False))
        window.trainer.stop()
    costs = [1 - 2 * seen / sum(beside) for seen, beside in zip(viewed, itertools.pairwise(alone), strict=True)]
    low, cost, high = statistics.quantiles(costs)
    speeds = f"{statistics.median(viewed):.0f} steps/s against {statistics.median(alone):.0f}"
    shares = f"drawing takes {spent.drawing / spent.viewed:.1%} of a core, looking {spent.looking / spent.viewed:.1%} of the run"
    found = f"{cost:.1%} ({speeds}; half of {PAIRS} turns {low:.1%} to {high:.1%}; {shares})"
    return Row(what, budget, found, cost <= 0.03)


def open_views(window: "Window", *names: str) -> None:
    """Put the panels that watch a run side by side (as tabs only one would draw), alone below, and select a layer."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    docks, below = window.workbench.docks, Qt.DockWidgetArea.BottomDockWidgetArea
    for name, dock in docks.items():
        if dock.panel.area == below:
            window.removeDockWidget(dock)
            if name in names:
                window.addDockWidget(below, dock, Qt.Orientation.Horizontal)
                window.workbench.show(name)
    window.resizeDocks([docks[names[0]]], [round(window.height() * 0.3)], Qt.Orientation.Vertical)
    nodes = window.editor.project.graph.nodes.values()
    window.editor.select([next(node.id for node in nodes if node.kind == "Linear")])
    QApplication.processEvents()


def time_steps(window: "Window", spent: Spent, *, viewed: bool) -> float:
    """Return the steps a second of the run in the window, with all views live or with nothing asked of it."""
    from designer.ui.live_run import QUICK_LOOKS, SNAPSHOTS

    run = window.trainer.bridge.run_under_way
    assert run is not None
    run.session.look(run.wish if viewed else None, QUICK_LOOKS)
    run.session.watch(run.watched if viewed else (), SNAPSHOTS)
    wait, looked = partial(rest, window) if viewed else time.sleep, spent.looking
    wait(SETTLING)
    before, drawn, began = replace(spent), time.thread_time(), time.perf_counter()
    wait(TURN)
    seconds = time.perf_counter() - began
    speed = (spent.steps - before.steps) / seconds
    if viewed:
        spent.drawing += time.thread_time() - drawn
        spent.viewed += seconds
        looked += spent.looking - before.looking
    spent.looking = looked
    window.trainer.bridge.drain()
    return speed


def rest(window: "Window", seconds: float) -> None:
    """Let a window go on for so long."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
