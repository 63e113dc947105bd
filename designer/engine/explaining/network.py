"""A network that can be asked why: its own copy with its weights, and what the samples it knows are like on average."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from designer.document.project import Project
from designer.engine.answering import Answerer
from designer.engine.build import Script, build
from designer.engine.bundle import Bundle, parts_of
from designer.engine.device import choose
from designer.engine.evaluation.evaluating import Held, Weights, load_model
from designer.engine.plan import Plan

GROUND_ROWS = 2000  # samples that the mean is taken over


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


def take_network(answerer: Answerer, project: Project, known: Bundle | None = None) -> Network:
    """Return a network that answers new samples; `known` are some samples, which say what others are like."""
    ground = measure_ground(known, answerer.device) if known is not None else None
    return Network(project, answerer.script, answerer.model, answerer.device, answerer.kept, 0, ground)


def measure_ground(samples: Bundle, device: torch.device) -> Ground | None:
    """Return what samples are like; of very many, the first."""
    parts = [part[:GROUND_ROWS] for part in parts_of(samples)]
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
