"""Tables that are no CSV: workbooks, Parquet, JSON lines, ARFF. Each is recognised, checked for its size and read whole."""

import importlib
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frozendict import frozendict

from designer.catalogue.sources.tables import READERS
from designer.data.encoding import check_file
from designer.data.errors import DataError, Progress, report
from designer.data.form import MOST_COLUMNS, Form, find_form, has_header, name_columns
from designer.data.opening import is_packed, read_blocks

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 2**29  # bytes, unpacked, of what is read whole
MOST_CELLS = 200_000_000
_ENDS = (".gz", "")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `suits` looks at its name and first bytes; `check` raises DataError where it cannot be used."""

    form: str
    suits: Callable[[Path, bytes], bool]
    check: Callable[[Path, Mapping[str, Any]], Form]


def _is_workbook(path: Path, start: bytes) -> bool:
    return start.startswith(b"PK\x03\x04") and path.suffix.lower() not in (".npz", ".pt", ".pth", ".keras")


def _check_workbook(path: Path, given: Mapping[str, Any]) -> Form:
    """Return the form of a workbook whose parts, by the directory of the archive, are not too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise DataError(f"{path} is a ZIP archive or an Excel workbook that is damaged ({error}).") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise DataError(f"{path} is a ZIP archive, and no Excel workbook (.xlsx). Unpack it first.")
    size = sum(part.file_size for part in parts)
    if size > LARGEST or len(parts) > 10_000:
        raise DataError(
            f"{path} unpacks to {size / 2**30:.1f} GiB, more than the 512 MiB that can be used. Save the sheet as CSV."
        )
    import openpyxl

    try:
        with path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True)) as book:
            sheets, sheet = tuple(book.sheetnames), given.get("sheet") or book.sheetnames[0]
            if sheet not in sheets:
                raise DataError(f"{path} has no sheet {sheet!r}, only {', '.join(sheets[:10])}.")
            rows = [["" if cell is None else str(cell) for cell in row] for row in _take_rows(book[sheet])]
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{path} is an Excel workbook that cannot be read ({str(error)[:200]}).") from error
    rows = [row for row in rows if any(row)]
    if not rows:
        raise DataError(f"The sheet {sheet!r} of {path} is empty. Choose another sheet.")
    header = given.get("header")
    named = has_header(rows) if header is None else header
    form = Form(form="excel", sheet="" if sheet == sheets[0] else sheet, sheets=sheets, width=len(rows[0]))
    form = form.explain(sheet=f"One of {len(sheets)} sheets." if sheets[1:] else "The only sheet.")
    form = form.explain(
        names="The first row names the columns." if named else "The first row looks like all the others."
    )
    return form if named else replace(form, names=name_columns(len(rows[0])))


def _take_rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(max_row=200, max_col=MOST_COLUMNS + 1, values_only=True))


def _check_parquet(path: Path, given: Mapping[str, Any]) -> Form:
    import pyarrow.parquet

    try:
        about = pyarrow.parquet.ParquetFile(path).metadata
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is a Parquet file that cannot be read ({str(error)[:200]}).") from error
    if about.num_rows * about.num_columns > MOST_CELLS:
        raise DataError(
            f"{path} has {about.num_rows:,} rows of {about.num_columns:,} columns, more than can be used. Take a part."
        )
    return Form(form="parquet", width=about.num_columns)


def _check_lines(path: Path, given: Mapping[str, Any]) -> Form:
    """Return the form of a file with an object in each line."""
    size = sum(map(len, _read_bounded(path)))
    if not size:
        raise DataError(f"{path} is empty. Choose a file with rows.")
    return Form(form="jsonl")


def _check_arff(path: Path, given: Mapping[str, Any]) -> Form:
    head = next(_read_bounded(path), b"").decode("utf-8", "replace")
    if not re.search(r"^\s*@data", head, re.IGNORECASE | re.MULTILINE):
        raise DataError(f"{path} has no line @data, so it is no ARFF file. Choose another.")
    for _ in _read_bounded(path):
        pass
    return Form(form="arff")


def _read_bounded(path: Path) -> Any:
    done = 0
    for block in read_blocks(path):
        done += len(block)
        if done > LARGEST:
            raise DataError(f"{path} has more than 512 MiB. Save it as CSV, or take a part of its rows.")
        yield block


def _ends(path: Path, *ends: str) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(ends)


FORMATS = (
    Format("excel", _is_workbook, _check_workbook),
    Format("parquet", lambda path, start: start.startswith(b"PAR1"), _check_parquet),
    Format(
        "jsonl",
        lambda path, start: start.lstrip().startswith(b"{") and _ends(path, ".jsonl", ".ndjson", ".json"),
        _check_lines,
    ),
    Format("arff", lambda path, start: _ends(path, ".arff"), _check_arff),
)


def find_any_form(path: Path, given: Mapping[str, Any] = frozendict(), progress: Progress | None = None) -> Form:
    """Return the form of a table of any kind. Raises DataError, Cancelled."""
    check_file(path)
    try:
        start = next(read_blocks(path), b"")[:64] if is_packed(path) else _read_start(path)
        found = next((each for each in FORMATS if each.suits(path, start)), None)
        if found is None:
            return find_form(path, given, progress)
        report(progress, 0.0)
        return found.check(path, given)
    except ImportError as error:
        package = str(error.name).partition(".")[0]
        raise DataError(f"{path} is read by the package {package}. Install it: pip install {package}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def is_table(path: Path) -> bool:
    """Return whether a file is a table by its name and first bytes: a workbook, Parquet ... or a packed CSV."""
    if is_packed(path):
        return _ends(path, ".csv", ".tsv", ".txt", ".data", ".jsonl", ".ndjson", ".json")
    start = _read_start(path)
    return any(each.suits(path, start) for each in FORMATS)


def _read_start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)


def read_whole(path: Path, form: Form, texts: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return a table that is no CSV, by the recipe that the script will read it by. Raises DataError."""
    recipe, function, _ = READERS[form.form]
    module = importlib.import_module(f"designer.recipes.{recipe}")  # pandas is slow to import
    more = {"sheet": form.sheet, "names": form.names} if form.form == "excel" else {}
    try:
        table: pd.DataFrame = getattr(module, function)(path, texts=tuple(texts or ()), missing=form.missing, **more)
    except (ValueError, ImportError, MemoryError, KeyError) as error:
        raise DataError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}.") from error
    if len(table.columns) > MOST_COLUMNS:
        raise DataError(f"{path} has {len(table.columns):,} columns; at most {MOST_COLUMNS:,} can be used.")
    if len(table.columns) < 2:
        raise DataError(
            f"{path} has only one column where a table has a target and at least one feature. Choose another file."
        )
    return table
