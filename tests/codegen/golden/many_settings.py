"""Train Toy: 2 -> 1 logit, 33 parameters.

Designed with Designer. Data: Two half moons that reach into each other.

    python toy.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 toy.py

Needs torch, numpy and safetensors; torch 2.8 or later.
"""

import argparse
import importlib
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel


class Toy(nn.Module):
    """2 -> 1 logit, 33 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, 8),  # 8
            nn.Tanh(),
            nn.Linear(8, 1),  # 1
        )

    def forward(self, point: Tensor) -> Tensor:
        """Return N x 1 logit for N x 2."""
        return self.layers(point)


def sample_moons(samples: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 on two half circles that reach into each other, and which of the two each is on."""
    generator = torch.Generator().manual_seed(seed)
    moon = torch.arange(samples) % 2
    angle = math.pi * torch.rand(samples, generator=generator)
    upper = torch.stack([angle.cos(), angle.sin()], 1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], 1)
    points = torch.where(moon[:, None] == 0, upper, lower)
    return points + noise * torch.randn(samples, 2, generator=generator), moon


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


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


def group_weights(model: nn.Module, rates: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the weights as groups for an optimizer: first those without, then those with a learning rate of their own.

    `rates` has the learning rates by the names of modules; of two such modules within each other the inner one decides.
    """
    rate_of: dict[Tensor, float] = {}
    for name in sorted(rates, key=lambda name: name.count(".")):
        rate_of.update(dict.fromkeys(model.get_submodule(name).parameters(), rates[name]))
    rest = [weight for weight in model.parameters() if weight not in rate_of]
    groups: list[dict[str, Any]] = [{"params": rest}] if rest else []
    groups += [
        {"params": [weight for weight in rate_of if rate_of[weight] == rate], "lr": rate}
        for rate in dict.fromkeys(rate_of.values())
    ]
    return groups


def to_table(answers: Tensor, classes: int) -> Tensor:
    """Return N x classes with True in the column of each answer; what is a table already stays as it is."""
    return F.one_hot(answers, classes) > 0 if classes else answers


def average_classes(scores: Tensor, answers: Tensor, truth: Tensor) -> Tensor:
    """Return the mean of scores over the classes that were answered or right at least once."""
    return scores.sum() / (answers | truth).any(0).sum().clamp(min=1)


def measure_f1(answers: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return 2 hits / (2 hits + false alarms + misses), the mean over classes."""
    answers, truth = to_table(answers, classes), to_table(truth, classes)
    scores = 2 * (answers & truth).sum(0) / (answers.sum(0) + truth.sum(0)).clamp(min=1)
    return average_classes(scores, answers, truth) if classes else scores.mean()


def measure_auroc(scores: Tensor, truth: Tensor, classes: int = 0) -> Tensor:
    """Return the area under the ROC curve, the mean over columns with both a yes and a no; NaN where there is none.

    That is how likely a yes has a larger score than a no, ties counting half (Mann and Whitney, 1947). Pairs are
    counted in whole numbers, so that nothing is rounded on the way.
    """
    scores, truth = scores.T.contiguous(), to_table(truth, classes).T
    ordered = scores.sort(1).values
    below = torch.searchsorted(ordered, scores) + torch.searchsorted(ordered, scores, right=True)
    yes = truth.sum(1)
    no = truth.shape[1] - yes
    wins = (below * truth).sum(1) - yes * yes
    return (wins / (2 * yes * no)).nanmean()


class EarlyStopping:
    """Tells when a score has not become better by more than `min_delta` for `patience` epochs; keeps the best weights."""

    def __init__(
        self,
        score: str,
        patience: int,
        min_delta: float = 0.0,
        higher_is_better: bool = False,
        restore_best: bool = True,
    ) -> None:
        self.score, self.patience, self.min_delta = score, patience, min_delta
        self.sign = -1 if higher_is_better else 1
        self.restore_best = restore_best
        self.best, self.waited = math.inf, 0
        self.weights: dict[str, Tensor] = {}

    def is_over(self, scores: dict[str, float], model: nn.Module) -> bool:
        """Take in the scores of an epoch; return whether it was the last."""
        value = self.sign * scores[self.score]
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
            if self.restore_best:
                self.weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model: nn.Module) -> None:
        """Put the weights of the best epoch into the network, if they were kept."""
        if self.weights:
            model.load_state_dict(self.weights)


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 2, y N x 1, 0 or 1."""
    x, y = sample_moons(samples=500, noise=0.1, seed=0)
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    y = y[:, None].float()
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0]))


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    groups = group_weights(model, {"layers.0": 0.01})
    return torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True, fused=True)


def make_schedule(optimizer: torch.optim.Optimizer, epochs: int, steps: int) -> WarmUp:
    """Return how the learning rate changes, to be advanced after every step."""
    an_epoch = steps // epochs
    warmup = min(2 * an_epoch, steps - 1)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2)
    return WarmUp(optimizer, steps=warmup, start_factor=0.01, schedule=schedule, every=0)


def make_average(model: nn.Module) -> AveragedModel:
    """Return a copy of the network that holds the mean of the weights it is shown."""
    return AveragedModel(model)


def make_early_stopping() -> EarlyStopping:
    """Return what ends the run when the validation no longer becomes better."""
    return EarlyStopping("f1", patience=4, min_delta=0.001, higher_is_better=True)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return F1 and AUROC."""
    truth = y > 0.5
    return {"f1": measure_f1(outputs > 0, truth), "auroc": measure_auroc(outputs, truth)}


@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = torch.cat([model(batch) for batch in x.split(1024)])
    scores = {"loss": loss(outputs, y)} | measure(outputs, y)
    return {name: score.item() for name, score in scores.items()}


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn from one batch, in 4 parts after each other; return its loss and the outputs before the step."""
    optimizer.zero_grad()
    parts = min(4, len(y))
    values, answers = [], []
    for part, target in zip(x.tensor_split(parts), y.tensor_split(parts), strict=True):
        outputs = network(part)
        value = loss(outputs, target) * (len(target) / len(y))
        value.backward()
        values.append(value.detach())
        answers.append(outputs.detach())
    value, outputs = torch.stack(values).sum(), torch.cat(answers)
    nn.utils.clip_grad_norm_(network.parameters(), max_norm=1.0)
    optimizer.step()
    return value.detach(), outputs.detach()


def train(epochs: int, device: torch.device, seed: int) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.set_num_threads(1)  # so small a network would only wait for more of them
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 4 * 32 * world

    model = Toy().to(device)
    network = DistributedDataParallel(model) if world > 1 else model
    loss = make_loss().to(device)
    optimizer = make_optimizer(model)
    shares = [group["lr"] / 0.1 for group in optimizer.param_groups]
    steps = epochs * -(-len(x) // batch_size)
    schedule = make_schedule(optimizer, epochs, steps)
    stopping = make_early_stopping()
    average = make_average(model)
    trained = model

    curve: list[float] = []
    for epoch in range(1, epochs + 1):
        if epoch == 15:
            for group, share in zip(optimizer.param_groups, shares, strict=True):
                group["lr"] = share * 0.05
        model.train()
        losses = []
        total = torch.zeros((), device=device)
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            if world > 1 and len(batch) < 4 * world:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            value, _ = train_step(network, loss, optimizer, x[rows], y[rows])
            if epoch < 15:
                schedule.step()
            losses.append(value)
            total += value * len(rows)
        if epoch >= 15:
            average.update_parameters(model)
            trained = average.module
        seen = torch.stack(losses)
        if world > 1:
            dist.all_reduce(total)
            dist.all_reduce(seen)
        curve += (seen / world).tolist()
        over = torch.zeros((), device=device)
        scores = evaluate(trained, loss, *validation)
        if world > 1:  # all go by what the first process sees
            seen = torch.tensor(scores["loss"], device=device)
            dist.broadcast(seen, 0)
            scores["loss"] = seen.item()
        if epoch < 15:
            schedule.step(scores["loss"])
        if rank == 0:
            print(
                f"epoch {epoch}: loss {total.item() / len(x):.4f}, validation {scores['loss']:.4f}, "
                f"F1 {scores['f1']:.4f}, AUROC {scores['auroc']:.4f}"
            )
            over += stopping.is_over(scores, trained)
        if world > 1:
            dist.broadcast(over, 0)
        if over:
            break
    stopping.restore(trained)
    return trained, curve


def choose_device(name: str) -> torch.device:
    """Return the device of that name; "auto" is an accelerator if there is one. torchrun gives each process its own."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    known = ["cpu"]
    if accelerator is not None:
        numbered = [f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())]
        known = [accelerator.type, "cpu", *numbered]
    if name not in ("auto", *known):
        raise SystemExit(f"There is no device {name!r} here. Choose auto or one of: {', '.join(known)}.")
    device = torch.device(known[0] if name == "auto" else name)
    if "LOCAL_RANK" in os.environ and device.type != "cpu":
        device = torch.device(device.type, int(os.environ["LOCAL_RANK"]))
        torch.accelerator.set_device_index(device.index)
    return device


def main() -> None:
    """Read the command line, train, save the weights."""
    parser = argparse.ArgumentParser(description="Train Toy.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="toy.safetensors")
    parser.add_argument("--losses", type=Path, help="write the loss of every step to this CSV file")
    args = parser.parse_args()

    device = choose_device(args.device)
    if "WORLD_SIZE" in os.environ:  # started by torchrun
        importlib.import_module("torch.distributed.nn")  # imported later it would hold the group for good
        dist.init_process_group(dist.get_default_backend_for_device(device))
    model, curve = train(args.epochs, device, args.seed)
    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file(model.state_dict(), args.out)
        if args.losses:
            rows = [f"{step},{value!r}\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\n" + "".join(rows))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
