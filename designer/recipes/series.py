"""Read a series of numbers and cut it into windows: what is known, and what came after it."""

import math
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor


def read_series(
    path: Path,
    column: str,
    separator: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
    names: tuple[str, ...] = (),
) -> Tensor:
    """Return one column of a CSV file in the order of its rows; `names` stands in for a missing header."""
    try:
        table = pd.read_csv(
            path,
            sep=r"\s+" if separator == " " else separator,
            decimal=decimal,
            encoding=encoding,
            header=None if names else 0,
            names=list(names) or None,
            index_col=False,
            skipinitialspace=True,
        )
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if column not in table:
        raise ValueError(f"{path} has no column {column!r}.")
    numbers = pd.to_numeric(table[column], errors="coerce")
    if numbers.isna().any():
        row = int(numbers.isna().to_numpy().argmax()) + 1
        raise ValueError(f"Column {column!r} of {path} has no number in row {row}. Fill the gap first.")
    return torch.tensor(numbers.to_numpy(), dtype=torch.float64)


def sample_mackey_glass(samples: int, delay: int, seed: int) -> Tensor:
    """Return a chaotic series: x' = 0.2 x(t - delay) / (1 + x(t - delay)^10) - 0.1 x (Mackey and Glass, 1977).

    Ten Euler steps for each number; the seed draws the past it starts from.
    """
    steps, skipped = 10, 1000
    past = 0.8 + 0.8 * torch.rand(delay * steps + 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values = past.tolist()
    for _ in range(steps * (samples + skipped)):
        before, now = values[-1 - delay * steps], values[-1]
        values.append(now + (0.2 * before / (1 + before**10) - 0.1 * now) / steps)
    return torch.tensor(values[-steps * samples :: steps], dtype=torch.float64)


def prepare_series(series: Tensor, log: bool = False, difference: int = 0) -> Tensor:
    """Take logarithms, then the change from the number `difference` places before, as far as either is wanted."""
    if log:
        if series.min() <= 0:
            raise ValueError("The series has numbers that are not above 0, which have no logarithm. Set log off.")
        series = series.log()
    return series[difference:] - series[:-difference] if difference else series


def undo_preparation(values: Tensor, history: Tensor, length: int, log: bool = False, difference: int = 0) -> Tensor:
    """Return N x horizon numbers, told after the first N windows of a prepared series, in the unit of the series itself.

    `history` is the series as it was before `prepare_series`. What is told further ahead than one `difference` builds on
    what is told before it.
    """
    if log:
        history = history.log()
    told: list[Tensor] = []
    for step in range(values.shape[1] if difference else 0):
        before = history[length + step :][: len(values)] if step < difference else told[step - difference]
        told.append(values[:, step] + before)
    values = torch.stack(told, 1) if told else values
    return values.exp() if log else values


def cut_windows(series: Tensor, length: int, horizon: int, stride: int = 1) -> tuple[Tensor, Tensor]:
    """Return windows N x length x 1 of a series, and the `horizon` numbers after each."""
    if len(series) < length + horizon:
        raise ValueError(f"The series has {len(series)} numbers, too few for one window of {length} + {horizon}.")
    windows = series.unfold(0, length + horizon, stride).float()
    return windows[:, :length, None].contiguous(), windows[:, length:].contiguous()


def cut_known(series: Tensor, length: int) -> Tensor:
    """Return all windows N x length x 1 of a series, the last one too, after which nothing is known."""
    if len(series) < length:
        raise ValueError(f"The series has {len(series)} numbers, too few for one window of {length}.")
    return series.unfold(0, length, 1).float()[..., None].contiguous()


def fit_windows(x: Tensor, train: Tensor) -> dict[str, list[float]]:
    """Return mean and standard deviation over all numbers of the training windows; infinity makes a constant series 0."""
    mean, deviation = x[train].mean(), x[train].std(correction=0)
    return {"mean": [mean.item()], "deviation": [deviation.item() or math.inf]}
