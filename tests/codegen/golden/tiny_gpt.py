"""Train TinyGPT: 64 -> 64 x 65, 809,856 parameters.

Designed with Designer. Data: A text file, cut into windows; at every place the next character is to be predicted.

    python tiny_gpt.py --data PATH [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE] [--sample N]
    torchrun --nproc-per-node 2 tiny_gpt.py --data PATH

Needs torch, numpy and safetensors; torch 2.8 or later.
"""

import argparse
import importlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class SelfAttention(nn.Module):
    """Let every step of a sequence gather from the others what fits its question (Vaswani and others, 2017, eq. 1).

    Each head works out softmax(Q Kᵀ / √(features of a head)) V; with `causal` a step sees itself and earlier ones only.
    The weights have the names and sizes of nn.MultiheadAttention, so that each loads what the other saved.

    Shape: N x length x features; the output has the same.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, causal: bool = False
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.dropout = dropout
        self.causal = causal
        self.in_proj_weight = nn.Parameter(torch.empty(3 * embed_dim, embed_dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim)) if bias else None
        self.out_proj = nn.Linear(embed_dim, embed_dim, bias=bias)
        nn.init.xavier_uniform_(self.in_proj_weight)
        if bias:
            nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x length x features."""
        batch, length, _ = x.shape
        projected = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        # three of N x heads x length x features of a head
        query, key, value = projected.view(batch, length, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4).unbind()
        dropout = self.dropout if self.training else 0.0
        attended = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=self.causal)
        gathered: Tensor = self.out_proj(attended.transpose(1, 2).flatten(2))
        return gathered


class LearnedPosition(nn.Module):
    """Add a learned vector to each place of a sequence of at most `length` steps (Gehring and others, 2017).

    Shape: N x steps x features; the output has the same.
    """

    def __init__(self, length: int, features: int, std: float = 0.02) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, length, features))
        nn.init.normal_(self.weight, std=std)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x steps x features."""
        return x + self.weight[:, : x.shape[1]]


class Block(nn.Module):
    """Attention, then an MLP, each normalized first and with a way around it."""

    def __init__(self, width: int = 128, heads: int = 4) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(width),
            SelfAttention(width, heads, causal=True),
        )
        self.mlp = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),  # 64 x 512
            nn.GELU(approximate="tanh"),
            nn.Linear(4 * width, width),  # 64 x 128
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x)
        return x + self.mlp(x)


class TinyGPT(nn.Module):
    """64 -> 64 x 65, 809,856 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Embedding(65, 128),  # 64 x 128
            LearnedPosition(64, 128),
        )
        self.blocks = nn.Sequential(*[Block() for _ in range(4)])
        self.norm = nn.LayerNorm(128)
        self.head = nn.Linear(128, 65, bias=False)  # 64 x 65
        nn.init.normal_(self.stem[0].weight, std=0.02)
        self.head.weight = self.stem[0].weight

    def forward(self, tokens: Tensor) -> Tensor:
        """Return N x 64 x 65 for N x 64."""
        x = self.stem(tokens)
        x = self.blocks(x)
        x = self.norm(x)
        return self.head(x)


def read_characters(path: Path, vocabulary: str) -> Tensor:
    """Return a text as numbers: the place of each character in the vocabulary, which is in order of code points."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    known = np.frombuffer(vocabulary.encode("utf-32-le"), "<u4")
    places = np.searchsorted(known, codes).clip(max=len(known) - 1)
    if (strange := known[places] != codes).any():
        raise ValueError(f"{path} has the character {text[strange.argmax()]!r}, which is not in the vocabulary.")
    return torch.from_numpy(places)


def cut_text(characters: Tensor, length: int, stride: int) -> tuple[Tensor, Tensor]:
    """Return windows N x length of a text, and the same windows one character later."""
    if len(characters) <= length:
        raise ValueError(f"The text has {len(characters)} characters, too few for one window of {length} and the next.")
    windows = characters.unfold(0, length + 1, stride)
    return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()


def split_tail(count: int, validation: float, gap: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and, later in time, for validation; `gap` rows between them are in neither.

    At 0 both are all rows.
    """
    rows = torch.arange(count)
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    if not held_out:
        return rows, rows
    known = count - held_out
    return rows[: known - min(gap, known - 1)], rows[known:]


def draw_text(model: nn.Module, vocabulary: str, length: int, count: int, device: torch.device) -> str:
    """Return a text, each character drawn from what the network expects after the `length` before it."""
    tokens = torch.zeros(1, 1, dtype=torch.int64, device=device)
    for _ in range(count):
        window = tokens[:, -length:]
        known = window.shape[1]
        # What stands after the place in question is not looked at.
        logits = model(F.pad(window, (0, length - known)))[0, known - 1]
        tokens = torch.cat([tokens, torch.multinomial(logits.softmax(0), 1)[None]], 1)
    return "".join(vocabulary[token] for token in tokens[0, 1:].tolist())


class LossPerPlace(nn.Module):
    """A loss for classes, over every place of a sequence.

    Shape: outputs N x length x classes, targets N x length.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Return the mean over samples and places."""
        value: Tensor = self.loss(outputs.flatten(0, 1), y.flatten())
        return value


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
    """Return (x, y) for training and for validation: x is N x 64, y N x 64, class numbers."""
    characters = read_characters(path, vocabulary="\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    x, y = cut_text(characters, length=64, stride=64)
    train, validation = split_tail(len(x), validation=0.1, gap=0)
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return LossPerPlace(nn.CrossEntropyLoss())


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.AdamW(model.parameters(), lr=0.001, betas=(0.9, 0.99), weight_decay=0.1, fused=True)


def make_schedule(optimizer: torch.optim.Optimizer, epochs: int, steps: int) -> WarmUp:
    """Return how the learning rate changes, to be advanced after every step."""
    warmup = min(100, steps - 1)
    steps -= warmup
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps, eta_min=0.0001)
    return WarmUp(optimizer, steps=warmup, start_factor=0.01, schedule=schedule)


def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Return the share of places whose token has the largest output, and the perplexity."""
    return {
        "accuracy": (outputs.argmax(-1) == y).float().mean(),
        "perplexity": F.cross_entropy(outputs.flatten(0, 1), y.flatten()).exp(),
    }


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
    nn.utils.clip_grad_norm_(network.parameters(), max_norm=1.0)
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
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 16 * world

    model: nn.Module = TinyGPT()
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
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            if len(batch) < world:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            value, _ = train_step(network, loss, optimizer, x[rows], y[rows])
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
                f"accuracy {scores['accuracy']:.2%}, perplexity {scores['perplexity']:.4g}"
            )
    return model, curve


@torch.no_grad()
def sample(model: nn.Module, count: int) -> str:
    """Return a text of so many characters, as the network expects them one after the other."""
    model.eval()
    device = next(model.parameters()).device
    return draw_text(
        model,
        vocabulary="\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        length=64,
        count=count,
        device=device,
    )


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
    parser = argparse.ArgumentParser(description="Train TinyGPT.")
    parser.add_argument("--data", type=Path, required=True, help="the text file, in UTF-8")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="tiny_gpt.safetensors")
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
    model, curve = train(args.data, args.epochs, device, args.seed, args.fsdp)
    weights = gather(model) if args.fsdp else model.state_dict()
    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file({name: tensor.clone() for name, tensor in weights.items()}, args.out)
        if args.losses:
            rows = [f"{step},{value!r}\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\n" + "".join(rows))
        if args.sample > 0:
            if args.fsdp:  # the first process draws them alone
                model = TinyGPT()
                model.load_state_dict(weights)
            args.out.with_suffix(".txt").write_text(sample(model, args.sample), "utf-8")
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
