"""A look at the folder of CIFAR-10 or CIFAR-100."""

from pathlib import Path

import numpy as np

from designer.data.errors import DataError, Progress
from designer.data.found import Found, Guess, Preview, Reader, choose, list_names
from designer.document.graph import Parameters, Value

CIFAR_10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
PIXELS = 3 * 32 * 32
SHOWN = 60


def find_cifar(path: Path, given: Parameters, progress: Progress | None = None) -> Found:
    """Return what the folder of the binary version of CIFAR holds. Raises DataError."""
    if not _is_binary(path):
        raise DataError(
            f"{path} holds the version of CIFAR for Python, which is pickled and could run code as it is read. Fetch the "
            "binary version."
        )
    is_large = (path / "train.bin").is_file()
    labels = 2 if is_large else 1
    names = (
        ["train.bin"]
        if is_large
        else [f"data_batch_{n}.bin" for n in range(1, 6) if (path / f"data_batch_{n}.bin").is_file()]
    )
    last = "test.bin" if is_large else "test_batch.bin"
    if not (path / last).is_file():
        raise DataError(f"{path} has no {last}. Fetch it again.")
    rows = 0
    for name in (*names, last):
        size = (path / name).stat().st_size
        if not size or size % (labels + PIXELS):
            raise DataError(f"{path / name} does not hold whole images of {labels + PIXELS:,} bytes. Fetch it again.")
        rows += size // (labels + PIXELS) if name != last else 0
    classes, above = _read_names(path, is_large)
    head = np.fromfile(path / names[0], np.uint8, SHOWN * (labels + PIXELS)).reshape(-1, labels + PIXELS)
    pictures = tuple(row[labels:].reshape(3, 32, 32).transpose(1, 2, 0).copy() for row in head)
    coarse = bool(given.get("coarse")) and is_large
    told = above if coarse else classes
    numbers = [int(row[0 if coarse else labels - 1]) for row in head]
    if max(numbers) >= len(told):
        raise DataError(f"{path / names[0]} has the class {max(numbers)}, of {len(told)}. Fetch it again.")
    known: dict[str, Value] = {"path": str(path.absolute()), "rows": rows, "classes": classes, "coarse_classes": above}
    guesses = (
        Guess(f"CIFAR-{len(classes)}: {rows:,} images of 32 x 32 in colour to train on"),
        Guess(f"Classes: {list_names(told)}"),
    )
    return Found(choose("Cifar", known), guesses, Preview(tuple(told[number] for number in numbers), pictures))


def _read_names(path: Path, is_large: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the classes and of those above, by number where the folder does not tell them."""
    files = ("fine_label_names.txt", "coarse_label_names.txt") if is_large else ("batches.meta.txt", "")
    usual = (tuple(map(str, range(100))), tuple(map(str, range(20)))) if is_large else (CIFAR_10, ())
    found = []
    for file, names in zip(files, usual, strict=True):
        told: tuple[str, ...] = ()
        if file and (path / file).is_file():
            with (path / file).open("rb") as opened:
                told = tuple(opened.read(10_000).decode("utf-8", "replace").split())
        found.append(told if len(told) == len(names) == len(set(told)) else names)
    return found[0], found[1]


def _is_binary(path: Path) -> bool:
    return (path / "train.bin").is_file() or (path / "data_batch_1.bin").is_file()


def _suits(path: Path) -> bool:
    pickled = (path / "batches.meta").is_file() and (path / "data_batch_1").is_file()
    return path.is_dir() and (_is_binary(path) or pickled)


READER = Reader("Cifar", _suits, find_cifar)
