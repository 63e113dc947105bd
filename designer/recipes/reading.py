"""Read tables: CSV, JSON lines and ARFF, each to the same table of numbers and texts."""

import csv
import gzip
import json
import re
import sys
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def list_marks(missing: tuple[str, ...], verbatim: bool) -> list[str]:
    """Return what stands for a missing field; in a column of texts NaN or None may be a value: the class "None"."""
    nans = ["NaN", "nan", "-NaN", "-nan", "NA", "N/A", "n/a", "#NA", "#N/A", "<NA>", "None", "NULL", "null"]
    return ["", "?", *missing, *([] if verbatim else nans)]


def read_table(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    separator: str = ",",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "utf-8",
    quotes: bool = True,
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    left_out: tuple[int, ...] = (),
    units: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows whose target is known; columns in `texts` stay text, `names` stands in for a missing header.

    Without a target all rows that have something in them are returned. A field is missing where it is blank, "?" or one of `missing`; among
    numbers, and in those `texts` that are `numbered`, also where a word such as NaN, NA or None stands there. The
    lines `left_out`, counted from 0, are skipped. `units` are taken off numbers.
    """

    def read(rows: int | None, marks: dict[str, list[str]]) -> pd.DataFrame:
        header = None if names else 0
        options = list_options(path, texts, separator, decimal, thousands, encoding, quotes, left_out, units)
        named = list(names) or None
        table: pd.DataFrame = pd.read_csv(
            path, header=header, names=named, nrows=rows, na_values=marks, low_memory=False, **options
        )
        return table

    verbatim = set(texts) - set(numbered)
    try:
        usual = {name: list_marks(missing, name in verbatim) for name in read(0, {}).columns}
        table = read(None, usual)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    return keep_known(settle_numbers(table, texts, decimal, thousands, units), path, target)


def list_options(
    path: Path,
    texts: tuple[str, ...] = (),
    separator: str = ",",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "utf-8",
    quotes: bool = True,
    left_out: tuple[int, ...] = (),
    units: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return how pandas is to read a CSV file; where numbers have marks that it would take lightly, as texts alone."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return {
        "sep": r"\s+" if separator == " " else separator,
        "decimal": decimal,
        "encoding": encoding,
        "compression": "gzip" if packed else None,
        "dtype": str if thousands or units else dict.fromkeys(texts, str),
        "keep_default_na": False,
        "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        "index_col": False,
        "skipinitialspace": True,
        "skiprows": list(left_out) or None,
    }


def read_numbers(column: Any, decimal: str = ".", thousands: str = "", units: tuple[str, ...] = ()) -> Any:
    """Return texts as numbers, NaN where one is none: a mark between thousands has groups of three digits around it.

    So 117.5 is no number where a point parts thousands, nor is a date. Of `units` a column has one, before or behind.
    """
    texts = column.astype("str").fillna("").str.strip()
    if units:
        unit = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
        parts = texts.str.extract(rf"^([+-]?)\s*({unit})?\s*(.*?)\s*({unit})?$")
        if pd.unique(pd.concat([parts[1], parts[3]]).dropna()).size > 1:
            return pd.Series(np.nan, column.index)
        texts = parts[0] + parts[2]
    whole = rf"(?:\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+)" if thousands else r"\d+"
    point = re.escape(decimal)
    fits = texts.str.fullmatch(rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?")
    texts = texts.str.replace(thousands, "", regex=False) if thousands else texts
    return pd.to_numeric(texts.str.replace(decimal, ".", regex=False).where(fits), errors="coerce").astype(np.float64)


def settle_numbers(
    table: pd.DataFrame, texts: tuple[str, ...], decimal: str, thousands: str, units: tuple[str, ...]
) -> pd.DataFrame:
    """Return a table that was read as texts alone with numbers in the columns of numbers, which are none of `texts`."""
    if not (thousands or units):
        return table
    columns = {}
    for name in table.columns:
        columns[name] = table[name]
        if name not in texts:
            numbers = read_numbers(table[name], decimal, thousands, units)
            if numbers.isna().equals(table[name].isna()):
                columns[name] = numbers
    return pd.DataFrame(columns)


def keep_known(table: pd.DataFrame, path: Path, target: str | tuple[str, ...]) -> pd.DataFrame:
    """Return the rows in which no target is missing; without a target all that have something in them."""
    targets = [target] if isinstance(target, str) else list(target)
    for name in filter(None, targets):
        if name not in table:
            raise ValueError(f"{path} has no column {name!r}.")
    return table.dropna(
        subset=targets if any(targets) else None, how="any" if any(targets) else "all", ignore_index=True
    )


def read_json_lines(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return a file with a JSON object in each line, as `read_table` returns a CSV file.

    There is a column for each field of objects within; lists are left out.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with pd.read_json(
            path, lines=True, dtype=False, compression="gzip" if packed else None, chunksize=50_000
        ) as chunks:  # at once it would take many times the memory
            table = pd.concat([flatten(chunk) for chunk in chunks], ignore_index=True)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    table.columns = table.columns.map(str)
    return keep_known(settle(table, texts, numbered, missing), path, target)


def read_json(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return a file with a list of JSON objects, as `read_json_lines` returns one with an object in each line."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            rows = json.load(stream)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("it is no list of objects")
        table = flatten(pd.DataFrame(rows))
    except (EOFError, OSError, RecursionError, ValueError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    table.columns = table.columns.map(str)
    return keep_known(settle(table, texts, numbered, missing), path, target)


def flatten(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a column for each field of its objects ("place.town"), and without columns that hold lists."""
    columns: dict[str, Any] = {}
    for name in table:
        kinds = set(table[name].map(type))
        if dict in kinds and list not in kinds:
            records = [value if isinstance(value, dict) else {} for value in table[name]]
            within = pd.json_normalize(records, max_level=8).set_axis(table.index)
            columns |= {f"{name}.{field}": within[field] for field in within}
        else:
            columns[str(name)] = table[name]
    return pd.DataFrame({name: each for name, each in columns.items() if not each.map(type).isin((list, dict)).any()})


def read_arff(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the data of an ARFF file, as Weka writes them, as `read_table` returns a CSV file."""
    names: list[str] = []
    numbers: list[str] = []
    rows: list[list[str]] = []
    blocks: list[pd.DataFrame] = []

    def close_block() -> None:
        block = pd.DataFrame(rows, columns=names, dtype=object).replace({"": np.nan, "?": np.nan})
        rows.clear()
        for name in numbers:
            known = pd.to_numeric(block[name], errors="coerce")
            if known.isna().equals(block[name].isna()):
                block[name] = known.astype(np.float64)
        blocks.append(block)

    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as text:
            inside = False
            for line in map(str.strip, text):
                if not line or line.startswith("%"):
                    continue
                if inside:
                    if line.startswith("{"):
                        raise ValueError("it has sparse rows, which are not read. Save it as CSV first")
                    cells = re.findall(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)""", line)
                    rows.append([sys.intern(cell.strip("'\"")) for cell in cells[: len(names)]])
                    if len(rows) == 50_000:
                        close_block()
                elif found := re.match(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(numeric|real|integer)?""", line, re.I):
                    names.append(found[1].strip("'\""))
                    if found[2] and names[-1] not in texts:
                        numbers.append(names[-1])
                inside = inside or line.lower().startswith("@data")
        close_block()
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    table = pd.concat(blocks, ignore_index=True)
    return keep_known(settle(table, texts, numbered, missing), path, target)


def settle(
    table: pd.DataFrame, texts: tuple[str, ...], numbered: tuple[str, ...], missing: tuple[str, ...]
) -> pd.DataFrame:
    """Return a table of typed values whose columns in `texts` are text, the others numbers where they all are."""
    columns = {}
    for name in table.columns:
        column = table[name]
        if name in texts or not pd.api.types.is_numeric_dtype(column):
            column = write_texts(column)
            marks = list_marks(missing, name in texts and name not in numbered)
            column = column.mask(column.isin(marks).to_numpy(bool))
            if name not in texts:
                numbers = pd.to_numeric(column, errors="coerce")
                if numbers.isna().equals(column.isna()):
                    column = numbers.astype(np.float64)
        elif pd.api.types.is_bool_dtype(column):
            column = write_texts(column)
        columns[name] = column
    return pd.DataFrame(columns)


def write_texts(column: Any) -> Any:
    """Return values as texts: 3.0 is "3", a day "2026-11-27"; a missing one stays missing."""

    def write(value: object) -> str:
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        if isinstance(value, pd.Timestamp | datetime):
            return str(value).removesuffix(" 00:00:00")
        return str(value).strip()

    return column.astype(object).map(write, na_action="ignore")
