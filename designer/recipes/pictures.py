"""Read pictures in folders, or listed in a table, as tensors of one size; what is no picture is left out."""

import itertools
import math
import struct
import warnings
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image, ImageOps
from torch import Tensor

from designer.recipes.streaming import find_limit, make_room

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
MOST_PIXELS = 50_000_000
# What Pillow raises for files that are no pictures, or broken ones.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def take_places(table: pd.DataFrame, column: str, folder: str = "") -> list[str]:
    """Return the places of pictures that a column of a table names, in a folder beside the table."""
    return [f"{folder}/{name}" if folder else name for name in table[column].fillna("").astype(str)]


def decode_picture(file: Path, size: tuple[int, int], fit: str, grey: bool) -> np.ndarray:
    """Return a picture the right way up as channels x height x width from 0 to 255. Raises one of BROKEN."""
    height, width = size
    with Image.open(file, formats=FORMATS) as image:
        # JPEG can be unpacked at an eighth, a quarter or half its size, much faster.
        ratio = min(2 * max(size) / min(image.size), 1)
        image.draft("L" if grey else "RGB", (math.ceil(ratio * image.width), math.ceil(ratio * image.height)))
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"it has {image.width:,} x {image.height:,} pixels, more than {MOST_PIXELS:,}")
        picture: Image.Image = ImageOps.exif_transpose(image)
        if picture.mode.startswith(("I", "F")):  # 16 bits a pixel, of which `convert` would cut off the upper half
            picture = Image.fromarray((np.asarray(picture) / 256).clip(0, 255).astype(np.uint8))
        picture = picture.convert("L" if grey else "RGB")
        if fit == "crop":
            picture = ImageOps.fit(picture, (width, height), Image.Resampling.BILINEAR)
        elif fit == "pad":
            picture = ImageOps.pad(picture, (width, height), Image.Resampling.BILINEAR)
        else:
            picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    values = np.asarray(picture)
    return values[None] if grey else values.transpose(2, 0, 1)


def decode_pictures(
    path: Path, files: Sequence[str], size: tuple[int, int], fit: str = "crop", grey: bool = False, memory: float = 0
) -> tuple[Tensor, list[int]]:
    """Return pictures N x channels x height x width from 0 to 255, and which of the files they are.

    Files that are no pictures are left out and named in a warning. Of more than half of so many gigabytes (0: of the
    memory that is free) once they are numbers of four bytes, they are kept in a file.
    """
    root = path if path.is_dir() else path.parent
    sizes = (len(files), 1 if grey else 3, *size)
    need = math.prod(sizes)
    room = make_room(find_limit(memory) / 4, -(-need // 4)).view(torch.uint8)[:need].view(sizes)

    def fill(row: int) -> str:
        try:
            room[row] = torch.tensor(decode_picture(root / files[row], size, fit, grey))
        except BROKEN as error:
            return f"{files[row]}: {' '.join(str(error).split())[:200]}"
        return ""

    with ThreadPoolExecutor(8) as readers:
        reasons = list(readers.map(fill, range(len(files))))
    good = [row for row, reason in enumerate(reasons) if not reason]
    bad = [reason for reason in reasons if reason]
    if not good:
        raise ValueError(f"None of {len(files)} files in {root} can be read as a picture ({bad[0]}).")
    if bad:
        for place, row in enumerate(good):
            if place != row:
                room[place] = room[row]
        told = "; ".join(bad[:5]) + ("; ..." if len(bad) > 5 else "")
        warnings.warn(f"{len(bad)} of {len(files)} files cannot be read and are left out ({told}).", stacklevel=2)
    return room[: len(good)], good


def open_pictures(
    path: Path, files: Sequence[str], size: tuple[int, int], fit: str = "crop", grey: bool = False, memory: float = 0
) -> tuple[Tensor, list[str]]:
    """Return pictures N x channels x height x width from 0 to 255, and the files that they are; others are left out."""
    images, good = decode_pictures(path, files, size, fit, grey, memory)
    return images, [files[row] for row in good]


def read_pictures(
    path: Path,
    files: Sequence[str],
    y: Tensor,
    *parts: Tensor,
    size: tuple[int, int],
    fit: str = "crop",
    grey: bool = False,
    memory: float = 0,
) -> tuple[Tensor, list[str], Tensor, *tuple[slice, ...]]:
    """Return pictures N x channels x height x width from 0 to 255, their files and targets, and the rows of each part.

    They stand in the order of the parts, so that those in a file need not be copied to be told apart.
    """
    alike = len(parts) > 1 and torch.equal(parts[0], parts[1])  # nothing is held out
    order = torch.cat(parts[1:] if alike else parts).tolist()
    images, good = decode_pictures(path, [files[row] for row in order], size, fit, grey, memory)
    kept = torch.tensor(good)
    ends = torch.cumsum(torch.tensor([len(part) for part in (parts[1:] if alike else parts)]), 0)
    starts = [0, *(int((kept < end).sum()) for end in ends)]
    slices = tuple(slice(start, stop) for start, stop in itertools.pairwise(starts))
    places: tuple[slice, ...] = slices[:1] + slices if alike else slices
    rows = [order[row] for row in good]
    return images, [files[row] for row in rows], y[rows], *places


def fit_channels(images: Tensor, train: slice) -> dict[str, list[float]]:
    """Return mean and standard deviation of each channel over the training pictures, whose values run from 0 to 1."""
    known = images[train]
    counts = torch.zeros(images.shape[1], 256, dtype=torch.float64)
    for start in range(0, len(known), 256):
        for channel, values in enumerate(known[start : start + 256].transpose(0, 1)):
            counts[channel] += torch.bincount(values.flatten(), minlength=256)
    shares, levels = counts / counts.sum(1, keepdim=True), torch.arange(256, dtype=torch.float64) / 255
    mean = shares @ levels
    std = (shares @ levels.square() - mean.square()).clamp(min=0).sqrt()
    return {"mean": mean.tolist(), "std": [value if value > 1e-6 else 1.0 for value in std.tolist()]}


def set_channels(mean: Sequence[float], std: Sequence[float]) -> dict[str, list[float]]:
    """Return mean and standard deviation of each channel as they are given."""
    return {"mean": list(mean), "std": list(std)}


def scale_pictures(images: Tensor, scaling: dict[str, list[float]], memory: float = 0) -> Tensor:
    """Return pictures from 0 to 255 as (value / 255 - mean) / std of their channel.

    Of more than so many gigabytes (0: half of the memory that is free) they are kept in a file.
    """
    mean, std = (torch.tensor(scaling[name]).view(-1, 1, 1) for name in ("mean", "std"))
    x = make_room(find_limit(memory), *images.shape)
    for start in range(0, len(x), 1024):
        rows = slice(start, start + 1024)
        x[rows] = images[rows].float().div_(255).sub_(mean).div_(std)
    return x
