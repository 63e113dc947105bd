"""One sample in front of a network, seen as a function of what can be varied: its numbers, or the vectors of its tokens.

Whole numbers have no gradient. Where a layer looks vectors up for them, explanations begin there: the vectors take the
place of what the layer gives, as captum's LayerIntegratedGradients does it.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from designer.engine.bundle import Bundle, apply, parts_of
from designer.engine.evaluation.resampling import Cancelled, Report
from designer.engine.explaining.network import Network
from designer.engine.explaining.questions import Question

Lookup = nn.Embedding | nn.EmbeddingBag


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Where an explanation begins: one Input as it is, or the vectors that a layer gives for it.

    `vectors` are those for the sample, None where it is the Input itself. `columns` are the places in the Input that
    were looked up, None for all.
    """

    part: int
    layer: Lookup | None = None
    turn: int = 0  # of several times that the layer is used
    vectors: Tensor | None = None
    columns: tuple[int, ...] | None = None


class Probe:
    """A question about one sample. `numbers` are those that the layers give for it, `rows` went through the network."""

    def __init__(self, network: Network, x: Bundle, question: Question, report: Report, numbers: int = 1) -> None:
        self.network, self.question, self.numbers = network, question, numbers
        self.parts = tuple(part.to(network.device) for part in parts_of(x))
        self._is_single = isinstance(x, Tensor)
        self._report = report
        self.rows, self.expected = 0, 1

    def answer(self, entries: Sequence[Entry], given: Sequence[Tensor]) -> Tensor:
        """Return the number that is asked for of each row, with something given in place of each entry."""
        count = len(given[0])
        self.rows += count
        if not self._report(min(self.rows / max(self.expected, 1), 1.0)):
            raise Cancelled
        parts = [part.expand(count, *part.shape[1:]) for part in self.parts]
        for entry, values in zip(entries, given, strict=True):
            if entry.layer is None:
                parts[entry.part] = values
        inputs = parts[0] if self._is_single else tuple(parts)
        with put_vectors(entries, given):
            outputs = apply(self.network.model, self.network.script.arrange(inputs))
        return self.question.pick(parts_of(outputs), tuple(parts))

    def find_entries(self) -> tuple[Entry, ...]:
        """Return where gradients begin: every Input of numbers, and the vectors of what is looked up."""
        found = [Entry(place) for place, part in enumerate(self.parts) if part.is_floating_point()]
        return (*found, *self._find_vectors())

    def _find_vectors(self) -> Iterator[Entry]:
        embedded = _list_embedded(self.network.model)
        seen = record_vectors(self.network, self.parts if not self._is_single else self.parts[0], embedded)
        for (layer, turn), (numbers, vectors) in seen.items():
            column = embedded[layer]
            if column is not None:
                yield Entry(0, layer, turn, vectors, (column % self.parts[0].shape[1],))
                continue
            for place, part in enumerate(self.parts):  # positions are looked up too: only what was given counts
                if not part.is_floating_point() and part.shape == numbers.shape and torch.equal(part, numbers):
                    yield Entry(place, layer, turn, vectors)
                    break


def _list_embedded(model: nn.Module) -> dict[Lookup, int | None]:
    """Return the layers that look vectors up; those for categories in a table with their place, counted from the end."""
    found: dict[Lookup, int | None] = {}
    for module in model.modules():
        if type(module).__name__ == "EmbedColumns" and isinstance(module.tables, nn.ModuleList):
            found |= {table: place - len(module.tables) for place, table in enumerate(module.tables)}  # type: ignore[misc]
        elif isinstance(module, Lookup):
            found.setdefault(module, None)
    return found


def record_vectors(
    network: Network, x: Bundle, layers: dict[Lookup, int | None]
) -> dict[tuple[Lookup, int], tuple[Tensor, Tensor]]:
    """Return what each layer was asked for, and what it gave, each time that it was."""
    seen: dict[tuple[Lookup, int], tuple[Tensor, Tensor]] = {}
    turns: Counter[nn.Module] = Counter()

    def note(layer: nn.Module, given: tuple[Any, ...], vectors: Tensor) -> None:
        assert isinstance(layer, Lookup)
        numbers = given[0].detach()
        each = vectors.detach() if isinstance(layer, nn.Embedding) else F.embedding(numbers, layer.weight.detach())
        seen[layer, turns[layer]] = numbers, each
        turns[layer] += 1

    with hook(layers, note), torch.no_grad():
        apply(network.model, network.script.arrange(x))
    return seen


@contextlib.contextmanager
def put_vectors(entries: Sequence[Entry], given: Sequence[Tensor]) -> Iterator[None]:
    """Let layers that look vectors up give others meanwhile."""
    wanted = {(entry.layer, entry.turn): values for entry, values in zip(entries, given, strict=True) if entry.layer}
    turns: Counter[nn.Module] = Counter()

    def put(layer: nn.Module, numbers: tuple[Any, ...], vectors: Tensor) -> Tensor:
        turn, turns[layer] = turns[layer], turns[layer] + 1
        values = wanted.get((layer, turn))  # type: ignore[arg-type]
        if values is None:
            return vectors
        return values if isinstance(layer, nn.Embedding) else pool(layer, numbers[0], values)

    with hook({layer for layer, _ in wanted if layer is not None}, put):
        yield


def count_numbers(network: Network, x: Bundle) -> tuple[Bundle, int]:
    """Return what a network gives for a sample, and how many numbers its layers give on the way."""
    counted = 0

    def count(layer: nn.Module, given: tuple[Any, ...], out: Any) -> None:
        nonlocal counted
        parts = out if isinstance(out, tuple) else (out,)
        counted += sum(part.numel() for part in parts if isinstance(part, Tensor))

    with hook(list(network.model.modules()), count), torch.no_grad():
        outputs = apply(network.model, network.script.arrange(x))
    return outputs, counted


def pool(layer: Any, numbers: Tensor, vectors: Tensor) -> Tensor:
    """Return what an EmbeddingBag makes of the vectors of its tokens, N x length x width: what fills up is left out."""
    kept = torch.ones_like(numbers, dtype=torch.bool) if layer.padding_idx is None else numbers != layer.padding_idx
    if layer.mode == "max":
        most = vectors.masked_fill(~kept[..., None], -torch.inf).amax(1)
        return torch.where(kept.any(1, keepdim=True), most, 0.0)
    together = (vectors * kept[..., None]).sum(1)
    return together if layer.mode == "sum" else together / kept.sum(1, keepdim=True).clamp(min=1)


@contextlib.contextmanager
def hook(layers: Any, function: Any) -> Iterator[None]:
    """Have a function hear of what layers give, meanwhile."""
    handles = [layer.register_forward_hook(function) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
