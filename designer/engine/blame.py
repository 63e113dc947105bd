"""Who made the loss infinite or not a number: the first layer whose numbers stop being finite."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from designer.engine.bundle import Bundle, all_parts, apply, take_rows
from designer.engine.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Blame:
    """What was found first that is not finite, and the node it belongs to if it belongs to one."""

    what: Literal["input", "gradient", "weights", "output", "loss", "nothing"]
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The largest finite weight of a layer, and the norm of its last gradients, None where it has none."""

    node: str
    largest: float
    norm: float | None


def measure(trainer: Trainer, node: str | None) -> Measured | None:
    """Return what the layer of a node was at; without a node, or where it learns nothing, of the layer that was worst."""
    layer = trainer.layers.get(node or "")
    weights = list(layer.parameters()) if layer is not None else []
    found = [
        _measure(each, list(one.parameters()))
        for each, one in trainer.layers.items()
        if next(one.parameters(), None) is not None
    ]
    if node is not None and weights:
        return _measure(node, weights)
    return max(found, key=lambda one: (not math.isfinite(one.norm or 0.0), one.norm or 0.0), default=None)


def _measure(node: str, weights: list[nn.Parameter]) -> Measured:
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    with torch.no_grad():
        largest = max(
            (weight.nan_to_num(0, 0, 0).abs().max().item() for weight in weights if weight.numel()), default=0
        )
        norms = [gradient.double().norm().item() for gradient in gradients]
    return Measured(node, float(largest), math.hypot(*norms) if norms else None)


def find_culprit(trainer: Trainer, rows: Tensor | None) -> Blame:
    """Return what is first not finite in a step over `rows`, from the gradients of the step before to the loss.

    The trainer stands just before that step; without rows only its gradients and weights are looked at.
    """
    # Gradients flow from the end to the start: the last layer is the first.
    for node, layer in reversed(trainer.layers.items()):
        if not all(is_finite(p.grad) for p in layer.parameters() if p.grad is not None):
            return Blame("gradient", node)
    for node, layer in trainer.layers.items():
        if not all(map(is_finite, layer.parameters())):
            return Blame("weights", node)
    return (
        _watch_forward(trainer, take_rows(trainer.x, rows), take_rows(trainer.y, rows))
        if rows is not None
        else Blame("nothing")
    )


def _watch_forward(trainer: Trainer, x: Bundle, y: Bundle) -> Blame:
    if not all(map(is_finite, all_parts((x, y)))):
        return Blame("input")
    found: list[Blame] = []

    def watch(node: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(layer: nn.Module, inputs: Any, output: Any) -> None:
            if not found and not all(map(is_finite, _tensors(output))):
                found.append(Blame("output", node))

        return hook

    hooks = [layer.register_forward_hook(watch(node)) for node, layer in trainer.layers.items()]
    try:
        with torch.no_grad():
            value = trainer.loss(apply(trainer.model, x), y)
    finally:
        for hook in hooks:
            hook.remove()
    if found:
        return found[0]
    return Blame("nothing") if is_finite(value) else Blame("loss")


def measure_norms(model: nn.Module) -> dict[str, Tensor]:
    """Return the sum of the norms of all that a network has learned: finite where that is, unless a square overflows."""
    learned = [each.detach() for each in model.parameters() if each.is_floating_point()]
    norms = torch._foreach_norm(learned) if learned else [torch.zeros(())]
    return {"norm": torch.stack([norm.float() for norm in norms]).sum()}


def are_finite(model: nn.Module) -> bool:
    """Return whether all that a network has learned is finite; waits for the device once, whatever its size."""
    return math.isfinite(measure_norms(model)["norm"].item()) or all(map(is_finite, model.parameters()))


def is_finite(tensor: Tensor) -> bool:
    """Return whether a tensor holds neither an infinity nor NaN."""
    if not tensor.is_floating_point():
        return True
    # A sum takes no mask as large as the tensor; that of finite numbers may overflow, so then they are looked at.
    return math.isfinite(tensor.sum().item()) or bool(torch.isfinite(tensor).all().item())


def _tensors(output: Any) -> list[Tensor]:
    """Return the tensors in what a layer gives: recurrent layers give tuples."""
    if isinstance(output, Tensor):
        return [output]
    return [tensor for part in output for tensor in _tensors(part)] if isinstance(output, list | tuple) else []
