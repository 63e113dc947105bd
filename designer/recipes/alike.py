"""Which rows are equal, for a split that keeps them in one part."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def number_rows(table: pd.DataFrame, columns: tuple[str, ...]) -> Tensor:
    """Return a number for each row: the same where all these columns say the same; missing is like missing."""
    absent = next((name for name in columns if name not in table), None)
    if absent is not None:
        raise ValueError(f"The table has no column {absent!r} to compare rows by. Choose the columns again.")
    groups = np.zeros(len(table), np.int64)
    for name in columns:
        codes = pd.factorize(table[name])[0] + 1  # missing is 0
        groups = pd.factorize(groups * (codes.max(initial=0) + 1) + codes)[0].astype(np.int64)
    return torch.from_numpy(groups)


def number_samples(x: Tensor | np.ndarray) -> Tensor:
    """Return a number for each sample of N x sizes: the same where they hold the same numbers."""
    rows = np.ascontiguousarray(np.asarray(x).reshape(len(x), -1))
    marks = np.empty(len(rows), object)
    for place, row in enumerate(rows):
        marks[place] = hashlib.sha256(row.tobytes()).digest()
    return torch.from_numpy(pd.factorize(marks)[0].astype(np.int64))


def number_files(path: Path, files: Sequence[str]) -> Tensor:
    """Return a number for each file below a folder, or beside the one that `path` is: the same where all bytes are."""
    root = path if path.is_dir() else path.parent
    marks = np.empty(len(files), object)
    for place, name in enumerate(files):
        with (root / name).open("rb") as file:
            marks[place] = hashlib.file_digest(file, "sha256").digest()
    return torch.from_numpy(pd.factorize(marks)[0].astype(np.int64))
