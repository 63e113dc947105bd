"""Columns of a table, and a guess of their parts: which to predict, how, and from which others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "class", "text", "date", "empty"]
Task = Literal["class", "value", "labels"]

# Texts with at most this many different values are taken for categories.
MOST_CLASSES = 50
# Whole numbers with at most this many different values are taken for classes where they are to be predicted.
_MOST_NUMBERED_CLASSES = 20
# What programs write for a missing number. Among texts any of these may be a value: the class "None".
NAN_WORDS = ("NaN", "nan", "-NaN", "-nan", "NA", "N/A", "n/a", "#NA", "#N/A", "<NA>", "None", "NULL", "null")
_TARGET_WORDS = frozenset(
    {"target", "label", "class", "y", "outcome", "response", "result", "value", "price", "quality", "score", "rating"}
    | {"survived", "species", "diagnosis", "churn", "fraud", "spam", "progression", "sentiment", "category"}
)
_MEANINGS = {
    word: meaning
    for meaning, words in (
        ("yes", "y yes true t j ja wahr oui o si s\u00ed sim 1"),
        ("no", "n no false f nein falsch non n\u00e3o 0"),
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: "number", "date", "class" (text with few different values), "text" (any other) or "empty".

    `distinct` stops at 10,000. `whole` numbers have no decimals; `serial` ones count the rows. `examples` are the
    first different values as they stand in the file. A date is written in the form `date`; `parts` are those that vary.
    `bounds` are the least and the largest of numbers.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    examples: tuple[str, ...]
    whole: bool = False
    serial: bool = False
    date: str = ""
    parts: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None


def find_target(columns: Sequence[Column]) -> Column | None:
    """Return the column that is most likely to be predicted: by its name, else the last that can be, else none."""
    able = [column for column in columns if column.kind in ("number", "class") and not is_identifier(column)]
    able = [column for column in able if column.distinct > 1]
    named = [column for column in able if is_named_target(column)]
    return next(iter(named or able[::-1]), None)


def is_named_target(column: Column) -> bool:
    """Return whether the last word of a name says that it is to be predicted: "median_house_value", "MedianPrice"."""
    return (split_name(column.name) or [""])[-1] in _TARGET_WORDS


def find_alike(labels: Sequence[str]) -> list[list[str]]:
    """Return labels that may well mean the same: they differ in capitals or spaces, or are words for yes or for no."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        plain = " ".join(label.casefold().split())
        groups.setdefault(_MEANINGS.get(plain, plain), []).append(label)
    return [group for group in groups.values() if len(group) > 1]


def find_task(target: Column, rows: int) -> Task:
    """Return whether a column is a class or a value to predict."""
    few = target.whole and target.distinct <= min(_MOST_NUMBERED_CLASSES, rows // 2)
    return "class" if target.kind != "number" or few else "value"


def find_features(columns: Sequence[Column], target: Column | None) -> tuple[str, ...]:
    """Return the columns to predict from: all that are numbers or categories and no mere row names."""
    return tuple(
        column.name
        for column in columns
        if column is not target
        and column.kind in ("number", "class", "date")
        and column.distinct > 1
        and not is_identifier(column)
    )


def is_identifier(column: Column) -> bool:
    """Return whether a column only names its rows: numbered through, or called an id."""
    return column.serial or (split_name(column.name) or [""])[-1] in ("id", "index", "uuid")


def split_name(name: str) -> list[str]:
    """Return the words of a name in small letters: "PassengerId" is passenger, id."""
    return re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:200]).lower())
