"""How full and how busy the device of a run is: an accelerator's memory and load, or what the process takes of the machine."""

import contextlib
import math
import os
import time
from pathlib import Path

import torch

from designer.engine.seeing import Device

STATM = Path("/proc/self/statm")  # pages of this process, in all and in memory: Linux has it
LEAST = 0.05  # seconds over which a load can be told


class Usage:
    """Reads how a device is used, time and again: the load of processors is that since the reading before."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._at, self._worked = time.perf_counter(), time.process_time()
        self._busy = math.nan

    def read(self) -> Device | None:
        """Return how full and how busy the device is now; None where nobody can tell."""
        if self._device.type == "cuda":
            return self._read_cuda()
        return self._read_process() if self._device.type == "cpu" else None

    def _read_cuda(self) -> Device:
        free, total = torch.cuda.mem_get_info(self._device)
        busy = math.nan
        with contextlib.suppress(Exception):  # without NVML there is nobody to ask
            busy = torch.cuda.utilization(self._device) / 100
        return Device(torch.cuda.get_device_name(self._device), total - free, total, busy)

    def _read_process(self) -> Device | None:
        """Return what this process takes: memory of the machine, and a share of its processors."""
        now, worked = time.perf_counter(), time.process_time()
        if now - self._at >= LEAST:
            self._busy = min((worked - self._worked) / (now - self._at) / (os.cpu_count() or 1), 1.0)
            self._at, self._worked = now, worked
        try:
            page = os.sysconf("SC_PAGE_SIZE")
            used, total = int(STATM.read_text().split()[1]) * page, os.sysconf("SC_PHYS_PAGES") * page
        except (AttributeError, OSError, ValueError, IndexError):
            return None
        return Device("CPU", used, total, self._busy)
