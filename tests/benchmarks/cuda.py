"""Training on a CUDA device against the plain eager loop, in one run: `python -m tests.benchmarks cuda`.

The loop has all data on the device and takes random rows of them, with the optimizer as torch makes it, and takes the loss
to Python at every step, as tutorials do; a second figure is that of a DataLoader over ready tensors.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from designer.catalogue.templates import open_template
from designer.document.project import Project
from designer.engine.build import Script, build
from designer.engine.loading import load_data
from designer.engine.plan import Plan
from tests.benchmarks.table import Row
from tests.benchmarks.training import make_convolution, run_session

STEPS, TIMES, WARM_UP = 1000, 5, 50
LEAST = {"mnist-mlp": 4.0, "three-block CNN on MNIST": 2.0, "tiny GPT": 1.5}


def measure_cuda(mnist: Path | None) -> list[Row]:
    """Measure three networks, medians of turns taken in a round."""
    if not torch.cuda.is_available():
        return [
            Row(f"{name}, CUDA", f"{least} times the plain loop", "no device", None) for name, least in LEAST.items()
        ]
    if mnist is None:
        return [Row("CUDA", "", "no MNIST in ../shared/data/mnist", None)]
    text = mnist.parent / "tiny_shakespeare" / "input.txt"
    projects = {
        "mnist-mlp": open_template("mnist-mlp", mnist),
        "three-block CNN on MNIST": make_convolution(mnist),
        "tiny GPT": open_template("tiny-gpt", text),
    }
    return [row for name, project in projects.items() for row in _measure(name, project)]


def _measure(name: str, project: Project) -> list[Row]:
    plan = Plan.from_project(project, device="cuda", epochs=1000)
    script = build(plan.source)
    (x, y), _ = load_data(script, plan.data_path, torch.device("cuda"))
    assert isinstance(x, Tensor)
    assert isinstance(y, Tensor)
    data = x, y
    ways: dict[str, Callable[[], float]] = {
        "ours": lambda: run_session(plan, STEPS),
        "plain loop": lambda: train_plainly(script, data, plan.batch_size),
        "loop over a DataLoader": lambda: train_by_loader(script, data, plan.batch_size),
    }
    speeds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(TIMES):
        for way, run in ways.items():
            speeds[way].append(STEPS / run())
    medians = {way: statistics.median(values) for way, values in speeds.items()}
    rows = []
    for way in ("plain loop", "loop over a DataLoader"):
        ratio = medians["ours"] / medians[way]
        figures = f"{ratio:.2f} times ({medians['ours']:.0f} steps/s against {medians[way]:.0f})"
        rows.append(
            Row(
                f"{name}, batch {plan.batch_size}, CUDA",
                f"{LEAST[name]} times the {way}",
                figures,
                ratio >= LEAST[name],
            )
        )
    return rows


def make_plain(script: Script) -> tuple[nn.Module, nn.Module, torch.optim.Optimizer]:
    """Return network, loss and optimizer, the last as torch makes it when asked for nothing."""
    model = script.make_model().to("cuda")
    ours = script.make_optimizer(model)
    kind = type(ours)
    settings = {
        name: ours.defaults[name] for name in ("lr", "betas", "weight_decay", "momentum") if name in ours.defaults
    }
    return model, script.make_loss().to("cuda"), kind(model.parameters(), **settings)


def train_plainly(script: Script, data: tuple[Tensor, Tensor], batch_size: int) -> float:
    """Train on data that lie on the device; return the seconds."""
    model, loss, optimizer = make_plain(script)
    x, y = data
    order, place = torch.randperm(len(x), device="cuda"), 0
    running = began = 0.0
    model.train()
    for step in range(WARM_UP + STEPS):
        if step == WARM_UP:
            began = time.perf_counter()
        if place + batch_size > len(x):
            order, place = torch.randperm(len(x), device="cuda"), 0
        rows = order[place : place + batch_size]
        place += batch_size
        running += take_step(model, loss, optimizer, x[rows], y[rows])
    return time.perf_counter() - began


def train_by_loader(script: Script, data: tuple[Tensor, Tensor], batch_size: int) -> float:
    """Train on data that lie in memory and come by a DataLoader; return the seconds."""
    model, loss, optimizer = make_plain(script)
    loader = DataLoader(
        TensorDataset(data[0].cpu(), data[1].cpu()), batch_size=batch_size, shuffle=True, drop_last=True
    )
    batches = iter(loader)
    running = began = 0.0
    model.train()
    for step in range(WARM_UP + STEPS):
        if step == WARM_UP:
            began = time.perf_counter()
        batch = next(batches, None)
        if batch is None:
            batches = iter(loader)
            batch = next(batches)
        running += take_step(model, loss, optimizer, batch[0].to("cuda"), batch[1].to("cuda"))
    return time.perf_counter() - began


def take_step(model: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> float:
    """Take a step as tutorials write it; return the loss."""
    optimizer.zero_grad()
    value: Tensor = loss(model(x), y)
    value.backward()
    optimizer.step()
    return value.item()
