"""Read the binary version of CIFAR-10 or CIFAR-100."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

PIXELS = 3 * 32 * 32


def read_batch(path: Path, labels: int, which: int) -> tuple[Tensor, Tensor]:
    """Return the images of one file, N x 3 x 32 x 32 from 0 to 255, and for each one of its `labels` classes."""
    try:
        raw = np.fromfile(path, np.uint8)
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error}).") from error
    if not len(raw) or len(raw) % (labels + PIXELS):
        raise ValueError(f"{path} does not hold whole images of {labels + PIXELS:,} bytes. Fetch it again.")
    rows = torch.from_numpy(raw).view(-1, labels + PIXELS)
    return rows[:, labels:].reshape(-1, 3, 32, 32), rows[:, which].long()


def read_cifar(path: Path, coarse: bool = False) -> tuple[Tensor, Tensor, slice, slice]:
    """Return images N x 3 x 32 x 32 from 0 to 255, their classes, and the rows for training and for test.

    The folder holds data_batch_1.bin to data_batch_5.bin and test_batch.bin (CIFAR-10), or train.bin and test.bin
    (CIFAR-100, of which `coarse` takes the 20 classes above the 100).
    """
    is_large = (path / "train.bin").is_file()
    names = ["train.bin"] if is_large else [f"data_batch_{number}.bin" for number in range(1, 6)]
    labels, which = (2, 0 if coarse else 1) if is_large else (1, 0)
    known = [read_batch(path / name, labels, which) for name in names if (path / name).is_file()]
    if not known:
        raise ValueError(f"{path} has neither data_batch_1.bin nor train.bin. Choose the folder of the binary version.")
    last = read_batch(path / ("test.bin" if is_large else "test_batch.bin"), labels, which)
    images, y = (torch.cat(parts) for parts in zip(*known, last, strict=True))
    count = len(images) - len(last[0])
    return images, y, slice(count), slice(count, None)


def open_cifar(path: Path, labels: int) -> tuple[Tensor, list[str]]:
    """Return the images of a file, or of the test file in a folder, and a name for each: its place from 1.

    Each has so many bytes of labels before it, which are not looked at, or none.
    """
    file = path
    if path.is_dir():
        file = next((path / name for name in ("test.bin", "test_batch.bin") if (path / name).is_file()), path)
    if file.is_file() and file.stat().st_size % (labels + PIXELS) and not file.stat().st_size % PIXELS:
        labels = 0
    images = read_batch(file, labels, 0)[0]
    return images, [str(number) for number in range(1, len(images) + 1)]
