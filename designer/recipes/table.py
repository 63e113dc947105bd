"""Read a CSV file and turn its columns into tensors; everything is fitted on the training rows alone."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def read_table(
    path: Path,
    target: str = "",
    texts: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    separator: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
    quotes: bool = True,
    numbered: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows whose target is known; columns in `texts` stay text, `names` stands in for a missing header.

    Without a target all rows are returned. A field is missing where it is blank or "?"; among numbers, and in those
    `texts` that are `numbered`, also where a word such as NaN, NA or None stands there.
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
    if not target:
        return table
    if target not in table:
        raise ValueError(f"{path} has no column {target!r}.")
    return table.dropna(subset=[target], ignore_index=True)


def parse_numbers(table: pd.DataFrame, name: str) -> np.ndarray:
    """Return a column as numbers; NaN where it is missing or infinite."""
    if name not in table:
        raise ValueError(f"The table has no column {name!r}.")
    values = pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64, copy=True)
    strange = table[name][np.isnan(values) & table[name].notna().to_numpy()]
    if len(strange):
        raise ValueError(f"Column {name!r} has {strange.iloc[0]!r} where a number should be.")
    values[~np.isfinite(values)] = np.nan
    return values


def fit_columns(
    table: pd.DataFrame,
    train: Tensor,
    numbers: tuple[str, ...] = (),
    categories: tuple[tuple[str, tuple[str, ...]], ...] = (),
    standardize: bool = True,
) -> dict[str, Any]:
    """Return what `encode_columns` needs to know of each feature, as measured on the training rows.

    Of numbers: what a missing one becomes (the median), what is taken off and what it is divided by. Of texts: the
    values that become a feature.
    """
    rows = train.numpy()
    columns: dict[str, Any] = {}
    for name in numbers:
        values = parse_numbers(table, name)[rows]
        known = values[np.isfinite(values)]
        fill = float(np.median(known)) if len(known) else 0.0
        columns[name] = {"fill": fill, "shift": 0.0, "divide": 1.0}
        if standardize:
            values = np.where(np.isfinite(values), values, fill)
            deviation = float(values.std()) if np.ptp(values) > 0 else 1.0
            columns[name] |= {"shift": float(values.mean()), "divide": deviation}
    return columns | {name: {"levels": list(levels)} for name, levels in categories}


def encode_columns(table: pd.DataFrame, columns: dict[str, Any]) -> Tensor:
    """Return N x features: one for each number, and one of 0 and 1 for each value of a text.

    A missing text is the value "", where that is listed; a value that is not listed is 0 in every feature.
    """
    x = np.zeros((len(table), sum(len(known.get("levels", "x")) for known in columns.values())), np.float32)
    place = 0
    for name, known in columns.items():
        if "levels" in known:
            if name not in table:
                raise ValueError(f"The table has no column {name!r}.")
            codes = pd.Index(known["levels"], dtype=object).get_indexer(table[name].fillna("").astype(object))
            listed = np.flatnonzero(codes >= 0)
            x[listed, place + codes[listed]] = 1
            place += len(known["levels"])
        else:
            values = parse_numbers(table, name)
            values = np.where(np.isnan(values), known["fill"], values)
            x[:, place] = (values - known["shift"]) / known["divide"]
            place += 1
    return torch.from_numpy(x)


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
