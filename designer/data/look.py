"""What a file or folder is: every kind of place that data can come from, and the source that each is for."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from designer.catalogue.registry import sources
from designer.data import arrays, cifar, image_folders, images, tables, texts
from designer.data.errors import Cancelled, DataError, Progress
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
    with _stand_by(path):
        for reader in READERS:
            if reader.suits(path):
                return reader.find(path, {}, progress)
        if (lone := _find_lone(path)) is not None:
            return look(lone, progress)
    what = "It holds NUL bytes, so it is no text. " if path.suffix.lower() == ".txt" else ""
    raise DataError(f"{path.name} is nothing that Designer can learn from. {what}{POSSIBLE}")


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
    path = check_place(path)
    with _stand_by(path):
        found = reader.find(path, source.parameters, progress)
    return replace(found, source=renew(source, found))


@contextmanager
def _stand_by(path: Path) -> Iterator[None]:
    """Tell as DataError what the system refuses, such as to read a file of somebody else, and of a file that changes."""
    try:
        if path.is_dir():
            os.scandir(path).close()
        before = _stamp(path)
        try:
            yield
        except (Cancelled, OSError):
            raise
        except DataError:
            _demand_same(path, before)
            raise
        _demand_same(path, before)
    except OSError as error:
        raise DataError(f"{error.filename or path} cannot be read: {error.strerror or error}.") from error


def _stamp(path: Path) -> tuple[int, int]:
    """Return size and time of a file, which tell whether it was written to; of a folder they say nothing."""
    about = path.stat()
    return (about.st_size, about.st_mtime_ns) if path.is_file() else (0, 0)


def _demand_same(path: Path, before: tuple[int, int]) -> None:
    if _stamp(path) != before:
        raise DataError(f"{path} was written to while it was read. Choose it again once it is whole.")


def check_place(path: str | Path) -> Path:
    """Return a place that there is. Raises DataError."""
    try:
        path = Path(path).expanduser()
        if path.is_dir() or path.is_file():
            return path
        exists = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"{str(path)[:200]!r} cannot be opened: {getattr(error, 'strerror', None) or error}."
        ) from error
    raise DataError(f"{path} is neither a file nor a folder." if exists else f"There is no file or folder {path}.")
