"""Read a sheet of an Excel workbook as a table of numbers and texts."""

import zlib
from contextlib import closing
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import openpyxl
import pandas as pd

from designer.recipes.reading import keep_known, settle


def read_excel(
    path: Path,
    target: str | tuple[str, ...] = "",
    texts: tuple[str, ...] = (),
    sheet: str = "",
    names: tuple[str, ...] = (),
    numbered: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    left_out: tuple[int, ...] = (),
) -> pd.DataFrame:
    """Return a sheet of an Excel workbook, the first unless named, as `read_table` returns a CSV file.

    A workbook that unpacks to more than 2 GiB is refused.
    """
    try:
        with ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > 2**31:
                raise ValueError("it unpacks to more than 2 GiB. Save the sheet as CSV")
        with path.open("rb") as file, closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
            table = pd.read_excel(
                book,
                sheet_name=sheet or 0,
                header=None if names else 0,
                dtype=object,
                keep_default_na=False,
                na_values=[""],
                skiprows=list(left_out) or None,
            )
    except (EOFError, OSError, ValueError, KeyError, SyntaxError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if names:
        table.columns = pd.Index(names)
    table.columns = table.columns.map(str)
    return keep_known(settle(table.dropna(how="all", ignore_index=True), texts, numbered, missing), path, target)
