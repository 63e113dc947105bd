"""Bring columns to mean 0 and standard deviation 1."""

from torch import Tensor


def standardize(values: Tensor, train: Tensor) -> Tensor:
    """Scale each of N x columns to mean 0 and standard deviation 1 over the training rows; constants become 0."""
    known = values[train]
    deviation = known.std(0, correction=0)
    varies = (known.amax(0) > known.amin(0)) & (deviation > 0)
    return (values - known.mean(0)) / deviation.where(varies, 1)
