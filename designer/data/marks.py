"""The marks within the fields of a table: what stands before decimals, between thousands, and for a missing value."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.data.form import Form

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
# Words that stand for a missing value in some files; the usual ones need no mention.
_MISSING = (
    "-",
    "--",
    ".",
    "..",
    "...",
    "missing",
    "Missing",
    "MISSING",
    "unknown",
    "(null)",
    "NIL",
    "nil",
    "-999",
    "-9999",
    "-99999",
)


def find_marks(form: "Form", rows: Sequence[Sequence[str]], given: Mapping[str, Any]) -> "Form":
    """Return the form with the marks of its numbers, as seen in the first rows; what is given is not guessed."""
    columns = [[cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=False)]
    decimal = given.get("decimal") or _find_decimal(columns, form.separator)
    thousands = given.get("thousands")
    if thousands is None:
        thousands = _find_thousands(columns, decimal)
        if not thousands and decimal == "," and "decimal" not in given and _find_thousands(columns, "."):
            thousands, decimal = ",", "."
    missing = given.get("missing")
    words = _find_missing(columns, decimal, thousands) if missing is None else tuple(missing)
    form = replace(form, decimal=decimal, thousands=thousands, missing=words)
    return form.explain(
        decimal="Decimal commas outnumber points." if decimal == "," else "No decimal commas were seen.",
        thousands=f"Groups of three digits are parted by {thousands!r}." if thousands else "No groups of three digits.",
        missing=f"Among numbers stands {', '.join(words)}." if words else "Blank and ? are missing; NaN among numbers.",
    )


def _find_decimal(columns: Sequence[Sequence[str]], separator: str) -> str:
    """Return what stands before the decimals: a comma where numbers with one outnumber those with a point."""
    if separator == ",":
        return "."
    cells = [cell for column in columns for cell in column]
    commas, points = (
        sum(bool(re.fullmatch(rf"[+-]?\d+(\.\d{{3}})*{mark}\d+", cell)) for cell in cells) for mark in (",", r"\.")
    )
    return "," if commas > points else "."


def _find_thousands(columns: Sequence[Sequence[str]], decimal: str) -> str:
    """Return what parts the thousands of the numbers of some column, "" where nothing does.

    All its numbers must be grouped so, and one of them at least twice or with decimals behind, else a group could as
    well be decimals.
    """
    for mark in (",", ".", "'", " ", "\u00a0", "_"):
        if mark == decimal:
            continue
        grouped = re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})*(?:{re.escape(decimal)}\d+)?")
        sure = re.compile(
            rf"[+-]?\d{{1,3}}(?:(?:{re.escape(mark)}\d{{3}}){{2,}}(?:{re.escape(decimal)}\d+)?"
            rf"|{re.escape(mark)}\d{{3}}{re.escape(decimal)}\d+)"
        )
        plain = mark not in ",."  # between digits these mean nothing else
        for column in columns:
            marked = [cell for cell in column if mark in cell]
            if marked and all(map(grouped.fullmatch, column)) and (plain or any(map(sure.fullmatch, marked))):
                return mark
    return ""


def _find_missing(columns: Sequence[Sequence[str]], decimal: str, thousands: str) -> tuple[str, ...]:
    """Return the words that stand among the numbers of a column and are known to mean that one is missing."""
    found: Counter[str] = Counter()
    for column in columns:
        numbers = sum(bool(_read_number(cell, decimal, thousands)) for cell in column)
        words = Counter(cell for cell in column if cell in _MISSING)
        if words and numbers - sum(words[word] for word in words if NUMBER.fullmatch(word)) > len(column) / 2:
            plain = {cell for cell in column if not _read_number(cell, decimal, thousands)}
            if plain <= set(_MISSING):  # all that are no numbers are such words
                found.update({word: count for word, count in words.items() if _is_outlier(word, column)})
    return tuple(word for word, _ in found.most_common())


def _read_number(cell: str, decimal: str, thousands: str) -> bool:
    cell = cell.replace(thousands, "") if thousands else cell
    return bool(NUMBER.fullmatch(cell.replace(decimal, ".") if decimal != "." else cell))


def _is_outlier(word: str, column: Sequence[str]) -> bool:
    """Return whether a word is no number, or one that lies far below all others: -999 among ages."""
    if not NUMBER.fullmatch(word):
        return True
    others = [float(cell) for cell in column if cell != word and re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)]
    return bool(others) and column.count(word) > 1 and float(word) < min(others) - 5 * (max(others) - min(others) + 1)
