"""Read arrays of numbers (.npy, .npz, IDX) and turn them into samples and targets."""

import gzip
import itertools
import math
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from designer.recipes.streaming import find_limit, make_room

# How an IDX file says what its numbers are.
IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx_file(path: Path) -> np.ndarray:
    """Return the array in an IDX file, plain or gzipped, with any number of axes."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in IDX_TYPES:
                raise ValueError(f"{path} is not an IDX file.")
            kind, axes = np.dtype(IDX_TYPES[head[2]]), head[3]
            sizes = np.frombuffer(file.read(4 * axes), ">u4").tolist()
            raw = file.read(math.prod(sizes) * kind.itemsize)
    except (EOFError, MemoryError, OSError, OverflowError, zlib.error) as error:
        raise ValueError(f"{path} cannot be read ({error}). Fetch it again.") from error
    if len(sizes) < axes or len(raw) < math.prod(sizes) * kind.itemsize:
        raise ValueError(f"{path} ends early. Fetch it again.")
    return np.frombuffer(raw, kind).reshape(sizes)


def read_array(path: Path, name: str = "") -> np.ndarray:
    """Return the array of a name in an .npz file or a folder, or the one in a file. Nothing that is pickled is loaded."""
    try:
        if path.suffix.lower() == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return np.asarray(arrays[name])
        file = path / name if path.is_dir() else path
        if file.suffix.lower() == ".npy":
            return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
    except (OSError, KeyError, EOFError, zlib.error) as error:
        raise ValueError(f"There is no array {name} to be read in {path} ({error}).") from error
    return read_idx_file(file)


def read_pair(path: Path, x: str, y: str) -> tuple[np.ndarray, np.ndarray]:
    """Return samples and their targets, by the names of both arrays."""
    samples, targets = read_array(path, x), read_array(path, y)
    if len(samples) != len(targets):
        raise ValueError(f"{path} has {len(samples)} rows in {x} but {len(targets)} in {y}.")
    return samples, targets


def read_pairs(path: Path, pairs: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray, Tensor]:
    """Return samples, their targets, and of which part (0 training, 1 validation, 2 test) each row is.

    `pairs` are the names of both arrays of each part, "" for a part that is not there.
    """
    found = [(*read_pair(path, x, y), part) for part, (x, y) in enumerate(pairs) if x]
    samples, targets = (np.concatenate([each[place] for each in found]) for place in (0, 1))
    return samples, targets, torch.cat([torch.full((len(x),), part) for x, _, part in found])


def read_columns(path: Path, name: str, column: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of an array N x columns without that of the target, and that one."""
    table = read_array(path, name)
    return np.delete(table, column, 1), table[:, column]


def read_samples(path: Path, name: str, features: int, column: int = -1) -> np.ndarray:
    """Return an array without the column of the target, which may be missing."""
    table = read_array(path, name)
    return np.delete(table, column, 1) if table.ndim == 2 and table.shape[1] > features else table


def number_classes(labels: np.ndarray, classes: Sequence[str]) -> Tensor:
    """Return for each row the place of its label, a number or a word, among the classes."""
    values, places = np.unique(labels.reshape(len(labels)), return_inverse=True)
    numbers = {name: number for number, name in enumerate(classes)}
    names = [str(value) if isinstance(value, str | np.bool_) else f"{value:.15g}" for value in values]
    strange = next((name for name in names if name not in numbers), None)
    if strange is not None:
        raise ValueError(f"There is the label {strange}, which is none of {', '.join(classes[:20])}.")
    return torch.tensor([numbers[name] for name in names])[torch.from_numpy(places)]


def find_classes(labels: np.ndarray) -> Tensor:
    """Return for each row the class whose column holds the 1."""
    return torch.from_numpy(np.asarray(labels).argmax(1))


def take_values(labels: np.ndarray) -> Tensor:
    """Return numbers to be predicted as N x numbers."""
    return torch.from_numpy(np.asarray(labels, np.float32).reshape(len(labels), -1))


def shape_rows(values: np.ndarray, layout: str) -> Tensor:
    """Return rows of an array as float32, with the channels first."""
    x = torch.from_numpy(np.ascontiguousarray(values, np.float32))
    if layout == "channels last":
        return x.movedim(-1, 1)
    return x[:, None] if layout == "add a channel" else x


def fit_array(values: np.ndarray, train: Tensor, layout: str = "") -> dict[str, list[float]]:
    """Return mean and standard deviation over the training rows: of each feature or, where there are more axes, channel."""
    count, total, squares = 0, torch.zeros(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    for rows in torch.split(train.sort().values, 1024):
        x = shape_rows(values[rows.numpy()], layout).double()
        x = x.movedim(1, -1).flatten(0, -2) if x.ndim > 1 else x[:, None]
        count += len(x)
        total, squares = total + x.sum(0), squares + x.square().sum(0)
    if not bool(total.isfinite().all()):
        raise ValueError(
            "Some samples hold numbers that are not finite (NaN or infinite). Fill them in, or leave those out."
        )
    mean = total / count
    std = (squares / count - mean.square()).clamp(min=0).sqrt()
    known = [
        deviation if deviation > 1e-9 * (1 + abs(middle)) else 1.0
        for middle, deviation in zip(mean.tolist(), std.tolist(), strict=True)
    ]
    return {"mean": mean.tolist(), "std": known}


def give_scale(mean: float, std: float) -> dict[str, list[float]]:
    """Return one mean and one standard deviation for all numbers."""
    return {"mean": [mean], "std": [std]}


def scale_rows(values: np.ndarray, x_scale: dict[str, list[float]], layout: str = "") -> Tensor:
    """Return rows as (value - mean) / std."""
    x = shape_rows(values, layout)
    mean, std = (torch.tensor(x_scale[name]) for name in ("mean", "std"))
    if len(mean) > 1 and x.ndim > 2:
        mean, std = (each.view(-1, *[1] * (x.ndim - 2)) for each in (mean, std))
    return (x - mean) / std


def fill_samples(
    values: np.ndarray, y: Tensor, *parts: Tensor, x_scale: dict[str, list[float]], layout: str = "", memory: float = 0
) -> tuple[Tensor, Tensor, *tuple[slice, ...]]:
    """Return samples and targets in the order of the parts, and the rows of each part.

    Samples of more than so many gigabytes (0: half of the memory that is free) are kept in a file.
    """
    alike = len(parts) > 1 and torch.equal(parts[0], parts[1])  # nothing is held out
    chosen = parts[1:] if alike else parts
    order = torch.cat(chosen)
    first = scale_rows(values[:1], x_scale, layout)
    x = make_room(find_limit(memory), len(order), *first.shape[1:])
    for place, rows in enumerate(torch.split(order, 1024)):
        x[1024 * place : 1024 * place + len(rows)] = scale_rows(values[rows.numpy()], x_scale, layout)
    ends = list(itertools.accumulate(map(len, chosen), initial=0))
    slices = tuple(slice(start, stop) for start, stop in itertools.pairwise(ends))
    places: tuple[slice, ...] = slices[:1] + slices if alike else slices
    return x, y[order], *places


def take_tokens(values: np.ndarray) -> Tensor:
    """Return whole numbers as they are."""
    return torch.from_numpy(np.ascontiguousarray(values, np.int64))
