"""Folders of IDX files, MNIST's form: their headers and labels, and the first few images."""

import gzip
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designer.data.errors import DataError, Progress
from designer.data.found import Found, Guess, Preview, Reader, choose
from designer.document.graph import Parameters, Value

PARTS = ("train", "t10k")
# No data set in this form comes near; a header that announces more is broken.
LARGEST_SIDE = 2_048
MOST_IMAGES = 100_000_000
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Images:
    """What a folder holds. `sizes` are those of one image, channels first; `classes` is the highest label + 1."""

    folder: Path
    sizes: tuple[int, int, int]
    classes: int
    rows: int
    validation_rows: int


def inspect_idx(folder: str | Path) -> Images:
    """Return what the four files of a folder hold, from their headers and labels; the images are not read.

    Raises DataError.
    """
    folder = _check_folder(folder)
    # All four are looked for first, so that one message can name all that are missing.
    paths = {(part, axes): _find(folder, part, axes) for part in PARTS for axes in (3, 1)}
    missing = [_names(part, axes)[0] for (part, axes), path in paths.items() if path is None]
    if missing:
        raise DataError(f"{folder} has no {', '.join(missing)}. Choose the folder that holds all four IDX files.")
    found = {key: path for key, path in paths.items() if path is not None}
    counts, sides, highest = {}, {}, 0
    for part in PARTS:
        counts[part], *sides[part] = _read_sizes(found[part, 3], 3)
        labels = _read_values(found[part, 1], _read_sizes(found[part, 1], 1))
        if len(labels) != counts[part]:
            raise DataError(
                f"{folder} has {counts[part]} {part} images but {len(labels)} {part} labels. Fetch it again."
            )
        if not counts[part]:
            raise DataError(f"{found[part, 3]} holds no images. Fetch it again.")
        highest = max(highest, int(labels.max()))
    if sides["train"] != sides["t10k"]:
        raise DataError(f"{folder} has training and test images of different sizes. Choose files that belong together.")
    if highest == 0:
        raise DataError(f"{folder} has a single class, so there is nothing to learn. Choose another folder.")
    height, width = sides["train"]
    return Images(folder, (1, height, width), highest + 1, counts["train"], counts["t10k"])


def idx_parameters(images: Images) -> Mapping[str, Value]:
    """Return the parameters of the Idx source that stand for this folder."""
    return {
        "path": str(images.folder.absolute()),
        "sizes": images.sizes,
        "classes": images.classes,
        "rows": images.rows,
    }


def read_thumbnails(folder: str | Path, count: int = 24) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the first training images, count x height x width from 0 to 255, and their labels. Raises DataError."""
    folder = _check_folder(folder)
    parts = []
    for axes in (3, 1):
        path = _find(folder, "train", axes)
        if path is None:
            raise DataError(f"{folder} has no {_names('train', axes)[0]}. Choose the folder of the four IDX files.")
        total, *sides = _read_sizes(path, axes)
        parts.append(_read_values(path, (min(count, total), *sides)))
    return parts[0], parts[1]


def _check_folder(folder: str | Path) -> Path:
    folder = Path(folder).expanduser()
    try:
        if folder.is_dir():
            return folder
        exists = folder.exists()
    except (OSError, ValueError) as error:
        raise DataError(f"{str(folder)[:200]!r} cannot be opened: {error}.") from error
    if exists:
        raise DataError(f"{folder} is a file. Choose the folder it is in.")
    raise DataError(f"There is no folder {folder}. Choose another.")


def _names(part: str, axes: int) -> list[str]:
    """Return what a file may be called, the usual name first."""
    content = "images" if axes == 3 else "labels"
    return [f"{part}-{content}{dot}idx{axes}-ubyte{end}" for dot in "-." for end in (".gz", "")]


def _find(folder: Path, part: str, axes: int) -> Path | None:
    return next((folder / name for name in _names(part, axes) if (folder / name).is_file()), None)


def _read(path: Path, start: int, count: int) -> bytes:
    """Return `count` bytes from `start` on of a file, unpacked if it is gzipped."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            file.seek(start)
            return file.read(count)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}). Fetch it again.") from error


def _read_sizes(path: Path, axes: int) -> tuple[int, ...]:
    """Return the sizes that a header announces: the number of items, then the sides of one."""
    header = _read(path, 0, 4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes((0, 0, 8, axes)):
        raise DataError(f"{path} is not an IDX file of bytes with {axes} axes. Choose another folder.")
    count, *sides = np.frombuffer(header, ">u4", axes, 4).tolist()
    if count > MOST_IMAGES or any(not 0 < side <= LARGEST_SIDE for side in sides):
        announced = " x ".join(map(str, (count, *sides)))
        raise DataError(f"{path} announces {announced} bytes, which cannot be. Fetch it again.")
    return (count, *sides)


def _read_values(path: Path, sizes: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the first values of a file whose header is known to be sound."""
    expected = math.prod(sizes)
    raw = _read(path, 4 + 4 * len(sizes), expected)
    if len(raw) < expected:
        raise DataError(f"{path} ends early: {len(raw)} of {expected} bytes are there. Fetch it again.")
    return np.frombuffer(raw, np.uint8).reshape(sizes)


def find_idx(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what a folder of IDX files holds, with its first images. Raises DataError."""
    images = inspect_idx(path)
    pictures, labels = read_thumbnails(path, SHOWN)
    height, width = images.sizes[1:]
    guesses = (
        Guess(f"{images.rows:,} images of {height} x {width} in {images.classes} classes to train on"),
        Guess(f"{images.validation_rows:,} images to validate with, which the folder calls test"),
    )
    preview = Preview(tuple(map(str, labels.tolist())), tuple(pictures))
    return Found(choose("Idx", idx_parameters(images)), guesses, preview)


def suits_idx(path: Path) -> bool:
    """Return whether a folder has the files of MNIST, by their names."""
    return path.is_dir() and any(_find(path, "train", axes) for axes in (3, 1))


READER = Reader("Idx", suits_idx, find_idx)
