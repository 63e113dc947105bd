"""What a file or folder is: every kind of place that data can come from, and the source that each is for."""

import re
from dataclasses import replace
from pathlib import Path

from designer.catalogue.registry import sources
from designer.data import arrays, cifar, image_folders, images, tables, texts
from designer.data.errors import DataError, Progress
from designer.data.found import Found, Reader, renew
from designer.document.project import Choice

# In this order they are asked whether a place suits them.
READERS: tuple[Reader, ...] = (
    images.READER,
    cifar.READER,
    image_folders.READER,
    arrays.READER,
    texts.READER,
    *tables.READERS,
)
POSSIBLE = (
    "Drop a table (CSV, Excel, Parquet, JSON lines, ARFF), a folder of pictures or texts with a folder for each class, arrays "
    "(.npy, .npz, IDX, CIFAR), or a text."
)

_TELLS = re.compile(
    r"(readme|licen[cs]e|source|copying|citation|about|notes?)(\.(txt|md|rst))?|.*\.(md|rst|html|pdf)", re.I
)


def look(path: str | Path, progress: Progress | None = None) -> Found:
    """Return the source that a file or folder is for, with all that was found out about it.

    Raises DataError, whose sentence says what is wrong or what can be dropped, and Cancelled.
    """
    path = check_place(path)
    for reader in READERS:
        if reader.suits(path):
            return reader.find(path, {}, progress)
    if (lone := _find_lone(path)) is not None:
        return look(lone, progress)
    raise DataError(f"{path.name} is nothing that Designer can learn from. {POSSIBLE}")


def _find_lone(path: Path) -> Path | None:
    """Return the only file or folder in a folder, what tells of it aside (README, LICENSE.md, SOURCE.txt)."""
    if not path.is_dir():
        return None
    found = [each for each in path.iterdir() if not each.name.startswith(".") and not _TELLS.fullmatch(each.name)]
    return found[0] if len(found) == 1 else None


def look_again(source: Choice, path: str | Path, progress: Progress | None = None) -> Found:
    """Return what a place holds for a source that was chosen; what was set by hand stays as it is.

    Raises DataError, Cancelled.
    """
    reader = next((each for each in READERS if each.kind == source.kind), None)
    if reader is None:
        raise DataError(f"{sources[source.kind].title} reads no file.")
    found = reader.find(check_place(path), source.parameters, progress)
    return replace(found, source=renew(source, found))


def check_place(path: str | Path) -> Path:
    """Return a place that there is. Raises DataError."""
    try:
        path = Path(path).expanduser()
        if path.is_dir() or path.is_file():
            return path
        exists = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{str(path)[:200]!r} cannot be opened: {error}.") from error
    raise DataError(f"{path} is neither a file nor a folder." if exists else f"There is no file or folder {path}.")
