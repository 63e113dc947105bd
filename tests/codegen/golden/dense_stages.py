"""DenseStages: 3 x 8 x 8 -> 31 x 8 x 8, 3,808 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class Wider(nn.Module):
    """Used with 7 different sizes."""

    def __init__(self, in_channels: int, growth: int = 4) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, growth, 3, padding=1)  # 4 x 8 x 8

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((x, self.conv(x)), 1)


class Stage(nn.Module):
    """3 x 8 x 8 -> 15 x 8 x 8."""

    def __init__(self, growth: int = 4) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *[Wider(in_channels, growth=growth) for in_channels in range(3, 15, 4)],
        )  # 15 x 8 x 8

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Stage2(nn.Module):
    """15 x 8 x 8 -> 27 x 8 x 8."""

    def __init__(self, growth: int = 4) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *[Wider(in_channels, growth=growth) for in_channels in range(15, 27, 4)],
        )  # 27 x 8 x 8

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Stage3(nn.Module):
    """27 x 8 x 8 -> 31 x 8 x 8."""

    def __init__(self, layers: int = 2, growth: int = 4) -> None:
        super().__init__()
        self.layers = nn.Sequential(*[Wider(27, growth=growth) for _ in range(layers)])  # 31 x 8 x 8

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class DenseStages(nn.Module):
    """3 x 8 x 8 -> 31 x 8 x 8, 3,808 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Stage(),  # 15 x 8 x 8
            Stage2(),  # 27 x 8 x 8
            Stage3(layers=1),  # 31 x 8 x 8
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 31 x 8 x 8 for N x 3 x 8 x 8."""
        return self.layers(image)
