"""Bring columns to mean 0 and standard deviation 1, and back."""

from torch import Tensor


def fit_scale(values: Tensor, train: Tensor) -> dict[str, list[float]]:
    """Return mean and standard deviation of each of N x columns over the training rows; 1 of a constant."""
    known = values[train]
    deviation = known.std(0, correction=0)
    varies = (known.amax(0) > known.amin(0)) & (deviation > 0)
    return {"mean": known.mean(0).tolist(), "deviation": deviation.where(varies, 1).tolist()}


def fit_range(values: Tensor, train: Tensor) -> dict[str, list[float]]:
    """Return what brings each of N x columns to 0 to 1 over the training rows: the least value for mean, the range for deviation."""
    low, high = values[train].amin(0), values[train].amax(0)
    return {"mean": low.tolist(), "deviation": (high - low).where(high > low, 1).tolist()}


def apply_scale(values: Tensor, scale: dict[str, list[float]]) -> Tensor:
    """Take off the mean, and divide by the standard deviation."""
    return (values - values.new_tensor(scale["mean"])) / values.new_tensor(scale["deviation"])


def undo_scale(values: Tensor, scale: dict[str, list[float]]) -> Tensor:
    """Return values, scaled before, in their own unit."""
    deviation = values.new_tensor(scale["deviation"])
    return values * deviation.where(deviation.isfinite(), 0) + values.new_tensor(scale["mean"])
