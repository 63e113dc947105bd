"""ResNet: 3 x 32 x 32 -> 10 logits, 19,634 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 with a way around (He and others, 2016)."""

    def __init__(self, in_channels: int, channels: int = 64, stride: int = 1, project: bool = False) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels * 4, 1, bias=False),
            nn.BatchNorm2d(channels * 4),
        )
        self.shortcut = (
            nn.Sequential(
                nn.Conv2d(in_channels, channels * 4, 1, stride=stride, bias=False),
                nn.BatchNorm2d(channels * 4),
            )
            if project
            else nn.Identity()
        )
        self.relu3 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.branch(x)
        shortcut = self.shortcut(x)
        x = branch + shortcut
        return self.relu3(x)


class Stage(nn.Module):
    """Used with 2 different sizes."""

    def __init__(self, in_channels: int, channels: int = 64, blocks: int = 3, stride: int = 2) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Bottleneck(in_channels, channels=channels, stride=stride, project=True),
            *[Bottleneck(channels * 4, channels=channels) for _ in range(blocks - 1)],
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class ResNet(nn.Module):
    """3 x 32 x 32 -> 10 logits, 19,634 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False),  # 8 x 16 x 16
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),  # 8 x 8 x 8
        )
        self.body = nn.Sequential(
            Stage(8, channels=8, blocks=2, stride=1),  # 32 x 8 x 8
            Stage(32, channels=16),  # 64 x 4 x 4
        )
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),  # 64 x 1 x 1
            nn.Flatten(),  # 64
            nn.Linear(64, 10),  # 10
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 10 logits for N x 3 x 32 x 32."""
        x = self.stem(x)
        x = self.body(x)
        return self.head(x)
