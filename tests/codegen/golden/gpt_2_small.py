"""Train GPT2Small: 1024 -> 1024 x 50257, 124,439,808 parameters.

Designed with Designer. Data: Random samples of any shape: a stand-in until you choose your own data.

    python gpt_2_small.py [--epochs N] [--device NAME] [--seed N] [--out FILE] [--losses FILE]
    torchrun --nproc-per-node 2 gpt_2_small.py

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

    def __init__(self, width: int = 768, heads: int = 12, dropout: float = 0.1) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(width),
            SelfAttention(width, heads, dropout=dropout, causal=True),
            nn.Dropout(dropout),
        )
        self.mlp = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),  # 1024 x 3072
            nn.GELU(approximate="tanh"),
            nn.Linear(4 * width, width),  # 1024 x 768
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x)
        return x + self.mlp(x)


class GPT2Small(nn.Module):
    """1024 -> 1024 x 50257, 124,439,808 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Embedding(50257, 768),  # 1024 x 768
            LearnedPosition(1024, 768),
            nn.Dropout(0.1),
        )
        self.blocks = nn.Sequential(*[Block() for _ in range(12)])
        self.norm = nn.LayerNorm(768)
        self.head = nn.Linear(768, 50257, bias=False)  # 1024 x 50257
        nn.init.normal_(self.stem[0].weight, std=0.02)
        self.head.weight = self.stem[0].weight

    def forward(self, tokens: Tensor) -> Tensor:
        """Return N x 1024 x 50257 for N x 1024."""
        x = self.stem(tokens)
        x = self.blocks(x)
        x = self.norm(x)
        return self.head(x)


def sample_tokens(samples: int, shape: tuple[int, ...], vocabulary: int, seed: int) -> Tensor:
    """Return samples x shape, whole numbers below `vocabulary`."""
    return torch.randint(vocabulary, (samples, *shape), generator=torch.Generator().manual_seed(seed))


def shift_tokens(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Return all tokens but the last of each row, and for each of them the one behind it."""
    return tokens[:, :-1], tokens[:, 1:]


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


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


def load_data() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return (x, y) for training and for validation: x is N x 1024, y N x 1024, class numbers."""
    tokens = sample_tokens(samples=32, shape=(1025,), vocabulary=50257, seed=0)
    x, y = shift_tokens(tokens)
    train, validation = split_rows(len(x), validation=0.2, seed=0)
    return (x[train], y[train]), (x[validation], y[validation])


def make_loss() -> nn.Module:
    """Return the loss that training makes small."""
    return LossPerPlace(nn.CrossEntropyLoss())


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return the rule by which the weights change."""
    return torch.optim.AdamW(model.parameters(), lr=0.0006, betas=(0.9, 0.95), weight_decay=0.1, fused=True)


def make_schedule(optimizer: torch.optim.Optimizer, epochs: int, steps: int) -> WarmUp:
    """Return how the learning rate changes, to be advanced after every step."""
    an_epoch = steps // epochs
    warmup = min(an_epoch, steps - 1)
    steps -= warmup
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps, eta_min=6e-05)
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
    outputs = torch.cat([model(batch) for batch in x.split(1)])
    scores = {"loss": loss(outputs, y)} | measure(outputs, y)
    return {name: score.item() for name, score in scores.items()}


def train_step(
    network: nn.Module, loss: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn from one batch, in 8 parts after each other; return its loss and the outputs before the step."""
    optimizer.zero_grad()
    parts = min(8, len(y))
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


def train(epochs: int, device: torch.device, seed: int, fsdp: bool = False) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data()
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = 8 * world

    model: nn.Module = GPT2Small()
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
            if world > 1 and len(batch) < 8 * world:  # too few rows are left to share out
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
    parser = argparse.ArgumentParser(description="Train GPT2Small.")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default="gpt_2_small.safetensors")
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
        save_file({name: tensor.clone() for name, tensor in weights.items()}, args.out)
        if args.losses:
            rows = [f"{step},{value!r}\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\n" + "".join(rows))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
