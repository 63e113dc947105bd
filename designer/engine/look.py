"""Looks into a network while it trains: hooks on a few fixed rows, between two steps.

A look changes nothing that the run depends on: it draws no random number that counts, leaves buffers such as the
statistics of batch normalization as they were, and every module in the mode it was in. A watched run is the same as one
that nobody watches, bit for bit.
"""

import contextlib
import math
import time
from collections.abc import Iterator, Mapping
from inspect import signature

import torch
from torch import Tensor, nn

from designer.engine.boundary import draw_boundary
from designer.engine.build import Pair, Script
from designer.engine.bundle import Bundle, count_rows, join_rows, parts_of, take_rows
from designer.engine.samples import keep_random_numbers
from designer.engine.seeing import Example, Look, Pulse, Wish
from designer.engine.trainer import Trainer
from designer.engine.usage import Usage
from designer.engine.watch import LONGEST, Watch, cut

ROWS = 128  # training rows of a look,
MOST_NUMBERS = 2**20  # fewer where they hold more numbers than this,
FEWEST = 8  # but not fewer than these
MOST_CLASSES = 1000
SAMPLED = 16_384  # elements of a tensor, evenly spread, that tell how far a step moved it


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
        samples = self._validation if count_rows(self._validation[0]) else (trainer.x, trainer.targets)
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
        same = _share_of_commonest(outputs, trainer.targets)
        example = None
        if wish.nodes:
            example = Example(
                number,
                count,
                cut(parts_of(take_rows(samples[0], place))[0][0], LONGEST),
                cut(parts_of(take_rows(samples[1], place))[0][0]),
                cut(parts_of(outputs)[0][-1]),
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

    def _measure(self, watch: Watch) -> tuple[Pulse, ...]:
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
            y = self._trainer.targets
            weighed = self._script.source.weighs or bool(signature(self._script.names["make_loss"]).parameters)
            self._counts = () if weighed or not isinstance(y, Tensor) else count_classes(y)
        return self._counts


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
