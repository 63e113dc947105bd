"""Read samples that are numbers already: an array in a .npy or IDX file, or a table of numbers with a row a sample."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from designer.recipes.arrays import read_idx_file


def read_given(path: Path, sizes: Sequence[int], whole: bool = False) -> Tensor:
    """Return N x sizes numbers, float32 or, where they stand for tokens, int64.

    A .npy or an IDX file may leave out axes of size 1, or hold one sample by itself; any other file is a table of numbers, whose first line may name
    the columns.
    """
    try:
        with path.open("rb") as file:
            head = file.read(6)
        if head == b"\x93NUMPY":
            values = load_plainly(path)
        elif head[:2] in (b"\x1f\x8b", b"\0\0"):
            values = read_idx_file(path)
        else:
            values = read_lines(path)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}.") from error
    wanted = " x ".join(map(str, sizes))
    count = math.prod(sizes)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"{path} holds no numbers.")
    own, each = ([size for size in found if size != 1] for found in (sizes, values.shape[1:]))
    alone = [size for size in values.shape if size != 1] == own
    if not values.size or not (alone or each == own or values.shape[1:] == (count,)):
        raise ValueError(f"{path} has {' x '.join(map(str, values.shape))} numbers; each sample must have {wanted}.")
    kind = np.int64 if whole else np.float32
    return torch.from_numpy(np.ascontiguousarray(values.reshape(-1, *sizes), kind))


def load_plainly(path: Path) -> np.ndarray:
    """Return the array in a .npy file. Nothing that is pickled is loaded, which could run code."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except ValueError as error:
        raise ValueError(f"{path} is damaged, or holds Python objects. Save its numbers as float32.") from error


def read_lines(path: Path) -> np.ndarray:
    """Return the numbers of a text file, a row for each line that is not empty; commas, semicolons, tabs part them."""
    rows: list[list[float]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        fields = line.replace(";", ",").replace("\t", ",").split(",") if line.strip() else []
        try:
            found = [float(field) for field in fields]
        except ValueError:
            if number == 1:  # the names of the columns
                continue
            raise ValueError(f"{path} has no numbers in line {number}: {line[:60]!r}.") from None
        if found and rows and len(found) != len(rows[0]):
            raise ValueError(f"{path} has {len(found)} numbers in line {number}, but {len(rows[0])} before.")
        if found:
            rows.append(found)
    return np.array(rows)


def part_samples(x: Tensor) -> tuple[Tensor, ...]:
    """Return the tensors of samples that consist of several."""
    return x.unbind(1)
