"""Train MnistCnn: 1 x 28 x 28 -> 10 logits, 20,538 parameters.

Designed with Designer. Data: A folder with the four files of MNIST, or of a data set in its form.

    python mnist_cnn.py --data PATH [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 mnist_cnn.py --data PATH

Needs torch, numpy and safetensors; torch 2.8 or later.
"""

import argparse
import gzip
import importlib
import math
import mmap
import os
import re
import shutil
import tempfile
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class MnistCnn(nn.Module):
    """1 x 28 x 28 -> 10 logits, 20,538 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding="same", bias=False),  # 16 x 28 x 28
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),  # 16 x 14 x 14
            nn.Conv2d(16, 32, 3, padding="same", bias=False),  # 32 x 14 x 14
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),  # 32 x 7 x 7
            nn.Flatten(),  # 1568
            nn.Dropout(0.2),
            nn.Linear(1568, 10),  # 10
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 10 logits for N x 1 x 28 x 28."""
        return self.layers(image)


def find_limit(memory: float) -> float:
    """Return how many bytes of samples are kept in memory: so many gigabytes, at 0 half of what Linux says is free."""
    told = Path("/proc/meminfo")
    if memory or not told.exists():
        return memory * 2**30 or math.inf
    return int(re.findall(r"MemAvailable: *(\d+)", told.read_text())[0]) * 1024 / 2


def make_room(limit: float, *sizes: int) -> Tensor:
    """Return a tensor to be filled: in memory, or of more than so many bytes in a file that the system pages in.

    The file is one without a name in the folder of temporary files (TMPDIR).
    """
    need = 4 * math.prod(sizes)
    if need <= limit:
        return torch.empty(sizes)
    number, name = tempfile.mkstemp(prefix="samples-")
    try:
        if hasattr(os, "posix_fallocate"):  # a disk that becomes full under a mapped file ends the process
            os.posix_fallocate(number, 0, need)
        room = torch.from_file(name, shared=True, size=need // 4, dtype=torch.float32)
    except (OSError, RuntimeError) as error:
        folder, size = Path(name).parent, need / 2**30
        reason = f"The samples take {size:.1f} GB, for which there is no room in {folder} ({error})."
        raise ValueError(f"{reason} Let TMPDIR name another folder.") from error
    finally:
        os.close(number)
        if os.name == "posix":  # what is mapped stays until it is let go
            Path(name).unlink()
    return room.view(sizes)


def map_file(path: Path) -> mmap.mmap:
    """Return the bytes of a file, plain or gzipped, in a file of their own that the system pages in."""
    with path.open("rb") as file, tempfile.TemporaryFile() as copy:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        shutil.copyfileobj(gzip.GzipFile(fileobj=file) if packed else file, copy)
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_COPY)


def read_idx(folder: Path, name: str, axes: int, limit: float = math.inf) -> Tensor:
    """Return the bytes of one file, plain or gzipped, as a tensor with as many axes as its header must announce.

    Of more than so many bytes they stay in a file.
    """
    names = [f"{name}{dot}idx{axes}-ubyte{end}" for dot in "-." for end in (".gz", "")]
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise ValueError(f"There is no file {names[0]} or {names[1]} in {folder}.")
    raw: bytes | mmap.mmap
    try:
        if path.stat().st_size > limit:
            raw = map_file(path)
        else:
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} cannot be unpacked ({error}). Fetch it again.") from error
    start = 4 + 4 * axes
    if len(raw) < start or raw[:4] != bytes((0, 0, 8, axes)):
        raise ValueError(f"{path} is not an IDX file of bytes with {axes} axes.")
    sizes = np.frombuffer(raw, ">u4", axes, 4).tolist()
    if len(raw) - start != math.prod(sizes):
        announced = " x ".join(map(str, sizes))
        raise ValueError(f"{path} announces {announced} bytes but holds {len(raw) - start}. Fetch it again.")
    values = np.frombuffer(raw, np.uint8, offset=start).reshape(sizes)
    return torch.from_numpy(values) if isinstance(raw, mmap.mmap) else torch.tensor(values)


def read_idx_images(folder: Path, mean: float, std: float, memory: float = 0) -> tuple[Tensor, Tensor, slice, slice]:
    """Return images N x 1 x height x width as (grey / 255 - mean) / std, labels, and the rows of both parts.

    The folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte and their t10k- partners, plain or gzipped. Of
    more than `memory` gigabytes the images are kept in a file; 0 is half of what is free.
    """
    parts, limit = ("train", "t10k"), find_limit(memory)
    labels = [read_idx(folder, f"{part}-labels", 1) for part in parts]
    images = [read_idx(folder, f"{part}-images", 3, limit / 20) for part in parts]  # packed to a fifth, four bytes each
    for part, pictures, answers in zip(parts, images, labels, strict=True):
        if len(pictures) != len(answers):
            raise ValueError(f"{folder} has {len(pictures)} {part} images but {len(answers)} {part} labels.")
    if images[0].shape[1:] != images[1].shape[1:]:
        raise ValueError(f"{folder} has training and test images of different sizes.")
    count = len(labels[0])
    x = make_room(limit, count + len(labels[1]), 1, *images[0].shape[1:])
    for room, grey in ((x[:count], images[0]), (x[count:], images[1])):
        for start in range(0, len(grey), 4096):
            rows = room[start : start + 4096]
            rows[:, 0] = grey[start : start + 4096]
            rows.div_(255).sub_(mean).div_(std)
    return x, torch.cat(labels).long(), slice(count), slice(count, None)


def put_channels_last(x: Tensor) -> Tensor:
    """Return images N x C x H x W, on a CPU with the channels of a pixel side by side in memory.

    Shape and values stay. Convolutions, pooling and normalization keep that order, and are faster in it; but
    DistributedDataParallel wants gradients as they come in the usual one.
    """
    alone = x.device.type == "cpu" and not dist.is_initialized()
    return x.to(memory_format=torch.channels_last) if alone else x


def is_stored(x: Tensor) -> bool:
    """Return whether samples lie in a file."""
    return x.device.type == "cpu" and x.untyped_storage().filename is not None


def place(x: Tensor, device: torch.device) -> Tensor:
    """Return samples on a device; those in a file stay there."""
    return x if is_stored(x) else x.to(device)


def read_ahead(x: Tensor, batches: Sequence[Tensor], workers: int = 4) -> Iterator[Tensor]:
    """Yield the samples of each batch of rows; those in a file are read by threads, some batches ahead."""
    if not is_stored(x):
        yield from (x[rows.to(x.device)] for rows in batches)
        return
    with ThreadPoolExecutor(workers) as readers:
        waiting: deque[Future[Tensor]] = deque()
        for rows in batches:
            waiting.append(readers.submit(x.index_select, 0, rows))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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


def load_data(path: Path) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 1 x 28 x 28, y N class numbers."""
    x, y, train, validation = read_idx_images(path, mean=0.1307, std=0.3081)
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return nn.CrossEntropyLoss()


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.AdamW(model.parameters(), lr=0.005, fused=True)


def make_schedule(optimizer: torch.optim.Optimizer, epochs: int, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    """Return how the learning rate changes, to be advanced after every step."""
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.005, total_steps=steps)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return the share of samples whose class has the largest output."""
    return {"accuracy": (outputs.argmax(1) == y).float().mean()}


@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = torch.cat([model(put_channels_last(batch.to(y.device))) for batch in x.split(1024)])
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


def train(
    data: Path,
    epochs: int,
    device: torch.device,
    seed: int,
    fsdp: bool = False,
) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data(data)
    x, y = place(x, device), y.to(device)
    validation = [place(tensor, device) for tensor in validation]
    batch_size = 128 * world

    model: nn.Module = MnistCnn()
    model = shard(model, device) if fsdp else model.to(device)
    network = DistributedDataParallel(model) if world > 1 and not fsdp else model
    loss = make_loss()
    optimizer = make_optimizer(model)
    steps = epochs * -(-len(x) // batch_size)
    schedule = make_schedule(optimizer, epochs, steps)

    curve: list[float] = []
    for epoch in range(1, epochs + 1):
        model.train()
        losses = []
        total = torch.zeros((), device=device)
        batches = torch.randperm(len(x), generator=order).split(batch_size)
        ahead = read_ahead(x, [batch[rank::world] for batch in batches])
        for batch, samples in zip(batches, ahead, strict=True):
            if len(batch) < world:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            value, _ = train_step(network, loss, optimizer, samples.to(device), y[rows])
            schedule.step()
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
    parser = argparse.ArgumentParser(description="Train MnistCnn.")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder with train-images-idx3-ubyte.gz and its three partners",
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="mnist_cnn.safetensors")
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
    model, curve = train(args.data, args.epochs, device, args.seed, args.fsdp)
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
