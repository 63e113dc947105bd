"""Data as a run will get it, looked at beforehand: how many rows are in each part, and what becomes of a sample."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.overrides import TorchFunctionMode

from designer.catalogue.facts import facts
from designer.codegen.batches import mixes
from designer.codegen.preparation import render_preparation
from designer.document.project import Data, Project
from designer.engine.build import Script, build

PARTS = ("train", "validation", "test")
SAMPLES = 32  # of the training part, kept to be looked at
EXAMPLES = 8  # of one sample

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the rows: its name, how many there are, and of each class by its label, none where there are no classes."""

    name: str
    rows: int
    classes: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What was read: the parts, and some training samples as the network gets them, one tensor of each.

    `words` are the tokens by their numbers, where samples are texts.
    """

    parts: tuple[Part, ...]
    samples: Tensor
    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def prepare(project: Project, path: Path | None) -> Prepared:
    """Read a project's data as its script will. Raises what the recipes raise, and ValueError where nothing can be read."""
    return sum_up(project, read_data(project, path))


def sum_up(project: Project, found: Mapping[str, Any]) -> Prepared:
    """Return what is in each part, and some training samples, out of the variables of `load_data`."""
    data, known = project.data, facts(project)
    assert known is not None
    x, y = found["x"], found["y"]
    x = x[0] if isinstance(x, tuple) else x
    names = known.target.labels if known.target.kind in ("class", "binary") else ()
    parts = []
    for name in PARTS[: 3 if data.test else 2]:
        answers = y[found[name]]
        counts = torch.bincount(answers.flatten(), minlength=len(names)).tolist() if names else []
        parts.append(Part(name, len(answers), dict(zip(names, counts, strict=False))))
    rows = found["train"]
    rows = torch.arange(rows.stop or len(x))[rows][:SAMPLES] if isinstance(rows, slice) else rows[:SAMPLES]
    labels = tuple(names[int(answer)] for answer in y[rows]) if names else ()
    vocabulary = found.get("vocabulary")
    words = vocabulary["tokens"] if isinstance(vocabulary, dict) else ()
    if known.target.kind == "tokens" and not words:
        words = known.target.labels
    return Prepared(tuple(parts), x[rows].clone(), labels, tuple(words))


def read_data(project: Project, path: Path | None) -> dict[str, Any]:
    """Return all that a project's script makes of its data, by name. Raises as `prepare` does."""
    if project.data.source is None or facts(project) is None:
        raise ValueError("There are no data to read yet. Choose a source first.")
    script = build(render_preparation(project.data))
    if script.source.takes_path and (path is None or not path.exists()):
        raise ValueError(f"There is no file or folder {path}. Choose the data first.")
    found: dict[str, Any] = script.names["load_data"](path) if script.source.takes_path else script.names["load_data"]()
    return found


def augment(data: Data, prepared: Prepared, place: int, seed: int) -> list[Floats]:
    """Return a sample as it is and some times as it is learned, as arrays, by the script's own `augment`.

    Random numbers are drawn by themselves: those of a run under way stay as they are.
    """
    samples = prepared.samples
    own = samples[place % len(samples)]
    changed = _find_augment(build(render_preparation(data)), data)
    others = samples.roll(-(place + 1), 0)[torch.arange(EXAMPLES) % len(samples)]
    batch = torch.stack([others, own.expand_as(others)], 1).flatten(0, 1)  # each beside another, to be mixed with
    with OwnNumbers(seed):
        seen = changed(batch)[1::2]
    return [own.numpy(), *seen.numpy()]


def _find_augment(script: Script, data: Data) -> Callable[[Tensor], Tensor]:
    """Return the function that changes samples, whatever becomes of their targets."""
    function: Callable[..., Any] | None = script.names.get("augment")
    if function is None:
        return lambda x: x
    if mixes(data):
        return lambda x: function(x, torch.zeros(len(x), 1))[0]
    return function


class OwnNumbers(TorchFunctionMode):
    """Lets what is drawn in this thread come from a generator of its own."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch, with the generator where it draws."""
        kwargs = dict(kwargs or {})
        if function in (torch.rand, torch.randn, torch._sample_dirichlet):
            kwargs["generator"] = self._generator
        return function(*args, **kwargs)
