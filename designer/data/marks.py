"""The marks within the fields of a table: what stands before decimals, between thousands, and for a missing value."""

import importlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.data.form import Form

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
CHOSEN = "As it is set here."
# Words that stand for a missing value in some files; the usual ones need no mention.
_WORDS = (
    "*|-|--|---|.|..|...|kA|n/d|N/D|NC|ND|nd|NIL|nil|S/D|s/d|tbd|TBD|x|X|(null)|-999|-9999|-99999|"
    "b.d.|brak|brak danych|desconhecido|desconocido|entf.|fehlt|inconnu|k. A.|k. a.|k.a.|k.A.|"
    "keine Angabe|keine Angaben|missing|n. a.|n. c.|n. d.|n. v.|N.A.|n.a.|n.c.|N.C.|n.d.|N.D.|n.v.|"
    "not available|not known|o. A.|o.A.|ohne Angabe|onbekend|s. d.|s.d.|sconosciuto|sin dato|"
    "sin datos|ukendt|unbekannt|unknown|\u2013|\u2014|entfällt|nicht verfügbar|non communiqué|okänd"
)
_MISSING = frozenset(_WORDS.split("|"))
_MISSING_SMALL = frozenset(word.lower() for word in _MISSING)
# What stands at numbers, before or behind, and is no part of them.
_UNITS = (
    "%|‰|€|$|£|¥|₹|US$|R$|EUR|USD|GBP|CHF|Fr.|SFr.|kr|kr.|zł|Kč|Ft|kg|g|mg|t|km|m|cm|mm|m²|m2|km²|qm|"
    "ha|m³|l|ml|°C|°F|°|km/h|kWh|kW|PS|h|min|s|ms|GB|MB"
)
_UNIT = "|".join(map(re.escape, sorted(_UNITS.split("|"), key=len, reverse=True)))
_WITH_UNIT = re.compile(rf"[+-]?(?:({_UNIT})\s*)?[+-]?\d[\d.,'\u2019\u00a0\u202f ]*(?:\s*({_UNIT}))?")


def find_marks(form: "Form", rows: Sequence[Sequence[str]], given: Mapping[str, Any]) -> "Form":
    """Return the form with the marks of its numbers, as seen in the first rows; what is given is not guessed."""
    columns = [[cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=False)]
    guessed: dict[str, Any] = {"units": _find_units(columns)}
    units = _choose(given, guessed, "units")
    columns = [[_strip_unit(cell, units) for cell in column] for column in columns] if units else columns
    guessed["decimal"] = _find_decimal(columns, form.separator)
    decimal = _choose(given, guessed, "decimal")
    guessed["thousands"] = _find_thousands(columns, decimal)
    if not guessed["thousands"] and decimal == "," and not given.get("decimal") and _find_thousands(columns, "."):
        guessed["thousands"], guessed["decimal"], decimal = ",", ".", "."
    thousands = _choose(given, guessed, "thousands")
    guessed["missing"] = _find_missing(columns, decimal, thousands)
    words = tuple(_choose(given, guessed, "missing"))
    form = replace(form, decimal=decimal, thousands=thousands, missing=words, units=tuple(units))
    found = {
        "decimal": "Decimal commas outnumber points." if decimal == "," else "No decimal commas were seen.",
        "thousands": f"{thousands!r} parts groups of three digits." if thousands else "No groups of three digits.",
        "missing": tell_missing(words) if words else "Blank and ? are missing; NaN among numbers.",
        "units": "They stand at all numbers of a column, before or behind." if units else "No units were seen.",
    }
    return form.explain(
        **{name: why if getattr(form, name) == guessed[name] else CHOSEN for name, why in found.items()}
    )


def _choose(given: Mapping[str, Any], guessed: Mapping[str, Any], name: str) -> Any:
    """Return what is given, or guessed where nothing is."""
    chosen = given.get(name)
    return guessed[name] if chosen is None or (name == "decimal" and not chosen) else chosen


def tell_missing(words: Sequence[str]) -> str:
    """Return why some words are taken for missing values."""
    shown = ", ".join(f"'{word}'" for word in words)
    return f"Among numbers {'stands' if len(words) == 1 else 'stand'} {shown}: taken for missing."


def _find_units(columns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the units in columns of numbers that have one: the same at almost all of them, where more than one is."""
    found: dict[str, None] = {}
    for column in columns:
        parts = [match for cell in column if (match := _WITH_UNIT.fullmatch(cell))]
        units = {unit for part in parts if (unit := part[1] or part[2])}
        if len(units) == 1 and len(column) > 1 and len(parts) > 0.9 * len(column):
            found |= dict.fromkeys(units)
    return tuple(found)


def _strip_unit(cell: str, units: Sequence[str]) -> str:
    """Return a number without its unit, and any other text as it is."""
    found = _WITH_UNIT.fullmatch(cell)
    if found is None or (found[1] or found[2]) not in units:
        return cell
    return cell.replace(str(found[1] or found[2]), "", 1).replace(" ", "").replace("\u00a0", "")


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
    for mark in (",", ".", "'", "\u2019", " ", "\u00a0", "\u202f", "_"):
        if mark == decimal:
            continue
        grouped = re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})*(?:{re.escape(decimal)}\d+)?")
        sure = re.compile(
            rf"[+-]?\d{{1,3}}(?:(?:{re.escape(mark)}\d{{3}}){{2,}}(?:{re.escape(decimal)}\d+)?"
            rf"|{re.escape(mark)}\d{{3}}{re.escape(decimal)}\d+)"
        )
        plain = mark not in ",."  # between digits these mean nothing else
        for column in columns:
            column = [cell for cell in column if not is_missing(cell)]
            marked = [cell for cell in column if mark in cell]
            if marked and all(map(grouped.fullmatch, column)) and (plain or any(map(sure.fullmatch, marked))):
                return mark
    return ""


def is_missing(word: str) -> bool:
    """Return whether a word is known to stand for a missing value, in whatever letters."""
    return word in _MISSING or (len(word) > 2 and word.lower() in _MISSING_SMALL)


def _find_missing(columns: Sequence[Sequence[str]], decimal: str, thousands: str) -> tuple[str, ...]:
    """Return the words that stand among the numbers of a column and are known to mean that one is missing."""
    found: Counter[str] = Counter()
    for column in columns:
        numbers = sum(bool(_read_number(cell, decimal, thousands)) for cell in column)
        words = Counter(filter(is_missing, column))
        if words and numbers - sum(words[word] for word in words if NUMBER.fullmatch(word)) > len(column) / 2:
            plain = {cell for cell in column if not _read_number(cell, decimal, thousands)}
            if all(map(is_missing, plain)):  # all that are no numbers are such words
                found.update({word: count for word, count in words.items() if _is_outlier(word, column)})
    return tuple(word for word, _ in found.most_common())


def _read_number(cell: str, decimal: str, thousands: str) -> bool:
    cell = re.sub(rf"(?<=\d){re.escape(thousands)}(?=\d{{3}}(?!\d))", "", cell) if thousands else cell
    return bool(NUMBER.fullmatch(cell.replace(decimal, ".") if decimal != "." else cell))


def _is_outlier(word: str, column: Sequence[str]) -> bool:
    """Return whether a word is no number, or one that lies far below all others: -999 among ages."""
    if not NUMBER.fullmatch(word):
        return True
    others = [float(cell) for cell in column if cell != word and re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)]
    return bool(others) and column.count(word) > 1 and float(word) < min(others) - 5 * (max(others) - min(others) + 1)


def read_numbers(texts: Any, form: "Form") -> Any:
    """Return texts as numbers, NaN where one is none, by the recipe that the script will read them by."""
    recipe: Any = importlib.import_module("designer.recipes.reading")  # slow to import, and only wanted here
    return recipe.read_numbers(texts, form.decimal, form.thousands, form.units)
