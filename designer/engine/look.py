"""Looks into a network while it trains: hooks on a few fixed rows, between two steps.

A look changes nothing that the run depends on: it draws no random number that counts, leaves buffers such as the
statistics of batch normalization as they were, and every module in the mode it was in. A watched run is the same as one
that nobody watches, bit for bit.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.boundary import draw_boundary
from designer.engine.build import Pair, Script
from designer.engine.bundle import Bundle, apply, count_rows, join_rows, parts_of, take_rows
from designer.engine.samples import keep_random_numbers
from designer.engine.seeing import Activation, Array, Example, Look, Pulse, Wish
from designer.engine.trainer import Trainer
from designer.engine.usage import Usage

ROWS = 128  # training rows of a look,
MOST_NUMBERS = 2**20  # fewer where they hold more numbers than this,
FEWEST = 8  # but not fewer than these
MOST_CLASSES = 1000
SAMPLED = 16_384  # elements of a tensor, evenly spread, that tell how far a step moved it
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


class Looks:
    """The looks of one run at one network. Nothing is made before the first is asked for."""

    def __init__(self, script: Script, trainer: Trainer, validation: Pair) -> None:
        self._script, self._trainer, self._validation = script, trainer, validation
        self._layers = find_leaves(trainer.layers)
        self._rows: Tensor | None = None
        self._before: dict[str, list[Tensor]] = {}
        self._updates: dict[str, Tensor] = {}  # on the device: nothing waits for them
        self._counts: tuple[int, ...] | None = None
        self._usage = Usage(trainer.device)

    def take(self, wish: Wish, epoch: int, step: int) -> Look:
        """Look at the network as it is between two steps."""
        began = time.perf_counter()
        trainer = self._trainer
        samples = self._validation if count_rows(self._validation[0]) else (trainer.x, trainer.y)
        rows, count = self._choose_rows(), count_rows(samples[0])
        number = min(max(wish.sample, 0), count - 1)
        place = torch.tensor([number], device=trainer.device)
        x = take_rows(trainer.x, rows)
        if wish.nodes:
            x = join_rows([x, take_rows(samples[0], place)])  # one way through the network for both
        watch = Watch(self._layers, set(wish.nodes), number, trainer.device)
        with undisturbed(trainer.model, trainer.device), torch.no_grad():
            outputs = watch.run(trainer.model, x)
            boundary = draw_boundary(trainer, self._script) if wish.boundary else None
        same = _share_of_commonest(outputs, trainer.y)
        example = None
        if wish.nodes:
            example = Example(
                number,
                count,
                _cut(parts_of(take_rows(samples[0], place))[0][0], LONGEST),
                _cut(parts_of(take_rows(samples[1], place))[0][0]),
                _cut(parts_of(outputs)[0][-1]),
            )
        return Look(
            epoch,
            step,
            len(rows),
            self._measure(watch),
            time.perf_counter() - began,
            wish,
            tuple(watch.activations),
            example,
            boundary,
            self._count_classes(),
            same,
            self._usage.read(),
        )

    def note_step(self) -> None:
        """Measure how far a step moved the weights that were looked at before it; call it after every step."""
        if not self._before:
            return
        for node, before in self._before.items():
            now = [_spread(tensor) for tensor in _weights_of(self._layers[node])]
            if len(now) == len(before):
                moved = torch.stack([(new - old).norm() for new, old in zip(now, before, strict=True)]).norm()
                self._updates[node] = moved / torch.stack([old.norm() for old in before]).norm()
        self._before.clear()

    def _choose_rows(self) -> Tensor:
        """Return the rows that are looked at each time, evenly spread over the training rows."""
        if self._rows is None:
            x = self._trainer.x
            total = count_rows(x)
            each = max(sum(part[:1].numel() for part in parts_of(x)), 1)
            count = min(ROWS, max(MOST_NUMBERS // each, FEWEST), total)
            spread = torch.linspace(0, total - 1, count, dtype=torch.float64).round().long()
            self._rows = spread.to(self._trainer.device)
        return self._rows

    def _measure(self, watch: "Watch") -> tuple[Pulse, ...]:
        """Return the pulse of every layer, in one transfer; remember the weights for the step to come."""
        updates, self._updates = self._updates, {}
        figures: list[Tensor] = []
        missing = torch.tensor(math.nan, device=self._trainer.device)
        for node, layer in self._layers.items():
            weights = _weights_of(layer)
            self._before.update({node: [_spread(tensor).clone() for tensor in weights]} if weights else {})
            learned = [tensor for tensor in layer.parameters() if tensor.grad is not None]
            figures += watch.figures.get(node, [missing] * 6)
            figures.append(_norm([tensor.grad for tensor in learned if tensor.grad is not None], missing))
            figures.append(_norm([tensor.detach() for tensor in weights], missing))
            figures.append(updates.get(node, missing).float())
        if not figures:
            return ()
        numbers = torch.stack([figure.float() for figure in figures]).tolist()
        seconds = watch.read_seconds()
        pulses = []
        for place, (node, layer) in enumerate(self._layers.items()):
            mean, deviation, low, high, dead, saturated, gradient, weight, update = numbers[9 * place : 9 * place + 9]
            sizes = sum(tensor.numel() * tensor.element_size() for tensor in layer.parameters())
            pulse = Pulse(
                *(node, type(layer).__name__, watch.units.get(node, 0), mean, deviation, low, high, dead, saturated),
                *(gradient, weight, update, seconds.get(node, math.nan), watch.bytes.get(node, 0), sizes),
                node in watch.last,
            )
            pulses.append(pulse)
        return tuple(pulses)

    def _count_classes(self) -> tuple[int, ...]:
        """Return the training samples of each class; none where there are no classes, or where the loss weighs them."""
        if self._counts is None:
            y = self._trainer.y
            weighed = bool(signature(self._script.names["make_loss"]).parameters)
            self._counts = () if weighed or not isinstance(y, Tensor) else count_classes(y)
        return self._counts


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
            found = _first_tensor(output)
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
        self.units[node], silent = count_silent(values)
        if isinstance(layer, CAN_DIE):
            dead = silent
        ends = ENDS.get(type(layer))
        if ends is not None:
            edge = (ends[1] - ends[0]) * NEAR_END
            saturated = ((values < ends[0] + edge) | (values > ends[1] - edge)).float().mean()
        spread = torch.stack([values.amin(), values.amax()])
        deviation, mean = torch.std_mean(values, correction=0)
        self.figures[node] = [mean, deviation, spread[0], spread[1], dead, saturated]
        if node in self._shown:
            self.activations.append(self._read(node, output[-1], values))

    def _read(self, node: str, shown: Tensor, values: Tensor) -> Activation:
        """Return what a layer gives for the sample, and how its outputs spread."""
        numbers = values.cpu().numpy().ravel()
        numbers = numbers[np.isfinite(numbers)]
        counts, edges = np.histogram(numbers if len(numbers) else np.zeros(1, np.float32), BINS)
        axes = [axis for axis in range(values.ndim) if axis != _unit_axis(values)]
        means = values.mean(axes) if values.ndim > 1 else values
        return Activation(
            node,
            self._sample,
            _cut(shown, LONGEST),
            tuple(shown.shape),
            counts.astype(np.float32),
            edges.astype(np.float32),
            _cut(means, (4096,)),
        )


def find_leaves(layers: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """Return the layers that hold no other one: a block is told of by what is in it."""
    known = {id(layer) for layer in layers.values()}
    return {
        node: layer
        for node, layer in layers.items()
        if not any(id(inner) in known for inner in layer.modules() if inner is not layer)
    }


@contextlib.contextmanager
def undisturbed(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Put a network into evaluation, and leave its modes, its buffers and all random numbers as they were."""
    modes = [(module, module.training) for module in model.modules()]
    buffers = [(module, dict(module._buffers)) for module in model.modules()]
    copies = [(buffer, buffer.clone(), buffer._version) for buffer in model.buffers()]
    with keep_random_numbers(device):
        try:
            model.eval()
            yield
        finally:
            for module, training in modes:
                module.training = training
            for module, held in buffers:
                module._buffers.update(held)
            with torch.no_grad():
                for buffer, copy, version in copies:
                    if buffer._version != version:
                        buffer.copy_(copy)


def count_silent(values: Tensor) -> tuple[int, Tensor]:
    """Return the number of units of a layer's outputs, and the share of them that are 0 for every row.

    A unit is a channel, where there are some; of a sequence it is the feature or the channel, as whichever has more that
    are silent.
    """
    if values.ndim < 2:
        return 1, (values == 0).all().float()
    active = (values != 0).any(0)
    if active.ndim == 2:  # channels x length, or length x features: both are written so
        shares = [(~active.any(1 - axis)).float().mean() for axis in (0, 1)]
        return values.shape[_unit_axis(values)], torch.stack(shares).amax()
    alive = active.flatten(1).any(1) if active.ndim > 1 else active
    return len(alive), (~alive).float().mean()


def count_classes(y: Tensor) -> tuple[int, ...]:
    """Return how many samples each class has; empty where the targets are no classes."""
    flat = y.reshape(len(y), -1) if y.ndim > 1 else y[:, None]
    if flat.shape[1] != 1 or not len(flat):
        return ()
    values = flat[:, 0]
    if values.is_floating_point():
        if not bool(((values == 0) | (values == 1)).all()):
            return ()
        values = values.long()
    if int(values.min()) < 0 or int(values.max()) >= MOST_CLASSES:
        return ()
    return tuple(torch.bincount(values).tolist())


def _share_of_commonest(outputs: Bundle, y: Bundle) -> float:
    """Return the share of rows that get the class most rows get; not a number where there are no classes."""
    answers, targets = parts_of(outputs)[0], parts_of(y)[0]
    if targets.is_floating_point() or targets.ndim != 1 or answers.ndim != 2 or answers.shape[1] < 2:
        return math.nan
    return float(torch.bincount(answers.argmax(1)).max()) / len(answers)


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


def _weights_of(layer: nn.Module) -> list[Tensor]:
    """Return what a layer learns, without its biases where it has anything else."""
    learned = [tensor.detach() for tensor in layer.parameters() if tensor.requires_grad]
    return [tensor for tensor in learned if tensor.ndim > 1] or learned


def _spread(tensor: Tensor) -> Tensor:
    """Return some elements of a tensor, evenly spread."""
    flat = tensor.detach().reshape(-1)
    return flat[:: max(flat.numel() // SAMPLED, 1)]


def _norm(tensors: list[Tensor], missing: Tensor) -> Tensor:
    if not tensors:
        return missing
    norm: Tensor = torch.stack([tensor.detach().float().norm() for tensor in tensors]).norm()
    return norm


def _first_tensor(output: Any) -> Tensor | None:
    if isinstance(output, Tensor):
        return output if output.is_floating_point() else None
    parts = output if isinstance(output, list | tuple) else ()
    return next((found for part in parts if (found := _first_tensor(part)) is not None), None)


def _cut(tensor: Tensor, longest: tuple[int, ...] = (4096,)) -> Array:
    """Return a tensor as numbers on the CPU; each axis is cut, and any beyond those named to little."""
    for axis, size in enumerate(tensor.shape):
        tensor = tensor.narrow(axis, 0, min(size, longest[axis] if axis < len(longest) else 512))
    array: Array = np.asarray(tensor.detach().to("cpu", torch.float32, copy=True).numpy())
    return array
