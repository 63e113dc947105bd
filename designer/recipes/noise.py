"""Noise added while training."""

import torch
from torch import Tensor, nn


class GaussianNoise(nn.Module):
    """Add normal noise of mean 0 and standard deviation std while training; afterwards pass the input unchanged.

    Training with such noise is Tikhonov regularization (Bishop, Neural Computation 7, 1995).

    Shape: any; the output has the same.
    """

    def __init__(self, std: float = 0.1) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        """Return x + std * noise."""
        return x + self.std * torch.randn_like(x) if self.training else x
