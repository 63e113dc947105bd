"""Fork: 6 -> 19 logits, 219 parameters.

Designed with Designer.
"""

import torch
from torch import Tensor, nn


class ForkBlock(nn.Module):
    """Used with 2 different sizes."""

    def __init__(self, in_features: int, left: int = 8) -> None:
        super().__init__()
        self.a = nn.Linear(in_features, left)
        self.b = nn.Linear(in_features, left // 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a = self.a(x)
        b = self.b(x)
        return a, b


class Fork(nn.Module):
    """6 -> 19 logits, 219 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.fork = ForkBlock(6)  # 8
        self.again = ForkBlock(8, left=10)  # 10

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 19 logits for N x 6."""
        fork_out1, fork_out2 = self.fork(x)
        again_out1, again_out2 = self.again(fork_out1)
        return torch.cat((again_out1, again_out2, fork_out2), 1)  # 19
