"""Numbered: 6 -> 6 logits, 252 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Unit(nn.Module):
    """6 -> 6."""

    def __init__(self, drop: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(6, 6),
            nn.Dropout(drop),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Stage(nn.Module):
    """6 -> 6."""

    def __init__(self, start: int = 1, count: int = 1) -> None:
        super().__init__()
        self.units = nn.Sequential(*[Unit(drop=(start + index) / 16) for index in range(count)])

    def forward(self, x: Tensor) -> Tensor:
        return self.units(x)


class Numbered(nn.Module):
    """6 -> 6 logits, 252 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Stage(),
            Stage(start=2, count=3),
            Stage(start=5, count=2),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 6 logits for N x 6."""
        return self.layers(x)
