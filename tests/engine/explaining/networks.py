"""Networks whose weights are set by hand or drawn, ready to be asked why."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from designer.document.project import Project
from designer.engine.build import build
from designer.engine.bundle import Bundle, take_rows
from designer.engine.evaluation.evaluating import Held, Weights, read_data
from designer.engine.explaining.network import Network, open_network
from designer.engine.plan import Plan


def prepare(project: Project, change: Callable[[nn.Module], None] = lambda model: None) -> tuple[Plan, Weights, Held]:
    """Return plan, weights (drawn, then changed) and data of a project."""
    plan = Plan.from_project(project)
    script = build(plan.source)
    torch.manual_seed(3)
    model = script.make_model()
    with torch.no_grad():
        change(model)
    return plan, Weights(model.state_dict(), "drawn", 0, 0), read_data(script, plan)


def open_drawn(project: Project, change: Callable[[nn.Module], None] = lambda model: None) -> tuple[Network, Bundle]:
    """Return a network and its validation samples."""
    plan, weights, held = prepare(project, change)
    return open_network(plan, weights, held), held.parts["validation"][0]


def sample(x: Bundle, row: int = 0) -> Bundle:
    return take_rows(x, torch.tensor([row]))


def find(model: nn.Module, kind: type[nn.Module]) -> list[nn.Module]:
    return [module for module in model.modules() if isinstance(module, kind)]


def fill(layer: nn.Module, weight: Tensor | float, bias: float = 0.0) -> None:
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(weight).expand_as(layer.weight))  # type: ignore[union-attr,operator,arg-type]
        layer.bias.fill_(bias)  # type: ignore[union-attr,operator]
