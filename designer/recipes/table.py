"""Turn the columns of a table into tensors; everything is fitted on the training rows alone."""

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def split_dates(table: pd.DataFrame, dates: tuple[tuple[str, str, tuple[str, ...]], ...]) -> pd.DataFrame:
    """Return a table with a column of numbers for each part of its dates: "born year", "born month sin".

    `dates` are names, their format (strftime) and the parts. What comes round again is a point on a circle, given by
    its sine and cosine, so that December is beside January. A date that cannot be read is missing.
    """
    parts: dict[str, Any] = {}
    for name, form, wanted in dates:
        if name not in table:
            raise ValueError(f"The table has no column {name!r}.")
        moments = pd.to_datetime(table[name].astype(object), format=form, errors="coerce")
        strange = table[name][moments.isna() & table[name].notna()]
        if len(strange) and len(strange) == table[name].notna().sum():
            raise ValueError(f"Column {name!r} has {strange.iloc[0]!r} where a date as {form} should be.")
        clock, days = moments.dt.hour + moments.dt.minute / 60, moments.dt.days_in_month
        circles = {
            "month": (moments.dt.month - 1) / 12,
            "day": (moments.dt.day - 1) / days,
            "weekday": moments.dt.day_of_week / 7,
            "hour": clock / 24,
        }
        for part in wanted:
            if part in circles:
                parts[f"{name} {part} sin"] = np.sin(2 * np.pi * circles[part])
                parts[f"{name} {part} cos"] = np.cos(2 * np.pi * circles[part])
            else:
                parts[f"{name} {part}"] = getattr(moments.dt, part).astype(np.float64)
    return table.assign(**parts)


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


def take_log(values: np.ndarray) -> np.ndarray:
    """Return log(1 + x), and -log(1 - x) below 0."""
    logs: np.ndarray = np.sign(values) * np.log1p(np.abs(values))
    return logs


def fit_number(values: np.ndarray, scale: str, fill: str = "median", constant: float = 0.0) -> dict[str, Any]:
    """Return what a missing number becomes, and what is taken off a number and what it is divided by.

    `scale` is "standardize" (mean and standard deviation), "minmax" (0 to 1), "robust" (median and the distance of the
    quartiles), "log" (the logarithm, standardized) or "none"; `fill` is "median", "mean", "frequent", "constant" or
    "mark" (the median, and one more feature that tells that it was missing).
    """
    if scale == "log":
        values, constant = take_log(values), float(take_log(np.array(constant)))
    known = values[np.isfinite(values)]
    filled = constant
    if len(known) and fill == "frequent":
        numbers, counts = np.unique(known, return_counts=True)
        filled = float(numbers[counts.argmax()])
    elif len(known) and fill != "constant":
        filled = float(known.mean() if fill == "mean" else np.median(known))
    values = np.where(np.isfinite(values), values, filled)
    shift, divide = 0.0, 1.0
    if scale in ("standardize", "log"):
        divide = values.std() if np.ptp(values) > 0 else 1.0  # first: of no rows it raises, where a mean only warns
        shift = values.mean()
    elif scale == "minmax":
        shift, divide = values.min(), np.ptp(values)
    elif scale == "robust":
        low, shift, high = np.percentile(values, (25, 50, 75))
        divide = high - low
    fitted = {"fill": filled, "shift": float(shift), "divide": float(divide) or 1.0}
    return fitted | ({"log": True} if scale == "log" else {}) | ({"mark": True} if fill == "mark" else {})


def fit_columns(
    table: pd.DataFrame,
    train: Tensor,
    numbers: tuple[str, ...] = (),
    categories: tuple[tuple[str, tuple[str, ...]], ...] = (),
    standardize: bool = True,
    treatments: tuple[tuple[str, str, str | float], ...] = (),
) -> dict[str, Any]:
    """Return what `encode_columns` needs to know of each feature, as measured on the training rows.

    Of numbers what `fit_number` gives, of texts the values that become a feature. `treatments` say what is done
    otherwise to a column: ("Fare", "scale", "log"), ("Cabin", "encode", "ordinal"), ("Port", "fill", "frequent").
    """
    rows = train.numpy()
    usual = {"scale": "standardize" if standardize else "none"}
    chosen: dict[str, dict[str, Any]] = {}
    for name, what, how in treatments:
        chosen.setdefault(name, {})[what] = how
    columns: dict[str, Any] = {}
    for name in numbers:
        columns[name] = fit_number(parse_numbers(table, name)[rows], **(usual | chosen.get(name, {})))
    for name, levels in categories:
        columns[name] = {"levels": list(levels)}
        own = chosen.get(name, {})
        if own.get("fill") == "frequent":
            columns[name]["fill"] = next(iter(table[name].iloc[rows].mode()), "")
        elif own.get("fill") == "constant":
            columns[name]["fill"] = str(own.get("constant", ""))
        places = encode_levels(table, name, columns[name])[rows]
        unseen = sorted({*range(len(levels))}.difference(np.unique(places).tolist()))
        if unseen:  # what only other rows have is as what no row has
            columns[name]["unseen"] = unseen
        if own.get("encode", "one-hot") != "one-hot":
            codes = fit_number(places, usual["scale"])
            looked_up = own["encode"] == "embedding"  # by the network, which wants the place itself
            shift, divide = (0.0, 1.0) if looked_up else (codes["shift"], codes["divide"])
            columns[name] |= {"codes": True, "shift": shift, "divide": divide}
    return columns


def encode_levels(table: pd.DataFrame, name: str, known: dict[str, Any]) -> np.ndarray:
    """Return the place of each text among the values that are known; those that are not come after the last."""
    if name not in table:
        raise ValueError(f"The table has no column {name!r}.")
    texts = table[name].astype(object).fillna(known.get("fill", ""))
    codes = pd.Index(known["levels"], dtype=object).get_indexer(texts).astype(np.float64)
    return np.where((codes < 0) | np.isin(codes, known.get("unseen", [])), len(known["levels"]), codes)


def encode_columns(table: pd.DataFrame, columns: dict[str, Any]) -> Tensor:
    """Return N x features: one for each number, and one of 0 and 1 for each value of a text unless it is its place.

    A missing text is the value "", where that is listed; a value that is not listed is 0 in every feature.
    """
    one_hot = {
        name: len(known["levels"]) for name, known in columns.items() if "levels" in known and "codes" not in known
    }
    x = np.zeros(
        (len(table), sum(one_hot.get(name, 2 if "mark" in columns[name] else 1) for name in columns)), np.float32
    )
    place = 0
    for name, known in columns.items():
        if name in one_hot:
            codes = encode_levels(table, name, known).astype(np.int64)
            listed = np.flatnonzero(codes < one_hot[name])
            x[listed, place + codes[listed]] = 1
            place += one_hot[name]
            continue
        if "codes" in known:
            values = encode_levels(table, name, known)
        else:
            values = parse_numbers(table, name)
            missing = np.isnan(values)
            values = np.where(missing, known["fill"], take_log(values) if "log" in known else values)
            if "mark" in known:
                x[:, place + 1] = missing
        x[:, place] = (values - known["shift"]) / known["divide"]
        place += 2 if "mark" in known else 1
    return torch.from_numpy(x)


def encode_classes(table: pd.DataFrame, column: str, labels: tuple[str, ...]) -> Tensor:
    """Return the class of each row as its place among the labels."""
    numbers = table[column].map({label: number for number, label in enumerate(labels)})
    strange = table[column][numbers.isna()]
    if len(strange):
        raise ValueError(f"Column {column!r} has the label {strange.iloc[0]!r}, which is none of {', '.join(labels)}.")
    return torch.from_numpy(numbers.to_numpy(np.int64, copy=True))


def encode_values(table: pd.DataFrame, columns: tuple[str, ...]) -> Tensor:
    """Return the numbers of some columns as N x columns."""
    values = np.stack([parse_numbers(table, name) for name in columns], 1)
    for place, name in enumerate(columns):
        if np.isnan(values[:, place]).any():
            strange = table[name][np.isnan(values[:, place])].iloc[0]
            raise ValueError(f"Column {name!r} has {strange!r} where a number should be.")
    return torch.from_numpy(values).float()


def encode_answers(table: pd.DataFrame, answers: tuple[tuple[str, tuple[str, str]], ...]) -> Tensor:
    """Return N x questions, 1 for yes: `answers` are the columns, each with what stands in it for no and for yes."""
    return torch.stack([encode_classes(table, name, words) for name, words in answers], 1).float()
