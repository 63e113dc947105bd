"""Train Wine: 13 -> 3 logits, 275 parameters.

Designed with Designer. Data: 178 wines of three growers, 13 measurements each (scikit-learn).

    python wine.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 wine.py

Needs torch, numpy, safetensors and scikit-learn; torch 2.8 or later.
"""

import argparse
import importlib
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from sklearn import datasets
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class Wine(nn.Module):
    """13 -> 3 logits, 275 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(13, 16),  # 16
            nn.ReLU(),
            nn.Linear(16, 3),  # 3
        )

    def forward(self, wine: Tensor) -> Tensor:
        """Return N x 3 logits for N x 13."""
        return self.layers(wine)


def load_wine() -> tuple[Tensor, Tensor]:
    """Return 178 wines: N x 13 measurements, and which of three growers made them."""
    measurements, grower = datasets.load_wine(return_X_y=True)
    return torch.from_numpy(measurements).float(), torch.from_numpy(grower).long()


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def fit_scale(values: Tensor, train: Tensor) -> dict[str, list[float]]:
    """Return mean and standard deviation of each of N x columns over the training rows; 1 of a constant."""
    known = values[train]
    deviation = known.std(0, correction=0)
    varies = (known.amax(0) > known.amin(0)) & (deviation > 0)
    return {"mean": known.mean(0).tolist(), "deviation": deviation.where(varies, 1).tolist()}


def apply_scale(values: Tensor, scale: dict[str, list[float]]) -> Tensor:
    """Take off the mean, and divide by the standard deviation."""
    return (values - values.new_tensor(scale["mean"])) / values.new_tensor(scale["deviation"])


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 13, y N class numbers."""
    x, y = load_wine()
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    x_scale = fit_scale(x, train)
    x = apply_scale(x, x_scale)
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.CrossEntropyLoss()


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.Adam(model.parameters(), lr=0.01, fused=True)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return the share of samples whose class has the largest output."""
    return {"accuracy": (outputs.argmax(1) == y).float().mean()}


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
    batch_size = 16 * world

    model = Wine().to(device)
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
    parser = argparse.ArgumentParser(description="Train Wine.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="wine.safetensors")
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
