"""Read the four IDX files of MNIST, and of every data set in its form."""

import gzip
import math
import mmap
import shutil
import tempfile
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from designer.recipes.streaming import find_limit, make_room


def map_file(path: Path) -> mmap.mmap:
    """Return the bytes of a file, plain or gzipped, in a file of their own that the system pages in."""
    with path.open("rb") as file, tempfile.TemporaryFile() as copy:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        shutil.copyfileobj(gzip.GzipFile(fileobj=file) if packed else file, copy)
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_COPY)


def read_idx(folder: Path, name: str, axes: int, limit: float = math.inf) -> Tensor:
    """Return the bytes of one file, plain or gzipped, as a tensor with as many axes as its header must announce.

    Of more than so many bytes they stay in a file.
    """
    names = [f"{name}{dot}idx{axes}-ubyte{end}" for dot in "-." for end in (".gz", "")]
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise ValueError(f"There is no file {names[0]} or {names[1]} in {folder}.")
    raw: bytes | mmap.mmap
    try:
        if path.stat().st_size > limit:
            raw = map_file(path)
        else:
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} cannot be unpacked ({error}). Fetch it again.") from error
    start = 4 + 4 * axes
    if len(raw) < start or raw[:4] != bytes((0, 0, 8, axes)):
        raise ValueError(f"{path} is not an IDX file of bytes with {axes} axes.")
    sizes = np.frombuffer(raw, ">u4", axes, 4).tolist()
    if len(raw) - start != math.prod(sizes):
        announced = " x ".join(map(str, sizes))
        raise ValueError(f"{path} announces {announced} bytes but holds {len(raw) - start}. Fetch it again.")
    values = np.frombuffer(raw, np.uint8, offset=start).reshape(sizes)
    return torch.from_numpy(values) if isinstance(raw, mmap.mmap) else torch.tensor(values)


def read_idx_images(folder: Path, mean: float, std: float, memory: float = 0) -> tuple[Tensor, Tensor, slice, slice]:
    """Return images N x 1 x height x width as (grey / 255 - mean) / std, labels, and the rows of both parts.

    The folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte and their t10k- partners, plain or gzipped. Of
    more than `memory` gigabytes the images are kept in a file; 0 is half of what is free.
    """
    parts, limit = ("train", "t10k"), find_limit(memory)
    labels = [read_idx(folder, f"{part}-labels", 1) for part in parts]
    images = [read_idx(folder, f"{part}-images", 3, limit / 20) for part in parts]  # packed to a fifth, four bytes each
    for part, pictures, answers in zip(parts, images, labels, strict=True):
        if len(pictures) != len(answers):
            raise ValueError(f"{folder} has {len(pictures)} {part} images but {len(answers)} {part} labels.")
    if images[0].shape[1:] != images[1].shape[1:]:
        raise ValueError(f"{folder} has training and test images of different sizes.")
    count = len(labels[0])
    x = make_room(limit, count + len(labels[1]), 1, *images[0].shape[1:])
    for room, grey in ((x[:count], images[0]), (x[count:], images[1])):
        for start in range(0, len(grey), 4096):
            rows = room[start : start + 4096]
            rows[:, 0] = grey[start : start + 4096]
            rows.div_(255).sub_(mean).div_(std)
    return x, torch.cat(labels).long(), slice(count), slice(count, None)


def scale_greys(images: Tensor, mean: float, std: float) -> Tensor:
    """Return grey values from 0 to 255 as (grey / 255 - mean) / std."""
    return images.div(255).sub_(mean).div_(std)
