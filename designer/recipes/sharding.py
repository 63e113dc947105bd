"""Share a network out over processes, so that none needs to hold all its weights (FSDP2)."""

from collections import Counter
from collections.abc import Iterator

import torch
import torch.distributed as dist
from torch import Tensor, nn


def list_units(model: nn.Module) -> Iterator[nn.Module]:
    """Yield the layers that are called, those within containers too."""
    for layer in model.children():
        if isinstance(layer, nn.Sequential | nn.ModuleList):
            yield from list_units(layer)
        else:
            yield layer


def shard(model: nn.Module, device: torch.device) -> nn.Module:
    """Share the weights out: each process holds its part, and a whole layer only while that works."""
    from torch.distributed.device_mesh import init_device_mesh  # here: few want it, and it is slow to import
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    units = list(list_units(model))
    owners = Counter(weight for unit in units for weight in unit.parameters())
    for unit in units:
        if {owners[weight] for weight in unit.parameters()} == {1}:  # what two layers share stays with the whole
            fully_shard(unit, mesh=mesh)
    fully_shard(model, mesh=mesh)
    return model


def gather(model: nn.Module) -> dict[str, Tensor]:
    """Return the whole weights in the first process, nothing in the others; all must ask."""
    whole: dict[str, Tensor] = {}
    for name, weight in model.state_dict().items():
        tensor = weight.full_tensor() if hasattr(weight, "full_tensor") else weight
        if dist.get_rank() == 0:
            whole[name] = tensor.cpu()
    dist.barrier()  # nobody leaves while another still sends
    return whole
