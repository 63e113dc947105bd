"""Samples of a network that makes some, drawn beside a run without touching its random numbers."""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from designer.engine.build import Script
from designer.engine.events import Samples

PICTURES, NUMBERS, CHARACTERS = 64, 400, 240  # what is drawn at a time
INTERVAL = 1.0  # seconds from one draw to the next


def draw_samples(script: Script, model: nn.Module, epoch: int, seed: int) -> Samples | None:
    """Return samples of a network as it is, None where its script draws none. The same seed draws the same noise."""
    form = script.source.samples
    sample = script.names.get("sample")
    if not form or sample is None:
        return None
    count = {"picture": PICTURES, "text": CHARACTERS}.get(form, NUMBERS)
    device = next(model.parameters()).device
    training = model.training
    with keep_random_numbers(device):
        torch.manual_seed(seed)
        drawn = sample(model, count)
    model.train(training)
    if isinstance(drawn, str):
        return Samples(epoch, text=drawn)
    assert isinstance(drawn, Tensor)
    if form == "picture":
        grid: Tensor = script.names["make_grid"](drawn)
        return Samples(epoch, picture=np.asarray(grid.numpy()))
    return Samples(epoch, rows=np.asarray(drawn.detach().flatten(1).to("cpu", torch.float32).numpy()))


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
