"""Read a CSV file and turn its columns into tensors; everything is fitted on the training rows alone."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def read_table(
    path: Path,
    target: str,
    texts: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    separator: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
    quotes: bool = True,
    numbered: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows whose target is known; columns in `texts` stay text, `names` stands in for a missing header.

    A field is missing where it is blank or "?"; among numbers, and in those `texts` that are `numbered`, also where
    a word such as NaN, NA or None stands there.
    """
    # What programs write for a missing number. Among texts any of these may be a value: the class "None".
    nans = ["NaN", "nan", "-NaN", "-nan", "NA", "N/A", "n/a", "#NA", "#N/A", "<NA>", "None", "NULL", "null"]

    def read(rows: int | None, missing: dict[str, list[str]]) -> pd.DataFrame:
        return pd.read_csv(
            path,
            sep=r"\s+" if separator == " " else separator,
            decimal=decimal,
            encoding=encoding,
            header=None if names else 0,
            names=list(names) or None,
            nrows=rows,
            dtype=dict.fromkeys(texts, str),
            na_values=missing,
            keep_default_na=False,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
            index_col=False,
            skipinitialspace=True,
            low_memory=False,
        )

    verbatim = set(texts) - set(numbered)
    try:
        columns = read(0, {}).columns
        table = read(None, {name: ["", "?", *([] if name in verbatim else nans)] for name in columns})
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if target not in table:
        raise ValueError(f"{path} has no column {target!r}.")
    return table.dropna(subset=[target], ignore_index=True)


def encode_columns(
    table: pd.DataFrame,
    train: Tensor,
    numbers: tuple[str, ...] = (),
    categories: tuple[tuple[str, tuple[str, ...]], ...] = (),
    standardize: bool = True,
) -> Tensor:
    """Return N x features: the numbers, then a column of 0 and 1 for each value of each category.

    A missing number becomes the median. A missing text is the value "", where that is listed; a value that is not
    listed is 0 in every column.
    """
    rows = train.numpy()
    features = []
    for name in (*numbers, *(name for name, _ in categories)):
        if name not in table:
            raise ValueError(f"The table has no column {name!r}.")
    for name in numbers:
        values = pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64, copy=True)
        strange = table[name][np.isnan(values) & table[name].notna().to_numpy()]
        if len(strange):
            raise ValueError(f"Column {name!r} has {strange.iloc[0]!r} where a number should be.")
        known = values[rows][np.isfinite(values[rows])]
        values[~np.isfinite(values)] = np.median(known) if len(known) else 0
        if standardize:
            deviation = values[rows].std() if np.ptp(values[rows]) > 0 else 1
            values = (values - values[rows].mean()) / deviation
        features.append(values)
    for name, levels in categories:
        texts = table[name].fillna("").to_numpy(object)
        features.extend((texts == level).astype(np.float64) for level in levels)
    return torch.from_numpy(np.stack(features, 1)).float()


def encode_classes(table: pd.DataFrame, column: str, labels: tuple[str, ...]) -> Tensor:
    """Return the class of each row as its place among the labels."""
    numbers = table[column].map({label: number for number, label in enumerate(labels)})
    strange = table[column][numbers.isna()]
    if len(strange):
        raise ValueError(f"Column {column!r} has the label {strange.iloc[0]!r}, which is none of {', '.join(labels)}.")
    return torch.from_numpy(numbers.to_numpy(np.int64, copy=True))


def encode_values(table: pd.DataFrame, column: str) -> Tensor:
    """Return the numbers of one column as N x 1."""
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(np.float64, copy=True)
    strange = table[column][~np.isfinite(values)]
    if len(strange):
        raise ValueError(f"Column {column!r} has {strange.iloc[0]!r} where a number should be.")
    return torch.from_numpy(values).float()[:, None]
