"""Samples in a file: threads bring those that the next steps need into memory, so that no step waits for the disk."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from designer.engine.bundle import Bundle
from designer.recipes.streaming import is_stored

WORKERS = 4
PAGE = 4096  # bytes that the system reads at once, or more
PIECE = 2**22  # bytes that a thread reads at once
DEPTH = 8  # pieces ahead


class Ahead:
    """What is read ahead of samples, piece by piece as steps come on; nothing where they are in memory.

    What a thread has read is in the system's cache when the step takes it.
    """

    def __init__(self, x: Bundle) -> None:
        self._x = x if isinstance(x, Tensor) and is_stored(x) else None
        self._pieces: deque[Tensor] = deque()
        self._size = 1  # rows of a piece
        self._passed = 0  # rows since the last piece
        self._readers: ThreadPoolExecutor | None = None

    @property
    def is_needed(self) -> bool:
        """Whether samples lie in a file."""
        return self._x is not None

    def expect(self, order: Tensor) -> None:
        """Begin to read rows in the order in which they will be needed."""
        self.forget()
        if self._x is None or not len(order):
            return
        self._size = max(1, PIECE * len(self._x) // self._x.nbytes)
        self._pieces.extend(torch.split(order.cpu(), self._size))
        self._readers = ThreadPoolExecutor(WORKERS, "ahead")
        for _ in range(DEPTH):
            self._read()

    def note(self, count: int) -> None:
        """Note that so many rows were needed: as many more are read."""
        self._passed += count
        while self._passed >= self._size and self._pieces:
            self._passed -= self._size
            self._read()

    def forget(self) -> None:
        """Read no more, and let go of the threads."""
        if self._readers is not None:
            self._readers.shutdown(cancel_futures=True)
        self._pieces.clear()
        self._passed, self._readers = 0, None

    def _read(self) -> None:
        if self._readers is not None and self._x is not None and self._pieces:
            self._readers.submit(_touch, self._x.flatten(1), self._pieces.popleft())


def _touch(x: Tensor, rows: Tensor) -> None:
    """Read a number of each page that rows lie on: the system brings the whole page."""
    for numbers in (x[:, :: PAGE // x.itemsize], x[:, -1:]):
        numbers.index_select(0, rows)
