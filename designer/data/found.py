"""What a look at a file or folder gives: the source it is for, what was guessed, and some of its samples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from designer.catalogue.registry import sources
from designer.catalogue.sources.table_files import FORM
from designer.data.errors import Progress
from designer.data.table import Table
from designer.document.graph import Parameters, Value
from designer.document.project import Choice

# "seen": it stands in the file; "likely": it was worked out; "open": it could as well be otherwise.
Sure = Literal["seen", "likely", "open"]


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that was found out about a file, in words that begin with what it is about, and how sure it is."""

    words: str
    sure: Sure = "seen"


@dataclass(frozen=True, slots=True)
class Preview:
    """Some samples as they are: pictures (height x width x 3, or height x width for grey) or texts, with their labels."""

    labels: tuple[str, ...] = ()
    images: tuple[NDArray[np.uint8], ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a file or folder was taken for: a source whose parameters are filled in, and what was guessed for it.

    `table` is what was seen of a table, so that it need not be looked at again.
    """

    source: Choice
    guesses: tuple[Guess, ...] = ()
    preview: Preview = Preview()
    table: Table | None = None


# Looks at a place as one kind of source, with the parameters that are set already. Raises DataError, Cancelled.
Find = Callable[[Path, Parameters, Progress | None], Found]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one kind of source is found: `suits` says by a glance whether a place may hold it, `find` looks at all of it."""

    kind: str
    suits: Callable[[Path], bool]
    find: Find


def choose(kind: str, parameters: Mapping[str, Value]) -> Choice:
    """Return a source with those of some parameters that differ from its defaults."""
    usual = {parameter.name: parameter.default for parameter in sources[kind].parameters}
    return Choice(kind, {name: value for name, value in parameters.items() if value != usual[name]})


def renew(before: Choice, found: Found) -> Choice:
    """Return a source as it was set, with what another look found: what was set by hand stays as it is."""
    spec = sources[before.kind]
    by_hand = {parameter.name for parameter in spec.parameters if not parameter.hidden and parameter.name != spec.path}
    kept = {name: value for name, value in before.parameters.items() if name in by_hand}
    return Choice(found.source.kind, {**found.source.parameters, **kept})


def tell_form(table: Table) -> dict[str, Value]:
    """Return how a file writes its table, as parameters of a source."""
    return {each.name: getattr(table.form, each.name) for each in FORM if hasattr(table.form, each.name)}


def list_names(names: tuple[str, ...] | list[str], most: int = 6) -> str:
    """Return names as they may stand in a sentence: the first few, and that there are more."""
    shown = ", ".join(name[:60] for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
