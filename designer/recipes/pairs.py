"""Pairs of samples with the question whether both are of the same class."""

import torch
from torch import Tensor


def draw_pairs(
    x: Tensor, classes: Tensor, train: Tensor, validation: Tensor, counts: tuple[int, int], seed: int
) -> tuple[tuple[Tensor, Tensor], Tensor, Tensor, Tensor]:
    """Return the two samples of each pair, 1 where they are of one class, and the rows for training and validation.

    Every other pair is of one class. Both samples of a pair are from the same part, so that none is in both parts.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = [], []
    for rows, count in zip((train, validation), counts, strict=True):
        one = rows[torch.randint(len(rows), (count,), generator=generator)]
        same = torch.arange(count) % 2 == 0
        fits = (classes[one][:, None] == classes[rows]) == same[:, None]  # count x rows
        first.append(one)
        second.append(rows[torch.multinomial(fits.float(), 1, generator=generator)[:, 0]])
    one, other = torch.cat(first), torch.cat(second)
    pairs = torch.arange(len(one))
    return (x[one], x[other]), (classes[one] == classes[other]).long(), pairs[: counts[0]], pairs[counts[0] :]


def append_pairs(
    pairs: tuple[Tensor, Tensor], same: Tensor, x: Tensor, classes: Tensor, rows: Tensor, count: int, seed: int
) -> tuple[tuple[Tensor, Tensor], Tensor, Tensor]:
    """Return pairs and answers with those of another part behind them, and the rows of that part."""
    (one, other), answers, *_ = draw_pairs(x, classes, rows, rows, (count, 1), seed)
    both = torch.cat([pairs[0], one[:count]]), torch.cat([pairs[1], other[:count]])
    return both, torch.cat([same, answers[:count]]), torch.arange(len(same), len(same) + count)
