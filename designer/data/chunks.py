"""The rows of a table some at a time, as the recipes of reading.py would read them whole."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.data.errors import DataError
from designer.data.form import Form
from designer.data.formats import read_whole
from designer.data.marks import NUMBER
from designer.data.opening import open_bytes

if TYPE_CHECKING:
    import pandas as pd

_CELLS_A_CHUNK = 400_000
_SEEN = 200  # rows by which it is decided whether a column is read as numbers

Chunks = Iterator[tuple["pd.DataFrame", float]]


def read_chunks(path: Path, form: Form, columns: Sequence[str] | None = None) -> Chunks:
    """Yield some rows at a time, every field as text or missing, and the share of the file that is read by then.

    NAN_WORDS are text here, since only the whole column tells whether it holds numbers. Raises DataError.
    """
    if form.form != "csv":
        table = read_whole(path, form, columns)
        yield table if columns is None else table[list(dict.fromkeys(columns))], 1.0
        return
    yield from _read_csv(path, form, columns, str)


def read_typed(path: Path, form: Form) -> Chunks:
    """Yield some rows at a time, columns of numbers as such, all others as text. Raises DataError."""
    if form.form != "csv":
        yield read_whole(path, form), 1.0
        return
    if form.thousands or form.units:  # pandas would strip any such mark: 01.01.2019 and 117.5 would be whole numbers
        yield from _read_csv(path, form, None, str)
        return
    first = next(_read_csv(path, form, None, str, _SEEN), None)
    if first is None:
        return
    texts = {name for name in first[0] if not _are_numbers(first[0][name])}
    yield from _read_csv(path, form, None, dict.fromkeys(texts, str))


def read_head(path: Path, form: Form, chunk: "pd.DataFrame") -> list[tuple[str, ...]]:
    """Return the first rows as texts, as they stand in the file; "" is missing."""
    if form.form == "csv":
        chunk = next(_read_csv(path, form, None, str, _SEEN))[0]
    return [
        tuple(map(str, row)) for row in chunk.head(_SEEN).astype(object).fillna("").itertuples(index=False, name=None)
    ]


def _are_numbers(column: "pd.Series[str]") -> bool:
    """Return whether texts look like numbers, the missing ones aside."""
    known = column.dropna()
    return len(known) > 0 and all(NUMBER.fullmatch(text.replace(",", "")) is not None for text in known.head(20))


def _read_csv(path: Path, form: Form, columns: Sequence[str] | None, dtype: Any, rows: int | None = None) -> Chunks:
    import pandas as pd  # slow to import, and only wanted here

    try:
        size = max(path.stat().st_size, 1)
        with (
            open_bytes(path) as (stream, file),
            pd.read_csv(
                stream,
                sep=r"\s+" if form.separator == " " else form.separator,
                decimal=form.decimal,
                encoding=form.encoding,
                header=None if form.names else 0,
                names=list(form.names) or None,
                usecols=None if columns is None else list(dict.fromkeys(columns)),
                dtype=dtype,
                na_values=["", "?", *form.missing],
                keep_default_na=False,
                quoting=csv.QUOTE_MINIMAL if form.quotes else csv.QUOTE_NONE,
                index_col=False,
                skipinitialspace=True,
                skiprows=list(form.left_out) or None,
                nrows=rows,
                low_memory=False,
                chunksize=max(200, _CELLS_A_CHUNK // max(form.width, 1)),
            ) as chunks,
        ):
            for chunk in chunks:
                yield chunk, file.tell() / size
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        if isinstance(error, OSError):
            raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
        if "Usecols do not match" in str(error):
            raise DataError(f"{path} has other columns than before. Choose the file again.") from error
        raise DataError(f"{path} cannot be read: {' '.join(str(error).split())[:300]}.") from error
