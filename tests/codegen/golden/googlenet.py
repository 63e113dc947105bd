"""Train GoogLeNet: 3 x 224 x 224 -> 1000 logits, 6,624,904 parameters.

Designed with Designer. Data: Random samples of any shape: a stand-in until you choose your own data.

    python goog_le_net.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 goog_le_net.py

Needs torch, numpy and safetensors; torch 2.8 or later.
"""

import argparse
import importlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class BasicConv2d(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, in_channels: int, channels: int = 64, size: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, channels, size, stride=stride, padding=size // 2, bias=False),
            nn.BatchNorm2d(channels, eps=0.001),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Inception(nn.Module):
    """Four ways to look at the same place, side by side."""

    def __init__(
        self,
        in_channels: int,
        ch1x1: int = 64,
        ch3x3red: int = 96,
        ch3x3: int = 128,
        ch5x5red: int = 16,
        ch5x5: int = 32,
        pool_proj: int = 32,
    ) -> None:
        super().__init__()
        self.ones = BasicConv2d(in_channels, channels=ch1x1)
        self.branch1 = nn.Sequential(
            BasicConv2d(in_channels, channels=ch3x3red),
            BasicConv2d(ch3x3red, channels=ch3x3, size=3),
        )
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, channels=ch5x5red),
            BasicConv2d(ch5x5red, channels=ch5x5, size=3),
        )
        self.pool = nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True)
        self.proj = BasicConv2d(in_channels, channels=pool_proj)

    def forward(self, x: Tensor) -> Tensor:
        ones = self.ones(x)
        branch1 = self.branch1(x)
        branch2 = self.branch2(x)
        x = self.pool(x)
        proj = self.proj(x)
        return torch.cat((ones, branch1, branch2, proj), 1)


class GoogLeNet(nn.Module):
    """3 x 224 x 224 -> 1000 logits, 6,624,904 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = BasicConv2d(3, size=7, stride=2)  # 64 x 112 x 112
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # 64 x 56 x 56
        self.body1 = nn.Sequential(
            BasicConv2d(64),
            BasicConv2d(64, channels=192, size=3),  # 192 x 56 x 56
        )
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # 192 x 28 x 28
        self.body2 = nn.Sequential(
            Inception(192),  # 256 x 28 x 28
            Inception(256, ch1x1=128, ch3x3red=128, ch3x3=192, ch5x5red=32, ch5x5=96, pool_proj=64),  # 480 x 28 x 28
        )
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)  # 480 x 14 x 14
        self.body3 = nn.Sequential(
            Inception(480, ch1x1=192, ch3x3=208, ch5x5=48, pool_proj=64),  # 512 x 14 x 14
            Inception(512, ch1x1=160, ch3x3red=112, ch3x3=224, ch5x5red=24, ch5x5=64, pool_proj=64),
            Inception(512, ch1x1=128, ch3x3red=128, ch3x3=256, ch5x5red=24, ch5x5=64, pool_proj=64),
            Inception(512, ch1x1=112, ch3x3red=144, ch3x3=288, ch5x5red=32, ch5x5=64, pool_proj=64),  # 528 x 14 x 14
            Inception(528, ch1x1=256, ch3x3red=160, ch3x3=320, ch5x5red=32, ch5x5=128, pool_proj=128),  # 832 x 14 x 14
        )
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)  # 832 x 7 x 7
        self.body4 = nn.Sequential(
            Inception(832, ch1x1=256, ch3x3red=160, ch3x3=320, ch5x5red=32, ch5x5=128, pool_proj=128),
            Inception(832, ch1x1=384, ch3x3red=192, ch3x3=384, ch5x5red=48, ch5x5=128, pool_proj=128),  # 1024 x 7 x 7
        )
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),  # 1024 x 1 x 1
            nn.Flatten(),  # 1024
            nn.Dropout(0.2),
            nn.Linear(1024, 1000),  # 1000
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 1000 logits for N x 3 x 224 x 224."""
        x = self.conv1(image)
        x = self.maxpool1(x)
        x = self.body1(x)
        x = self.maxpool2(x)
        x = self.body2(x)
        x = self.maxpool3(x)
        x = self.body3(x)
        x = self.maxpool4(x)
        x = self.body4(x)
        return self.head(x)


def sample_numbers(samples: int, shape: tuple[int, ...], seed: int) -> Tensor:
    """Return samples x shape, normally distributed numbers with mean 0 and standard deviation 1."""
    return torch.randn(samples, *shape, generator=torch.Generator().manual_seed(seed))


def deal_classes(samples: int, classes: int, seed: int) -> Tensor:
    """Return a class for each sample, all about equally often, in random order."""
    return torch.randperm(samples, generator=torch.Generator().manual_seed(seed + 1)) % classes


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def put_channels_last(x: Tensor) -> Tensor:
    """Return images N x C x H x W, on a CPU with the channels of a pixel side by side in memory.

    Shape and values stay. Convolutions, pooling and normalization keep that order, and are faster in it; but
    DistributedDataParallel wants gradients as they come in the usual one.
    """
    alone = x.device.type == "cpu" and not dist.is_initialized()
    return x.to(memory_format=torch.channels_last) if alone else x


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
    """Return (x, y) for training and for validation: x is N x 3 x 224 x 224, y N class numbers."""
    x = sample_numbers(samples=20, shape=(3, 224, 224), seed=0)
    y = deal_classes(samples=20, classes=1000, seed=0)
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.CrossEntropyLoss()


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=0.0005, fused=True)


def make_schedule(optimizer: torch.optim.Optimizer, epochs: int, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    """Return how the learning rate changes, to be advanced after every epoch."""
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=30)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return the share of samples whose class has the largest output."""
    return {"accuracy": (outputs.argmax(1) == y).float().mean()}


@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = torch.cat([model(put_channels_last(batch)) for batch in x.split(64)])
    scores = {"loss": loss(outputs, y)} | measure(outputs, y)
    return {name: score.item() for name, score in scores.items()}


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn from one batch; return its loss and the outputs before the step."""
    optimizer.zero_grad()
    outputs = network(put_channels_last(x))
    value = loss(outputs, y)
    value.backward()
    optimizer.step()
    return value.detach(), outputs.detach()


def train(epochs: int, device: torch.device, seed: int, fsdp: bool = False) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 8 * world

    model: nn.Module = GoogLeNet()
    model = shard(model, device) if fsdp else model.to(device)
    network = DistributedDataParallel(model) if world > 1 and not fsdp else model
    loss = make_loss()
    optimizer = make_optimizer(model)
    if fsdp:  # torch has no fused step over weights that are shared out
        for group in optimizer.param_groups:
            group["fused"] = False
    steps = epochs * -(-len(x) // batch_size)
    schedule = make_schedule(optimizer, epochs, steps)

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
        schedule.step()
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
    parser = argparse.ArgumentParser(description="Train GoogLeNet.")
    parser.add_argument("--epochs", type=int, default=90)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="goog_le_net.safetensors")
    parser.add_argument("--losses", type=Path, help="write the loss of every step to this CSV file")
    parser.add_argument(
        "--fsdp",
        action="store_true",
        help="under torchrun: share the network out, where it does not fit into one process",
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
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
