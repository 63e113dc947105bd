"""Weights as one safetensors file, the way the exported script writes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from safetensors.torch import save as pack_tensors
from torch import Tensor

from designer.document.atomic import write_file


class Weighted(Protocol):
    """What a run folder asks of a network."""

    def state_dict(self) -> dict[str, Tensor]:
        """Return the weights by name."""
        ...


def write_weights(path: Path, weights: Mapping[str, Tensor]) -> None:
    """Write weights to one file, whole or not at all. Raises OSError."""
    write_file(path, pack_tensors(arrange(weights)))


def arrange(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors as a file takes them; a weight that two layers share is written under the name of each."""
    packed = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    seen: set[int] = set()
    for name, tensor in packed.items():
        if tensor.data_ptr() in seen and tensor.numel():
            packed[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    return packed
