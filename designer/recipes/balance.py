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


def draw_balanced(y: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Return as many row numbers as there are, drawn: those of rare classes more often.

    A row of a class of n rows has a chance like n^-strength: at 1 all classes come equally often, at 0 all rows. y holds
    class numbers, yes and no, or one-hot rows.
    """
    classes = y.argmax(1) if y.ndim > 1 and y.shape[1] > 1 else y.flatten()
    _, kinds, counts = torch.unique(classes.cpu(), return_inverse=True, return_counts=True)
    chances = (counts.double() ** -strength)[kinds].cumsum(0)
    drawn = torch.rand(len(y), generator=generator, dtype=torch.float64) * chances[-1]
    return torch.searchsorted(chances, drawn).clamp(max=len(y) - 1)
