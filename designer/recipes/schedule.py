"""Learning-rate schedules that torch has not: an inverse square root, and a warm-up before any other."""

from typing import Any

import torch
from torch import Tensor
from torch.optim.lr_scheduler import LRScheduler


class InverseSquareRootLR(LRScheduler):
    """The learning rate falls as sqrt(k / (k + t)), with k the timescale and t the steps (Vaswani and others, 2017)."""

    def __init__(self, optimizer: torch.optim.Optimizer, timescale: int = 1000, last_epoch: int = -1) -> None:
        self.timescale = timescale
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float | Tensor]:
        """Return the rate of each group."""
        share = (self.timescale / (self.timescale + self.last_epoch)) ** 0.5
        return [rate * share for rate in self.base_lrs]


class WarmUp:
    """Raise the learning rate in a straight line over the first steps, then let a schedule begin, if there is one.

    The first step has `start_factor` of the rate that the schedule starts from, the step after the warm-up all of it.
    Call `step` after every step. A schedule that goes by epochs then moves on after every `every` steps; one that goes
    by the validation loss when `step` is given it, by the end of an epoch.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        steps: int,
        start_factor: float,
        schedule: Any = None,
        every: int = 1,
    ) -> None:
        self.optimizer, self.schedule = optimizer, schedule
        self.steps, self.start_factor, self.every = steps, start_factor, every
        self.rates = [group["lr"] for group in optimizer.param_groups]
        self.count = 0
        self.set_rates()

    def set_rates(self) -> None:
        """Give each group its rate of the warm-up."""
        share = self.start_factor + (1 - self.start_factor) * self.count / self.steps if self.count < self.steps else 1
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * share

    def step(self, *loss: float) -> None:
        """Move on by one step; with the validation loss of an epoch, let the schedule look at it."""
        if loss:
            if self.count >= self.steps:
                self.schedule.step(*loss)
            return
        self.count += 1
        past = self.count - self.steps
        if past <= 0:
            self.set_rates()
        elif self.schedule is not None and self.every and past % self.every == 0:
            self.schedule.step()

    def state_dict(self) -> dict[str, Any]:
        """Return how far it is."""
        return {"count": self.count, "schedule": self.schedule and self.schedule.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.count = state["count"]
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
