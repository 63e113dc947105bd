"""Whether a file is text at all, and how it writes letters as bytes."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from designer.data.errors import DataError, Progress, report

# A table is read into memory to train on it.
LARGEST_FILE = 2 * 2**30
_BLOCK = 2**20
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
}
# Bytes below the space that no text holds; tab, line feed, form feed and carriage return may stand.
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def find_encoding(path: Path, progress: Progress | None = None) -> str:
    """Return "utf-8", "utf-16", "cp1252" or "latin-1", after a look at every byte.

    Raises DataError where the file cannot be opened, is empty, too large or no text.
    """
    try:
        first = _read_start(path)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            if _is_encoded(path, "utf-16", progress):
                return "utf-16"
            raise DataError(f"{path} begins as UTF-16 text but does not go on as such. Save it as UTF-8.")
        for block in _read_blocks(path, None):
            _refuse_binary(path, block)
        return next((name for name in ("utf-8", "cp1252") if _is_encoded(path, name, progress)), "latin-1")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read_start(path: Path) -> bytes:
    """Return the first bytes of a file that may be a table."""
    if path.is_dir():
        raise DataError(f"{path} is a folder. Choose a CSV file in it.")
    if not path.is_file():
        raise DataError(f"There is no file {path}. Choose another.")
    size = path.stat().st_size
    if not size:
        raise DataError(f"{path} is empty. Choose a file with a header and rows.")
    if size > LARGEST_FILE:
        raise DataError(f"{path} has {size / 2**30:.1f} GiB; at most 2 can be used. Take a part of its rows.")
    with path.open("rb") as file:
        first = file.read(8)
    what = next((what for magic, what in _MAGIC.items() if first.startswith(magic)), None)
    if what:
        raise DataError(f"{path} is {what}, not a CSV file. Save the table as CSV first.")
    return first


def _read_blocks(path: Path, progress: Progress | None) -> Iterator[bytes]:
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
            done += len(block)
            report(progress, done / max(size, 1))


def _refuse_binary(path: Path, block: bytes) -> None:
    if b"\0" in block:
        raise DataError(f"{path} holds NUL bytes, so it is not a text file. Choose a CSV file.")
    strange = len(block) - len(block.translate(None, _CONTROL))
    if strange > 0.01 * len(block):
        raise DataError(f"{path} is not a text file. Choose a CSV file.")


def _is_encoded(path: Path, encoding: str, progress: Progress | None) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _read_blocks(path, progress):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
