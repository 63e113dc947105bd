"""What a step of mnist-mlp takes at the least: its kernels alone, called one after the other.

Nobody who trains in single precision on the same processor, with torch's kernels, can be faster than that: the products
run at what the processor can do (97 billion operations a second on one core of an EPYC at 3 GHz), and torch draws the
random numbers of dropout one by one. Where a ratio to another way is missed at the floor too, it cannot be reached here.

What was tried beside it, on two cores: one thread is slower by half; torch draws no quicker by other calls that give
the same numbers.
"""

import itertools
import time
from collections.abc import Mapping

import torch
from torch import Tensor

from tests.benchmarks.table import Row

SIZES = (784, 512, 256, 10)
DROPPED = 0.2
FLOOR = "the kernels alone"
NEAR = 1.2  # times the floor, at most
WARM_UP = 20  # steps not counted
aten = torch.ops.aten


@torch.inference_mode()
def call_kernels(x: Tensor, y: Tensor, steps: int, batch_size: int) -> float:
    """Return the seconds of so many steps by bare calls: rows, products, activation, dropout, loss, gradients, Adam."""
    weights = [torch.randn(out, into) / into**0.5 for into, out in itertools.pairwise(SIZES)]
    biases = [torch.zeros(len(weight)) for weight in weights]
    learned = [*weights, *biases]
    moments = [[torch.zeros_like(each) for each in learned] for _ in range(2)]
    counts = [torch.zeros(()) for _ in learned]
    began = 0.0
    for step, rows in enumerate(itertools.islice(draw_batches(len(x), batch_size), WARM_UP + steps)):
        if step == WARM_UP:
            began = time.perf_counter()
        gradients = find_gradients(weights, biases, x.index_select(0, rows).flatten(1), y.index_select(0, rows))
        torch._foreach_add_(counts, 1)
        rule = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "weight_decay": 0.0, "eps": 1e-8}
        torch._fused_adam_(learned, gradients, *moments, [], counts, amsgrad=False, maximize=False, **rule)
    return time.perf_counter() - began


def draw_batches(count: int, batch_size: int) -> "itertools.chain[Tensor]":
    """Return batches of row numbers without an end, all of one size."""
    epochs = (torch.randperm(count)[: count - count % batch_size].split(batch_size) for _ in itertools.count())
    return itertools.chain.from_iterable(epochs)


def find_gradients(weights: list[Tensor], biases: list[Tensor], x: Tensor, y: Tensor) -> list[Tensor]:
    """Return the gradients of the cross entropy by the weights, then those by the biases."""
    given, active, masks = [x], [], []
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        active.append(torch.addmm(bias, given[-1], weight.t()).relu_())
        masks.append(torch.empty_like(active[-1]).bernoulli_(1 - DROPPED).div_(1 - DROPPED))
        given.append(active[-1] * masks[-1])
    logits = torch.addmm(biases[-1], given[-1], weights[-1].t()).log_softmax(1)
    loss, total = aten.nll_loss_forward(logits, y, None, 1, -100)
    back = aten.nll_loss_backward(torch.ones_like(loss), logits, y, None, 1, -100, total)
    back = aten._log_softmax_backward_data(back, logits, 1, torch.float32)
    by_weights, by_biases = [], []
    for place in reversed(range(len(weights))):
        by_weights.append(back.t().mm(given[place]))
        by_biases.append(back.sum(0))
        if place:
            back = aten.threshold_backward(back.mm(weights[place]) * masks[place - 1], active[place - 1], 0)
    return [*by_weights[::-1], *by_biases[::-1]]


def tell_floor(what: str, speeds: Mapping[str, float]) -> Row:
    """Return how near ours comes to the floor, and what would be measured against each of the others there."""
    floor, ours = speeds[FLOOR], speeds["ours"]
    others = (f"{floor / speed:.2f} times {name}" for name, speed in speeds.items() if name not in (FLOOR, "ours"))
    measured = (
        f"{floor / ours:.2f} times as long ({ours:.0f} steps/s against {floor:.0f}); the floor: {'; '.join(others)}"
    )
    return Row(what, f"at most {NEAR:g} times {FLOOR}", measured, floor / ours <= NEAR)
