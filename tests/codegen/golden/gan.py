"""Train GAN: A generator and a discriminator of 1 x 8 x 8, 169,793 parameters.

Designed with Designer. Data: 1,797 handwritten digits, 8 x 8 grey values (scikit-learn).

    python gan.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE] [--sample N]
    torchrun --nproc-per-node 2 gan.py

Needs torch, numpy, safetensors and scikit-learn; torch 2.8 or later.
"""

import argparse
import importlib
import math
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from sklearn import datasets
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class Generator(nn.Module):
    """16 -> 1 x 8 x 8, 87,104 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(16, 256, bias=False),  # 256
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Linear(256, 256, bias=False),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Linear(256, 64),  # 64
            nn.Sigmoid(),
            nn.Unflatten(1, (1, 8, 8)),  # 1 x 8 x 8
        )

    def forward(self, noise: Tensor) -> Tensor:
        """Return N x 1 x 8 x 8 for N x 16."""
        return self.layers(noise)


class Discriminator(nn.Module):
    """1 x 8 x 8 -> 1, 82,689 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),  # 64
            nn.Linear(64, 256),  # 256
            nn.LeakyReLU(negative_slope=0.2),
            nn.Dropout(0.3),
            nn.Linear(256, 256),
            nn.LeakyReLU(negative_slope=0.2),
            nn.Dropout(0.3),
            nn.Linear(256, 1),  # 1
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 1 for N x 1 x 8 x 8."""
        return self.layers(image)


class GAN(nn.Module):
    """A generator and a discriminator of 1 x 8 x 8, 169,793 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator()
        self.discriminator = Discriminator()

    def draw(self, count: int) -> Tensor:
        """Return so many samples, made from noise."""
        device = next(self.parameters()).device
        return self.generator(torch.randn(count, 16, device=device))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return N x 1 scores of real samples and of as many made ones."""
        return self.discriminator(x), self.discriminator(self.draw(len(x)))


def load_digits_images() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits: images N x 1 x 8 x 8 from 0 to 1, and their class."""
    digits = datasets.load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def make_grid(images: Tensor) -> Tensor:
    """Return N x channels x height x width as one picture, height x width x channels from 0 to 255, about square."""
    images = images.detach().float().cpu()
    low, high = images.min(), images.max()
    images = (images - low) / (high - low).clamp(min=1e-12)
    count, channels, height, width = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    grid = torch.zeros(rows * columns, channels, height + 2, width + 2)
    grid[:count, :, 1:-1, 1:-1] = images
    grid = grid.view(rows, columns, channels, height + 2, width + 2).permute(0, 3, 1, 4, 2)
    return (255 * grid.reshape(rows * (height + 2), -1, channels)).round().to(torch.uint8)


def write_png(picture: Tensor, path: Path) -> None:
    """Write a picture, height x width x 1 (grey) or 3 (red, green, blue) from 0 to 255, as a PNG file."""
    height, width, channels = picture.shape
    lines = torch.cat([torch.zeros(height, 1, dtype=torch.uint8), picture.flatten(1)], 1)

    def pack(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    body = zlib.compress(lines.numpy().tobytes())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + pack(b"IHDR", header) + pack(b"IDAT", body) + pack(b"IEND", b""))


class AdversarialLoss(nn.Module):
    """What the discriminator and the generator of a GAN each make small (Goodfellow and others, 2014).

    The generator's is the one that does not saturate: made samples are to be taken for real ones. Shape: scores N x 1.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def discriminator(self, real: Tensor, made: Tensor) -> Tensor:
        """Return how badly real and made samples are told apart."""
        value: Tensor = (self.loss(real, torch.ones_like(real)) + self.loss(made, torch.zeros_like(made))) / 2
        return value

    def generator(self, made: Tensor) -> Tensor:
        """Return how badly made samples pass for real ones."""
        value: Tensor = self.loss(made, torch.ones_like(made))
        return value

    def forward(self, outputs: tuple[Tensor, Tensor], y: Tensor) -> Tensor:
        """Return the sum of both for the scores of real and of made samples."""
        real, made = outputs
        return self.discriminator(real, made) + self.generator(made)


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 1 x 8 x 8, y N x 1 x 8 x 8, the sample itself."""
    x, _ = load_digits_images()
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    x, held_out = x[train], x[validation]
    return (x, x), (held_out, held_out)


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return AdversarialLoss(nn.BCEWithLogitsLoss())


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.Adam(model.parameters(), lr=0.0005, betas=(0.5, 0.999), fused=True)


def measure(outputs: tuple[Tensor, Tensor], y: Tensor) -> dict[str, Tensor]:
    """Return how often the discriminator is right, over real and made samples."""
    return {"accuracy": ((outputs[0] > 0).float().mean() + (outputs[1] <= 0).float().mean()) / 2}


@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = tuple(torch.cat(part) for part in zip(*[model(batch) for batch in x.split(1024)], strict=True))
    scores = {"loss": loss(outputs, y)} | measure(outputs, y)
    return {name: score.item() for name, score in scores.items()}


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Teach the discriminator, then the generator; return the sum of their losses and the scores before the step.

    A weight without a gradient stays as it is, and so does all that the optimizer keeps of it: both learn on their own.
    """
    made = network.draw(len(x))
    optimizer.zero_grad()
    scores = network.discriminator(x), network.discriminator(made.detach())
    telling = loss.discriminator(*scores)
    telling.backward()
    optimizer.step()

    optimizer.zero_grad()
    passing = loss.generator(network.discriminator(made))
    passing.backward(inputs=list(network.generator.parameters()))
    optimizer.step()
    return (telling + passing).detach(), tuple(score.detach() for score in scores)


def train(epochs: int, device: torch.device, seed: int) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    if world > 1:
        raise SystemExit("Two networks that learn in turn train in one process: start this with python.")
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 64 * world

    model = GAN().to(device)
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


@torch.no_grad()
def sample(model: nn.Module, count: int) -> Tensor:
    """Return samples that the generator makes of noise."""
    model.eval()
    return model.draw(count)


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
    parser = argparse.ArgumentParser(description="Train GAN.")
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="gan.safetensors")
    parser.add_argument("--losses", type=Path, help="write the loss of every step to this CSV file")
    parser.add_argument(
        "--sample",
        type=int,
        default=0,
        help="draw so many samples at the end, into a file beside the weights",
    )
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
        if args.sample > 0:
            write_png(make_grid(sample(model, args.sample)), args.out.with_suffix(".png"))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
