"""Cut rows into a training and a validation part."""

import numpy as np
import torch
from torch import Tensor


def split_rows(count: int, validation: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and for validation, drawn with a seed; at 0 both are all rows."""
    rows = torch.from_numpy(np.random.default_rng(seed).permutation(count))
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    return (rows[held_out:], rows[:held_out]) if held_out else (rows, rows)


def split_tail(count: int, validation: float, gap: int) -> tuple[Tensor, Tensor]:
    """Return the row numbers for training and, later in time, for validation; `gap` rows between them are in neither.

    At 0 both are all rows.
    """
    rows = torch.arange(count)
    held_out = min(max(round(count * validation), 1), count - 1) if validation else 0
    if not held_out:
        return rows, rows
    known = count - held_out
    return rows[: known - min(gap, known - 1)], rows[known:]
