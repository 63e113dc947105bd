"""Dense: 3 x 16 x 16 -> 60 x 8 x 8, 14,248 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class DenseLayer(nn.Module):
    """Used with 7 different sizes."""

    def __init__(self, num_features: int, growth: int = 12) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(num_features),
            nn.ReLU(),
            nn.Conv2d(num_features, growth, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((x, self.branch(x)), 1)


class Dense(nn.Module):
    """3 x 16 x 16 -> 60 x 8 x 8, 14,248 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 16, 3, padding=1)  # 16 x 16 x 16
        self.layers = nn.Sequential(
            *[DenseLayer(num_features, growth=4) for num_features in range(16, 36, 4)],
        )  # 36 x 16 x 16
        self.pool = nn.AvgPool2d(2)  # 36 x 8 x 8
        self.more = nn.Sequential(*[DenseLayer(num_features) for num_features in (36, 48)])  # 60 x 8 x 8

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 60 x 8 x 8 for N x 3 x 16 x 16."""
        x = self.conv0(image)
        x = self.layers(x)
        x = self.pool(x)
        return self.more(x)
