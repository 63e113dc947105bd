"""How the samples of a source look in lists: small pictures, cells of a table, and what is odd about a picture."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from designer.catalogue import facts as known_facts
from designer.data.pictures import THUMBNAIL, Sight, see_picture
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.words import write_count

if TYPE_CHECKING:
    from designer.engine.inspection import Raw

LARGE = 640  # pixels of a picture that is enlarged
LONG = 2.0  # times as long as wide: much of it is cut off, or it is much distorted
MOST_NUMBERS = 24  # of a row that have a column
LONGEST = 400  # characters of a text in a list


def look_at(raw: "Raw", place: int, *, large: bool = False) -> Sight:
    """Return a picture, small or large; why it is none where it cannot be read. Runs on a thread, too."""
    if raw.form == "files":
        assert raw.root is not None
        return see_picture(raw.root / raw.items[place], side=LARGE if large else THUMBNAIL)
    assert raw.read is not None
    numbers = raw.read(place)
    small = np.ascontiguousarray(np.moveaxis(numbers, 0, -1) if len(numbers) == 3 else numbers[0])
    return Sight((small.shape[0], small.shape[1]), len(numbers) == 1, small)


def find_odd(project: Project) -> Callable[[Sight], str]:
    """Return what says of a picture in which way it is odd for the network of a project, "" where it is as most are."""
    known = known_facts.facts(project)
    height, width = known.input.sizes[1:] if known is not None and len(known.input.sizes) == 3 else (0, 0)

    def tell(sight: Sight) -> str:
        high, wide = sight.size
        if not high or not wide or not height:
            return ""
        if high < height and wide < width:
            return f"{high} x {wide} is smaller than the {height} x {width} that the network gets: it is blown up."
        ratio = (wide / high) / (width / height)
        if ratio > LONG or ratio < 1 / LONG:
            way = "wide as high" if wide > high else "high as wide"
            return f"It is {max(wide / high, high / wide):.1f} times as {way}: much of it is cut off, or distorted."
        return ""

    return tell


def list_columns(raw: "Raw") -> Sequence[tuple[str, Callable[[int], str]]]:
    """Return the columns by which samples are listed: a title, and what writes a cell."""
    columns: list[tuple[str, Callable[[int], str]]] = [("sample", lambda place: write_count(place + 1))]
    if raw.classes is not None or raw.values is not None:
        columns.append(
            ("label" if raw.classes is not None else "target", lambda place: show_name(raw.label(place), 60))
        )
    columns.append(("part", lambda place: raw.part(place).replace("train", "training")))
    if raw.form == "text":
        columns.append(("length", lambda place: write_count(len(raw.items[place]))))
        columns.append(("text", lambda place: show_name(" ".join(raw.items[place][:LONGEST].split()), LONGEST)))
    elif raw.read is not None and raw.count:
        size = raw.read(0).size
        columns += [(f"number {n}", _write_number(raw, n)) for n in range(min(size, MOST_NUMBERS))]
    return columns


def _write_number(raw: "Raw", number: int) -> Callable[[int], str]:
    assert raw.read is not None
    read = raw.read
    return lambda place: f"{float(read(place).reshape(-1)[number]):.5g}".replace("-", "−")
