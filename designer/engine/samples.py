"""Samples of a network that makes some, drawn beside a run without touching its random numbers."""

import contextlib
import math
import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.build import Script
from designer.engine.events import Samples

PICTURES, NUMBERS, CHARACTERS = 64, 400, 240  # what is drawn at a time
INTERVAL = 1.0  # seconds from one draw to the next, after an epoch
FIRST, WITHIN = 5.0, 15.0  # within an epoch: until the first, and from one to the next,
SHARE = 0.02  # or more, so that they take no more than this share of the time


def draw_samples(script: Script, model: nn.Module, epoch: int, seed: int) -> Samples | None:
    """Return samples of a network as it is, None where its script draws none. The same seed draws the same noise."""
    form = script.source.samples
    sample = script.names.get("sample")
    if not form or sample is None:
        return None
    count = {"picture": PICTURES, "text": CHARACTERS}.get(form, NUMBERS)
    device = next(model.parameters()).device
    modes = [(module, module.training) for module in model.modules()]
    with keep_random_numbers(device):
        torch.manual_seed(seed)
        drawn = sample(model, count)
    for module, training in modes:
        module.training = training
    return tell_samples(script, drawn, epoch)


def tell_samples(script: Script, drawn: Tensor | str, epoch: int) -> Samples:
    """Return what the `sample` of a script gave, so that it can be looked at."""
    if isinstance(drawn, str):
        return Samples(epoch, text=drawn)
    if script.source.samples == "picture":
        grid: Tensor = script.names["make_grid"](drawn)
        return Samples(epoch, picture=np.asarray(grid.numpy()))
    return Samples(epoch, rows=np.asarray(drawn.detach().flatten(1).to("cpu", torch.float32).numpy()))


class SampleClock:
    """When samples are due: after an epoch, and within one that is long."""

    def __init__(self) -> None:
        self._last = -math.inf
        self._next = math.inf

    def begin(self) -> None:
        """Let the first within an epoch come soon."""
        self._next = time.monotonic() + FIRST

    def is_due(self, *, within: bool) -> bool:
        """Return whether it is time, within an epoch or after one."""
        now = time.monotonic()
        return now >= self._next if within else now - self._last >= INTERVAL

    def note(self, cost: float) -> None:
        """Take note of samples that took so many seconds."""
        self._last = time.monotonic()
        self._next = self._last + max(WITHIN, cost / SHARE)


@contextlib.contextmanager
def keep_random_numbers(device: torch.device) -> Iterator[None]:
    """Leave the random numbers of the CPU and of a device as they were, whatever is drawn meanwhile."""
    module = torch.get_device_module(device) if device.type != "cpu" else None
    place = (device,) if device.type in ("cuda", "xpu") else ()  # mps has one device and takes none
    before, there = torch.get_rng_state(), module.get_rng_state(*place) if module is not None else None
    try:
        yield
    finally:
        torch.set_rng_state(before)
        if module is not None:
            module.set_rng_state(there, *place)
