"""Read the four IDX files of MNIST, and of every data set in its form."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor


def read_idx(folder: Path, name: str, axes: int) -> Tensor:
    """Return the bytes of one file, plain or gzipped, as a tensor with as many axes as its header must announce."""
    names = [f"{name}{dot}idx{axes}-ubyte{end}" for dot in "-." for end in (".gz", "")]
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise ValueError(f"There is no file {names[0]} or {names[1]} in {folder}.")
    try:
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
    return torch.tensor(np.frombuffer(raw, np.uint8, offset=start).reshape(sizes))


def read_idx_images(folder: Path, mean: float, std: float) -> tuple[Tensor, Tensor, slice, slice]:
    """Return images N x 1 x height x width as (grey / 255 - mean) / std, labels, and the rows of both parts.

    The folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte and their t10k- partners, plain or gzipped.
    """
    parts = "train", "t10k"
    labels = [read_idx(folder, f"{part}-labels", 1) for part in parts]
    images = [read_idx(folder, f"{part}-images", 3) for part in parts]
    for part, pictures, answers in zip(parts, images, labels, strict=True):
        if len(pictures) != len(answers):
            raise ValueError(f"{folder} has {len(pictures)} {part} images but {len(answers)} {part} labels.")
    if images[0].shape[1:] != images[1].shape[1:]:
        raise ValueError(f"{folder} has training and test images of different sizes.")
    count = len(labels[0])
    x = torch.empty(count + len(labels[1]), 1, *images[0].shape[1:])
    x[:count, 0], x[count:, 0] = images
    return x.div_(255).sub_(mean).div_(std), torch.cat(labels).long(), slice(count), slice(count, None)
