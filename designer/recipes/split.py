"""Cut rows into a training and a validation part."""

import torch
from torch import Tensor


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    held_out = round(count * validation)
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)
