"""Noise on samples, for a denoising autoencoder (Vincent and others, 2008)."""

import torch
from torch import Tensor


def add_gaussian(x: Tensor, amount: float, seed: int | None = None) -> Tensor:
    """Return samples with normal noise of a standard deviation added; the same noise each time with a seed."""
    generator = None if seed is None else torch.Generator(x.device).manual_seed(seed)
    return x + amount * torch.randn(x.shape, generator=generator, device=x.device)


def mask_share(x: Tensor, amount: float, seed: int | None = None) -> Tensor:
    """Return samples with a share of their numbers set to 0; the same ones every time where there is a seed."""
    generator = None if seed is None else torch.Generator(x.device).manual_seed(seed)
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= amount)
