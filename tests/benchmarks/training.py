"""Budgets of training: its speed against other ways to train the same network, and what live views cost it."""

import logging
import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from designer.catalogue.templates import open_template
from designer.engine.build import build
from designer.engine.events import Event, Failed, Finished, StepsDone
from designer.engine.plan import Plan
from designer.engine.session import Session
from tests.benchmarks.peers import Pictures, has_lightning, train_by_lightning, train_by_loader
from tests.benchmarks.table import Row

STEPS = 300
TIMES = 5
SPEED = "MNIST 784-512-256-10, batch 64, CPU"
MEAN, STD = 0.1307, 0.3081


def measure_speed(mnist: Path | None) -> list[Row]:
    """Measure steps a second of a session, with events flowing, against the peers; medians of turns taken in a round."""
    loader, bare, lightning = (
        "twice a DataLoader loop over pictures (the tutorials' way)",
        "twice a DataLoader loop over ready tensors",
        "4 times Lightning's Trainer",
    )
    if mnist is None:
        why = "no MNIST in ../shared/data/mnist"
        return [Row(SPEED, budget, why, None) for budget in (loader, bare, lightning)]
    plan = Plan.from_project(open_template("mnist-mlp", mnist), device="cpu")
    script = build(plan.source)
    (x, y), _ = in_thread(lambda: script.load_data(mnist))
    images = in_thread(lambda: ((x[:, 0] * STD + MEAN) * 255).round().to(torch.uint8))
    ways: dict[str, Callable[[], float]] = {
        "ours": lambda: run_session(plan, STEPS),
        loader: lambda: train_by_loader(Pictures(images, y, MEAN, STD), script.make_model(), STEPS, plan.batch_size),
        bare: lambda: train_by_loader(
            torch.utils.data.TensorDataset(x, y), script.make_model(), STEPS, plan.batch_size
        ),
    }
    if has_lightning():
        logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
        ways[lightning] = lambda: train_by_lightning(x, y, script.make_model(), STEPS, plan.batch_size)
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TIMES):
        for name, way in ways.items():
            speeds[name].append(STEPS / in_thread(way))
    medians = {name: statistics.median(values) for name, values in speeds.items()}

    def compare(budget: str, least: float) -> Row:
        ratio = medians["ours"] / medians[budget]
        figures = f"{ratio:.2f} times ({medians['ours']:.0f} steps/s against {medians[budget]:.0f})"
        return Row(SPEED, budget, figures, ratio >= least)

    rows = [compare(loader, 2.0), compare(bare, 2.0)]
    rows.append(compare(lightning, 4.0) if lightning in ways else Row(SPEED, lightning, "not installed", None))
    return rows


def measure_views(mnist: Path | None) -> Row:
    """Measure how much slower the window trains with curves and weights in view than the engine trains alone."""
    from PySide6.QtCore import QEventLoop, Qt
    from PySide6.QtWidgets import QDockWidget

    from designer.ui.app import open_offscreen

    what, budget = "cost of live views", "3 % of training speed"
    if mnist is None:
        return Row(what, budget, "no MNIST in ../shared/data/mnist", None)
    project = open_template("mnist-mlp", mnist)
    plan = Plan.from_project(project, device="cpu")
    alone: list[float] = []
    viewed: list[float] = []
    with open_offscreen(project) as window:
        training, weights = (window.findChild(QDockWidget, f"dock-{name}") for name in ("training", "weights"))
        for dock in (training, weights):  # side by side: as tabs only one would draw
            window.removeDockWidget(dock)
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            dock.show()
        window.splitDockWidget(training, weights, Qt.Orientation.Horizontal)
        window.editor.select([next(node.id for node in project.graph.nodes.values() if node.kind == "Linear")])
        bridge = window.trainer.bridge
        for _ in range(TIMES):
            alone.append(run_session(plan, STEPS))
            meter, loop = Tally(plan.batch_size), QEventLoop()

            def take(event: Event, meter: Tally = meter, loop: QEventLoop = loop) -> None:
                meter.take(event)
                if meter.steps >= STEPS:
                    bridge.stop()
                if isinstance(event, Finished | Failed):
                    loop.quit()

            bridge.happened.connect(take)
            window.trainer.start()
            loop.exec()
            bridge.happened.disconnect(take)
            viewed.append(meter.seconds * STEPS / meter.steps)
    cost = 1 - statistics.median(alone) / statistics.median(viewed)
    figures = (
        f"{cost:.1%} ({STEPS / statistics.median(viewed):.0f} steps/s against {STEPS / statistics.median(alone):.0f})"
    )
    return Row(what, budget, figures, cost <= 0.03)


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
