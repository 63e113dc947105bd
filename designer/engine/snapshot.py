"""Copies of what layers have learned, taken between two steps, and how far a single step moves them."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.events import Array, Weights
from designer.engine.look import Looks

Tensors = dict[str, Tensor]


class Snapshots:
    """The snapshots of one run. `layers` are its modules by node.

    After a snapshot the weights are remembered until the next step is taken, so that the following snapshot can tell
    the size of one real step, however many lie between the two.
    """

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self._layers = layers
        self._before: dict[str, Tensors] = {}
        self._updates: dict[str, Tensors] = {}  # on the device: nothing waits for them
        self.looks: Looks | None = None  # made when the first is asked for

    def take(self, node: str, step: int) -> Weights:
        """Return copies of a layer's learned tensors and of their last gradients, as float32 on the CPU.

        Both are empty for a node without a module of its own, or one that learns nothing.
        """
        learned = self._learned(node)
        updates = self._updates.pop(node, {})
        self._before[node] = {name: tensor.detach().clone() for name, tensor in learned.items()}
        return Weights(
            node=node,
            step=step,
            tensors={name: _copy(tensor) for name, tensor in learned.items()},
            gradients={name: _copy(tensor.grad) for name, tensor in learned.items() if tensor.grad is not None},
            updates={name: update.item() for name, update in updates.items()},
        )

    def note_step(self) -> None:
        """Measure how far a step moved what was looked at before it; call it after every step."""
        if self.looks is not None:
            self.looks.note_step()
        if not self._before:
            return
        for node, before in self._before.items():
            learned = self._learned(node)
            self._updates[node] = {
                name: (learned[name].detach() - old).norm() / old.norm() for name, old in before.items()
            }
        self._before.clear()

    def _learned(self, node: str) -> Tensors:
        layer = self._layers.get(node)
        return dict(layer.named_parameters()) if layer is not None else {}


def _copy(tensor: Tensor) -> Array:
    array: Array = np.asarray(tensor.detach().to("cpu", torch.float32, copy=True).numpy())
    return array
