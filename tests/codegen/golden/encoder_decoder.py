"""EncoderDecoder: 1 x 16 x 16 -> 1 x 16 x 16, 1,393 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class EncoderDecoder(nn.Module):
    """1 x 16 x 16 -> 1 x 16 x 16, 1,393 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),  # 8 x 16 x 16
            nn.ReLU(),
        )
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(8, 8, 3, padding=1)
        self.conv4 = nn.Conv2d(16, 1, 3, padding=1)  # 1 x 16 x 16

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 1 x 16 x 16 for N x 1 x 16 x 16."""
        stem = self.stem(x)
        x = self.conv2(stem)
        x = x + self.relu2(x)
        conv3 = self.conv3(x)
        x = torch.cat((stem, conv3), 1)  # 16 x 16 x 16
        return self.conv4(x)
