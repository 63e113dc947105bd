"""Which numbers of a sample a column of the table became: one of each number, several of a text or a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from designer.catalogue.facts import facts
from designer.document.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of the table, the places of its numbers in a sample, and whether they are the place of a category."""

    name: str
    places: NDArray[np.int64]
    is_code: bool = False


def list_columns(project: Project, names: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return the columns of samples that are rows of numbers, in their order; `names` are the variables of load_data.

    Where no table gave them their names they are called by their place, from 1.
    """
    fitted = names.get("columns")
    if not isinstance(fitted, dict) or not fitted:
        known = facts(project)
        count = known.input.sizes[0] if known is not None and len(known.input.sizes) == 1 else 0
        return tuple(Column(f"feature {place + 1}", np.array([place])) for place in range(count))
    parts = _list_parts(project)
    found: dict[str, list[int]] = {}
    codes = set()
    place = 0
    for name, how in fitted.items():
        width = _count(how)
        raw = parts.get(name, str(name))
        found.setdefault(raw, []).extend(range(place, place + width))
        if "codes" in how:
            codes.add(raw)
        place += width
    return tuple(Column(name, np.array(places), name in codes) for name, places in found.items())


def _count(fitted: Mapping[str, Any]) -> int:
    """Return how many numbers a column becomes, as recipes/table.py encodes it."""
    if "levels" in fitted and "codes" not in fitted:
        return len(fitted["levels"])
    return 2 if "mark" in fitted else 1


def _list_parts(project: Project) -> dict[str, str]:
    """Return the column of a date for each of its parts by their names."""
    source = project.data.source
    dates = source.parameters.get("dates", ()) if source is not None else ()
    found: dict[str, str] = {}
    for date in dates if isinstance(dates, tuple) else ():
        name, _, wanted = date  # type: ignore[misc,str-unpack]
        for part in wanted:  # type: ignore[union-attr]
            found |= {f"{name} {part}{end}": str(name) for end in ("", " sin", " cos")}
    return found
