"""Train DigitsMlp: 1 x 8 x 8 -> 10 logits, 2,410 parameters.

Designed with Designer. Data: 1,797 handwritten digits, 8 x 8 grey values (scikit-learn).

    python digits_mlp.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 digits_mlp.py

Needs torch, numpy, safetensors and scikit-learn; torch 2.8 or later.
"""

import argparse
import importlib
import math
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import save_file
from sklearn import datasets
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class DigitsMlp(nn.Module):
    """1 x 8 x 8 -> 10 logits, 2,410 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),  # 64
            nn.Linear(64, 32),  # 32
            nn.ReLU(),
            nn.Linear(32, 10),  # 10
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 10 logits for N x 1 x 8 x 8."""
        return self.layers(x)


def load_digits_images() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits: images N x 1 x 8 x 8 from 0 to 1, and their class."""
    digits = datasets.load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()


def shuffle_rows(count: int, seed: int) -> Tensor:
    """Return the row numbers in an order drawn with a seed."""
    return torch.from_numpy(np.random.default_rng(seed).permutation(count))


def shuffle_classes(classes: Tensor, seed: int) -> Tensor:
    """Return the row numbers in a drawn order in which every stretch has the classes in their proportions.

    Row k of the n rows of a class, counted from 0, comes after a share of (k + 1/2) / n of all.
    """
    drawn = shuffle_rows(len(classes), seed).numpy()
    kinds, counts = np.unique(classes.numpy()[drawn], return_inverse=True, return_counts=True)[1:]
    together = np.argsort(kinds, kind="stable")
    place = np.empty(len(drawn))
    place[together] = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
    return torch.from_numpy(drawn[np.argsort(place, kind="stable")])


def find_cut(rows: Tensor, cut: float, start: int = 0, groups: Tensor | None = None) -> int:
    """Return where to cut an order near a place, so that rows are left on either side, behind `start` and at the end.

    Rows of one group follow each other and are not parted; where nothing can be cut it is `start`.
    """
    if groups is None:
        return max(min(max(round(cut), start + 1), len(rows) - 1), start)
    borders = (groups[rows[1:]] != groups[rows[:-1]]).nonzero()[:, 0] + 1
    borders = borders[borders > start]
    return int(borders[(borders - cut).abs().argmin()]) if len(borders) else start


def cut_parts(rows: Tensor, validation: float, test: float = 0, groups: Tensor | None = None) -> tuple[Tensor, ...]:
    """Return the rows for training, for validation and, where there is a share of it, for test, cut off an order.

    At a validation of 0 the training rows are the validation rows. Rows of one group follow each other, and stay
    together.
    """
    first = find_cut(rows, len(rows) * test, 0, groups) if test else 0
    second = find_cut(rows, first + round(len(rows) * validation), first, groups) if validation else first
    train = rows[second:]
    held_out = rows[first:second] if second > first else train
    return (train, held_out, rows[:first]) if test else (train, held_out)


def draw_balanced(y: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Return as many row numbers as there are, drawn: those of rare classes more often.

    A row of a class of n rows has a chance like n^-strength: at 1 all classes come equally often, at 0 all rows. y holds
    class numbers, yes and no, or one-hot rows.
    """
    classes = y.argmax(1) if y.ndim > 1 and y.shape[1] > 1 else y.flatten()
    _, kinds, counts = torch.unique(classes.cpu(), return_inverse=True, return_counts=True)
    chances = (counts.double() ** -strength)[kinds].cumsum(0)
    drawn = torch.rand(len(y), generator=generator, dtype=torch.float64) * chances[-1]
    return torch.searchsorted(chances, drawn).clamp(max=len(y) - 1)


def draw(x: Tensor, low: float, high: float) -> Tensor:
    """Return a number for each sample, evenly between two, with as many axes as the samples."""
    return low + (high - low) * torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device)


def flip(x: Tensor, axis: int = -1, share: float = 0.5) -> Tensor:
    """Turn a share of the samples around along an axis: the last is left to right, the one before upside down."""
    return torch.where(draw(x, 0, 1) < share, x.flip(axis), x)


def warp(x: Tensor, degrees: float = 0, zoom: float = 0, shift: float = 0) -> Tensor:
    """Turn, zoom and shift pictures N x C x H x W, each by no more than so many degrees and shares of its size.

    What comes in from outside repeats the edge.
    """
    height, width = x.shape[-2:]
    angle, factor, right, down = (
        draw(x, -most, most).flatten() for most in (math.radians(degrees), zoom, 2 * shift, 2 * shift)
    )
    cos, sin = angle.cos() / (1 + factor), angle.sin() / (1 + factor)
    rows = [cos, -sin * (height / width), right, sin * (width / height), cos, down]
    grid = F.affine_grid(torch.stack(rows, 1).view(-1, 2, 3), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def draw_boxes(x: Tensor, size: Tensor) -> Tensor:
    """Return N x 1 x H x W, true in a box of a share of height and width, its centre anywhere in the picture."""
    inside = []
    for axis in (-2, -1):
        along = [1] * x.ndim
        along[axis] = x.shape[axis]
        middles = (torch.arange(x.shape[axis], device=x.device).view(along) + 0.5) / x.shape[axis]
        inside.append((middles - draw(x, 0, 1)).abs() < size / 2)
    return inside[0] & inside[1]


def cut_out(x: Tensor, size: float = 0.3, share: float = 1.0) -> Tensor:
    """Fill a box of a share of height and width with the mean of the picture, in a share of the pictures."""
    hidden = draw_boxes(x, torch.where(draw(x, 0, 1) < share, size, 0.0))
    return torch.where(hidden, x.mean((2, 3), keepdim=True), x)


def draw_shares(x: Tensor, alpha: float) -> Tensor:
    """Return a share of at least a half for each sample, from Beta(alpha, alpha) and its mirror image."""
    alphas = torch.full((len(x),), alpha, device=x.device)
    shares = torch.distributions.Beta(alphas, alphas, validate_args=False).sample()
    return torch.maximum(shares, 1 - shares).view(-1, *[1] * (x.ndim - 1))


def make_shares(y: Tensor, classes: int) -> Tensor:
    """Return N x classes out of N class numbers: 1 for the class, 0 for all others. Nothing waits for the device here."""
    return (y[:, None] == torch.arange(classes, device=y.device)).float()


def mixup(x: Tensor, y: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Mix each sample and its target with the next of the batch (Zhang and others, arXiv:1710.09412, 2018).

    Its own share is from Beta(alpha, alpha), the larger of the two. Targets are numbers, N x outputs.
    """
    share = draw_shares(x, alpha)
    own = share.view(-1, 1)
    return share * x + (1 - share) * x.roll(1, 0), own * y + (1 - own) * y.roll(1, 0)


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training, validation and test: x is N x 1 x 8 x 8, y N class numbers."""
    x, y = load_digits_images()
    rows = shuffle_classes(y, seed=0)
    train, validation, test = cut_parts(rows, validation=0.2, test=0.1)
    return (x[train], y[train]), (x[validation], y[validation]), (x[test], y[test])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.CrossEntropyLoss()


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.Adam(model.parameters(), lr=0.001, fused=True)


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


def draw_order(y: Tensor, generator: torch.Generator) -> Tensor:
    """Return the rows of an epoch in the order in which they are learned; y are the training targets."""
    return draw_balanced(y, 0.5, generator)


def augment(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return a batch as it is learned from: each sample changed at random, targets mixed as samples are."""
    x = warp(x, degrees=15.0, shift=0.1)
    x = flip(x, share=0.5)
    x = cut_out(x, size=0.3, share=1.0)
    y = make_shares(y, 10)
    return mixup(x, y, alpha=0.2)


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn from one batch; return its loss and the outputs before the step."""
    x, y = augment(x, y)
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

    (x, y), validation, test = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 64 * world

    model = DigitsMlp().to(device)
    network = DistributedDataParallel(model) if world > 1 else model
    loss = make_loss()
    optimizer = make_optimizer(model)

    curve: list[float] = []
    for epoch in range(1, epochs + 1):
        model.train()
        losses = []
        total = torch.zeros((), device=device)
        for batch in draw_order(y, order).split(batch_size):
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
    if rank == 0:
        scores = evaluate(model, loss, *[tensor.to(device) for tensor in test])
        print(f"test: loss {scores['loss']:.4f}, accuracy {scores['accuracy']:.2%}")
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
    parser = argparse.ArgumentParser(description="Train DigitsMlp.")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="digits_mlp.safetensors")
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
