"""Translator: 12, 10 and 3 x 32 x 32 -> 10 x 800, 143,360 parameters.

Designed with Designer.
"""

import torch
import torch.nn.functional as F
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


class TransformerEncoder(nn.Module):
    """A stack of encoder layers (Vaswani and others, 2017), with a LayerNorm behind the last if `norm`.

    With `causal` a step sees itself and earlier ones only, as in GPT. The weights have the names of nn.TransformerEncoder.

    Shape: N x length x d_model; the output has the same.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        num_layers: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        bias: bool = True,
        causal: bool = False,
        norm: bool = False,
    ) -> None:
        super().__init__()
        self.causal = causal
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                d_model,
                nhead,
                dim_feedforward,
                dropout,
                activation,
                batch_first=True,
                norm_first=norm_first,
                bias=bias,
            )
            for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, bias=bias) if norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return N x length x d_model."""
        mask = None
        if self.causal:
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device)
        for layer in self.layers:
            x = layer(x, src_mask=mask, is_causal=self.causal)
        encoded: Tensor = self.norm(x)
        return encoded


class SelfAttention(nn.Module):
    """Let every step of a sequence gather from the others what fits its question (Vaswani and others, 2017, eq. 1).

    Each head works out softmax(Q Kᵀ / √(features of a head)) V; with `causal` a step sees itself and earlier ones only.
    The weights have the names and sizes of nn.MultiheadAttention, so that each loads what the other saved.

    Shape: N x length x features; the output has the same.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, causal: bool = False
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.dropout = dropout
        self.causal = causal
        self.in_proj_weight = nn.Parameter(torch.empty(3 * embed_dim, embed_dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * embed_dim)) if bias else None
        self.out_proj = nn.Linear(embed_dim, embed_dim, bias=bias)
        nn.init.xavier_uniform_(self.in_proj_weight)
        if bias:
            nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return N x length x features."""
        batch, length, _ = x.shape
        projected = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        # three of N x heads x length x features of a head
        query, key, value = projected.view(batch, length, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4).unbind()
        dropout = self.dropout if self.training else 0.0
        attended = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=self.causal)
        gathered: Tensor = self.out_proj(attended.transpose(1, 2).flatten(2))
        return gathered


class Translator(nn.Module):
    """12, 10 and 3 x 32 x 32 -> 10 x 800, 143,360 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.target_stem = nn.Sequential(
            nn.Embedding(800, 32),  # 10 x 32
            LearnedPosition(64, 32),
        )
        self.source_stem = nn.Sequential(
            nn.Embedding(1000, 32),  # 12 x 32
            SinusoidalPosition(12, 32),
            TransformerEncoder(32, 4, 2, dim_feedforward=64, norm=True),
        )
        self.decoder = nn.TransformerDecoderLayer(32, 4, batch_first=True, dim_feedforward=64, activation="gelu")
        self.picture_stem = nn.Sequential(
            PatchEmbedding(3, 48, 8),  # 16 x 48
            ClassToken(48),  # 17 x 48
        )
        self.look = nn.MultiheadAttention(32, 4, kdim=48, vdim=48, batch_first=True)
        self.read = SelfAttention(32, 4, causal=True)
        self.block = nn.TransformerEncoderLayer(32, 4, batch_first=True, dim_feedforward=64)
        self.head = nn.Linear(32, 800)  # 10 x 800

    def forward(self, source: Tensor, target: Tensor, picture: Tensor) -> Tensor:
        """Return N x 10 x 800 for N x 12, N x 10 and N x 3 x 32 x 32."""
        target_stem = self.target_stem(target)
        source_stem = self.source_stem(source)
        decoder = self.decoder(
            target_stem,
            source_stem,
            tgt_mask=nn.Transformer.generate_square_subsequent_mask(target_stem.shape[1], device=target_stem.device),
            tgt_is_causal=True,
        )
        picture_stem = self.picture_stem(picture)
        look_output, _ = self.look(decoder, picture_stem, picture_stem)
        x = decoder + look_output
        x = self.read(x)
        x = self.block(
            x,
            src_mask=nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device),
            is_causal=True,
        )
        return self.head(x)
