"""Whether a file is text at all, and how it writes letters as bytes."""

import codecs
from pathlib import Path

from designer.data.errors import DataError, Progress
from designer.data.opening import LARGEST_FILE, read_blocks

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
}
# Bytes below the space that no text holds; tab, line feed, form feed and carriage return may stand.
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def find_encoding(path: Path, progress: Progress | None = None) -> str:
    """Return "utf-8", "utf-16", "cp1252" or "latin-1", after a look at every byte.

    Raises DataError where the file cannot be opened, is empty, too large or no text.
    """
    try:
        first = _read_start(path)
        if first[:2] in _MARKS:
            if _find_fitting(path, ["utf-16"], progress, plain=False):
                return "utf-16"
            raise DataError(f"{path} begins as UTF-16 text but does not go on as such. Save it as UTF-8.")
        return _find_fitting(path, ["utf-8", "cp1252"], progress) or "latin-1"
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def check_file(path: Path, largest: int = LARGEST_FILE) -> None:
    """Refuse what is no file, empty or larger than may be. Raises DataError."""
    if path.is_dir():
        raise DataError(f"{path} is a folder. Choose a file in it.")
    if not path.is_file():
        raise DataError(f"There is no file {path}. Choose another.")
    size = path.stat().st_size
    if not size:
        raise DataError(f"{path} is empty. Choose a file with a header and rows.")
    if size > largest:
        most = f"{largest / 2**30:g} GiB" if largest >= 2**30 else f"{largest // 2**20} MiB"
        raise DataError(f"{path} has {size / 2**30:.1f} GiB; at most {most} can be used. Take a part of its rows.")


def _read_start(path: Path) -> bytes:
    """Return the first bytes of a file that may be a table."""
    check_file(path)
    first = next(read_blocks(path), b"")[:8]
    if not first:
        raise DataError(f"{path} is empty. Choose a file with a header and rows.")
    what = next((what for magic, what in _MAGIC.items() if first.startswith(magic)), None)
    if what:
        raise DataError(f"{path} is {what}, not a CSV file. Save the table as CSV first.")
    return first


def _find_fitting(path: Path, names: list[str], progress: Progress | None, plain: bool = True) -> str:
    """Return the first of some encodings that all bytes fit, "" where none does. Of `plain` ones none has NUL bytes."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
    for block in read_blocks(path, progress):
        if plain:
            _refuse_binary(path, block)
        for name in list(decoders):
            if not _decodes(decoders[name], block):
                del decoders[name]
    return next((name for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)), "")


def _refuse_binary(path: Path, block: bytes) -> None:
    if b"\0" in block:
        raise DataError(f"{path} holds NUL bytes, so it is not a text file. Choose a CSV file.")
    strange = len(block) - len(block.translate(None, _CONTROL))
    if strange > 0.01 * len(block):
        raise DataError(f"{path} is not a text file. Choose a CSV file.")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
