"""Read new rows for a network that learned from a table: in whatever of the usual forms they come, not only in its own."""

import codecs
import csv
import gzip
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pandas as pd

from designer.recipes.reading import (
    list_marks,
    list_options,
    read_arff,
    read_json,
    read_json_lines,
    read_numbers,
    write_texts,
)

LOOKED = 20  # lines in which the names of the columns are sought
SEPARATORS = (",", ";", "\t", "|")
MARKS = ((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (",", "\u00a0"), (".", "'"), (".", "\u2019"))
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S")


def read_new_table(
    path: Path,
    numbers: tuple[str, ...] = (),
    texts: tuple[str, ...] = (),
    dates: tuple[tuple[str, str], ...] = (),
    names: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    sheet: str = "",
    separator: str = ",",
    decimal: str = ".",
    thousands: str = "",
    encoding: str = "utf-8",
    quotes: bool = True,
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows of a CSV, Excel, Parquet, JSON or ARFF file; those with nothing in them are left out.

    `numbers`, `texts` and `dates`, each with its format, are the columns that are wanted; all others are as in the data of
    the training, and tried first: encoding, separator, the marks in numbers, and `names` where there was no header.
    """
    wanted = list(dict.fromkeys((*numbers, *texts, *(name for name, _ in dates))))
    try:
        with path.open("rb") as file:
            start = file.read(64).lstrip()
        if start.startswith(b"PK"):
            table = read_sheets(path, wanted, names, absent, sheet)
        elif start.startswith(b"PAR1"):
            table = pd.read_parquet(path)
        elif start.startswith((b"{", b"[")) or ".json" in path.name.lower():
            table = read_json(path) if start.startswith(b"[") else read_json_lines(path)
        elif path.name.lower().endswith((".arff", ".arff.gz")):
            table = read_arff(path)
        else:
            table = read_fields(path, wanted, names, absent, separator, encoding, quotes)
    except (
        OSError,
        EOFError,
        zlib.error,
        KeyError,
        SyntaxError,
        BadZipFile,
        csv.Error,
    ) as error:  # of XML: SyntaxError
        raise ValueError(f"{path} cannot be read: {error}") from error
    table.columns = table.columns.map(str)
    demand_columns(path, wanted, list(table.columns))
    written = {name: write_texts(table[name]) for name in wanted if not is_number(table[name], name in numbers)}
    table = table.assign(**written)
    marks = {name: list_marks(missing, name in texts and name not in numbered) for name in wanted}
    table = table.assign(**{name: table[name].mask(table[name].isin(marks[name]).to_numpy(bool)) for name in wanted})
    table = table[table.replace("", None).notna().any(axis=1)].reset_index(drop=True)
    read = read_all_numbers(path, table[[name for name in numbers if name in written]], (decimal, thousands), units)
    return table.assign(**read, **{name: write_dates(table[name], form) for name, form in dates})


def is_number(column: Any, wanted: bool) -> bool:
    """Return whether a column was read as the numbers that are wanted of it."""
    return wanted and pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def demand_columns(path: Path, wanted: list[str], found: list[str]) -> None:
    """Raise where a column is not there, with those that are."""
    lacking = next((name for name in wanted if name not in found), None)
    if lacking is not None:
        there, needed = (
            ", ".join(repr(name[:60]) for name in names[:12]) + (", ..." if names[12:] else "")
            for names in (found, wanted)
        )
        raise ValueError(
            f"{path} has no column {lacking!r}, from which the network learned. It has {there}; wanted are {needed}."
        )


def read_fields(
    path: Path,
    wanted: list[str],
    names: tuple[str, ...],
    absent: tuple[str, ...],
    separator: str,
    encoding: str,
    quotes: bool,
) -> pd.DataFrame:
    """Return a CSV file as texts; encoding, separator and the line of its header are found out."""
    encoding = find_encoding(path, encoding)
    with open_text(path, encoding) as file:
        lines = list(itertools.islice(file, 10 * LOOKED))
    best: list[str] = []
    for mark in dict.fromkeys((separator, *SEPARATORS)):
        for line, cells in parse_lines(lines, mark, quotes):
            named = list(names)
            if absent and len(cells) == len(names) - len(absent):
                named = [name for name in names if name not in absent]
            if len(cells) == len(named) if names else set(wanted) <= set(cells):
                options = list_options(path, (), mark, encoding=encoding, quotes=quotes, left_out=tuple(range(line)))
                demand_width(path, encoding, mark, quotes, line, len(cells))
                options |= {"dtype": str, "header": None if names else 0, "names": named or None}
                table: pd.DataFrame = pd.read_csv(path, **options)
                return table
            best = max(best, cells, key=lambda row: len(set(wanted) & set(row)) or len(row) / 1000)
    if names:
        text = f"{path} has {len(best):,} columns where the data of the training had {len(names):,}."
        raise ValueError(f"{text} Wanted are {', '.join(names[:12])}.")
    demand_columns(path, wanted, best)
    raise ValueError(f"{path} has no rows that can be told apart.")


def demand_width(path: Path, encoding: str, separator: str, quotes: bool, first: int, width: int) -> None:
    """Raise where a row has more or fewer fields than the first: what stands in it would be taken for other columns."""
    quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    with open_text(path, encoding) as file:
        lines = itertools.islice(file, first, None)
        parted = (" ".join(line.split()) for line in lines) if separator == " " else lines
        rows = csv.reader(parted, delimiter=separator, quoting=quoting, skipinitialspace=True)
        for row in rows:
            if len(row) != width and any(map(str.strip, row)):
                raise ValueError(
                    f"Line {first + rows.line_num} of {path} has {len(row)} fields where the first has {width}. Mend it."
                )


def parse_lines(lines: list[str], separator: str, quotes: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the first rows with the line in which each begins; names that are blank or there already as pandas gives them."""
    quoting: Any = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    parted = (" ".join(line.split()) for line in lines) if separator == " " else lines
    rows, line = csv.reader(parted, delimiter=separator, quoting=quoting, skipinitialspace=True), 0
    for row in itertools.islice(rows, LOOKED):
        seen: dict[str, int] = {}
        cells = []
        for place, cell in enumerate(row):
            count = seen[cell] = seen.get(cell, -1) + 1
            cells.append(f"{cell}.{count}" if count and cell else cell or f"Unnamed: {place}")
        if row:
            yield line, cells
        line = rows.line_num


def find_encoding(path: Path, usual: str) -> str:
    """Return the first encoding that all of a file fits: UTF-8, that of the training, then those of the West."""
    with gzip.open(path) if is_packed(path) else path.open("rb") as file:
        start = file.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    for name in ("utf-8-sig", *([usual] if usual != "utf-16" else []), "cp1252"):
        try:
            with open_text(path, name) as file:
                while piece := file.read(2**20):
                    if "\0" in piece:
                        raise ValueError(f"{path} holds bytes that are 0: it is no text, and so no table.")
        except UnicodeError:
            continue
        return name
    return "latin-1"


def open_text(path: Path, encoding: str) -> Any:
    """Open a file as text, unpacked."""
    return (gzip.open if is_packed(path) else open)(path, "rt", encoding=encoding, newline="")


def is_packed(path: Path) -> bool:
    """Return whether a file is packed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def read_sheets(
    path: Path, wanted: list[str], names: tuple[str, ...], absent: tuple[str, ...], sheet: str
) -> pd.DataFrame:
    """Return the sheet of a workbook that has the wanted columns in one of its first rows, the one named `sheet` first."""
    with ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > 2**31:
            raise ValueError(f"{path} unpacks to more than 2 GiB. Save the sheet as CSV.")
    sheets = pd.read_excel(
        path, sheet_name=None, header=None, dtype=object, keep_default_na=False, na_values=[""], engine="openpyxl"
    )
    best: list[str] = []
    for name in sorted(sheets, key=lambda name: name != sheet):
        table = sheets[name]
        for row in range(min(len(table), LOOKED)):
            named = [name for name in names if table.shape[1] == len(names) or name not in absent]
            cells = [str(cell) for cell in table.iloc[row]]
            if len(named) == table.shape[1] if names else set(wanted) <= set(cells):
                rows = table.iloc[row if names else row + 1 :]
                return rows.set_axis(named or cells, axis=1).reset_index(drop=True)
            best = max(best, cells, key=lambda row: len(set(wanted) & set(row)))
    demand_columns(path, wanted, best)
    raise ValueError(f"{path} has no sheet with rows.")


def read_all_numbers(
    path: Path, columns: pd.DataFrame, usual: tuple[str, str], units: tuple[str, ...]
) -> dict[str, Any]:
    """Return texts as numbers by the marks for decimals and thousands that all of them fit, the usual ones first.

    Raises where there is a text that is none, and where other marks fit but give different numbers.
    """

    def read(marks: tuple[str, str]) -> pd.DataFrame:
        return pd.DataFrame({name: read_numbers(columns[name], *marks, units) for name in columns}, columns.index)

    expected = read(usual)
    wrong = expected.isna() & columns.notna()
    if not wrong.any(axis=None):
        return dict(expected)
    fitting = [found for marks in MARKS if (found := read(marks)).isna().equals(columns.isna())]
    name = next(name for name in columns if wrong[name].any())
    if not fitting:
        some = read((",", "."))[name].isna() & read((".", ","))[name].isna() & columns[name].notna()
        strange = columns[name][some if some.any() else wrong[name]].iloc[0]
        raise ValueError(f"Column {name!r} of {path} has {strange!r} where a number should be.")
    for other in fitting[1:]:
        for name in columns:
            unlike = (other[name] != fitting[0][name]) & other[name].notna()
            if unlike.any():
                text, one, two = (found[name][unlike].iloc[0] for found in (columns, fitting[0], other))
                raise ValueError(
                    f"Column {name!r} of {path} has {text!r}, which may be {one:g} or {two:g}. Write it with "
                    f"{usual[0]!r} before the decimals, as in the data of the training."
                )
    return dict(fitting[0])


def write_dates(column: Any, form: str) -> Any:
    """Return dates that are written in another, unmistakable form as those of the training."""
    column = column.astype(object)
    strange = column.notna() & pd.to_datetime(column, format=form, errors="coerce").isna()
    for other in DATES if strange.any() else ():
        known = pd.to_datetime(column[strange], format=other, errors="coerce").dropna()
        column = column.where(~column.index.isin(known.index), known.dt.strftime(form).reindex(column.index))
    return column
