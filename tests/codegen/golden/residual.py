"""Residual: 1 x 28 x 28 -> 10 logits, 33,514 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Residual(nn.Module):
    """1 x 28 x 28 -> 10 logits, 33,514 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),  # 16 x 28 x 28
            nn.ReLU(),
        )
        self.branch1 = nn.Sequential(
            nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=False),  # 32 x 14 x 14
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
        )
        self.shortcut = nn.Conv2d(16, 32, 1, stride=2, bias=False)  # 32 x 14 x 14
        self.relu3 = nn.ReLU()
        self.branch2 = nn.Sequential(
            nn.Conv2d(32, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
        )
        self.head = nn.Sequential(
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),  # 32 x 1 x 1
            nn.Flatten(),  # 32
            nn.Linear(32, 10),  # 10
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 10 logits for N x 1 x 28 x 28."""
        x = self.stem(image)
        branch1 = self.branch1(x)
        shortcut = self.shortcut(x)
        x = branch1 + shortcut
        x = self.relu3(x)
        x = x + self.branch2(x)
        return self.head(x)
