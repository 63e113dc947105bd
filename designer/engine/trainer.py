"""The live objects of a run, and one step over them."""

import torch
from torch import Tensor, nn

from designer.catalogue import registry
from designer.catalogue.parameters import resolve
from designer.catalogue.training_settings import averagings, count_step_rows
from designer.codegen.choices import find_pace
from designer.document.project import Training
from designer.engine.build import Pair, Script, find_layers
from designer.engine.bundle import Bundle, count_rows, take_rows
from designer.engine.graphed import Graphed
from designer.engine.plan import Plan
from designer.engine.ranks import Ranks
from designer.engine.recorded import Recorded
from designer.engine.sharding import settle, share_out
from designer.engine.state import Stage
from designer.engine.streaming import Ahead


class Trainer:
    """Data, network, loss, optimizer and schedule, made in the order the script makes them: random numbers follow it.

    `since` are the rows of the batches learned since it was last cleared, with None for the end of an epoch.
    `learning_rate` is that of the last step. Raises what torch raises.
    """

    def __init__(self, script: Script, plan: Plan, device: torch.device, data: Pair) -> None:
        self.x, self.y = data
        self._weighs = script.source.weighs
        self.device = torch.empty(0, device=device).device  # where the network lies
        self.ahead = Ahead(self.x)
        training = plan.project.training
        self.ranks = Ranks()
        objective = registry.objectives.get(training.objective.kind)
        if self.ranks.world > 1 and objective is not None and objective.form == "adversarial":
            raise ValueError("Two networks that learn in turn train in one process: start this without torchrun")
        rows = count_rows(self.x)
        self.batch_size = count_step_rows(training, rows)  # rows of one step
        if training.batch != "full":
            self.batch_size *= self.ranks.world
        self.batches = -(-rows // self.batch_size)  # in an epoch
        self.least_rows = training.accumulate * self.ranks.world if self.ranks.world > 1 else 1  # of a step
        self.is_shared = plan.sharded and self.ranks.world > 1  # out over the processes
        self._make_network(script, plan, device)
        self.loss = script.make_loss(self.y).to(device)
        self.optimizer = script.make_optimizer(self.model)
        if self.is_shared:
            settle(self.optimizer, training.optimizer.kind)
        self._shares = _compare_rates(training, self.optimizer)
        self.schedule = script.make_schedule(self.optimizer, plan.epochs, plan.epochs * self.batches)
        self.train_step = script.train_step
        self._make_average = script.make_average
        self.average = self._make_average(self.model)
        self.stopping = script.make_early_stopping()
        self.trained: nn.Module = self.model  # what is validated and saved
        self._averaging, self._start, self._start_lr = _read_averaging(training)
        if self.average is not None and self._averaging == "EMA":
            self.trained = self.average.module
        self._update_statistics = script.names.get("update_bn")
        self._evaluation_batch = script.source.evaluation_batch
        self.layers = find_layers(script.source, self.model)
        self.since: list[Tensor | None] = []
        self._pace = find_pace(registry.schedules[training.schedule.kind], training)
        self._is_scheduled = True
        self.epoch = 0
        self.learning_rate = 0.0
        # Whether it does nothing but what tensors tell: of code of the user's nobody knows.
        self.is_plain = self.ranks.world == 1 and not script.source.foreign
        self.graphed = self._choose_recording(device) if self.is_plain else None

    def _make_network(self, script: Script, plan: Plan, device: torch.device) -> None:
        """Make the network with the weights it starts from, shared out or wrapped where there are several processes."""
        self.model = script.make_model()
        if plan.weights is not None:
            script.load_weights(self.model, plan.weights)
        if self.is_shared:
            self.model = share_out(self.model, device, plan.project.training, has_penalty="penalize" in script.names)
        self.model = self.model.to(device)
        self.network = self.model if self.is_shared else self.ranks.wrap(self.model)

    def _choose_recording(self, device: torch.device) -> Graphed | Recorded | None:
        """Return what records a step on a device and replays it, None where steps are taken one by one."""
        if device.type == "cuda" and not self.ahead.is_needed:
            return Graphed(self.compute, self.model, self.optimizer, self.batch_size, device)
        if device.type == "cpu":
            return Recorded(self.compute, (self.model, self.loss), self.optimizer)
        return None

    def step(self, rows: Tensor) -> tuple[Tensor, Bundle, Bundle]:
        """Learn from one batch; return the loss, the network's outputs and the targets, on the device."""
        self.since.append(rows)
        if self.ahead.is_needed:
            self.ahead.note(len(rows) // self.ranks.world)
        result = self.repeat(rows)
        if self.average is not None and self._averaging == "EMA":
            self.average.update_parameters(self.model)
        return result

    def repeat(self, rows: Tensor) -> tuple[Tensor, Bundle, Bundle]:
        """Take a step without keeping record of it."""
        self.note_learning_rate()
        result = self.compute(rows) if self.graphed is None else self.graphed.step(rows)
        if self._pace.each_step and self._is_scheduled and self.schedule is not None:
            self.schedule.step()
        return result

    def compute(self, rows: Tensor) -> tuple[Tensor, Bundle, Bundle]:
        """Take a step but for what goes by its number."""
        rows = self.ranks.share(rows)
        x, y = take_rows(self.x, rows), take_rows(self.y, rows)
        value, outputs = self.train_step(self.network, self.loss, self.optimizer, x, y)
        return self.ranks.average(value), outputs, y[0] if self._weighs else y

    def begin_epoch(self, epoch: int) -> None:
        """Make ready for an epoch: from the first that is averaged on, the learning rate is a constant one."""
        self.epoch = epoch
        self._is_scheduled = self._averaging != "SWA" or epoch < self._start
        if self._averaging == "SWA" and epoch == self._start and self._start_lr is not None:
            for group, share in zip(self.optimizer.param_groups, self._shares, strict=True):
                group["lr"] = share * self._start_lr
        if not self.model.training:
            self.model.train()

    def cut(self, order: Tensor) -> tuple[Tensor, ...]:
        """Return the batches of rows in an order; what is in a file is read ahead in it."""
        if self.ahead.is_needed:
            self.ahead.expect(self.ranks.share(order))
        return order.unsafe_split(self.batch_size) if order.shape[0] > self.batch_size else (order,)

    def end_epoch(self) -> None:
        """Advance a schedule that goes by epochs, and an average that does."""
        self.since.append(None)
        self.advance()
        if self.average is not None and self._averaging == "SWA" and self.epoch >= self._start:
            self.average.update_parameters(self.model)
            self.trained = self.average.module
            if self._update_statistics is not None and isinstance(self.x, Tensor):
                self._update_statistics(self.x.tensor_split(-(-len(self.x) // self._evaluation_batch)), self.trained)

    def go_on(self, epoch: int, stage: Stage) -> None:
        """Take the place of a trainer that came this far: from the first averaged epoch on, the average is what counts."""
        averaged = epoch if stage != "training" else epoch - 1
        if self.average is not None and self._averaging == "SWA" and averaged >= self._start:
            self.trained = self.average.module

    def restart_average(self) -> None:
        """Begin to average anew, from the weights as they are."""
        self.average = self._make_average(self.model)
        if self.average is not None and self._averaging == "EMA":
            self.trained = self.average.module

    def advance_steps(self, steps: int) -> None:
        """Advance a schedule that goes by steps."""
        if self._pace.each_step and self._is_scheduled and self.schedule is not None:
            for _ in range(steps):
                self.schedule.step()

    def advance(self) -> None:
        """Advance a schedule that goes by epochs."""
        if self._pace.each_epoch == "epoch" and self._is_scheduled and self.schedule is not None:
            self.schedule.step()

    def note_validation(self, loss: float) -> None:
        """Let a schedule look at the validation loss, if it goes by it."""
        if self._pace.each_epoch == "validation loss" and self._is_scheduled and self.schedule is not None:
            self.schedule.step(loss)

    @property
    def targets(self) -> Bundle:
        """The targets of all rows, without the weights that may come with them."""
        return self.y[0] if self._weighs else self.y

    @property
    def parameters(self) -> int:
        """Number of learned numbers."""
        return sum(p.numel() for p in self.model.parameters())

    def release(self) -> None:
        """Let go of the weights' gradients and the optimizer's state: torch ties them into cycles."""
        self.ahead.forget()
        if self.graphed is not None:
            self.graphed.forget()
            self.graphed = None
        self.optimizer.state.clear()
        self.optimizer.param_groups.clear()

    def note_learning_rate(self) -> None:
        """Note the rate of the step to come."""
        self.learning_rate = float(self.optimizer.param_groups[0]["lr"])


def _compare_rates(training: Training, optimizer: torch.optim.Optimizer) -> list[float]:
    """Return how the learning rates of groups of weights stand to the one that was set."""
    spec = registry.optimizers[training.optimizer.kind]
    rate = resolve(spec.parameters, training.optimizer.parameters)[0].get("lr", 1.0)
    return [group["lr"] / rate if rate else 1.0 for group in optimizer.param_groups]


def _read_averaging(training: Training) -> tuple[str, int, float | None]:
    """Return how weights are averaged, the first epoch that counts, and the learning rate from then on."""
    choice = training.averaging
    values, _ = resolve(averagings[choice.kind].parameters, choice.parameters)
    return choice.kind, values.get("start", 1), values.get("lr")
