"""Several processes that learn one network together, started by torchrun: each takes its share of every batch."""

import gc
import importlib
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from designer.engine.device import DeviceError, choose


class Ranks:
    """This process among those that learn together; the only one where nobody started more.

    All take the same steps. Only the first tells and writes. Who sets `wants_end` ends all of them after the same step:
    then `is_over` is set in each. Who sets `wants_state` has all bring their state together after it: `brings_state`.
    """

    def __init__(self) -> None:
        together = dist.is_available() and dist.is_initialized()
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if together else (0, 1)
        self.wants_end = self.wants_state = False
        self.is_over = self.brings_state = self.must_tell = False

    def wrap(self, model: nn.Module) -> nn.Module:
        """Return the network as it learns: its gradients are the mean over all processes."""
        return DistributedDataParallel(model) if self.world > 1 else model

    def share(self, rows: Tensor) -> Tensor:
        """Return the rows of a batch that this process takes."""
        return rows[self.rank :: self.world] if self.world > 1 else rows

    def average(self, loss: Tensor) -> Tensor:
        """Return the mean of the losses of a step over all processes, and hear what one of them wants.

        All must tell of the step where its loss is not finite: nobody goes on alone.
        """
        if self.world == 1:
            return loss
        wishes = loss.new_tensor([float(self.wants_end), float(self.wants_state)])
        told = torch.cat([loss[None], wishes])
        dist.all_reduce(told)
        mean, *heard = told.tolist()
        self.is_over, self.brings_state = (each > 0 for each in heard)
        self.must_tell = self.brings_state or not math.isfinite(mean)
        return told[0] / self.world

    def agree_on_buffers(self, model: nn.Module) -> None:
        """Give all the statistics of the first: each has seen other rows."""
        if self.world > 1:
            for buffer in model.buffers():
                dist.broadcast(buffer, 0)

    def agree_on_scores(self, scores: dict[str, float], device: torch.device) -> dict[str, float]:
        """Return the scores of the first: what a schedule and the end of a run go by must be the same for all."""
        if self.world == 1:
            return scores
        values = torch.tensor([float(score) for score in scores.values()], device=device)
        dist.broadcast(values, 0)
        return scores if self.rank == 0 else dict(zip(scores, values.tolist(), strict=True))

    def collect_random(self, random: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
        """Return the state of random numbers with that of every other process: each has drawn for its own rows."""
        found = dict(random)
        if self.world > 1:
            for name, state in random.items():
                own = state.to(device)
                states = [torch.empty_like(own) for _ in range(self.world)]
                dist.all_gather(states, own)
                found |= {f"{name} {rank}": each.cpu() for rank, each in enumerate(states) if rank}
        return found

    def pick_random(self, random: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return what is this process's own of the states of random numbers of all."""
        return {name: random.get(f"{name} {self.rank}", state) for name, state in random.items() if " " not in name}


@contextmanager
def joined(device: str) -> Iterator[str]:
    """Join the processes that torchrun has started, and leave them at the end; give the device that this one takes.

    Nothing happens where torchrun has not started this one.
    """
    if "WORLD_SIZE" not in os.environ or "RANK" not in os.environ:
        yield device
        return
    try:
        own = choose(device)
        if own.type != "cpu":
            own = choose(f"{own.type}:{os.environ.get('LOCAL_RANK', '0')}")
            torch.accelerator.set_device_index(own.index)
    except DeviceError:  # the run says so
        yield device
        return
    # It takes the group there is when it is imported as the default of its functions, for good. Where that is ours, the
    # group's threads outlive Python, and C++ ends the process in the middle of its end.
    importlib.import_module("torch.distributed.nn")
    dist.init_process_group(dist.get_default_backend_for_device(own))
    try:
        yield str(own)
    finally:
        gc.collect()  # who still holds the group holds its threads
        dist.destroy_process_group()
