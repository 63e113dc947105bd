"""Keep samples that do not fit into memory in a file, and read them while the network learns from others."""

import math
import os
import re
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor


def find_limit(memory: float) -> float:
    """Return how many bytes of samples are kept in memory: so many gigabytes, at 0 half of what Linux says is free."""
    told = Path("/proc/meminfo")
    if memory or not told.exists():
        return memory * 2**30 or math.inf
    return int(re.findall(r"MemAvailable: *(\d+)", told.read_text())[0]) * 1024 / 2


def make_room(limit: float, *sizes: int) -> Tensor:
    """Return a tensor to be filled: in memory, or of more than so many bytes in a file that the system pages in.

    The file is one without a name in the folder of temporary files (TMPDIR).
    """
    need = 4 * math.prod(sizes)
    if need <= limit:
        return torch.empty(sizes)
    number, name = tempfile.mkstemp(prefix="samples-")
    try:
        if hasattr(os, "posix_fallocate"):  # a disk that becomes full under a mapped file ends the process
            os.posix_fallocate(number, 0, need)
        room = torch.from_file(name, shared=True, size=need // 4, dtype=torch.float32)
    except (OSError, RuntimeError) as error:
        folder, size = Path(name).parent, need / 2**30
        reason = f"The samples take {size:.1f} GB, for which there is no room in {folder} ({error})."
        raise ValueError(f"{reason} Let TMPDIR name another folder.") from error
    finally:
        os.close(number)
        if os.name == "posix":  # what is mapped stays until it is let go
            Path(name).unlink()
    return room.view(sizes)


def is_stored(x: Tensor) -> bool:
    """Return whether samples lie in a file."""
    return x.device.type == "cpu" and x.untyped_storage().filename is not None


def place(x: Tensor, device: torch.device) -> Tensor:
    """Return samples on a device; those in a file stay there."""
    return x if is_stored(x) else x.to(device)


def read_ahead(x: Tensor, batches: Sequence[Tensor], workers: int = 4) -> Iterator[Tensor]:
    """Yield the samples of each batch of rows; those in a file are read by threads, some batches ahead."""
    if not is_stored(x):
        yield from (x[rows.to(x.device)] for rows in batches)
        return
    with ThreadPoolExecutor(workers) as readers:
        waiting: deque[Future[Tensor]] = deque()
        for rows in batches:
            waiting.append(readers.submit(x.index_select, 0, rows))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
