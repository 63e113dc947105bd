"""A network that can be asked why: its own copy with its weights, and what the samples it knows are like on average."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from designer.document.project import Project
from designer.engine.build import Script, build
from designer.engine.bundle import Bundle, parts_of, take_rows
from designer.engine.device import choose
from designer.engine.evaluation.evaluating import Held, Weights, load_model
from designer.engine.evaluation.record import Part
from designer.engine.plan import Plan

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench

GROUND_ROWS, GROUND_NUMBERS = 2000, 2**25  # samples that the mean is taken over, and the numbers in them


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Of each Input the mean of some samples, the least number in them, and what is commonest at each place."""

    means: tuple[Tensor, ...]
    lows: tuple[float, ...]
    commonest: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network with weights on a device, ready to answer. `names` are variables of its load_data."""

    project: Project
    script: Script
    model: nn.Module
    device: torch.device
    names: Mapping[str, Any]
    seed: int = 0
    ground: Ground | None = None


def open_network(plan: Plan, weights: Weights, held: Held, device: str = "") -> Network:
    """Return a network of a run with weights; what is held out of training says what samples are like. Raises EvaluationError."""
    script, place = build(plan.source), choose(device or plan.device)
    model = load_model(script, weights, place)
    ground = measure_ground(held.parts["validation"][0], place)
    return Network(plan.project, script, model, place, held.names, plan.seed, ground)


def copy_network(bench: "Bench") -> Network:
    """Return a network of its own with the weights of one that is asked in the Try it tab. Raises EvaluationError."""
    stock = bench.stock
    names = stock.names if stock is not None else bench.answerer.kept if bench.answerer is not None else {}
    model = load_model(bench.script, bench.weights, bench.device)
    ground = measure_ground(stock.x, bench.device) if stock is not None and stock.count else None
    return Network(bench.plan.project, bench.script, model, bench.device, names, bench.plan.seed, ground)


def take_sample(held: Held, part: Part, row: int) -> Bundle:
    """Return one sample of a part."""
    return take_rows(held.parts[part][0], torch.tensor([row]))


def measure_ground(samples: Bundle, device: torch.device) -> Ground | None:
    """Return what samples are like; of very many, the first."""
    numbers = sum(part[:1].numel() for part in parts_of(samples))
    rows = max(min(GROUND_ROWS, GROUND_NUMBERS // max(numbers, 1)), 1)
    parts = [part[:rows] for part in parts_of(samples)]
    if not len(parts[0]):
        return None
    flat = [part.flatten(1) for part in parts]
    # The commonest of very wide samples would cost more than it tells: it is asked for categories in tables alone.
    common = [part.mode(0).values if part[0].ndim <= 1 else part[0] for part in parts]
    return Ground(
        tuple(part.double().mean(0).float().to(device) for part in parts),
        tuple(float(part.min()) for part in flat),
        tuple(part.to(device) for part in common),
    )
