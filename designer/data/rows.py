"""The rows of a CSV file counted by their bytes: how many there are, and which have more or fewer fields than they should."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from designer.data.errors import Progress
from designer.data.opening import read_blocks

MOST_ODD = 10_000  # rows of another length that are remembered
_QUOTE, _RETURN, _NEWLINE = 34, 13, 10


class Unsure(Exception):
    """Quotes or line ends stand in places where only a slower reader knows what they mean."""


@dataclass(slots=True)
class Rows:
    """What was counted: rows that are not blank, and of those with another number of fields the line and that number.

    Lines count from 0, blank ones too; a line break within quotes begins no line. `strange` are all rows of another
    length, of which `odd` holds the first 10,000; `first` is the line of the first row.
    """

    count: int = 0
    strange: int = 0
    first: int = 0
    odd: dict[int, int] = field(default_factory=dict)


def count_rows(
    path: Path, separator: str, quotes: bool, width: int, progress: Progress | None = None, *, skipped: int = 0
) -> Rows:
    """Count the rows of a file whose letters below 128 are single bytes; the first `skipped` lines are passed over.

    Raises Unsure, DataError, Cancelled.
    """
    scan = _Scan(separator.encode()[0], quotes, width, skipped)
    for block in read_blocks(path, progress):
        scan.take(np.frombuffer(block, np.uint8))
    return scan.finish()


class _Scan:
    """Counts block by block; what a block ends within is carried over."""

    def __init__(self, separator: int, quotes: bool, width: int, skipped: int) -> None:
        self._separator, self._quotes, self._width, self._skipped = separator, quotes, width, skipped
        self._inside = False  # between quotes
        self._fields = 0  # separators of the line that has begun
        self._letters = False  # whether that line has anything but spaces
        self._last = _NEWLINE  # the byte before
        self._open = False  # the last byte was a quote, whose right place only the next one tells
        self._line = 0
        self.rows = Rows(first=-1)

    def take(self, data: NDArray[np.uint8]) -> None:
        """Go on with some more bytes."""
        if self._line == 0 and not self.rows.count and data[:3].tobytes() == b"\xef\xbb\xbf":
            data = data[3:]
        if not len(data):
            return
        self._refuse_returns(data)
        outside = self._leave_quotes(data) if self._quotes else None
        ends, parts = data == _NEWLINE, data == self._separator
        if outside is not None:
            ends &= outside
            parts &= outside
        ends_at, parts_at = np.flatnonzero(ends), np.flatnonzero(parts)
        counts = np.searchsorted(parts_at, ends_at)
        fields = np.diff(counts, prepend=0)
        if len(ends_at):
            fields[0] += self._fields
            self._count_lines(data, ends_at, fields)
            self._fields, self._letters = len(parts_at) - int(counts[-1]), False
        else:
            self._fields += len(parts_at)
        rest = data[ends_at[-1] + 1 :] if len(ends_at) else data
        self._letters = self._letters or _has_letters(rest)
        self._last = int(data[-1])

    def finish(self) -> Rows:
        """Return what was counted; a last line without a line break counts."""
        if self._inside:
            raise Unsure
        if self._letters or self._fields:
            self._add(np.array([self._fields]), np.array([0]))
        return self.rows

    def _refuse_returns(self, data: NDArray[np.uint8]) -> None:
        """Raise Unsure where a carriage return ends a line by itself, as on old Macs."""
        at = np.flatnonzero(data == _RETURN)
        followed = data[at[at < len(data) - 1] + 1]
        if (followed != _NEWLINE).any() or (self._last == _RETURN and data[0] != _NEWLINE):
            raise Unsure

    def _leave_quotes(self, data: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
        """Return which bytes stand outside quotes, None where all do. Raises Unsure."""
        at = np.flatnonzero(data == _QUOTE)
        if self._open and not self._may_follow(data[:1])[0]:
            raise Unsure
        self._open = False
        if not len(at):
            return np.zeros(len(data), bool) if self._inside else None
        opening = (np.arange(len(at)) + self._inside) % 2 == 0
        before = np.where(at > 0, data[at - 1], self._last)[opening]
        if not np.isin(before, (self._separator, _NEWLINE, _RETURN, _QUOTE)).all():
            raise Unsure
        closing = at[~opening]
        inner = closing[closing < len(data) - 1]
        if not self._may_follow(data[inner + 1]).all():
            raise Unsure
        self._open = len(inner) < len(closing)
        marks = np.zeros(len(data), np.int8)
        marks[at] = 1
        parity = np.bitwise_xor.accumulate(marks) ^ np.int8(self._inside)
        self._inside = bool(parity[-1])
        outside: NDArray[np.bool_] = parity == 0
        return outside

    def _may_follow(self, after: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which bytes may stand behind a closing quote."""
        return np.isin(after, (self._separator, _NEWLINE, _RETURN, _QUOTE))

    def _count_lines(self, data: NDArray[np.uint8], ends: NDArray[np.int64], fields: NDArray[np.int64]) -> None:
        """Take in the lines that end here; a line without a separator may be blank."""
        lines = np.arange(len(ends))
        starts = np.concatenate([[0], ends[:-1] + 1])
        bare = np.flatnonzero(fields == 0)
        blank = [
            place
            for place in bare.tolist()
            if not (place == 0 and self._letters) and not _has_letters(data[starts[place] : ends[place]])
        ]
        keep = np.ones(len(ends), bool)
        keep[blank] = False
        keep[: max(self._skipped - self._line, 0)] = False
        self._add(fields[keep], lines[keep])
        self._line += len(ends)

    def _add(self, fields: NDArray[np.int64], lines: NDArray[np.int64]) -> None:
        if self.rows.first < 0 and len(lines):
            self.rows.first = self._line + int(lines[0])
        self.rows.count += len(fields)
        odd = np.flatnonzero(fields + 1 != self._width)
        self.rows.strange += len(odd)
        room = MOST_ODD - len(self.rows.odd)
        self.rows.odd |= {self._line + int(lines[place]): int(fields[place]) + 1 for place in odd[:room].tolist()}


def _has_letters(data: NDArray[np.uint8]) -> bool:
    """Return whether a line has anything but spaces."""
    return bool(data[:4096].tobytes().strip(b" \t\r") or data[4096:].tobytes().strip(b" \t\r"))
