"""A look at folders of pictures or texts: which folders are classes, which are parts (training, validation, test)."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from designer.data.errors import DataError, Progress, report

MOST_FILES = 2_000_000
MOST_CLASSES = 10_000
TRAINING = ("train", "training")
VALIDATION = ("val", "valid", "validation", "dev")
TEST = ("test", "testing")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a folder is laid out: `classes` are folders in `root`, or in each of the folders `parts` (training, validation, test).

    `files` are places below `root`, class by class as the recipes list them, `labels` the class of each, `foreign` other
    files beside them. With parts `training` counts the files of the first. Without classes `files` are those of the root.
    """

    root: Path
    classes: tuple[str, ...]
    parts: tuple[str, ...]
    files: tuple[str, ...]
    labels: tuple[str, ...]
    foreign: tuple[str, ...]
    training: int


def find_layout(folder: Path, suffixes: tuple[str, ...], progress: Progress | None = None) -> Layout:
    """Return how a folder is laid out. Raises DataError where it cannot be read, Cancelled."""
    root, parts = folder, tuple[str, ...]()
    while True:
        folders, files = _list(root)
        if any(map(_has(suffixes), files)):
            break
        filled = [name for name in folders if holds(root / name, suffixes)]
        parts = _find_parts(filled)
        if parts or len(filled) != 1:
            break
        inner = [name for name in _list(root / filled[0])[0] if holds(root / filled[0] / name, suffixes)]
        if not inner:  # a single folder of files is a class, the only one
            break
        root = root / filled[0]
    # A test part without classes, as in competitions, cannot be learned from.
    parts = tuple(part if part and _list_classes(root / part, suffixes) else "" for part in parts)
    if parts and not all((parts[0], any(parts[1:]))):
        root, parts = root / next(filter(None, parts)), ()
    return _fill(root, parts, suffixes, progress)


def _fill(root: Path, parts: tuple[str, ...], suffixes: tuple[str, ...], progress: Progress | None) -> Layout:
    base = root / parts[0] if parts else root
    classes = _list_classes(base, suffixes)
    files: list[str] = []
    labels: list[str] = []
    foreign: list[str] = []
    training = 0
    for part in filter(None, parts) if parts else ("",):
        for name in classes:
            good, strange = _collect(root, root / part / name, suffixes, progress)
            files += good
            labels += [name] * len(good)
            foreign += strange
            if len(files) + len(foreign) > MOST_FILES:
                raise DataError(f"{root} has more than {MOST_FILES:,} files. Take a part of them.")
        training = training or len(files)
    if not classes:
        files = [name for name in sorted(_list(root)[1]) if _has(suffixes)(name)]
        training = len(files)
    return Layout(root, classes, parts, tuple(files), tuple(labels), tuple(foreign), training)


def holds(folder: Path, suffixes: tuple[str, ...]) -> bool:
    """Return whether there is a file with one of some endings anywhere below a folder, of which 10,000 are looked at."""
    seen = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(map(_has(suffixes), files)):
            return True
        seen += len(files) + len(folders)
        if seen > 10_000:
            return False
    return False


def _has(suffixes: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda name: name.lower().endswith(suffixes) and not name.startswith(".")


def _list(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the files in a folder that are not hidden."""
    try:
        with os.scandir(folder) as found:
            entries = [(one.name, one.is_dir()) for one in found if not (one.name.startswith(".") or _leads_back(one))]
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror or error}.") from error
    return [name for name, is_folder in entries if is_folder], [name for name, is_folder in entries if not is_folder]


def _leads_back(entry: os.DirEntry[str]) -> bool:
    """Return whether a link leads to a folder that it is in itself: all in there would be found twice."""
    folder = Path(entry.path).parent
    return entry.is_symlink() and Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(entry.path))


def _list_classes(folder: Path, suffixes: tuple[str, ...]) -> tuple[str, ...]:
    names = [name for name in _list(folder)[0] if holds(folder / name, suffixes)]
    if len(names) > MOST_CLASSES:
        raise DataError(f"{folder} has {len(names):,} folders, too many for classes. Choose another folder.")
    return tuple(sorted(names, key=_count_up))


def _count_up(name: str) -> list[tuple[bool, int, str]]:
    """Return a sort key that puts 2 before 10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(part.isdecimal(), int(part[:18]) if part.isdecimal() else 0, part) for part in parts]


def _find_parts(folders: list[str]) -> tuple[str, ...]:
    """Return the folders of the training, the validation and the test part, "" for one that is not there."""
    by_name = {name.lower(): name for name in folders}
    found = [next((by_name[word] for word in words if word in by_name), "") for words in (TRAINING, VALIDATION, TEST)]
    return tuple(found) if found[0] and any(found[1:]) else ()


def _collect(
    root: Path, folder: Path, suffixes: tuple[str, ...], progress: Progress | None
) -> tuple[list[str], list[str]]:
    """Return the files below a folder with one of the endings, in order, and the others, as places below `root`."""
    good: list[Path] = []
    strange: list[Path] = []
    fits = _has(suffixes)
    for place, folders, names in os.walk(folder):
        report(progress, 0)
        if len(good) + len(strange) > MOST_FILES:
            break  # which is said of all of them together
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                (good if fits(name) else strange).append(Path(place) / name)
    return [file.relative_to(root).as_posix() for file in sorted(good)], [
        file.relative_to(root).as_posix() for file in sorted(strange)
    ]
