"""What a column is taken for by the user, where a look at the file guessed otherwise: numbers, or dates of some form."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from designer.data.columns import NAN_WORDS, Column
from designer.data.dates import find_parts
from designer.data.errors import DataError
from designer.data.form import Form
from designer.document.wording import show_name

if TYPE_CHECKING:
    import pandas as pd

NUMBER = "number"  # what else a column may be taken for is the form of a date
MOST_WORDS = 100
DIGIT_DATES = ("%Y%m%d", "%d%m%Y", "%Y")


def find_words(frame: "pd.DataFrame", columns: Sequence[Column], types: Mapping[str, str], form: Form) -> list[str]:
    """Return the words in columns of texts that are to be numbers: they are then missing. Raises DataError."""
    recipe: Any = importlib.import_module("designer.recipes.reading")  # slow to import, and only wanted here
    found: dict[str, None] = {}
    texts = [column for column in columns if column.kind in ("class", "text", "date")]
    for column in texts:
        if types.get(column.name) != NUMBER:
            continue
        values = frame[column.name].dropna()
        values = values[~values.isin(NAN_WORDS)]
        numbers = recipe.read_numbers(values, form.decimal, form.thousands, form.units)
        words = values[numbers.isna()].unique().tolist()
        if numbers.isna().all() or len(words) > MOST_WORDS:
            example = show_name(words[0] if words else "", 40)
            raise DataError(
                f"Column {column.name!r} has {len(words):,} texts that are no numbers, such as {example}. It stays text."
            )
        others = [other.name for other in texts if types.get(other.name) != NUMBER]
        shared = next((name for name in others if frame[name].isin(words).any()), None)
        if shared is not None:
            word = frame[shared][frame[shared].isin(words)].iloc[0]
            raise DataError(
                f"{show_name(word, 40)} would be missing in column {column.name!r}, and is a value of column {shared!r}. Write "
                "something else in one of them."
            )
        found |= dict.fromkeys(words)
    return list(found)


def take_dates(
    frame: "pd.DataFrame", columns: Sequence[Column], types: Mapping[str, str]
) -> "tuple[pd.DataFrame, tuple[Column, ...]]":
    """Return rows and columns anew where some are to be dates; `types` has their forms. Raises DataError."""
    import pandas as pd

    recipe: Any = importlib.import_module("designer.recipes.reading")
    taken, texts = [], {}
    for column in columns:
        form = types.get(column.name, "")
        if "%" not in form or column.date == form or column.kind == "empty":
            taken.append(column)
            continue
        texts[column.name] = recipe.write_texts(frame[column.name]).astype("str")
        moments = pd.to_datetime(texts[column.name].astype(object), format=form, errors="coerce")
        parts = find_parts(texts[column.name].dropna().unique().tolist(), form)
        if not parts:
            example = show_name(column.examples[0] if column.examples else "", 40)
            raise DataError(f"Column {column.name!r} has {example} where dates as {tell_date(form)} should be.")
        missing = int(moments.isna().sum())
        known = replace(column, kind="date", date=form, parts=parts, missing=missing, bounds=None)
        taken.append(replace(known, whole=False, serial=False))
    return frame.assign(**texts) if texts else frame, tuple(taken)


def tell_date(form: str) -> str:
    """Return the form of a date in words: "day.month.year"."""
    for sign, word in (
        *(("%Y", "year"), ("%y", "year"), ("%m", "month"), ("%b", "month"), ("%B", "month"), ("%d", "day")),
        *(("%H", "hour"), ("%M", "minute"), ("%S", "second")),
    ):
        form = form.replace(sign, word)
    return form.replace("T", " ") if "hour" in form else form
