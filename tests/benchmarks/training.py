"""Budgets of training: its speed against other ways to train the same network."""

import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset, TensorDataset

from designer.catalogue.templates import open_template
from designer.document.edits import set_data
from designer.document.project import Choice, Project
from designer.engine.build import Script, build
from designer.engine.events import Event, StepsDone
from designer.engine.plan import Plan
from designer.engine.session import Session
from tests.benchmarks.floor import FLOOR, call_kernels, tell_floor
from tests.benchmarks.peers import (
    Pictures,
    import_peer,
    train_by_keras,
    train_by_lightning,
    train_by_loader,
    train_by_skorch,
)
from tests.benchmarks.table import Row

STEPS = 100
TIMES = 5
TAKING = 0.033  # seconds between two times that the window takes events
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
        FLOOR: lambda: call_kernels(x, y, STEPS, plan.batch_size),
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
    """Measure steps a second of the smallest networks, which validate after each epoch, against plain loops.

    One loop does the same work: after each epoch it goes through the validation data, as the loop of PyTorch's
    quickstart does. The other never validates, so that it does half the work where an epoch is one step.
    """
    rows, steps = [], 2000
    least = {
        "a DataLoader loop that validates too (PyTorch's quickstart)": 3.0,
        "a DataLoader loop that never validates": 1.0,
    }
    for name in ("xor", "iris"):
        plan = Plan.from_project(open_template(name), device="cpu", epochs=1_000_000)
        script = build(plan.source)
        data, validation = (TensorDataset(*pair) for pair in script.load_data(None))
        ways: Ways = {"ours": partial(run_epochs, plan, steps)}
        for way, held_out in zip(least, (validation, None), strict=True):
            ways[way] = partial(train_plainly, script, data, steps, plan.batch_size, held_out)
        rows += compare(f"{name}, batch {plan.batch_size}, CPU", ways, steps, least)
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
    return [*rows, tell_floor(what, medians)] if FLOOR in medians else rows


def make_pictures(x: Tensor, y: Tensor) -> Pictures:
    """Return MNIST as pictures that are read one by one."""
    images = in_thread(lambda: ((x[:, 0] * STD + MEAN) * 255).round().to(torch.uint8))
    return Pictures(images, y, MEAN, STD)


def train_plainly(
    script: Script, data: Dataset[Any], steps: int, batch_size: int, validation: Dataset[Any] | None = None
) -> float:
    """Train a script's network in a plain loop, its optimizer as torch makes it when asked for nothing."""
    model = script.make_model()
    ours = script.make_optimizer(model)
    given = {name: ours.defaults[name] for name in ("lr", "betas", "weight_decay", "momentum") if name in ours.defaults}
    optimizer = type(ours)(model.parameters(), **given)
    return train_by_loader(data, model, steps, batch_size, script.make_loss(), optimizer, validation)


def make_convolution(mnist: Path) -> Project:
    """Return the three-block network of the gallery on MNIST, in batches of 64."""
    project = set_data(open_template("three-block-cnn"), open_template("mnist-mlp", mnist).data)
    return replace(project, training=replace(project.training, batch_size=64, schedule=Choice("Constant")))


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
    """Train so many steps in a session whose events are taken as they come; return the seconds, without validation."""
    session, meter = Session(plan), Tally(plan.batch_size)
    session.start()
    while meter.steps < steps and session.wait_for_event() and session.state != "ended":
        for event in session.drain():
            meter.take(event)
    session.stop()
    session.join()
    return meter.seconds * steps / meter.steps


def run_epochs(plan: Plan, steps: int) -> float:
    """Train many short epochs in a session whose events are taken as often as the window does.

    Return the seconds on the wall for so many steps, validation and events included; the first tenth of a second warms up.
    """
    session, done, began = Session(plan), 0, 0.0
    session.start()
    session.wait("running")
    time.sleep(0.1)
    while done < steps and session.state != "ended":
        told = sum(len(event.losses) for event in session.drain() if isinstance(event, StepsDone))
        done, began = (done + told, began) if began else (0, time.perf_counter())
        time.sleep(TAKING)
    seconds = time.perf_counter() - began - TAKING
    session.stop()
    session.join()
    return seconds * steps / done
