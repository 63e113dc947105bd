"""Decoder: 8 and 5 -> 8 logits, 360 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Mixing(nn.Module):
    """8 and 5 -> 8."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.left = nn.Linear(width, width)
        self.right = nn.Linear(5, width)  # 8
        self.act = nn.Tanh()

    def forward(self, state: Tensor, memory: Tensor) -> Tensor:
        left = self.left(state)
        right = self.right(memory)
        x = left + right + state
        return self.act(x)


class Decoder(nn.Module):
    """8 and 5 -> 8 logits, 360 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.ModuleList([Mixing() for _ in range(3)])

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Return N x 8 logits for N x 8 and N x 5."""
        mix = a
        for layer in self.mix:
            mix = layer(mix, b)
        return mix + a
