"""Train VariationalAutoencoder: 1 x 8 x 8 -> 1 x 8 x 8, 8 and 8, 39,504 parameters.

Designed with Designer. Data: 1,797 handwritten digits, 8 x 8 grey values (scikit-learn).

    python variational_autoencoder.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE] [--sample N]
    torchrun --nproc-per-node 2 variational_autoencoder.py

Needs torch, numpy, safetensors and scikit-learn; torch 2.8 or later.
"""

import argparse
import importlib
import math
import os
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from sklearn import datasets
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class Reparameterize(nn.Module):
    """Draw z from a normal distribution of given mean and log-variance (Kingma and Welling, 2014, section 2.4).

    z = mean + exp(log_variance / 2) noise while training, so that the gradient reaches both; in use z is the mean.

    Shape: any, twice the same; the output has it too.
    """

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Return a draw while training, else the mean."""
        if not self.training:
            return mean
        return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)


class VariationalAutoencoder(nn.Module):
    """1 x 8 x 8 -> 1 x 8 x 8, 8 and 8, 39,504 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Flatten(),  # 64
            nn.Linear(64, 256),  # 256
            nn.ReLU(),
        )
        self.mean = nn.Linear(256, 8)  # 8
        self.logvariance = nn.Linear(256, 8)  # 8
        self.draw = Reparameterize()
        self.copy_head = nn.Sequential(
            nn.Linear(8, 256),  # 256
            nn.ReLU(),
            nn.Linear(256, 64),  # 64
            nn.Unflatten(1, (1, 8, 8)),  # 1 x 8 x 8
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return N x 1 x 8 x 8, N x 8 and N x 8 for N x 1 x 8 x 8."""
        x = self.stem(image)
        mean = self.mean(x)
        logvariance = self.logvariance(x)
        x = self.draw(mean, logvariance)
        copy_head = self.copy_head(x)
        return copy_head, mean, logvariance


def load_digits_images() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits: images N x 1 x 8 x 8 from 0 to 1, and their class."""
    digits = datasets.load_digits()
    return torch.from_numpy(digits.images).float()[:, None] / 16, torch.from_numpy(digits.target).long()


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def draw_codes(model: nn.Module, layer: nn.Module, zeros: Tensor) -> Tensor:
    """Return what a variational autoencoder makes of noise: `layer`, its draw, gives N(0, 1) whatever comes in."""
    handle = layer.register_forward_hook(lambda module, inputs, mean: torch.randn_like(mean))
    try:
        samples: Tensor = model(zeros)[0]
    finally:
        handle.remove()
    return samples


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


class VariationalLoss(nn.Module):
    """Reconstruction and beta times the KL divergence from N(0, 1), both for each number of a sample.

    Kingma and Welling (2014), appendix B; beta: Higgins and others (2017).
    """

    def __init__(self, loss: nn.Module, beta: float) -> None:
        super().__init__()
        self.loss = loss
        self.beta = beta

    def forward(self, outputs: tuple[Tensor, Tensor, Tensor], y: Tensor) -> Tensor:
        """Return the loss for a reconstruction with the mean and the log-variance it was drawn from."""
        reconstruction, mean, log_variance = outputs
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum()
        value: Tensor = self.loss(reconstruction, y) + self.beta * divergence / y.numel()
        return value


def list_units(model: nn.Module) -> Iterator[nn.Module]:
    """Yield the layers that are called, those within containers too."""
    for layer in model.children():
        if isinstance(layer, nn.Sequential | nn.ModuleList):
            yield from list_units(layer)
        else:
            yield layer


def shard(model: nn.Module, device: torch.device) -> nn.Module:
    """Share the weights out: each process holds its part, and a whole layer only while that works."""
    from torch.distributed.device_mesh import init_device_mesh  # here: few want it, and it is slow to import
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    units = list(list_units(model))
    owners = Counter(weight for unit in units for weight in unit.parameters())
    for unit in units:
        if {owners[weight] for weight in unit.parameters()} == {1}:  # what two layers share stays with the whole
            fully_shard(unit, mesh=mesh)
    fully_shard(model, mesh=mesh)
    return model


def gather(model: nn.Module) -> dict[str, Tensor]:
    """Return the whole weights in the first process, nothing in the others; all must ask."""
    whole: dict[str, Tensor] = {}
    for name, weight in model.state_dict().items():
        tensor = weight.full_tensor() if hasattr(weight, "full_tensor") else weight
        if dist.get_rank() == 0:
            whole[name] = tensor.cpu()
    dist.barrier()  # nobody leaves while another still sends
    return whole


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 1 x 8 x 8, y N x 1 x 8 x 8, the sample itself."""
    x, _ = load_digits_images()
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    x, held_out = x[train], x[validation]
    return (x, x), (held_out, held_out)


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return VariationalLoss(nn.BCEWithLogitsLoss(), beta=1.0)


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.Adam(model.parameters(), lr=0.002, fused=True)


def measure(outputs: tuple[Tensor, Tensor, Tensor], y: Tensor) -> dict[str, Tensor]:
    """Return how close the outputs come to the samples."""
    return {
        "r2": 1 - (y - outputs[0].sigmoid()).square().sum() / (y - y.mean(0)).square().sum(),
        "mae": (y - outputs[0].sigmoid()).abs().mean(),
    }


@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = tuple(torch.cat(part) for part in zip(*[model(batch) for batch in x.split(1024)], strict=True))
    scores = {"loss": loss(outputs, y)} | measure(outputs, y)
    return {name: score.item() for name, score in scores.items()}


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
    """Learn from one batch; return its loss and the outputs before the step."""
    optimizer.zero_grad()
    outputs = network(x)
    value = loss(outputs, y)
    value.backward()
    optimizer.step()
    return value.detach(), tuple(part.detach() for part in outputs)


def train(epochs: int, device: torch.device, seed: int, fsdp: bool = False) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 64 * world

    model: nn.Module = VariationalAutoencoder()
    model = shard(model, device) if fsdp else model.to(device)
    network = DistributedDataParallel(model) if world > 1 and not fsdp else model
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
        if rank == 0 or fsdp:  # a network that is shared out answers only where all ask
            scores = evaluate(model, loss, *validation)
        if rank == 0:
            print(
                f"epoch {epoch}: loss {total.item() / len(x):.4f}, validation {scores['loss']:.4f}, "
                f"R2 {scores['r2']:.4f}, mean absolute error {scores['mae']:.4g}"
            )
    return model, curve


@torch.no_grad()
def sample(model: nn.Module, count: int) -> Tensor:
    """Return samples that the decoder makes of noise, in place of what the encoder gives."""
    model.eval()
    device = next(model.parameters()).device
    return draw_codes(model, model.draw, torch.zeros(count, 1, 8, 8, device=device)).sigmoid()


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
    parser = argparse.ArgumentParser(description="Train VariationalAutoencoder.")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="variational_autoencoder.safetensors")
    parser.add_argument("--losses", type=Path, help="write the loss of every step to this CSV file")
    parser.add_argument(
        "--fsdp",
        action="store_true",
        help="under torchrun: share the network out, where it does not fit into one process",
    )
    parser.add_argument(
        "--sample",
        type=int,
        default=0,
        help="draw so many samples at the end, into a file beside the weights",
    )
    args = parser.parse_args()
    if args.fsdp and "WORLD_SIZE" not in os.environ:
        parser.error("--fsdp shares the network out over processes: start this with torchrun")

    device = choose_device(args.device)
    if "WORLD_SIZE" in os.environ:  # started by torchrun
        importlib.import_module("torch.distributed.nn")  # imported later it would hold the group for good
        dist.init_process_group(dist.get_default_backend_for_device(device))
    model, curve = train(args.epochs, device, args.seed, args.fsdp)
    weights = gather(model) if args.fsdp else model.state_dict()
    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file(weights, args.out)
        if args.losses:
            rows = [f"{step},{value!r}\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\n" + "".join(rows))
        if args.sample > 0:
            if args.fsdp:  # the first process draws them alone
                model = VariationalAutoencoder()
                model.load_state_dict(weights)
            write_png(make_grid(sample(model, args.sample)), args.out.with_suffix(".png"))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
