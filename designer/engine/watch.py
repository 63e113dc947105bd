"""What one way through a network shows of its layers: hooks that note their outputs, how long they take and what is dead."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.bundle import Bundle, apply, parts_of
from designer.engine.seeing import Activation, Array

LONGEST = (256, 64, 64)  # axes of an activation are cut to these
BINS = 40
NEAR_END = 0.05  # share of the range of a squashing function that counts as its end
# What a squashing layer gives lies between these.
ENDS: Mapping[type[nn.Module], tuple[float, float]] = {
    nn.Sigmoid: (0, 1),
    nn.Hardsigmoid: (0, 1),
    nn.Tanh: (-1, 1),
    nn.Hardtanh: (-1, 1),
    nn.Softsign: (-1, 1),
}
CAN_DIE = (nn.ReLU, nn.ReLU6, nn.Threshold, nn.Hardswish, nn.Softshrink, nn.Hardshrink)


class Watch:
    """The hooks of one look. `figures` are six numbers of each layer's outputs, still on the device."""

    def __init__(self, layers: Mapping[str, nn.Module], shown: set[str], sample: int, device: torch.device) -> None:
        self._layers, self._shown, self._sample = layers, shown, sample
        self._timer = _choose_timer(device)
        self._began: dict[str, Any] = {}
        self._ended: dict[str, Any] = {}
        self._outputs: dict[str, int] = {}  # where in memory they lie
        self.figures: dict[str, list[Tensor]] = {}
        self.units: dict[str, int] = {}
        self.bytes: dict[str, int] = {}
        self.last: set[str] = set()
        self.activations: list[Activation] = []

    def run(self, model: nn.Module, x: Bundle) -> Bundle:
        """Send rows through the network, the last of them the sample where some layer is shown."""
        hooks = []
        try:
            for node, layer in self._layers.items():
                hooks.append(layer.register_forward_pre_hook(self._begin(node), prepend=True))
                hooks.append(layer.register_forward_hook(self._end(node)))
            outputs = apply(model, x)
        finally:
            for hook in hooks:
                hook.remove()
        places = {part.data_ptr() for part in parts_of(outputs)}
        self.last = {node for node, place in self._outputs.items() if place in places}
        return outputs

    def read_seconds(self) -> dict[str, float]:
        """Return how long each layer took, as far as that can be told."""
        if self._timer is None:
            return {}
        pairs = ((node, self._began[node], end) for node, end in self._ended.items() if node in self._began)
        if isinstance(next(iter(self._ended.values()), 0.0), float):
            return {node: end - began for node, began, end in pairs}
        return {node: began.elapsed_time(end) / 1000 for node, began, end in pairs}

    def _begin(self, node: str) -> Callable[..., None]:
        def hook(*_: Any) -> None:
            if self._timer is not None:
                self._began[node] = self._timer()

        return hook

    def _end(self, node: str) -> Callable[..., None]:
        def hook(layer: nn.Module, inputs: Any, output: Any) -> None:
            if self._timer is not None:
                self._ended[node] = self._timer()
            found = first_tensor(output)
            if found is not None and found.numel() and found.ndim:
                self._note(node, layer, found.detach())

        return hook

    def _note(self, node: str, layer: nn.Module, output: Tensor) -> None:
        self._outputs[node] = output.data_ptr()
        self.bytes[node] = output.numel() * output.element_size()
        batch = output[:-1] if self._shown and len(output) > 1 else output
        values = batch.float()
        missing = torch.tensor(math.nan, device=output.device)
        dead, saturated = missing, missing
        self.units[node] = values.shape[_unit_axis(values)] if values.ndim > 1 else 1
        if isinstance(layer, CAN_DIE):
            dead = find_silent(values)
        ends = ENDS.get(type(layer))
        if ends is not None:
            edge = (ends[1] - ends[0]) * NEAR_END
            saturated = ((values < ends[0] + edge) | (values > ends[1] - edge)).float().mean()
        spread = torch.stack([values.amin(), values.amax()])
        mean = values.mean()
        deviation = (values - mean).norm() / math.sqrt(values.numel())  # torch.std_mean takes twenty times as long
        self.figures[node] = [mean, deviation, spread[0], spread[1], dead, saturated]
        if node in self._shown:
            self.activations.append(self._read(node, output[-1], values))

    def _read(self, node: str, shown: Tensor, values: Tensor) -> Activation:
        """Return what a layer gives for the sample, and how its outputs spread."""
        counts, edges = count_numbers(values.cpu().flatten())
        axes = [axis for axis in range(values.ndim) if axis != _unit_axis(values)]
        means = values.mean(axes) if values.ndim > 1 else values
        return Activation(
            node,
            self._sample,
            cut(shown, LONGEST),
            tuple(shown.shape),
            counts,
            edges,
            cut(means, (4096,)),
        )


def count_numbers(numbers: Tensor) -> tuple[Array, Array]:
    """Return how many of the numbers that are finite lie in each of so many equal bins, and the edges of these."""
    low, high = (each.item() for each in numbers.aminmax())
    if not math.isfinite(low) or not math.isfinite(high):
        finite = numbers[numbers.isfinite()]
        return count_numbers(finite if len(finite) else torch.zeros(1))
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts = torch.histc(numbers, BINS, low, high)  # numpy's own takes five times as long
    return counts.numpy(), np.linspace(low, high, BINS + 1, dtype=np.float32)


def find_silent(values: Tensor) -> Tensor:
    """Return the share of the units of a layer's outputs that are 0 for every row.

    A unit is a channel, where there are some; of a sequence it is the feature or the channel, as whichever has more that
    are silent.
    """
    if values.ndim < 2:
        return (values == 0).all().float()
    active = (values != 0).any(0)
    if active.ndim == 2:  # channels x length, or length x features: both are written so
        shares = [(~active.any(1 - axis)).float().mean() for axis in (0, 1)]
        return torch.stack(shares).amax()
    alive = active.flatten(1).any(1) if active.ndim > 1 else active
    return (~alive).float().mean()


def _choose_timer(device: torch.device) -> Callable[[], Any] | None:
    if device.type == "cpu":
        return time.perf_counter
    if device.type != "cuda":
        return None

    def mark() -> torch.cuda.Event:
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        event.record()
        return event

    return mark


def _unit_axis(values: Tensor) -> int:
    """Return the axis of outputs that counts their units: channels, or the features of a sequence."""
    return 1 if values.ndim != 3 else 2


def first_tensor(output: Any) -> Tensor | None:
    """Return the first tensor of numbers in what a layer gave, None where there is none."""
    if isinstance(output, Tensor):
        return output if output.is_floating_point() else None
    parts = output if isinstance(output, list | tuple) else ()
    return next((found for part in parts if (found := first_tensor(part)) is not None), None)


def cut(tensor: Tensor, longest: tuple[int, ...] = (4096,)) -> Array:
    """Return a tensor as numbers on the CPU; each axis is cut, and any beyond those named to little."""
    for axis, size in enumerate(tensor.shape):
        tensor = tensor.narrow(axis, 0, min(size, longest[axis] if axis < len(longest) else 512))
    array: Array = np.asarray(tensor.detach().to("cpu", torch.float32, copy=True).numpy())
    return array
