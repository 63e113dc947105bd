"""ByChoice: 4 x 16 x 16 -> 8 x 8 x 8, 6,970 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Inverted(nn.Module):
    """Used with 3 different sizes."""

    def __init__(self, in_channels: int = 16, out_channels: int = 16, stride: int = 1, expansion: int = 6) -> None:
        super().__init__()
        self.expand = nn.Conv2d(in_channels, in_channels * expansion, 1) if expansion != 1 else nn.Identity()
        self.depthwise = nn.Conv2d(in_channels * expansion, out_channels, 3, stride=stride, padding=1)
        self.has_add = stride == 1 and in_channels == out_channels

    def forward(self, inputs: Tensor) -> Tensor:
        x = self.expand(inputs)
        depthwise = self.depthwise(x)
        return depthwise + inputs if self.has_add else depthwise


class ByChoice(nn.Module):
    """4 x 16 x 16 -> 8 x 8 x 8, 6,970 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Inverted(in_channels=4, out_channels=6, expansion=1),  # 6 x 16 x 16
            Inverted(in_channels=6, out_channels=8, stride=2),  # 8 x 8 x 8
            Inverted(in_channels=8, out_channels=8),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return N x 8 x 8 x 8 for N x 4 x 16 x 16."""
        return self.layers(image)
