"""Train ANDPerceptron: 2 -> 1 value, 3 parameters.

Designed with Designer. Data: The truth table of AND: 1 only where both inputs are 1.

    python and_perceptron.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 and_perceptron.py

Needs torch, numpy and safetensors; torch 2.8 or later.
"""

import argparse
import importlib
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class Step(nn.Module):
    """Answer 1 where x >= 0, else 0 (Rosenblatt, 1958), with a gradient that passes straight through.

    The true gradient is 0 wherever there is one. Here it is that of the identity (Bengio, Léonard and Courville,
    arXiv:1308.3432, 2013), so that with a Linear before it and MSELoss after it a step of SGD on one sample is the
    perceptron's learning rule: each weight moves by 2 lr (y - step(x)) times its input.

    Shape: any; the output has the same.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return 1 where x >= 0, else 0, in the type of x."""
        # The bracket is 0 and carries the gradient.
        return (x >= 0).to(x.dtype) + (x - x.detach())


class ANDPerceptron(nn.Module):
    """2 -> 1 value, 3 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, 1),  # 1
            Step(),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return N x 1 value for N x 2."""
        return self.layers(inputs)


def sample_gate(truth: tuple[int, int, int, int], samples: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 around (0, 0), (0, 1), (1, 0), (1, 1) in turn, and what `truth` says of each corner."""
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    which = torch.arange(samples) % 4
    points = corners[which] + noise * torch.randn(samples, 2, generator=torch.Generator().manual_seed(seed))
    return points, torch.tensor(truth)[which]


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 2, y N x 1, 0 or 1."""
    x, y = sample_gate(truth=(0, 0, 0, 1), samples=4, noise=0.0, seed=0)
    train, validation = split_rows(len(x), validation=0.0, seed=0)
    y = y[:, None].float()
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.MSELoss()


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.SGD(model.parameters(), lr=0.5, fused=True)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return the share of samples on the right side of 0.5."""
    return {"accuracy": ((outputs > 0.5) == (y > 0.5)).float().mean()}


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
    """Learn from one batch; return its loss and the outputs before the step."""
    optimizer.zero_grad()
    outputs = network(x)
    value = loss(outputs, y)
    value.backward()
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
    batch_size = world

    model = ANDPerceptron().to(device)
    network = DistributedDataParallel(model) if world > 1 else model
    loss = make_loss()
    optimizer = make_optimizer(model)

    curve: list[float] = []
    for epoch in range(1, epochs + 1):
        model.train()
        losses = []
        total = torch.zeros((), device=device)
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            if len(batch) < world:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            value, _ = train_step(network, loss, optimizer, x[rows], y[rows])
            losses.append(value)
            total += value * len(rows)
        seen = torch.stack(losses)
        if world > 1:
            dist.all_reduce(total)
            dist.all_reduce(seen)
        curve += (seen / world).tolist()
        if rank == 0:
            scores = evaluate(model, loss, *validation)
            print(
                f"epoch {epoch}: loss {total.item() / len(x):.4f}, validation {scores['loss']:.4f}, "
                f"accuracy {scores['accuracy']:.2%}"
            )
    return model, curve


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
    parser = argparse.ArgumentParser(description="Train ANDPerceptron.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="and_perceptron.safetensors")
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
