"""The form of a CSV file: its separator, quotes, header and decimal mark, found out by looking at it."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader, StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path

from designer.data.encoding import find_encoding
from designer.data.errors import DataError, Progress, report

MOST_COLUMNS = 4_096
# Likeliest first among those that cut all rows alike: what a semicolon parts may well hold decimal commas.
_SEPARATORS = ("\t", ";", "|", ",")
_HEAD = 2**18
_HEAD_ROWS = 200
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")

Row = list[str]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file writes its table.

    `names` are the columns of a file without header, empty where it has one; `width` is their number either way.
    """

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    quotes: bool = True
    names: tuple[str, ...] = ()
    width: int = 0


def find_form(
    path: Path, separator: str | None = None, header: bool | None = None, progress: Progress | None = None
) -> Form:
    """Return the form of a file, after a look at all of it; what is given is not guessed.

    Raises DataError where the file is no text, or no table with equally many fields in every row.
    """
    encoding = find_encoding(path, lambda share: progress is None or progress(0.2 * share))
    head = _read_head(path, encoding)
    if not head.strip():
        raise DataError(f"{path} is blank. Choose a file with a header and rows.")
    form = _find_separator(path, head, encoding, _SEPARATORS if separator is None else (separator,))
    try:
        count = _count_rows(path, form, progress)
    except csv.Error:  # what looked like quotes in the first rows are marks in the text
        form = replace(form, quotes=False)
        count = _count_rows(path, form, progress)
    rows = _parse_head(head, form)
    form = replace(form, width=len(rows[0]))
    if not (_has_header(rows) if header is None else header):
        form = replace(form, names=tuple(f"column {number}" for number in range(1, form.width + 1)))
    elif count < 2:
        raise DataError(f"{path} has a header but no rows. Choose a file with data.")
    return replace(form, decimal=_find_decimal(rows, form.separator))


def _open(path: Path, encoding: str) -> TextIOWrapper:
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def _read_head(path: Path, encoding: str) -> str:
    """Return the first lines of a file, the last one whole."""
    with _open(path, encoding) as file:
        return file.read(_HEAD) + file.readline(_HEAD)


def _parse(lines: Iterable[str], form: Form) -> Iterator[Row]:
    """Yield the fields of each line that is not blank. Raises csv.Error where quotes stand in odd places."""
    if form.separator == " ":  # runs of spaces and tabs part fields, and nothing is quoted
        yield from (re.split("[ \t]+", line.strip(" \t\r\n")) for line in lines if line.strip())
        return
    for row in csv.reader(
        lines,
        delimiter=form.separator,
        quoting=csv.QUOTE_MINIMAL if form.quotes else csv.QUOTE_NONE,
        skipinitialspace=True,
        strict=True,
    ):
        if len(row) > 1 or any(map(str.strip, row)):
            yield row


def _parse_head(head: str, form: Form) -> list[Row]:
    """Return the first rows. Raises csv.Error, though not for a quoted field that the head cuts off."""
    rows = []
    try:
        for row in islice(_parse(StringIO(head, newline=""), form), _HEAD_ROWS):
            rows.append(row)  # noqa: PERF402 - the rows before the error are kept
    except csv.Error as error:
        if "end of data" not in str(error) or not rows:
            raise
    return rows


def _find_separator(path: Path, head: str, encoding: str, separators: Sequence[str]) -> Form:
    """Return the form that cuts most of the first rows into equally many fields, two at least."""
    for quotes in (True, False):
        best, most = None, 0.5
        for separator in separators:
            form = Form(encoding, separator, quotes=quotes and separator != " ")
            share = _measure_agreement(head, form)
            if share > most:
                best, most = form, share
        if best is not None:
            return best
    # Words in prose fall into equal lines by chance, so a space counts only where every line agrees.
    form = Form(encoding, " ", quotes=False)
    if separators == _SEPARATORS and _measure_agreement(head, form) == 1:
        return form
    raise DataError(
        f"{path} has only one column where a table has a target and at least one feature. Choose another file, or "
        "another separator."
    )


def _measure_agreement(head: str, form: Form) -> float:
    """Return the share of the first rows that have the most frequent number of fields; 0 where that is one."""
    try:
        widths = Counter(map(len, _parse_head(head, form)))
    except csv.Error:
        return 0
    width, rows = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return rows / widths.total() if width > 1 else 0


def _count_rows(path: Path, form: Form, progress: Progress | None) -> int:
    """Return the number of rows, header included.

    Raises DataError where a row is longer or shorter than the first, csv.Error where quotes stand in odd places.
    """
    width = count = 0
    size = path.stat().st_size
    with _open(path, form.encoding) as file:
        for count, row in enumerate(_parse(file, form), 1):
            width = width or len(row)
            if width > MOST_COLUMNS:
                raise DataError(
                    f"{path} has {width:,} columns; at most {MOST_COLUMNS:,} can be used. Take a part of them."
                )
            if len(row) != width:
                raise DataError(
                    f"Row {count} of {path} has {len(row)} fields where the first row has {width}. Mend that row, or "
                    "choose another separator."
                )
            if count % 4096 == 0 and isinstance(file.buffer, BufferedReader):
                report(progress, 0.2 + 0.3 * file.buffer.tell() / size)
    return count


def _has_header(rows: Sequence[Row]) -> bool:
    """Return whether the first row names the columns: text above numbers, or text that does not come again."""
    first, rest = rows[0], rows[1:]
    named = [cell for cell in first if cell]
    if not named or any(_NUMBER.fullmatch(cell.strip()) for cell in named):
        return False
    for column in zip(*rest, strict=False):
        cells = [cell.strip() for cell in column if cell.strip()]
        if sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) > len(cells) / 2:
            return True
    return len(set(named)) == len(named) and not any(
        cell in column for cell, column in zip(first, zip(*rest, strict=False), strict=False)
    )


def _find_decimal(rows: Sequence[Row], separator: str) -> str:
    """Return what stands before the decimals: a comma where numbers with one outnumber those with a point."""
    if separator == ",":
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    commas, points = (sum(bool(re.fullmatch(rf"[+-]?\d+{mark}\d+", cell)) for cell in cells) for mark in (",", r"\."))
    return "," if commas > points else "."
