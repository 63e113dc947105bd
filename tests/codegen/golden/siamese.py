"""Siamese: 1 x 8 x 8 and 1 x 8 x 8 -> 1 logit, 805 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class Tower(nn.Module):
    """1 x 8 x 8 -> 12."""

    def __init__(self, width: int = 12) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),  # 64
            nn.Linear(64, width),  # 12
            nn.ReLU(),
        )
        nn.init.orthogonal_(self.layers[1].weight, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Siamese(nn.Module):
    """1 x 8 x 8 and 1 x 8 x 8 -> 1 logit, 805 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.tower1 = Tower()  # 12
        self.head = nn.Linear(24, 1)  # 1

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        """Return N x 1 logit for N x 1 x 8 x 8 and N x 1 x 8 x 8."""
        tower1 = self.tower1(left)
        tower2 = self.tower1(right)
        x = torch.cat((tower1, tower2), 1)  # 24
        return self.head(x)
