"""Let single layers learn unlike the others: with a learning rate of their own, or pulled towards zero."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


def group_weights(model: nn.Module, rates: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the weights as groups for an optimizer: first those without, then those with a learning rate of their own.

    `rates` has the learning rates by the names of modules; of two such modules within each other the inner one decides.
    """
    rate_of: dict[Tensor, float] = {}
    for name in sorted(rates, key=lambda name: name.count(".")):
        rate_of.update(dict.fromkeys(model.get_submodule(name).parameters(), rates[name]))
    rest = [weight for weight in model.parameters() if weight not in rate_of]
    groups: list[dict[str, Any]] = [{"params": rest}] if rest else []
    groups += [
        {"params": [weight for weight in rate_of if rate_of[weight] == rate], "lr": rate}
        for rate in dict.fromkeys(rate_of.values())
    ]
    return groups


def penalize(network: nn.Module, l1: Mapping[str, float], l2: Mapping[str, float]) -> Tensor:
    """Return what large weights of these modules cost: their sizes for `l1`, their squares for `l2`; biases are free."""
    model = getattr(network, "module", network)  # of a DistributedDataParallel
    costs = []
    for name, strength in l1.items():
        weights = [weight for weight in model.get_submodule(name).parameters() if weight.ndim > 1]
        costs += [strength * weight.abs().sum() for weight in weights]
    for name, strength in l2.items():
        weights = [weight for weight in model.get_submodule(name).parameters() if weight.ndim > 1]
        costs += [strength * weight.square().sum() for weight in weights]
    return torch.stack(costs).sum()
