"""What leads from one value of a document to the next: small where the edit was small, whatever the document's size.

Values are trees of frozen dataclasses, mappings by text, tuples, sets and plain scalars. A change names the parts that
differ and holds the new ones; parts that are the same object cost nothing. It can be written as JSON and read again.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from frozendict import frozendict

from designer.document.drawing import Drawing, Remark
from designer.document.graph import Edge, Graph, Node
from designer.document.project import Block, BlockParameter, Choice, Data, Project, Training


@dataclass(frozen=True, slots=True)
class Whole:
    """Another value altogether."""

    value: Any


@dataclass(frozen=True, slots=True)
class Parts:
    """The fields of a record that differ."""

    fields: Mapping[str, "Change"]


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a mapping that differ, and those that are gone; `order` of all, where it is none that follows."""

    put: Mapping[str, "Change"]
    gone: tuple[str, ...] = ()
    order: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Splice:
    """What stands in a tuple from `start` on in place of so many items."""

    start: int
    removed: int
    added: tuple[Any, ...]


Change = Whole | Parts | Entries | Splice

RECORDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (Project, Graph, Node, Edge, Choice, Data, Training, Block, BlockParameter, Drawing, Remark)
}
NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in dataclasses.fields(kind))
    for kind in RECORDS.values()
    if dataclasses.is_dataclass(kind)
} | {Edge: Edge._fields}
_PARTED = (Project, Graph, Block, Drawing)  # records that are large: of the others, all is written anew


def find_change(before: Any, after: Any) -> Change | None:
    """Return what leads from one value to another, None where they are the same."""
    if before is after:
        return None
    if type(before) is type(after):
        if isinstance(after, _PARTED):
            fields = {name: find_change(getattr(before, name), getattr(after, name)) for name in NAMES[type(after)]}
            changed = {name: change for name, change in fields.items() if change is not None}
            return Parts(changed) if changed else None
        if isinstance(after, Mapping):
            return _compare_entries(before, after)
        if type(after) is tuple:
            return _compare_items(before, after)
    # 1, 1.0 and True are equal, and yet not the same in a file.
    return None if type(before) is type(after) and not _is_tree(after) and before == after else Whole(after)


def apply_change(before: Any, change: Change | None) -> Any:
    """Return the value that a change leads to. Raise LookupError, TypeError or ValueError where it does not fit."""
    match change:
        case None:
            return before
        case Whole():
            return change.value
        case Parts():
            fields = {name: apply_change(getattr(before, name), inner) for name, inner in change.fields.items()}
            return dataclasses.replace(before, **fields)
        case Entries():
            return _put_entries(before, change)
        case Splice():
            if not 0 <= change.start <= change.start + change.removed <= len(before):
                raise ValueError("a splice that lies outside")
            return before[: change.start] + change.added + before[change.start + change.removed :]


def _is_tree(value: Any) -> bool:
    return isinstance(value, Mapping | tuple) or type(value) in NAMES


def _compare_entries(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change | None:
    put: dict[str, Change] = {}
    for key, value in after.items():
        was = before.get(key, _MISSING)
        if was is value:
            continue
        change = Whole(value) if was is _MISSING else find_change(was, value)
        if change is not None:
            put[key] = change
    gone = tuple([key for key in before if key not in after]) if len(before) + len(put) != len(after) or put else ()
    dropped = set(gone)
    natural = [key for key in before if key not in dropped] + [key for key in put if key not in before]
    order = None if all(map(str.__eq__, natural, after)) else tuple(after)
    return Entries(put, gone, order) if put or gone or order is not None else None


def _put_entries(before: Mapping[str, Any], change: Entries) -> Mapping[str, Any]:
    entries = dict(before)
    for key in change.gone:
        del entries[key]
    for key, inner in change.put.items():
        entries[key] = apply_change(entries.get(key), inner)
    return frozendict({key: entries[key] for key in change.order} if change.order is not None else entries)


def _compare_items(before: tuple[Any, ...], after: tuple[Any, ...]) -> Change | None:
    shorter, start, end = min(len(before), len(after)), 0, 0
    while start < shorter and _is_same(before[start], after[start]):
        start += 1
    while end < shorter - start and _is_same(before[-1 - end], after[-1 - end]):
        end += 1
    if start == len(before) == len(after):
        return None
    return Splice(start, len(before) - start - end, after[start : len(after) - end])


def _is_same(before: Any, after: Any) -> bool:
    return before is after or find_change(before, after) is None


_MISSING = object()


# --- as JSON --------------------------------------------------------------------------------------------------------


def write_change(change: Change | None) -> Any:
    """Return a change as a value that JSON can hold."""
    match change:
        case None:
            return None
        case Whole():
            return {"whole": write_value(change.value)}
        case Parts():
            return {"parts": {name: write_change(inner) for name, inner in change.fields.items()}}
        case Entries():
            put = {key: write_change(inner) for key, inner in change.put.items()}
            order = {} if change.order is None else {"order": list(change.order)}
            return {"put": put, "gone": list(change.gone), **order}
        case Splice():
            return {"start": change.start, "removed": change.removed, "added": write_value(change.added)}


def read_change(written: Any) -> Change | None:
    """Return the change that was written. Raise LookupError, TypeError, AttributeError or ValueError."""
    if written is None:
        return None
    if "whole" in written:
        return Whole(read_value(written["whole"]))
    if "parts" in written:
        return Parts({name: _read_inner(inner) for name, inner in written["parts"].items()})
    if "put" in written:
        order = tuple(map(str, written["order"])) if "order" in written else None
        put = {key: _read_inner(inner) for key, inner in written["put"].items()}
        return Entries(put, tuple(map(str, written["gone"])), order)
    return Splice(int(written["start"]), int(written["removed"]), read_value(written["added"]))


def _read_inner(written: Any) -> Change:
    change = read_change(written)
    if change is None:
        raise ValueError("a change of nothing")
    return change


def write_value(value: Any) -> Any:
    """Return a value of a document as one that JSON can hold: records say what they are, sets and mappings too."""
    if type(value) is tuple:
        return [write_value(item) for item in value]
    if isinstance(value, Mapping):
        return {"map": {key: write_value(item) for key, item in value.items()}}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    names = NAMES.get(type(value))
    if names is None:
        return value
    return {"record": type(value).__name__, **{name: write_value(getattr(value, name)) for name in names}}


def read_value(written: Any) -> Any:
    """Return the value that was written; nothing but the records of a document is ever made."""
    if isinstance(written, list):
        return tuple([read_value(item) for item in written])
    if not isinstance(written, dict):
        return written
    if "map" in written:
        return frozendict({key: read_value(item) for key, item in written["map"].items()})
    if "set" in written:
        return frozenset(map(str, written["set"]))
    fields = dict(written)
    kind = cast(Any, RECORDS[fields.pop("record")])
    return kind(**{name: read_value(item) for name, item in fields.items()})
