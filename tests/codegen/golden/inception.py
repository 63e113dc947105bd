"""TinyInception: 3 x 32 x 32 -> 10 logits, 247,650 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class TinyInception(nn.Module):
    """3 x 32 x 32 -> 10 logits, 247,650 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)  # 16 x 32 x 32
        self.one = nn.Conv2d(16, 8, 1)  # 8 x 32 x 32
        self.branch1 = nn.Sequential(
            nn.Conv2d(16, 8, 3, padding=1),  # 8 x 32 x 32
            nn.ReLU(),
        )
        self.branch2 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.Conv2d(16, 8, 1),  # 8 x 32 x 32
        )
        self.head = nn.Sequential(
            nn.Flatten(),  # 24576
            nn.Linear(24576, 10),  # 10
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 10 logits for N x 3 x 32 x 32."""
        x = self.stem(x)
        one = self.one(x)
        branch1 = self.branch1(x)
        branch2 = self.branch2(x)
        x = torch.cat((one, branch1, branch2), 1)  # 24 x 32 x 32
        return self.head(x)
