"""Random samples that stand in for data until it is chosen: they have its form and say nothing."""

import torch
from torch import Tensor


def sample_numbers(samples: int, shape: tuple[int, ...], seed: int) -> Tensor:
    """Return samples x shape, normally distributed numbers with mean 0 and standard deviation 1."""
    return torch.randn(samples, *shape, generator=torch.Generator().manual_seed(seed))


def sample_tokens(samples: int, shape: tuple[int, ...], vocabulary: int, seed: int) -> Tensor:
    """Return samples x shape, whole numbers below `vocabulary`."""
    return torch.randint(vocabulary, (samples, *shape), generator=torch.Generator().manual_seed(seed))


def deal_classes(samples: int, classes: int, seed: int) -> Tensor:
    """Return a class for each sample, all about equally often, in random order."""
    return torch.randperm(samples, generator=torch.Generator().manual_seed(seed + 1)) % classes


def shift_tokens(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Return all tokens but the last of each row, and for each of them the one behind it."""
    return tokens[:, :-1], tokens[:, 1:]
