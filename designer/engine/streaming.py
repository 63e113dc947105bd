"""Samples in a file: read by threads, some batches ahead of the step that learns from them."""

from collections import deque
from collections.abc import Generator, Sequence
from typing import cast

from torch import Tensor

from designer.engine.bundle import Bundle
from designer.recipes.streaming import is_stored, read_ahead


class Ahead:
    """What is read ahead of samples; nothing where they are in memory."""

    def __init__(self, x: Bundle) -> None:
        self._x = x if isinstance(x, Tensor) and is_stored(x) else None
        self.is_needed = self._x is not None
        self._rows: deque[Tensor] = deque()
        self._samples: Generator[Tensor, None, None] | None = None

    def expect(self, batches: Sequence[Tensor]) -> None:
        """Begin to read these batches of rows, in their order."""
        self.forget()
        if self._x is not None:
            shares = [rows.cpu() for rows in batches]
            self._rows.extend(shares)
            self._samples = cast("Generator[Tensor, None, None]", read_ahead(self._x, shares))

    def take(self, rows: Tensor) -> Tensor | None:
        """Return the samples of the next batch, None where these are not its rows."""
        if self._samples is None or not self._rows or not self._rows[0].equal(rows.cpu()):
            return None
        self._rows.popleft()
        return next(self._samples).to(rows.device)

    def forget(self) -> None:
        """Let go of what is read, and of the threads."""
        if self._samples is not None:
            self._samples.close()
        self._rows.clear()
        self._samples = None
