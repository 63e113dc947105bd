"""Open files of text, plain or packed by gzip, and never read more of them than may be."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from designer.data.errors import DataError, Progress, report

LARGEST_FILE = 64 * 2**30  # of a table, which is read some rows at a time: more would take hours
LARGEST_PACKED = 8 * 2**30  # that a file unpacks to: a small one may unpack to anything
LARGEST_WHOLE = 2**29  # unpacked, of a table that is no CSV: it is read at once
BLOCK = 2**20
GZIP = b"\x1f\x8b"


def is_packed(path: Path) -> bool:
    """Return whether a file is packed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


@contextmanager
def open_bytes(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a file; gives its bytes, unpacked, and the file as it lies on the disk, whose place tells how far it is."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        yield (cast("BinaryIO", gzip.GzipFile(fileobj=file)), file) if packed else (file, file)


def read_blocks(path: Path, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked. Raises DataError where it is damaged or unpacks to more than may be used."""
    size, done = max(path.stat().st_size, 1), 0
    try:
        with open_bytes(path) as (stream, file):
            while block := stream.read(BLOCK):
                done += len(block)
                if stream is not file and done > LARGEST_PACKED:
                    most = LARGEST_PACKED >> 30
                    raise DataError(
                        f"{path} unpacks to more than {most} GiB. Unpack it first, or take a part of its rows."
                    )
                yield block
                report(progress, file.tell() / size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is a gzip archive that cannot be unpacked ({error}). Fetch it again.") from error
