"""The form of a CSV file: its separator, quotes, header and number marks, found out by looking at it."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from frozendict import frozendict

from designer.data.encoding import find_encoding
from designer.data.errors import DataError, Progress, report
from designer.data.header import has_header, name_columns
from designer.data.marks import find_marks
from designer.data.opening import open_bytes
from designer.data.rows import MOST_ODD, Rows, Unsure, count_rows

MOST_COLUMNS = 4_096
# Likeliest first among those that cut all rows alike: what a semicolon parts may well hold decimal commas.
_SEPARATORS = ("\t", ";", "|", ",")
SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
_HEAD = 2**18
_HEAD_ROWS = 200
_COMMENTS = ("#", "%", "//")

Row = list[str]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file writes its table.

    `names` are the columns of a file without header, empty where it has one; `width` is their number either way.
    `missing` are further words for a missing value, `units` what is taken off numbers, `left_out` the lines that are skipped, from 0. `reasons` say why
    each was taken to be so, by the name of the field. `form` is the kind of file; `sheets` are those of a workbook.
    """

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    quotes: bool = True
    names: tuple[str, ...] = ()
    width: int = 0
    thousands: str = ""
    missing: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    form: str = "csv"
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    reasons: Mapping[str, str] = frozendict()

    def explain(self, **reasons: str) -> "Form":
        """Return the form with some more reasons."""
        return replace(self, reasons=frozendict({**self.reasons, **reasons}))


class UnequalRows(DataError):
    """Rows that have more or fewer fields than the others: they can be left out."""


def find_form(path: Path, given: Mapping[str, Any] = frozendict(), progress: Progress | None = None) -> Form:
    """Return the form of a file, after a look at all of it; what is given (a field of Form, "header") is not guessed.

    With "leave_out" rows of another length are left out. Raises DataError where the file is no text, or no table with
    equally many fields in every row.
    """
    found = find_encoding(path, lambda share: progress is None or progress(0.2 * share))
    encoding = given.get("encoding") or found
    head = _read_head(path, encoding)
    if not head.strip():
        raise DataError(f"{path} is blank. Choose a file with a header and rows.")
    above = _count_comments(head)
    body = "".join(head.splitlines(keepends=True)[above:]) if above else head
    separators = (given["separator"],) if given.get("separator") else _SEPARATORS
    form = _find_separator(path, body, Form(encoding), separators, given.get("quotes"))
    form = form.explain(encoding="All bytes of the file fit it." if encoding == found else "As you chose.")
    form = replace(form, width=_find_width(body, form))
    counted, form = _count(path, form, above, progress)
    form = _leave_out(path, form, counted, above, given)
    rows = [row for row in _parse_head(body, form) if len(row) == form.width]
    form = _find_names(form, rows, given)
    if not form.names and counted.count - len(form.left_out) + above < 2:
        raise DataError(f"{path} has a header but no rows. Choose a file with data.")
    return find_marks(form, rows[0 if form.names else 1 :], given)


# --- text -------------------------------------------------------------------------------------------------------------


@contextmanager
def _open(path: Path, encoding: str) -> Iterator[TextIOWrapper]:
    """Open a file as text, unpacked."""
    with open_bytes(path) as (stream, _):
        yield TextIOWrapper(stream, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def _read_head(path: Path, encoding: str) -> str:
    """Return the first lines of a file, the last one whole."""
    try:
        with _open(path, encoding) as file:
            return file.read(_HEAD) + file.readline(_HEAD)
    except UnicodeError as error:
        raise DataError(f"{path} is not written as {encoding}. Choose another encoding.") from error


def _count_comments(head: str) -> int:
    """Return how many of the first lines are comments."""
    lines = head.splitlines()
    return next((number for number, line in enumerate(lines) if not line.lstrip().startswith(_COMMENTS)), 0)


def _parse(lines: Iterable[str], form: Form, *, blank: bool = False) -> Iterator[Row]:
    """Yield the fields of each line that is not blank, [] for those with `blank`.

    Raises csv.Error where quotes stand in odd places.
    """
    rows: Iterator[Row]
    if form.separator == " ":  # runs of spaces and tabs part fields, and nothing is quoted
        rows = (re.split("[ \t]+", line.strip(" \t\r\n")) if line.strip() else [] for line in lines)
    else:
        rows = csv.reader(
            lines,
            delimiter=form.separator,
            quoting=csv.QUOTE_MINIMAL if form.quotes else csv.QUOTE_NONE,
            skipinitialspace=True,
            strict=True,
        )
    for row in rows:
        if len(row) > 1 or any(map(str.strip, row)):
            yield row
        elif blank:
            yield []


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


# --- separator and width ----------------------------------------------------------------------------------------------


def _find_separator(path: Path, head: str, form: Form, separators: Sequence[str], quotes: bool | None) -> Form:
    """Return the form that cuts most of the first rows into equally many fields, two at least."""
    for quoted in (True, False) if quotes is None else (quotes,):
        best, most = None, 0.5
        for separator in separators:
            tried = replace(form, separator=separator, quotes=quoted and separator != " ")
            share = _measure_agreement(head, tried)
            if share > most:
                best, most = tried, share
        if best is not None:
            words = f"{SEPARATOR_NAMES[best.separator].capitalize()} cut {most:.0%} of the first rows into equally many fields."
            marks = "Fields may stand in quotes." if quoted else "Quotes stand in odd places: they belong to the text."
            return best.explain(separator=words, quotes=marks)
    # Words in prose fall into equal lines by chance, so a space counts only where every line agrees.
    tried = replace(form, separator=" ", quotes=False)
    if separators == _SEPARATORS and _measure_agreement(head, tried) == 1:
        return tried.explain(separator="Spaces cut all of the first rows into equally many fields.")
    _refuse_uneven(path, head, form, separators)
    raise DataError(
        f"{path} has only one column where a table has a target and at least one feature. Choose another file, or "
        "another separator."
    )


def _refuse_uneven(path: Path, head: str, form: Form, separators: Sequence[str]) -> None:
    """Raise DataError where the first row has several fields, and most others have more or fewer."""
    for separator in separators:
        try:
            first, *widths = map(len, _parse_head(head, replace(form, separator=separator)))
        except (csv.Error, ValueError):
            continue
        odd = [place for place, width in enumerate(widths, 2) if width != first]
        if first > 1 and odd:
            raise DataError(
                f"Row {odd[0]} of {path} has {widths[odd[0] - 2]}, not {first} fields as the first row; so it is with "
                f"{len(odd):,} of the first {len(widths) + 1:,} rows, which have {min(widths)} to {max(widths)}. Mend the rows, or "
                "choose another separator."
            )


def _measure_agreement(head: str, form: Form) -> float:
    """Return the share of the first rows that have the most frequent number of fields; 0 where that is one."""
    try:
        widths = Counter(map(len, _parse_head(head, form)))
    except csv.Error:
        return 0
    width, rows = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return rows / widths.total() if width > 1 else 0


def _find_width(head: str, form: Form) -> int:
    """Return the number of columns: the fields of the first row, unless that is a lone line above the table."""
    widths = list(map(len, _parse_head(head, form)))
    return next((width for width in widths if width > 1), widths[0])


# --- rows -------------------------------------------------------------------------------------------------------------


def _count(path: Path, form: Form, above: int, progress: Progress | None) -> tuple[Rows, Form]:
    """Return what was counted, and the form: without quotes where those turn out to be marks in the text."""
    if form.width > MOST_COLUMNS:
        raise DataError(
            f"{path} has {form.width:,} columns; at most {MOST_COLUMNS:,} can be used. Take a part of them."
        )

    def told(share: float) -> bool:
        return progress is None or progress(0.2 + 0.2 * share)

    if form.separator != " " and form.encoding != "utf-16":
        try:
            return count_rows(path, form.separator, form.quotes, form.width, told, skipped=above), form
        except Unsure:
            pass
    try:
        return _count_slowly(path, form, above, progress), form
    except csv.Error:  # what looked like quotes in the first rows are marks in the text
        form = replace(form, quotes=False).explain(quotes="Quotes stand in odd places: they belong to the text.")
        return _count_slowly(path, form, above, progress), form
    except (gzip.BadGzipFile, EOFError) as error:
        raise DataError(f"{path} cannot be unpacked ({error}). Fetch it again.") from error


def _count_slowly(path: Path, form: Form, above: int, progress: Progress | None) -> Rows:
    """Count the rows of a file one by one. Raises csv.Error where quotes stand in odd places."""
    rows, size = Rows(first=-1), max(path.stat().st_size, 1)
    with open_bytes(path) as (stream, file):
        text = TextIOWrapper(stream, "utf-8-sig" if form.encoding == "utf-8" else form.encoding, newline="")
        for line, row in enumerate(_parse(text, form, blank=True)):
            if line < above or not row:
                continue
            rows.first = line if rows.first < 0 else rows.first
            rows.count += 1
            if len(row) != form.width:
                rows.strange += 1
                if len(rows.odd) < MOST_ODD:
                    rows.odd[line] = len(row)
            if rows.count % 4096 == 0:
                report(progress, 0.2 + 0.2 * file.tell() / size)
    return rows


def _leave_out(path: Path, form: Form, counted: Rows, above: int, given: Mapping[str, Any]) -> Form:
    """Return the form without comments, lone lines above the table and, where that is wanted, rows of another length.

    Raises UnequalRows where there are some that nobody wants to leave out.
    """
    odd = dict(counted.odd)
    comments = list(range(above))
    while odd and min(odd) == counted.first and odd[min(odd)] == 1:  # a title above the table
        comments.append(counted.first)
        del odd[counted.first]
        counted.first += 1
    if odd and not given.get("leave_out"):
        line, width = next(iter(odd.items()))
        number = counted.strange - (len(counted.odd) - len(odd))
        others = f", as {number - 1:,} more rows have more or fewer" if number > 1 else ""
        raise UnequalRows(
            f"Row {line + 1} of {path} has {width} fields where the first row has {form.width}{others}. Mend that row, leave "
            "such rows out, or choose another separator."
        )
    if counted.strange > MOST_ODD:
        raise DataError(
            f"{counted.strange:,} rows of {path} have more or fewer fields than the first row. Choose another separator."
        )
    out = tuple(sorted({*comments, *odd}))
    if not out:
        return form
    words = [f"{len(comments):,} lines above the table"] if comments else []
    words += [f"{len(odd):,} rows of another length"] if odd else []
    return replace(form, left_out=out).explain(left_out=f"Left out: {' and '.join(words)}.")


# --- header -----------------------------------------------------------------------------------------------------------


def _find_names(form: Form, rows: Sequence[Row], given: Mapping[str, Any]) -> Form:
    header = given.get("header")
    found = has_header(rows) if header is None else header
    why = "The first row names the columns." if found else "The first row looks like all the others."
    if found:
        return form.explain(names=why)
    return replace(form, names=name_columns(form.width)).explain(names=why)
