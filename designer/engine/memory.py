"""Bytes in memory: how many are free, how many a step of training takes, and how they are written."""

import contextlib
import math
import os
import sys
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

CGROUP = Path("/sys/fs/cgroup")
CPU = torch.device("cpu")
WORTH_ASKING = 2**26  # bytes: how much is free is not asked for less


def measure_free(device: str | torch.device) -> int | None:
    """Return the bytes that can still be had of a device's memory, None where that cannot be told.

    On the CPU what the system calls available, no more than what is left to a container.
    """
    kind = torch.device(device).type if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if kind == "cuda" and torch.cuda.is_available():
        place = torch.device(device) if device != "auto" else torch.device("cuda")
        kept = torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place)
        return int(torch.cuda.mem_get_info(place)[0]) + kept
    if kind != "cpu" or sys.platform != "linux":
        return None
    known = [each for each in (_read_available(), _read_left()) if each is not None]
    return min(known, default=None)


def _read_available() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return int(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def _read_left() -> int | None:
    """Return what a container may still take: its limit, less what it has beyond caches of files."""
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
        lines = (CGROUP / "memory.stat").read_text().splitlines()
    except (OSError, ValueError):
        return None
    cached = sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    return max(0, int(limit) - used + cached) if limit.isdecimal() else None


def spell_size(size: float) -> str:
    """Return bytes as people read them: 512 bytes, 3.9 KiB, 768 MiB."""
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024 or unit == "PiB":
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError


def count_bytes(tensors: Iterable[Tensor | None]) -> int:
    """Return the bytes of tensors, of memory that several share once."""
    storages = [tensor.untyped_storage() for tensor in tensors if tensor is not None]
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


def list_state(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    """Return the tensors that an optimizer keeps from step to step."""
    return [value for state in optimizer.state.values() for value in tree_leaves(state) if isinstance(value, Tensor)]


class Tally(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the memory of every tensor that comes into being: `live` bytes now, and the `peak` of them.

    It sees each operation of torch on its way, those of the way back too; what an operation takes and gives back
    inside is not seen. Memory that was there before is not counted.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.live = self.peak = 0
        self._known: dict[int, weakref.ref[torch.UntypedStorage]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, and take note of the memory it has made."""
        result = func(*args, **(kwargs or {}))
        given = {
            leaf.untyped_storage()._cdata for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)
        }  # in-place operations and views give back what they were given
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._note(leaf.untyped_storage(), given)
        return result

    def _note(self, storage: torch.UntypedStorage, given: set[int]) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key in given or key in self._known:
            return

        def forget(_: object) -> None:
            self._known.pop(key, None)
            self.live -= size

        self._known[key] = weakref.ref(storage, forget)
        self.live += size
        self.peak = max(self.peak, self.live)


class Guard(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Refuses a new tensor on the CPU that is larger than what is free, in the words of torch's own allocator.

    Systems promise memory that they do not have, and end the program when it is written to.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation unless it makes a tensor for which there is no room. Raises torch.OutOfMemoryError."""
        kwargs = kwargs or {}
        if func is torch.ops.aten.empty.memory_format and (kwargs.get("device") or CPU).type == "cpu":
            size = math.prod(args[0]) * (kwargs.get("dtype") or torch.get_default_dtype()).itemsize
            free = measure_free(CPU) if size > WORTH_ASKING else None
            if free is not None and size > free:
                raise torch.OutOfMemoryError(f"can't allocate memory: you tried to allocate {size} bytes.")
        return func(*args, **kwargs)


@contextlib.contextmanager
def count_saved(model: nn.Module, others: Iterable[Tensor]) -> Any:
    """Give a function that says how many bytes were kept for the way back: activations, without weights and samples."""
    known = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers(), *others)}
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    def count() -> int:
        return sum(kept.values())

    counter: Callable[[], int] = count
    with saved_tensors_hooks(pack, lambda tensor: tensor):
        yield counter
