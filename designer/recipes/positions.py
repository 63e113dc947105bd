"""What a transformer needs before its first block: patches of an image, a class token, the place of every step."""

import torch
from torch import Tensor, nn


class PatchEmbedding(nn.Module):
    """Cut an image into patches and map each to a vector (Dosovitskiy and others, 2021, eq. 1).

    Shape: N x channels x height x width -> N x patches x embed_dim, patches row by row.
    """

    def __init__(self, in_channels: int, embed_dim: int, patch_size: int | tuple[int, int], bias: bool = True) -> None:
        super().__init__()
        self.proj = nn.Conv2d(in_channels, embed_dim, patch_size, stride=patch_size, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x patches x embed_dim."""
        patches: Tensor = self.proj(x)  # N x embed_dim x rows x columns
        return patches.flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    """Put one learned vector before a sequence, in which a transformer gathers what is asked of the whole.

    Devlin and others, 2019 (BERT); for images Dosovitskiy and others, 2021, eq. 1.

    Shape: N x length x features -> N x (length + 1) x features.
    """

    def __init__(self, features: int, std: float = 0.0) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.empty(1, 1, features))
        nn.init.normal_(self.token, std=std)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x (length + 1) x features."""
        return torch.cat((self.token.expand(x.shape[0], -1, -1), x), dim=1)


class LearnedPosition(nn.Module):
    """Add a learned vector to each place of a sequence of at most `length` steps (Gehring and others, 2017).

    Shape: N x steps x features; the output has the same.
    """

    def __init__(self, length: int, features: int, std: float = 0.02) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, length, features))
        nn.init.normal_(self.weight, std=std)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x steps x features."""
        return x + self.weight[:, : x.shape[1]]


class SinusoidalPosition(nn.Module):
    """Add sines and cosines of the place, from fast to slow, to a sequence (Vaswani and others, 2017, section 3.5).

    Feature 2i of place p is sin(p / base^(2i / features)), feature 2i + 1 the cosine of the same.

    Shape: N x steps x features, at most `length` steps; the output has the same.
    """

    table: Tensor

    def __init__(self, length: int, features: int, base: float = 10000.0) -> None:
        super().__init__()
        angles = torch.arange(length).unsqueeze(1) * base ** (-torch.arange(0, features, 2) / features)
        waves = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)
        self.register_buffer("table", waves[:, :features], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x steps x features."""
        return x + self.table[: x.shape[1]]
