"""Budgets of training: its speed against other ways to train the same network, and what live views cost it."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils.data import Dataset, TensorDataset

from designer.catalogue.templates import open_template
from designer.document.edits import set_data
from designer.document.project import Choice, Project
from designer.engine.build import Script, build
from designer.engine.events import Event, Failed, Finished, StepsDone
from designer.engine.plan import Plan
from designer.engine.session import Session
from tests.benchmarks.peers import (
    Pictures,
    import_peer,
    train_by_keras,
    train_by_lightning,
    train_by_loader,
    train_by_skorch,
)
from tests.benchmarks.table import Row

if TYPE_CHECKING:
    from designer.ui.window import Window

STEPS = 100
TIMES = 5
PAIRS = 7  # of a run with views and one without
WARM, WATCHED = 1.0, 3.0  # seconds of such a run before it is timed, and while it is
NO_DATA = "no MNIST in ../shared/data/mnist"
MEAN, STD = 0.1307, 0.3081

Ways = dict[str, Callable[[], float]]  # seconds for so many steps, by a name


def measure_speed(mnist: Path | None) -> list[Row]:
    """Measure steps a second of a session, with events flowing, against the peers; medians of turns taken in a round."""
    what = "MNIST 784-512-256-10, batch 64, CPU"
    least = {
        "a DataLoader loop over pictures (the tutorials' way)": 2.0,
        "a DataLoader loop over ready tensors": 1.0,
        "Lightning's Trainer over pictures": 4.0,
        "Keras 3 on torch, ready arrays": 2.5,
        "skorch, ready arrays": 3.5,
    }
    if mnist is None:
        return [Row(what, f"{ratio:g} times {way}", NO_DATA, None) for way, ratio in least.items()]
    plan = Plan.from_project(open_template("mnist-mlp", mnist), device="cpu")
    script = build(plan.source)
    (x, y), _ = in_thread(lambda: script.load_data(mnist))
    pictures = make_pictures(x, y)
    loader, bare, *named = least
    ways: Ways = {
        "ours": lambda: run_session(plan, STEPS),
        loader: lambda: train_by_loader(pictures, script.make_model(), STEPS, plan.batch_size),
        bare: lambda: train_by_loader(TensorDataset(x, y), script.make_model(), STEPS, plan.batch_size),
    }
    if lightning := import_peer("pytorch_lightning"):
        ways[named[0]] = lambda: train_by_lightning(lightning, pictures, script.make_model(), STEPS, plan.batch_size)
    if keras := import_peer("keras"):
        ways[named[1]] = lambda: train_by_keras(keras, x, y, STEPS, plan.batch_size)
    if skorch := import_peer("skorch"):
        ways[named[2]] = lambda: train_by_skorch(skorch, x, y, script.make_model(), STEPS, plan.batch_size)
    return compare(what, ways, STEPS, least)


def measure_convolution(mnist: Path | None) -> list[Row]:
    """Measure the gallery's three-block network on MNIST against a plain loop."""
    what = "three-block CNN on MNIST, batch 64, CPU"
    least = {"a DataLoader loop over pictures (the tutorials' way)": 1.15, "a DataLoader loop over ready tensors": 1.0}
    if mnist is None:
        return [Row(what, f"{ratio:g} times {way}", NO_DATA, None) for way, ratio in least.items()]
    steps = 20
    plan = Plan.from_project(make_convolution(mnist), device="cpu")
    script = build(plan.source)
    (x, y), _ = in_thread(lambda: script.load_data(mnist))
    data = {"pictures": make_pictures(x, y), "tensors": TensorDataset(x, y)}
    ways: Ways = {"ours": lambda: run_session(plan, steps)}
    for way, rows in zip(least, data.values(), strict=True):
        ways[way] = partial(train_plainly, script, rows, steps, plan.batch_size)
    return compare(what, ways, steps, least)


def measure_small(mnist: Path | None) -> list[Row]:
    """Measure steps a second of the smallest networks against a plain loop, epochs and validation included."""
    rows, steps, way = [], 400, "a DataLoader loop over ready tensors"
    for name in ("xor", "iris"):
        plan = Plan.from_project(open_template(name), device="cpu", epochs=1_000_000)
        script = build(plan.source)
        (x, y), _ = script.load_data(None)
        data = TensorDataset(x, y)
        ways: Ways = {
            "ours": partial(run_session, plan, steps),
            way: partial(train_plainly, script, data, steps, plan.batch_size),
        }
        rows += compare(f"{name}, batch {plan.batch_size}, CPU", ways, steps, {way: 3.0})
    return rows


def compare(what: str, ways: Ways, steps: int, least: Mapping[str, float]) -> list[Row]:
    """Measure all ways in turns; return how ours compares with each, and with how fast it should be."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TIMES):
        for name, way in ways.items():
            speeds[name].append(steps / in_thread(way))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    rows = []
    for name, ratio in least.items():
        if name not in medians:
            rows.append(Row(what, f"{ratio:g} times {name}", "not installed: see tests/benchmarks/peers.py", None))
            continue
        found = medians["ours"] / medians[name]
        figures = f"{found:.2f} times ({medians['ours']:.0f} steps/s against {medians[name]:.0f})"
        rows.append(Row(what, f"{ratio:g} times {name}", figures, found >= ratio))
    return rows


def make_pictures(x: Tensor, y: Tensor) -> Pictures:
    """Return MNIST as pictures that are read one by one."""
    images = in_thread(lambda: ((x[:, 0] * STD + MEAN) * 255).round().to(torch.uint8))
    return Pictures(images, y, MEAN, STD)


def train_plainly(script: Script, data: Dataset[Any], steps: int, batch_size: int) -> float:
    """Train a script's network in a plain loop, its optimizer as torch makes it when asked for nothing."""
    model = script.make_model()
    ours = script.make_optimizer(model)
    given = {name: ours.defaults[name] for name in ("lr", "betas", "weight_decay", "momentum") if name in ours.defaults}
    optimizer = type(ours)(model.parameters(), **given)
    return train_by_loader(data, model, steps, batch_size, script.make_loss(), optimizer)


def make_convolution(mnist: Path) -> Project:
    """Return the three-block network of the gallery on MNIST, in batches of 64."""
    project = set_data(open_template("three-block-cnn"), open_template("mnist-mlp", mnist).data)
    return replace(project, training=replace(project.training, batch_size=64, schedule=Choice("Constant")))


def measure_views(mnist: Path | None) -> Row:
    """Measure how much slower the window trains with every live view open than the engine trains alone.

    Both by the clock on the wall, which looks and snapshots do not stop; in pairs that take turns, in one process.
    """
    from designer.ui.app import open_offscreen

    what, budget = "cost of live views: curves, weights, activity, cards", "3 % of training speed"
    if mnist is None:
        return Row(what, budget, NO_DATA, None)
    project = open_template("mnist-mlp", mnist)
    plan = Plan.from_project(project, device="cpu")
    with open_offscreen(project, size=(2880, 1200)) as window:
        open_views(window, "training", "weights", "activity")
        pairs = [(time_session(plan), time_window(window)) for _ in range(PAIRS)]
    cost = 1 - statistics.median(viewed / alone for alone, viewed in pairs)
    alone, viewed = (statistics.median(speeds) for speeds in zip(*pairs, strict=True))
    each = ", ".join(f"{1 - viewed / alone:.1%}" for alone, viewed in pairs)
    return Row(what, budget, f"{cost:.1%} ({viewed:.0f} steps/s against {alone:.0f}; pairs {each})", cost <= 0.03)


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


def time_window(window: "Window") -> float:
    """Return the steps a second of a run in the window, begun and ended for this."""
    from PySide6.QtCore import QEventLoop

    bridge, watch, loop = window.trainer.bridge, Stopwatch(), QEventLoop()

    def take(event: Event) -> None:
        if watch.take(event):
            bridge.stop()
        if isinstance(event, Finished | Failed):
            loop.quit()

    bridge.happened.connect(take)
    window.trainer.start()
    loop.exec()
    bridge.happened.disconnect(take)
    return watch.speed


def time_session(plan: Plan) -> float:
    """Return the steps a second of a session whose events are taken as often as a window does, and nothing else."""
    session, watch = Session(plan), Stopwatch()
    session.start()
    while session.state != "ended":
        time.sleep(0.033)
        for event in session.drain():
            if watch.take(event):
                session.stop()
    session.join()
    return watch.speed


class Stopwatch:
    """Steps by the clock on the wall, from a second after the first step on."""

    def __init__(self) -> None:
        self._first = self._began = self._ended = math.inf
        self._steps = 0

    def take(self, event: Event) -> bool:
        """Count the steps of an event; return whether it was long enough."""
        if not isinstance(event, StepsDone) or self._ended < math.inf:
            return self._ended < math.inf
        now = time.perf_counter()
        self._first = min(self._first, now)
        if self._began < math.inf:
            self._steps += len(event.losses)
        elif now - self._first >= WARM:
            self._began = now
        if now - self._began >= WATCHED:
            self._ended = now
        return self._ended < math.inf

    @property
    def speed(self) -> float:
        """Steps a second."""
        return self._steps / (self._ended - self._began)


class Tally:
    """Steps and the seconds they took, without those of the first event, which warm up."""

    def __init__(self, batch_size: int) -> None:
        self.batch_size = batch_size
        self.steps = 0
        self.seconds = 0.0
        self._warm = False

    def take(self, event: Event) -> None:
        """Count the steps of an event."""
        if isinstance(event, StepsDone) and self._warm:
            self.steps += len(event.losses)
            self.seconds += len(event.losses) * self.batch_size / event.samples_per_second
        self._warm |= isinstance(event, StepsDone)


def in_thread(act: Callable[[], Any]) -> Any:
    """Return what a function returns that runs in a thread of its own, so that none inherits another's workers.

    OpenMP keeps workers for every thread that ever called it, and waits idly instead of actively when there are more
    of them than processors.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def run_session(plan: Plan, steps: int) -> float:
    """Train so many steps in a session whose events are taken as they come; return the seconds."""
    session, meter = Session(plan), Tally(plan.batch_size)
    session.start()
    while meter.steps < steps and session.wait_for_event() and session.state != "ended":
        for event in session.drain():
            meter.take(event)
    session.stop()
    session.join()
    return meter.seconds * steps / meter.steps
