"""Self-attention as one layer of one input, with the weights of torch's own multi-head attention."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
