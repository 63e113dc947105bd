"""A leak in the data, and what can be done about it: pure changes of the data."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.splits import find_need, splits
from designer.document.graph import Value
from designer.document.project import Choice, Data
from designer.document.wording import show_name

Kind = Literal["target", "copies", "id", "time", "group"]
DRAWN = ("row", "class")  # what splits need that draw rows one by one


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done about a leak: a pure change of the data, with a short title in the imperative."""

    title: str
    change: Callable[[Data], Data] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding: a sentence that says what was seen, and what of it to think; `columns` are those it is about."""

    kind: Kind
    title: str
    fact: str
    columns: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()


def offer_ignoring(column: str) -> Remedy:
    """Return the remedy that takes a column out of the features."""
    return Remedy(f"Ignore {show_name(column)}", lambda data: ignore_column(data, column))


def ignore_column(data: Data, column: str) -> Data:
    """Return the data of a table without a column among the features."""
    if data.source is None:
        return data
    parameters: dict[str, Value] = dict(data.source.parameters)
    if parameters.get("weight") == column:
        del parameters["weight"]
    for name in ("numbers", "categories", "dates", "treatments", "numbered"):
        given = parameters.get(name)
        if isinstance(given, tuple):
            parameters[name] = tuple(
                one for one in given if column not in (one, one[0] if isinstance(one, tuple) else one)
            )
    return replace(data, source=replace(data.source, parameters=parameters))


def resplit(data: Data, kind: str, column: str = "") -> Data:
    """Return the data split in another way; folds stay folds."""
    given: dict[str, Value] = {"column": column} if column else {}
    if data.split.kind != "Fold":
        return replace(data, split=Choice(kind, given))
    kept = {name: value for name, value in data.split.parameters.items() if name in ("folds", "fold")}
    return replace(data, split=Choice("Fold", {**kept, "by": kind.lower(), **given}))


def can_resplit(data: Data) -> bool:
    """Return whether rows are drawn one by one, so that they may as well be drawn otherwise."""
    return find_split_need(data) in DRAWN


def find_split_need(data: Data) -> str:
    """Return what the split goes by; nothing of a kind that is not known here."""
    spec = splits.get(data.split.kind)
    values: Values = resolve(spec.parameters, data.split.parameters)[0] if spec is not None else {}
    return find_need(data.split.kind, values) if spec is not None else ""
