"""A network that several processes share out among them (FSDP2): made so, brought together for a file, shared out again.

torch.distributed.fsdp has gloo's operations since torch 2.6, so this runs on CPUs too; on CUDA devices the same code
goes by a mesh of them.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn

from designer.codegen.sharding import UNFUSED, find_obstacle
from designer.document.project import Training
from designer.engine.state import State, copy_tree
from designer.recipes.sharding import shard

if TYPE_CHECKING:
    from designer.engine.trainer import Trainer


class Whole:
    """The weights of a network that is shared out, as a run folder writes those of any other."""

    def __init__(self, state: State) -> None:
        self._weights = state.parts["model"]

    def state_dict(self) -> dict[str, Tensor]:
        """Return the weights by name."""
        return dict(self._weights)


def find_weights(trainer: "Trainer", take: Callable[[], State]) -> Whole | nn.Module:
    """Return what is written as the weights of a network that a state is taken of."""
    return Whole(take()) if trainer.is_shared else trainer.trained


def share_out(model: nn.Module, device: torch.device, training: Training, *, has_penalty: bool) -> nn.Module:
    """Share the weights of a network out over all processes, onto their devices. Raises ValueError where it cannot be."""
    if obstacle := find_obstacle(training, has_penalty=has_penalty):
        raise ValueError(obstacle)
    return shard(model, device)


def settle(optimizer: torch.optim.Optimizer, kind: str) -> None:
    """Let an optimizer take its steps in a way that torch has for weights that are shared out."""
    for group in optimizer.param_groups:
        if kind in UNFUSED:
            group["fused"] = False


def gather(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return state_dicts with whole tensors in the first process, and empty ones in the others; all must ask."""
    is_first = dist.get_rank() == 0

    def take(tensor: Any) -> Tensor:
        if not hasattr(tensor, "full_tensor"):
            return cast("Tensor", tensor)
        whole: Tensor = tensor.detach().full_tensor()
        return whole.cpu() if is_first else whole.new_empty(0)

    gathered: dict[str, Any] = copy_tree(parts, take)
    return gathered


def spread(parts: Mapping[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return state_dicts of whole tensors as a network that is shared out takes them."""
    own = model.state_dict()
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    spreaded = dict(parts)
    spreaded["model"] = _share_named(parts["model"], own)
    moments = {
        number: {name: _share(value, weights[number]) for name, value in values.items()}
        for number, values in parts["optimizer"]["state"].items()
    }
    spreaded["optimizer"] = {**parts["optimizer"], "state": moments}
    if "stopping" in parts:
        spreaded["stopping"] = {**parts["stopping"], "weights": _share_named(parts["stopping"]["weights"], own)}
    return spreaded


def _share_named(tensors: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: _share(tensor, own[name]) for name, tensor in tensors.items()}


def _share(value: Any, own: Any) -> Any:
    """Return the part of a whole tensor that this process holds of one like `own`."""
    from torch.distributed.tensor import DTensor, distribute_tensor

    if not isinstance(value, Tensor) or not isinstance(own, DTensor) or value.shape != own.shape:
        return value
    return distribute_tensor(value.to(own.device), own.device_mesh, own.placements, src_data_rank=None)
