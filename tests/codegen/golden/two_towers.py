"""TwoTowers: 3 x 8 x 8 and 12 -> 5 values and 1 value, 5,670 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class TwoTowers(nn.Module):
    """3 x 8 x 8 and 12 -> 5 values and 1 value, 5,670 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.picture_stem = nn.Sequential(
            nn.Conv2d(3, 4, 3),  # 4 x 6 x 6
            nn.ReLU(),
            nn.Flatten(),  # 144
        )
        self.facts_stem = nn.Sequential(
            nn.Linear(12, 16),  # 16
            nn.ReLU(),
        )
        self.body = nn.Sequential(
            nn.Linear(160, 32),  # 32
            nn.Tanh(),
        )
        self.kind = nn.Linear(32, 5)  # 5
        self.size = nn.Linear(32, 1)  # 1

    def forward(self, picture: Tensor, facts: Tensor) -> tuple[Tensor, Tensor]:
        """Return N x 5 values and N x 1 value for N x 3 x 8 x 8 and N x 12."""
        picture_stem = self.picture_stem(picture)
        facts_stem = self.facts_stem(facts)
        x = torch.cat((picture_stem, facts_stem), 1)  # 160
        x = self.body(x)
        kind = self.kind(x)
        size = self.size(x)
        return kind, size
