"""Weights that let rare answers count as much as common ones, worked out from the training targets."""

import torch
from torch import Tensor


def weigh_classes(y: Tensor, classes: int) -> Tensor:
    """Return rows / (classes * rows of the class) for each class, as scikit-learn's "balanced" does.

    A class without a row gets the weight of one with a single row. y holds class numbers.
    """
    counts = torch.bincount(y.flatten(), minlength=classes).clamp(min=1)
    return y.numel() / (classes * counts.float())


def weigh_positives(y: Tensor) -> Tensor:
    """Return for each output how many no there are to one yes; y is N x outputs, 0 or 1."""
    yes = y.sum(0)
    return (len(y) - yes) / yes.clamp(min=1)
