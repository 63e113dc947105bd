"""Points in the plane with a class each: the classic toy problems, drawn with a seed."""

import math

import torch
from torch import Tensor


def sample_gate(truth: tuple[int, int, int, int], samples: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 around (0, 0), (0, 1), (1, 0), (1, 1) in turn, and what `truth` says of each corner."""
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    which = torch.arange(samples) % 4
    points = corners[which] + noise * torch.randn(samples, 2, generator=torch.Generator().manual_seed(seed))
    return points, torch.tensor(truth)[which]


def sample_moons(samples: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 on two half circles that reach into each other, and which of the two each is on."""
    generator = torch.Generator().manual_seed(seed)
    moon = torch.arange(samples) % 2
    angle = math.pi * torch.rand(samples, generator=generator)
    upper = torch.stack([angle.cos(), angle.sin()], 1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], 1)
    points = torch.where(moon[:, None] == 0, upper, lower)
    return points + noise * torch.randn(samples, 2, generator=generator), moon


def sample_circles(samples: int, noise: float, factor: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 on a circle of radius 1 and one of radius `factor` in it, and 1 for the inner one."""
    generator = torch.Generator().manual_seed(seed)
    inner = torch.arange(samples) % 2
    angle = 2 * math.pi * torch.rand(samples, generator=generator)
    radius = torch.where(inner == 1, factor, 1.0)
    points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    return points + noise * torch.randn(samples, 2, generator=generator), inner


def sample_spirals(samples: int, arms: int, turns: float, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 on spiral arms that wind out from the origin, and which arm each is on."""
    generator = torch.Generator().manual_seed(seed)
    arm = torch.arange(samples) % arms
    radius = torch.rand(samples, generator=generator).sqrt()
    angle = 2 * math.pi * (turns * radius + arm / arms)
    points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    return points + noise * torch.randn(samples, 2, generator=generator), arm


def sample_hills(samples: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return points N x 2 from -1 to 1, and N x 1 height from 0 to 1 of two round hills there."""
    generator = torch.Generator().manual_seed(seed)
    points = 2 * torch.rand(samples, 2, generator=generator) - 1
    tops = torch.tensor([[-0.5, -0.3], [0.5, 0.4]])
    height = (-(points[:, None] - tops).square().sum(2) / 0.1).exp() @ torch.tensor([1.0, 0.7])
    return points, (height + noise * torch.randn(samples, generator=generator)).clamp(0, 1)[:, None]
