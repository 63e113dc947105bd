"""Rows that count for more or less than others in the loss that is trained on."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from designer.recipes.table import parse_numbers


def read_weights(table: pd.DataFrame, train: Tensor, column: str) -> Tensor:
    """Return how much each row counts, as a column says it, divided so that training rows count 1 on average."""
    values = parse_numbers(table, column)
    for wrong, what in ((np.isnan(values), "is missing"), (values < 0, "is below 0")):
        if wrong.any():
            raise ValueError(f"The weight in column {column!r} {what} in row {int(wrong.argmax()) + 1} of those read.")
    mean = values[train.numpy()].mean()
    if not mean:
        raise ValueError(f"The weight in column {column!r} is 0 in every training row, so nothing would be learned.")
    return torch.from_numpy(values / mean).float()


class WeighedLoss(nn.Module):
    """The mean of the losses of single rows, each times the weight of its row.

    Targets are a pair with the weights (N) where rows are learned from; by themselves every row counts the same.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, outputs: Tensor, y: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        """Return the mean over the rows; `loss` gives one number for each row, or one for each of its values."""
        targets, weights = (y, None) if isinstance(y, Tensor) else y
        each: Tensor = self.loss(outputs, targets)
        each = each.reshape(len(each), -1).mean(1)
        return each.mean() if weights is None else (each * weights).mean()
