"""Excel workbooks: which sheet is a table, where it begins, and whether its formulas were ever worked out."""

import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from designer.data.errors import DataError
from designer.data.form import MOST_COLUMNS, Form
from designer.data.header import has_header, name_columns
from designer.data.opening import LARGEST_WHOLE

MOST_SHEETS = 50  # of a workbook that are looked at for a table

Rows = list[list[str]]


def is_workbook(path: Path, start: bytes) -> bool:
    """Return whether a file, whose first bytes are given, is a workbook by its look."""
    return start.startswith(b"PK\x03\x04") and path.suffix.lower() not in (".npz", ".pt", ".pth", ".keras")


def check_workbook(path: Path, given: Mapping[str, Any]) -> Form:
    """Return the form of a workbook whose parts, by the directory of the archive, are not too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise DataError(f"{path} is a ZIP archive or an Excel workbook that is damaged ({error}).") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise DataError(f"{path} is a ZIP archive, and no Excel workbook (.xlsx). Unpack it first.")
    size = sum(part.file_size for part in parts)
    if size > LARGEST_WHOLE or len(parts) > 10_000:
        raise DataError(
            f"{path} unpacks to {size / 2**30:.1f} GiB, more than the 512 MiB that can be used. Save the sheet as CSV."
        )
    sheets, sheet, rows, hollow = _open(path, given.get("sheet"))
    return _describe_sheet(
        path,
        rows,
        Form(form="excel", sheet="" if sheet == sheets[0] else sheet, sheets=sheets),
        hollow,
        given.get("header"),
    )


def _open(path: Path, wanted: str | None) -> tuple[tuple[str, ...], str, Rows, int]:
    """Return the names of all sheets, the one that is wanted or looks like a table, its first rows and formulas without value.

    Raises DataError.
    """
    import openpyxl

    try:
        with path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
            sheets = tuple(book.sheetnames)
            if wanted and wanted not in sheets:
                raise DataError(f"{path} has no sheet {wanted!r}, only {', '.join(sheets[:10])}.")
            seen = {name: _take_rows(book[name]) for name in ([wanted] if wanted else sheets[:MOST_SHEETS])}
        # Notes often come first: a table has two columns at least.
        sheet = next((name for name, rows in seen.items() if len(rows) > 1 and len(rows[0]) > 1), next(iter(seen)))
        with path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True)) as book:
            written = _take_rows(book[sheet])
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{path} is an Excel workbook that cannot be read ({str(error)[:200]}).") from error
    pairs = (zip(*both, strict=False) for both in zip(seen[sheet], written, strict=False))
    hollow = sum(formula.startswith("=") and not value for row in pairs for value, formula in row)
    return sheets, sheet, seen[sheet], hollow


def _describe_sheet(path: Path, rows: Rows, form: Form, hollow: int, header: bool | None) -> Form:
    """Return the form of a sheet by its first rows."""
    above = next((place for place, row in enumerate(rows) if any(row[1:])), 0)  # titles, and lines that are blank
    filled = [row for row in rows[above:] if any(row)]
    if not filled:
        raise DataError(f"The sheet {form.sheet or form.sheets[0]!r} of {path} is empty. Choose another sheet.")
    named = has_header(filled) if header is None else header
    width = len(filled[0])
    form = replace(form, width=width, left_out=tuple(range(above))).explain(
        sheet=f"One of {len(form.sheets)} sheets." if form.sheets[1:] else "The only sheet.",
        names="The first row names the columns." if named else "The first row looks like all the others.",
        left_out="What stands above the table is no row of it." if above else "",
        hollow="Open it in Excel and save it, so that it holds what they come to." if hollow else "",
    )
    return form if named else replace(form, names=name_columns(width))


def _take_rows(sheet: Any) -> Rows:
    """Return the first rows of a sheet as texts, without the empty columns at its right."""
    rows = list(sheet.iter_rows(max_row=200, max_col=MOST_COLUMNS + 1, values_only=True))
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell is not None), default=0)
    return [["" if cell is None else str(cell) for cell in row[:width]] for row in rows]
