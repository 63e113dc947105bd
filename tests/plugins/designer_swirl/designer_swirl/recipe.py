"""The layer in plain PyTorch. The generated script carries this text; nothing of Designer is imported here."""

import torch
from torch import Tensor, nn


def mix(x: Tensor, other: Tensor, angle: Tensor) -> Tensor:
    """Return x turned towards `other` by an angle, of the same shape."""
    return x * torch.cos(angle) + other * torch.sin(angle)


class Swirl(nn.Module):
    """Turn each number towards the one `steps` places further by a learned angle: N x features -> N x features."""

    def __init__(self, features: int, steps: int = 1) -> None:
        super().__init__()
        self.steps = steps
        self.angle = nn.Parameter(torch.full((features,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        return mix(x, x.roll(-self.steps, dims=-1), self.angle)
