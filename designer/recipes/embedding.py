"""A layer that looks up learned vectors for the categories among the features of a table."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class EmbedColumns(nn.Module):
    """Put a learned vector in the place of each of the last features, which are the numbers of categories.

    `categories` are how many there are of each, counted from 0; a number beyond them stands for one that was never seen
    and has a vector of its own. Entity Embeddings of Categorical Variables (Guo and Berkhahn, 2016).

    Shape: N x features to N x (features - columns + columns * embedding_dim), the other features first.
    """

    def __init__(self, categories: Sequence[int], embedding_dim: int) -> None:
        super().__init__()
        self.categories = tuple(categories)
        self.tables = nn.ModuleList(nn.Embedding(count + 1, embedding_dim) for count in categories)

    def forward(self, x: Tensor) -> Tensor:
        """Return the other features, then the vectors."""
        known = x.shape[1] - len(self.tables)
        numbers = x[:, known:].long()
        vectors = [
            table(numbers[:, place].clamp(0, count))
            for place, (table, count) in enumerate(zip(self.tables, self.categories, strict=True))
        ]
        return torch.cat([x[:, :known], *vectors], 1)
