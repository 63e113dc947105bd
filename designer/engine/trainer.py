"""The live objects of a run, and one step over them."""

import torch
from torch import Tensor

from designer.catalogue import registry
from designer.catalogue.training_settings import count_step_rows, count_steps
from designer.codegen.choices import find_pace
from designer.engine.build import Pair, Script, find_layers
from designer.engine.bundle import Bundle, count_rows, parts_of, take_rows
from designer.engine.plan import Plan


class Trainer:
    """Data, network, loss, optimizer and schedule, made in the order the script makes them: random numbers follow it.

    `since` are the rows of the batches learned since it was last cleared, with None for the end of an epoch.
    `learning_rate` is that of the last step. Raises what torch raises.
    """

    def __init__(self, script: Script, plan: Plan, device: torch.device, data: Pair) -> None:
        self.x, self.y = data
        training = plan.project.training
        self.batch_size = count_step_rows(training, count_rows(self.x))  # rows of one step
        self.batches = count_steps(training, count_rows(self.x))  # in an epoch
        self.model = script.make_model().to(device)
        if plan.weights is not None:
            script.load_weights(self.model, plan.weights)
        self.loss = script.make_loss(self.y).to(device)
        self.optimizer = script.make_optimizer(self.model)
        self.schedule = script.make_schedule(self.optimizer, plan.epochs, plan.epochs * self.batches)
        self._step = script.train_step
        self.layers = find_layers(script.source, self.model)
        self.since: list[Tensor | None] = []
        self._pace = find_pace(registry.schedules[training.schedule.kind], training)
        self.learning_rate = 0.0

    def step(self, rows: Tensor) -> tuple[Tensor, Bundle, Bundle]:
        """Learn from one batch; return the loss, the network's outputs and the targets, on the device."""
        self.since.append(rows)
        x, y = take_rows(self.x, rows), take_rows(self.y, rows)
        self.note_learning_rate()
        value, outputs = self._step(self.model, self.loss, self.optimizer, x, y)
        if self._pace.each_step and self.schedule is not None:
            self.schedule.step()
        return value, outputs, y

    def end_epoch(self) -> None:
        """Advance a schedule that goes by epochs."""
        self.since.append(None)
        if self._pace.each_epoch == "epoch" and self.schedule is not None:
            self.schedule.step()

    def note_validation(self, loss: float) -> None:
        """Let a schedule look at the validation loss, if it goes by it."""
        if self._pace.each_epoch == "validation loss" and self.schedule is not None:
            self.schedule.step(loss)

    @property
    def device(self) -> torch.device:
        """Where everything lies."""
        return parts_of(self.x)[0].device

    @property
    def parameters(self) -> int:
        """Number of learned numbers."""
        return sum(p.numel() for p in self.model.parameters())

    def release(self) -> None:
        """Let go of the weights' gradients and the optimizer's state: torch ties them into cycles."""
        self.optimizer.state.clear()
        self.optimizer.param_groups.clear()

    def note_learning_rate(self) -> None:
        """Note the rate of the step to come."""
        self.learning_rate = float(self.optimizer.param_groups[0]["lr"])
