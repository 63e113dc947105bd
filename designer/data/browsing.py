"""Which rows of a table are shown, and in what order: those of a part, those that a search finds, sorted by a column."""

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

MISSING = "?"  # what is searched for where nothing stands
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
_COMPARED = re.compile(rf"(<=|>=|<|>|=)?\s*{_NUMBER}")
_BETWEEN = re.compile(rf"{_NUMBER}\s*\.\.\s*{_NUMBER}")

Rows = NDArray[np.int64]


def order_rows(
    frame: "pd.DataFrame",
    parts: NDArray[np.int8] | None = None,
    *,
    part: int | None = None,
    search: tuple[str, str] = ("", ""),
    sort: tuple[str, bool] | None = None,
) -> Rows:
    """Return the numbers of the rows to show, in order.

    `part` keeps those of one part, `search` those in whose column (the first text) the second is found, `sort` brings
    them into the order of a column, rising or falling, missing ones last; the column "" is the part.
    """
    shown = np.ones(len(frame), bool)
    if part is not None and parts is not None:
        shown &= parts == part
    column, words = search
    if words.strip() and column in frame:
        shown &= find_cells(frame[column], words)
    rows = np.flatnonzero(shown)
    if sort is None:
        return rows
    name, rises = sort
    if not name:
        keys = parts[rows] if parts is not None else np.zeros(len(rows), np.int8)
        return rows[np.argsort(keys if rises else -keys, kind="stable")]
    found = frame[name].take(rows).sort_values(ascending=rises, kind="stable", na_position="last")
    order: Rows = found.index.to_numpy(np.int64)
    return order


def find_cells(values: "pd.Series[str]", words: str) -> NDArray[np.bool_]:
    """Return in which rows a column holds what is searched for.

    "?" finds what is missing. In numbers 5, >5, <=5 and 5..9 are found, in texts whatever holds the words, in small or
    capital letters.
    """
    words = words.strip()
    if words == MISSING:
        return np.asarray(values.isna(), bool)
    if values.dtype.kind not in "iufb":
        return np.asarray(values.str.contains(words, case=False, regex=False).fillna(False), bool)
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    if between := _BETWEEN.fullmatch(words):
        low, high = map(float, between.groups())
        return (numbers >= low) & (numbers <= high)
    if compared := _COMPARED.fullmatch(words):
        edge = float(compared[2])
        match compared[1]:
            case "<=":
                return numbers <= edge
            case ">=":
                return numbers >= edge
            case "<":
                return numbers < edge
            case ">":
                return numbers > edge
        return np.asarray(np.isclose(numbers, edge, rtol=1e-9, atol=0), bool)
    return np.zeros(len(values), bool)
