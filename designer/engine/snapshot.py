"""Copies of what a layer has learned, taken between two steps."""

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.events import Array, Weights


def take_weights(node: str, layer: nn.Module | None, step: int) -> Weights:
    """Return copies of a layer's learned tensors and of their last gradients, as float32 on the CPU.

    Both are empty for a node without a module of its own, or one that learns nothing.
    """
    learned = dict(layer.named_parameters()) if layer is not None else {}
    return Weights(
        node=node,
        step=step,
        tensors={name: _copy(tensor) for name, tensor in learned.items()},
        gradients={name: _copy(tensor.grad) for name, tensor in learned.items() if tensor.grad is not None},
    )


def _copy(tensor: Tensor) -> Array:
    array: Array = np.asarray(tensor.detach().to("cpu", torch.float32, copy=True).numpy())
    return array
