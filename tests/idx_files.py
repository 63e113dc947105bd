"""Small data sets in MNIST's form, written for tests."""

import gzip
import struct
from pathlib import Path

import numpy as np

USUAL = "{part}-{content}-idx{axes}-ubyte.gz"


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write bytes as an IDX file, gzipped where the name ends in .gz."""
    header = bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape)
    raw = header + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(raw, 1) if path.suffix == ".gz" else raw)


def write_folder(
    folder: Path,
    rows: int = 12,
    held_out: int = 5,
    height: int = 4,
    width: int = 3,
    classes: int = 3,
    form: str = USUAL,
) -> dict[str, np.ndarray]:
    """Write the four files; return what is in them by part and content ("train-images")."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    values = {}
    for part, count in (("train", rows), ("t10k", held_out)):
        labels = np.arange(count) % classes
        images = random.integers(0, 128, (count, height, width))
        images[np.arange(count), labels % height] = 255  # a bright row says which class it is
        values |= {f"{part}-images": images, f"{part}-labels": labels}
    for name, array in values.items():
        part, content = name.split("-")
        write_idx(folder / form.format(part=part, content=content, axes=array.ndim), array)
    return values


def take_idx(place: Path, folder: Path, count: int) -> Path:
    """The first images of each part."""
    for part in ("train", "t10k"):
        for name, head, size in (("images-idx3", 16, 28 * 28), ("labels-idx1", 8, 1)):
            with gzip.open(place / f"{part}-{name}-ubyte.gz") as file:
                data = bytearray(file.read(head + count * size))
            data[4:8] = struct.pack(">I", count)
            (folder / f"{part}-{name}-ubyte").write_bytes(data)
    return folder
