"""Learned factors."""

import torch
from torch import Tensor, nn


class Scale(nn.Module):
    """Multiply by learned factors, init at the start.

    With a small init at the end of a residual branch it is LayerScale (Touvron et al., arXiv:2103.17239, 2021): `size` is
    then the number of features, or (channels, 1, 1) for images.

    Shape: any that `size` can be repeated to; the output has the same.
    """

    def __init__(self, size: int | tuple[int, ...] = 1, init: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(init * torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        """Return x times the factors."""
        return x * self.weight
