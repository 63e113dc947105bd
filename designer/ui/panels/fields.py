"""Editors of one parameter value each: an entry for numbers, sizes and text, a check box, a list of words.

A field emits `edited` with a canonical value only; text that cannot stand is marked, explained and never sent.
"""

from PySide6.QtWidgets import QWidget

from designer.catalogue.parameters import Flag, Maybe, Option, ParameterType, Path
from designer.ui.panels.pickers import Check, PlaceEntry, WordList
from designer.ui.panels.text_entry import Entry

Field = Entry | Check | WordList | PlaceEntry


def make_field(kind: ParameterType, parent: QWidget | None = None) -> Field:
    """Return the editor for values of a type."""
    inner = kind.item if isinstance(kind, Maybe) else kind
    if isinstance(inner, Flag) and inner is kind:
        return Check(kind, parent)
    if isinstance(inner, Option):
        return WordList(kind, parent)
    if isinstance(inner, Path):
        return PlaceEntry(kind, parent)
    return Entry(kind, parent)
