"""The learning-rate range test: a short run whose rate grows from step to step, and what its losses propose.

After L. N. Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3.
"""

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from designer.engine.build import Script, build
from designer.engine.bundle import take_rows
from designer.engine.device import choose
from designer.engine.events import Failed
from designer.engine.failures import Place, explain
from designer.engine.loading import load_data
from designer.engine.plan import Plan
from designer.engine.trainer import Trainer

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 100
KEPT = 0.8  # share of the smoothed loss that each step keeps
DIVERGED = 4.0  # the test ends where the smoothed loss is so many times the lowest


@dataclass(frozen=True, slots=True)
class RateTried:
    """One step of the test. `smoothed` is the running mean of the losses so far, free of the start's bias."""

    step: int
    steps: int
    rate: float
    loss: float
    smoothed: float


@dataclass(frozen=True, slots=True)
class RangeFound:
    """The end of a test. `proposal` is a tenth of the rate with the lowest smoothed loss; None where the loss never fell."""

    tried: tuple[RateTried, ...]
    proposal: float | None
    message: str


RangeEvent = RateTried | RangeFound | Failed


def find_range(
    plan: Plan, lowest: float = LOWEST, highest: float = HIGHEST, steps: int = STEPS
) -> Generator[RangeEvent, bool | None, None]:
    """Take up to `steps` steps at rates from `lowest` to `highest`, each the same factor larger; tell of each.

    Sent True in reply, the test ends with what it has. The network is one of its own, so nothing else changes. The
    random numbers come from torch's global generator: no run may be under way in the process meanwhile. The last event
    is RangeFound or Failed.
    """
    place = Place()
    script = trainer = None
    tried: list[RateTried] = []
    last: RangeEvent
    try:
        device = choose(plan.device)
        place.phase = "data"
        script = build(plan.source)
        torch.manual_seed(plan.seed)
        data, _ = load_data(script, plan.data_path, device)
        place.phase = "network"
        trainer = Trainer(script, replace(plan, out=None), device, data)
        place.phase = "training"
        trainer.model.train()
        for each in _try_rates(script, trainer, lowest, highest, steps, plan.seed):
            tried.append(each)
            place.step = each.step
            if (yield each):
                break
        last = conclude(tried)
    except Exception as error:  # noqa: BLE001 - every way to end is an event
        last = explain(error, plan, place, script, trainer)
    finally:
        if trainer is not None:
            trainer.release()
        script = trainer = None
    yield last


def _try_rates(
    script: Script, trainer: Trainer, lowest: float, highest: float, steps: int, seed: int
) -> Iterator[RateTried]:
    """Yield each step, until the loss has gone up for good."""
    groups = trainer.optimizer.param_groups
    shares = [group["lr"] / groups[0]["lr"] for group in groups]  # layers with a rate of their own keep their factor
    mean, best = 0.0, math.inf
    batches = _draw_batches(script, trainer, seed)
    for step in range(1, steps + 1):
        rate = lowest * (highest / lowest) ** ((step - 1) / max(steps - 1, 1))
        for group, share in zip(groups, shares, strict=True):
            group["lr"] = rate * share
        rows = next(batches)
        x, y = take_rows(trainer.x, rows), take_rows(trainer.y, rows)
        loss = trainer.train_step(trainer.model, trainer.loss, trainer.optimizer, x, y)[0].item()
        mean = KEPT * mean + (1 - KEPT) * loss
        smoothed = mean / (1 - KEPT**step)
        if not math.isfinite(smoothed):
            return
        yield RateTried(step, steps, rate, loss, smoothed)
        best = min(best, smoothed)
        if step > steps // 10 and smoothed > DIVERGED * best > 0:
            return


def _draw_batches(script: Script, trainer: Trainer, seed: int) -> Iterator[Tensor]:
    """Yield the rows of batches without end."""
    order = torch.Generator().manual_seed(seed)
    while True:
        rows = script.draw_order(trainer.y, order).to(trainer.device)
        yield from torch.split(rows, trainer.batch_size)


def conclude(tried: list[RateTried]) -> RangeFound:
    """Return what a test proposes: a tenth of the rate at which the smoothed loss was lowest, to one digit."""
    if len(tried) < 3:
        return RangeFound(
            tuple(tried), None, "The loss was not finite after a few steps. Scale the data, or try again."
        )
    lowest = min(tried, key=lambda each: each.smoothed)
    if lowest.smoothed >= tried[0].smoothed * 0.99:
        message = "The loss fell at none of these rates, so there is nothing to propose. Is there anything to learn?"
        return RangeFound(tuple(tried), None, message)
    proposal = float(f"{lowest.rate / 10:.0e}")
    message = (
        f"The loss was lowest at a learning rate of {lowest.rate:.1g}; a tenth of it, {proposal:g}, is a good start."
    )
    return RangeFound(tuple(tried), proposal, message)
