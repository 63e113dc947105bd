"""Growing: 6 -> 14 logits, 460 parameters.

Designed with Designer.
"""

from torch import Tensor, nn


class Step(nn.Module):
    """Used with 4 different sizes."""

    def __init__(self, in_features: int, width: int = 4) -> None:
        super().__init__()
        self.fc = nn.Linear(in_features, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x)


class Growing(nn.Module):
    """6 -> 14 logits, 460 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.steps_ = nn.Sequential(
            *[
                Step(in_features, width=8 + 2 * index)
                for index, in_features in zip(range(4), range(6, 14, 2), strict=True)
            ],
        )  # 14

    def forward(self, x: Tensor) -> Tensor:
        """Return N x 14 logits for N x 6."""
        return self.steps_(x)
