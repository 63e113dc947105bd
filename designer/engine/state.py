"""All that the next step of a run depends on, as a value: it can be kept, written to one file, and gone on from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as pack_tensors
from torch import Tensor

from designer.document.atomic import write_file
from designer.document.files import dumps, read_project
from designer.document.project import Project
from designer.engine.events import EpochDone

SUFFIX = ".state"
VERSION = 1

_FIELDS = fields(EpochDone)

# "training": `rows` of the epoch's order are learned. "validation": all are, and the schedule has advanced. "between":
# the epoch is over and told.
Stage = Literal["training", "validation", "between"]


class StateError(ValueError):
    """A state that cannot be gone on from. A whole sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class State:
    """A run between two steps.

    `learning_rate` is that of the last step. `parts` are the state_dicts of network, optimizer, schedule, average and early stopping; `random` the state of the
    random numbers of the CPU, of the device, and of the order of rows as it was when the epoch began; `meter` the sums
    over the epoch. `epochs` are those that are over. `project` is what was trained, `modules` the paths of its nodes in the
    network, and `learned` the names of the weights in the order the optimizer has them. Values are tensors, numbers, texts, None, and containers of them.
    """

    epoch: int
    step: int
    stage: Stage
    rows: int
    seconds: float
    best: float
    is_over: bool
    learning_rate: float
    parts: Mapping[str, Any]
    random: Mapping[str, Tensor]
    meter: Mapping[str, Any] = field(default_factory=dict)
    epochs: tuple[EpochDone, ...] = ()
    project: Project | None = None
    modules: Mapping[str, str] = field(default_factory=dict)
    learned: tuple[str, ...] = ()

    def copy(self, take: Callable[[Tensor], Tensor] | None = None) -> "State":
        """Return a state that the steps to come do not change; `take` copies a tensor, to where it lies by itself."""
        take = take or (lambda tensor: tensor.detach().clone())
        return replace(self, parts=copy_tree(self.parts, take), meter=copy_tree(self.meter, lambda tensor: tensor))


def copy_tree(value: Any, take: Callable[[Tensor], Tensor]) -> Any:
    """Return a value with every tensor in it replaced; containers are made anew, as plain ones."""
    if isinstance(value, Tensor):
        return take(value)
    if isinstance(value, Mapping):
        return {key: copy_tree(item, take) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [copy_tree(item, take) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return value


def measure_tree(value: Any) -> int:
    """Return the bytes of all tensors of a value."""
    if isinstance(value, Tensor):
        return value.nbytes
    if isinstance(value, Mapping):
        return sum(map(measure_tree, value.values()))
    return sum(map(measure_tree, value)) if isinstance(value, list | tuple) else 0


def to_cpu(tensor: Tensor) -> Tensor:
    """Return a copy in the CPU's memory."""
    return tensor.detach().to("cpu", copy=True).contiguous()


def pack_state(state: State) -> bytes:
    """Return a state as the bytes of a safetensors file; all but the tensors is JSON in its header."""
    tensors: dict[str, Tensor] = {}
    tree = {
        "epoch": state.epoch,
        "step": state.step,
        "stage": state.stage,
        "rows": state.rows,
        "seconds": state.seconds,
        "best": state.best,
        "is_over": state.is_over,
        "learning_rate": state.learning_rate,
        "project": dumps(state.project) if state.project is not None else None,
        "modules": dict(state.modules),
        "learned": list(state.learned),
        "parts": _fold(dict(state.parts), tensors),
        "random": _fold(dict(state.random), tensors),
        "meter": _fold(dict(state.meter), tensors),
    }
    # Of very many epochs: a header may have so many bytes only.
    tensors["epochs"] = _to_tensor(json.dumps([_plain(epoch) for epoch in state.epochs]).encode())
    packed: bytes = pack_tensors(tensors, {"designer-state": str(VERSION), "tree": json.dumps(tree)})
    return packed


def write_state(path: Path, state: State) -> None:
    """Write a state to one file, whole or not at all. Raises OSError."""
    write_file(path, pack_state(state))


def read_state(path: Path) -> State:
    """Return the state of a file. Nothing of it is run. Raises StateError."""
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            if header.get("designer-state") != str(VERSION):
                raise StateError(f"{path} is no checkpoint that this version of Designer can read. Choose another one.")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
        tree = json.loads(header["tree"])
        parts, random, meter = (_unfold(tree.pop(name), tensors) for name in ("parts", "random", "meter"))
        told = json.loads(tensors["epochs"].numpy().tobytes())
        epochs = tuple(EpochDone(**epoch) for epoch in told)
        project, learned = tree.pop("project"), tuple(tree.pop("learned"))
        return State(
            parts=parts,
            random=random,
            meter=meter,
            epochs=epochs,
            project=read_project(project) if project is not None else None,
            learned=learned,
            **tree,
        )
    except FileNotFoundError:
        raise StateError(f"There is no checkpoint {path}. Choose another one.") from None
    except OSError as error:
        raise StateError(f"Cannot read the checkpoint {path}: {(error.strerror or str(error)).lower()}.") from None
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, StateError):
            raise
        raise StateError(f"The checkpoint {path} is damaged. Choose another one.") from None


def read_place(path: Path) -> tuple[int, int]:
    """Return epoch and step of a checkpoint, from its header alone. Raises StateError."""
    try:
        with safe_open(path, "pt") as file:
            tree = json.loads((file.metadata() or {})["tree"])
        return int(tree["epoch"]), int(tree["step"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        raise StateError(f"The checkpoint {path} cannot be read. Choose another one.") from None


def _plain(epoch: EpochDone) -> dict[str, Any]:
    values = {each.name: getattr(epoch, each.name) for each in _FIELDS}
    return values | {name: dict(values[name]) for name in ("train_metrics", "val_metrics")}


def _to_tensor(content: bytes) -> Tensor:
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)


def _fold(value: Any, tensors: dict[str, Tensor]) -> Any:
    """Return a value as JSON has it: tensors by number, tuples and keys that are no text with a mark."""
    if isinstance(value, Tensor):
        name = str(len(tensors))
        tensors[name] = to_cpu(value)
        return {"tensor": name}
    if isinstance(value, Mapping):
        return {"map": [[key, _fold(item, tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_fold(item, tensors) for item in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a state cannot hold {type(value).__name__}")


def _unfold(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    if kind == "map":
        return {key: _unfold(item, tensors) for key, item in content}
    items = [_unfold(item, tensors) for item in content]
    return tuple(items) if kind == "tuple" else items
