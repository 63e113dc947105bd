"""What a table of rows is for: columns of features, texts with labels, a series in order of time, names of pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designer.data.columns import Column, find_alike, is_identifier, is_named_target
from designer.data.errors import DataError, Progress
from designer.data.form import SEPARATOR_NAMES
from designer.data.formats import is_table
from designer.data.found import Found, Guess, Preview, Reader, choose, list_names
from designer.data.image_folders import find_image_table
from designer.data.opening import LARGEST_WHOLE
from designer.data.season import find_season, read_column
from designer.data.selection import csv_parameters
from designer.data.sequences import read_plain, series_parameters, text_parameters
from designer.data.table import Table, inspect_csv
from designer.data.texts import find_language, find_text_table, show_lines
from designer.document.graph import Parameters, Value
from designer.document.wording import show_name

TABLES = (".csv", ".tsv", ".tab", ".dat", ".data", ".psv")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|(18|19|20)\d\d"
)


def find_table(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what a file of text is for: a table of one of several kinds, else a text. Raises DataError, Cancelled."""
    try:
        table = inspect_csv(path, progress=progress)
    except DataError as reason:
        if path.suffix.lower() in TABLES or not _is_prose(path, str(reason)):
            raise
        return find_characters(path, given, progress)
    if path.stat().st_size > LARGEST_WHOLE:  # texts and series are read at once: what is as large as that is a table
        return _describe_csv(table, progress)
    form, found = table.form, find_image_table(table, progress) or find_text_table(table, {}, progress)
    if not found and form.form == "csv" and not (form.thousands or form.units or form.missing or form.left_out):
        found = find_series_table(table)  # which a recipe of its own reads, that knows plain CSV files only
    return found or _describe_csv(table, progress)


def _is_prose(path: Path, reason: str) -> bool:
    """Return whether a file that is no table is a text, by the reason why it is no table."""
    return (
        "only one column" in reason
        or "has the first row" in reason
        or "where the first row has" in reason
        or "as the first row; so" in reason
    )


def _describe_csv(table: Table, progress: Progress | None) -> Found:
    if not table.target or not table.features:
        why = "; ".join(
            filter(None, (*map(_tell_unfit, table.columns[:6]), table.form.reasons.get("nested", "").rstrip(".")))
        )
        raise DataError(
            f"{table.path} is a table without a column to predict and one to predict it from ({why}). Choose another file."
        )
    what = "a class" if table.task == "class" else "a number"
    parameters = csv_parameters(table, progress=progress)
    guesses = (
        Guess(f"{table.rows:,} rows, {len(table.columns)} columns"),
        Guess(f"Target: {table.target}, {what}", "likely"),
        *_doubt_target(table, parameters.get("classes", ())),
        Guess(f"Features: {list_names(table.features)}", "likely"),
        *_tell_unused(table),
        *_tell_form(table),
    )
    return Found(choose("Csv", parameters), guesses, table=table)


def _doubt_target(table: Table, classes: Value) -> Iterator[Guess]:
    """Yield what may be wrong with the target: another is called so but has one value, or labels mean the same."""
    for column in table.columns:
        if is_named_target(column) and column.distinct == 1 and not is_named_target(table.column(table.target)):
            value = show_name(column.examples[0] if column.examples else "", 40)
            words = f"{show_name(column.name)} seems to be the target, but is {value} in every row: nothing can be learned of it"
            yield Guess(words, "open")
    alike = find_alike([str(label) for label in classes]) if isinstance(classes, tuple) else []
    if alike:
        told = "; ".join(", ".join(show_name(label, 30) for label in group) for group in alike[:4])
        yield Guess(
            f"Labels that may mean the same are classes of their own: {told}. Write them alike in the file", "open"
        )


def _tell_unused(table: Table) -> Iterator[Guess]:
    """Yield which columns are no features, with the reasons."""
    unused = [column for column in table.columns if column.name not in (table.target, *table.features)]
    reasons = [_tell_unfit(column) or f"{show_name(column.name)} is not used" for column in unused]
    if reasons:
        more = f"; and {len(reasons) - 6:,} more" if reasons[6:] else ""
        yield Guess(f"No features: {'; '.join(reasons[:6])}{more}", "likely")


def _tell_unfit(column: Column) -> str:
    """Return why nothing is learned from a column, "" where something could be."""
    name = show_name(column.name)
    if column.kind == "empty":
        return f"{name} is empty"
    if column.distinct < 2:
        return f"{name} has a single value"
    if is_identifier(column):
        return f"{name} only names the rows"
    return f"{name} holds texts that differ" if column.kind == "text" else ""


def _tell_form(table: Table) -> Iterator[Guess]:
    """Yield how the file writes its table, as far as that is not as usual, with the reasons."""
    form = table.form
    told = {
        "sheet": f"Sheet: {form.sheet or form.sheets[0]}" if form.sheets[1:] else "",
        "separator": f"Separator: {SEPARATOR_NAMES[form.separator]}" if form.separator != "," else "",
        "decimal": "Decimal commas" if form.decimal == "," else "",
        "thousands": f"Thousands parted by {form.thousands!r}" if form.thousands else "",
        "units": f"Taken off numbers: {', '.join(form.units)}" if form.units else "",
        "encoding": f"Encoding: {form.encoding}" if form.encoding != "utf-8" else "",
        "quotes": "Quotes are part of the text" if not form.quotes and form.separator != " " else "",
        "names": "No header: the columns are numbered" if form.names else "",
        "missing": f"Missing values: {', '.join(map(repr, form.missing))}" if form.missing else "",
        "left_out": f"{len(form.left_out):,} lines are left out" if form.left_out else "",
        "hollow": "There are formulas without a value" if form.reasons.get("hollow") else "",
        "nested": "Some columns hold no single values" if form.reasons.get("nested") else "",
    }
    for name, words in told.items():
        if words:
            yield Guess(f"{words}. {form.reasons.get(name, '')}".strip(), "likely")
    if table.blank:
        yield Guess(f"{table.blank:,} rows have nothing in them and are left out")


# --- series -----------------------------------------------------------------------------------------------------------


def find_series_table(table: Table) -> Found | None:
    """Return the series in a table whose first column is the time of its rows and that holds little else, or None."""
    first, *others = table.columns
    numbers = _list_numbers(table)
    if not numbers or len(others) > 3 or len(numbers) < len(others) or not _is_time(first, table.rows):
        return None
    order = Guess(f"{table.rows:,} rows in order of time, by the column {first.name}", "likely")
    return _describe_series(table, numbers[-1], order)


def _list_numbers(table: Table) -> list[str]:
    return [each.name for each in table.columns if each.kind == "number" and not each.serial and not each.missing]


def _describe_series(table: Table, column: str | None, order: Guess) -> Found:
    parameters = series_parameters(table, column)
    name, numbers = str(parameters["column"]), _list_numbers(table)
    others = [each for each in numbers if each != name]
    told = f" (or {list_names(others)})" if others else ""
    prepared, season = _prepare(read_column(table, name))
    guesses = (
        order,
        Guess(f"Series: the column {name}{told}", "likely" if others else "seen"),
        *season,
        Guess("Windows of so many numbers as `length` says, of which the next is to be predicted", "open"),
    )
    texts = tuple("   ".join(row) for row in table.head)
    return Found(choose("Series", {**parameters, **prepared}), guesses, Preview(("",) * len(texts), texts=texts))


def _prepare(series: NDArray[np.float64]) -> tuple[dict[str, Value], tuple[Guess, ...]]:
    """Return what takes the season out of a series, as parameters, and what was found of it in words."""
    season = find_season(series)
    if not season.length:
        return {}, ()
    change = "in logarithms, as its swings grow with it" if season.grows else "in numbers"
    words = f"It repeats itself every {season.length} rows: the change from one season before is learned, {change}"
    return {"length": season.length, "difference": season.length, "log": season.grows}, (Guess(words, "likely"),)


def _is_time(column: Column, rows: int) -> bool:
    """Return whether a column holds the time of each row: dates, all different, as they come in order."""
    if column.missing or column.distinct < min(rows, 10_000):
        return False
    dates = [each.strip() for each in column.examples]
    return len(dates) > 1 and all(map(_DATE.fullmatch, dates)) and dates in (sorted(dates), sorted(dates, reverse=True))


def find_series(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return the series in a CSV file, in the column that is chosen or the last of numbers. Raises DataError."""
    table = inspect_csv(path, progress=progress)
    order = Guess(f"{table.rows:,} rows, taken as they stand for the order of time", "open")
    return _describe_series(table, str(given.get("column") or "") or None, order)


# --- text -------------------------------------------------------------------------------------------------------------


def find_characters(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return a text as characters, of which the next is to be predicted. Raises DataError."""
    parameters = text_parameters(path)
    text = read_plain(path)
    guesses = (
        Guess(
            f"A text of {parameters['characters']:,} characters, {len(str(parameters['vocabulary']))} different ones"
        ),
        Guess("To be learned: the next character. For words or byte pairs choose that source at the left", "open"),
    )
    return Found(choose("Characters", parameters), guesses, show_lines(text))


def is_text(path: Path) -> bool:
    """Return whether a file may be a text, by its first bytes: UTF-16 begins with a mark, all others hold no NUL."""
    if not path.is_file():
        return False
    if is_table(path):
        return True
    with path.open("rb") as file:
        head = file.read(4096)
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or path.suffix.lower() in TABLES or b"\0" not in head


READERS = (
    Reader("Csv", is_text, find_table),
    Reader("Series", lambda path: False, find_series),
    Reader("Characters", lambda path: False, find_characters),
    Reader("Language", lambda path: False, find_language),
)
