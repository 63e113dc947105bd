"""What a column of a table says of its rows for the split: a number for each class or group, a time, a part."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def pick_column(table: pd.DataFrame, column: str) -> "pd.Series[str]":
    """Return a column. Raises ValueError where the table has none of that name."""
    if column not in table:
        raise ValueError(f"The table has no column {column!r} to split by. Choose another column.")
    return table[column]


def number_values(table: pd.DataFrame, column: str) -> Tensor:
    """Return a number for each row: the same where the column has the same value; rows without one are alike."""
    return torch.from_numpy(pd.factorize(pick_column(table, column), use_na_sentinel=False)[0].astype(np.int64))


def order_times(table: pd.DataFrame, column: str) -> Tensor:
    """Return the row numbers in order of a column of numbers or dates, equal ones as they stand."""
    values = pick_column(table, column)
    times = pd.to_numeric(values, errors="coerce")
    if times.isna().any():
        try:
            times = pd.Series(pd.to_datetime(values, format="mixed").to_numpy("datetime64[ns]").astype(np.int64))
        except (ValueError, TypeError) as error:
            raise ValueError(f"Column {column!r} holds no times to split by: {error}") from error
        if values.isna().any():
            raise ValueError(f"Column {column!r} has no time in row {int(values.isna().to_numpy().argmax()) + 1}.")
    return torch.from_numpy(np.argsort(times.to_numpy(), kind="stable"))


def read_parts(table: pd.DataFrame, column: str) -> Tensor:
    """Return 0 for rows to train on, 1 for validation, 2 for test, as the words of a column say it."""
    known = {"train": 0, "fit": 0, "val": 1, "dev": 1, "test": 2, "hold": 2}
    flags = {"0": 0, "0.0": 0, "false": 0, "no": 0, "1": 1, "1.0": 1, "true": 1, "yes": 1}  # is it for validation?
    words = pick_column(table, column).astype(str).str.strip().str.lower()
    found = {
        word: flags.get(word, next((part for start, part in known.items() if word.startswith(start)), -1))
        for word in words.unique()
    }
    strange = next((word for word, part in found.items() if part < 0), None)
    if strange is not None:
        raise ValueError(f"Column {column!r} says {strange!r}, which is neither training, validation nor test.")
    return torch.from_numpy(words.map(found).to_numpy(np.int64, copy=True))
