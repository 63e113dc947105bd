"""What each layer gives for one sample on its way through a network: noted by hooks, worked out when it is through."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import Tensor, nn

from designer.engine.bundle import Bundle, apply
from designer.engine.seeing import Activation
from designer.engine.watch import BINS, cut, first_tensor

LONGEST = (64, 64, 64)  # axes of what is seen of a layer are cut to these


class Sights:
    """Hooks on layers; `run` sends one sample through the network, `read` tells what they gave."""

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self._layers = layers
        self._outputs: dict[str, Tensor] = {}

    def run(self, model: nn.Module, x: Bundle) -> Bundle:
        """Return what the network gives for one row."""
        hooks = [layer.register_forward_hook(self._note(node)) for node, layer in self._layers.items()]
        try:
            return apply(model, x)
        finally:
            for hook in hooks:
                hook.remove()

    def read(self, sample: int) -> dict[str, Activation]:
        """Return what each layer gave, those first that came first."""
        return {node: _describe(node, sample, output) for node, output in self._outputs.items()}

    def _note(self, node: str) -> Callable[..., None]:
        def hook(layer: nn.Module, inputs: Any, output: Any) -> None:
            found = first_tensor(output)
            if found is not None and found.numel() and found.ndim:
                self._outputs.pop(node, None)  # one that is used again comes last
                # Another layer may work in its place: what it gives is taken now.
                self._outputs[node] = found.detach()[-1].clone()

        return hook


def _describe(node: str, sample: int, output: Tensor) -> Activation:
    values = cut(output, LONGEST)
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(finite if finite.size else np.zeros(1), BINS)
    unit = 1 if values.ndim == 2 else 0  # the features of a sequence, else channels
    axes = tuple(axis for axis in range(values.ndim) if axis != unit)
    means = values.mean(axes) if axes else values
    shape = tuple(output.shape)
    return Activation(node, sample, values, shape, counts.astype(np.float32), edges.astype(np.float32), means)
