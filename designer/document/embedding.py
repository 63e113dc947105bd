"""A project inside a picture of it: written into PNG and SVG files, and read from there again. Without Qt.

In a PNG it is a compressed text chunk (iTXt: W3C, Portable Network Graphics, third edition, 11.3.3.4), in an SVG the
content of a <metadata> element. A picture comes from anywhere: sizes are bounded, no XML is parsed, and what is found
is read as inert as any file.
"""

import base64
import binascii
import re
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from designer.document.files import LARGEST_FILE, dumps, load, read_project
from designer.document.project import Project
from designer.document.reading import FileError

PICTURES = (".png", ".svg")  # what a project can be embedded in
LARGEST_PICTURE = 256 * 2**20  # bytes of a picture that is still searched

INSTEAD_OF_PDF = "Open a project (.nnd), or a PNG or SVG that was exported with the project inside."

_KEYWORD = b"designer-project"
_PDF = b"%PDF-"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 100_000
_OPENING = re.compile(rb'<metadata id="designer-project"[^<>]{0,200}>')
_CLOSING = b"</metadata>"
_SVG_HEAD = re.compile(rb"<svg\b[^<>]*>")
_HEAD = 64 * 2**10  # bytes in which an SVG says that it is one


class Opened(NamedTuple):
    """A project, and whether it was inside a picture: a file that saving must not replace."""

    project: Project
    in_picture: bool


def load_any(path: Path | str) -> Project:
    """Return the project that a file holds: a project file, or a picture with a project inside. Raise FileError."""
    return open_any(path).project


def open_any(path: Path | str) -> Opened:
    """Return the project that a file holds, and whether that is a picture: its content tells. Raise FileError."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith(_SIGNATURE):
                file.seek(0)
                return Opened(_read(read_png(file), "picture"), in_picture=True)
            if head.startswith(_PDF):
                raise FileError(f"{path.name} is a PDF. {INSTEAD_OF_PDF}")
            if not is_svg(head):
                return Opened(load(path), in_picture=False)
            raw = head + file.read(LARGEST_PICTURE - len(head) + 1)
    except OSError as error:
        raise FileError(f"Cannot read {path}: {(error.strerror or str(error)).lower()}.") from None
    return Opened(_read(read_svg(raw), "drawing"), in_picture=True)


def open_file(path: Path | str) -> Opened:
    """Return what `open_any` does, for a window, which cannot wait: pipes and devices are refused. Raise FileError."""
    path = Path(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FileError(f"Cannot read {path}: it is no file, but a pipe or a device.")
    return open_any(path)


def is_picture(path: Path | str) -> bool:
    """Return whether a file is called like a picture that may hold a project."""
    return Path(path).suffix.lower() in PICTURES


def is_svg(head: bytes) -> bool:
    """Return whether bytes are the beginning of an SVG file."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _SVG_HEAD.search(head) is not None


def embed(picture: bytes, project: Project) -> bytes:
    """Return a PNG or SVG file with a project inside. Raise FileError for values that no file can hold."""
    text = dumps(project).encode()
    return embed_png(picture, text) if picture.startswith(_SIGNATURE) else embed_svg(picture, text)


def embed_png(picture: bytes, text: bytes) -> bytes:
    """Return a PNG file with a text in a chunk of its own, before the picture itself."""
    # Keyword, 0; 1: compressed; 0: by zlib; no language, 0; no translated keyword, 0.
    content = b"iTXt" + _KEYWORD + b"\0\x01\0\0\0" + zlib.compress(text, 9)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    (length,) = struct.unpack_from(">I", picture, len(_SIGNATURE))
    end = len(_SIGNATURE) + 12 + length  # of the header, which always comes first
    return picture[:end] + chunk + picture[end:]


def embed_svg(picture: bytes, text: bytes) -> bytes:
    """Return an SVG file with a text in its metadata."""
    head = _SVG_HEAD.search(picture)
    if head is None:
        raise FileError("This is no SVG file.")
    content = base64.b64encode(zlib.compress(text, 9))
    element = b'\n<metadata id="designer-project" data-encoding="base64 zlib">' + content + _CLOSING
    return picture[: head.end()] + element + picture[head.end() :]


def read_png(file: BinaryIO) -> bytes | None:
    """Return the text that a PNG file has inside, None where it has none. Raise FileError where it is damaged.

    Only the chunk itself is read; whatever the picture shows is passed over.
    """
    if file.read(len(_SIGNATURE)) != _SIGNATURE:
        raise FileError("This is no PNG file.")
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return None
        (length,) = struct.unpack_from(">I", head)
        if head[4:] == b"iTXt" and length <= LARGEST_FILE:
            content = file.read(length)
            crc = file.read(4)
            if not content.startswith(_KEYWORD + b"\0"):
                continue
            if len(crc) < 4 or zlib.crc32(b"iTXt" + content) != struct.unpack(">I", crc)[0]:
                raise FileError("The project inside this picture is damaged: its check sum does not fit.")
            return _unpack_text(content[len(_KEYWORD) + 1 :])
        file.seek(length + 4, 1)
    return None


def read_svg(raw: bytes) -> bytes | None:
    """Return the text that an SVG file has inside, None where it has none. Raise FileError where it is damaged."""
    if len(raw) > LARGEST_PICTURE:
        raise FileError(f"The picture is larger than {LARGEST_PICTURE >> 20} MB.")
    start = _OPENING.search(raw)
    if start is None:
        return None
    end = raw.find(_CLOSING, start.end())
    if end < 0:
        raise FileError("The project inside this picture is damaged: it was cut off.")
    if end - start.end() > 2 * LARGEST_FILE:
        raise FileError("The project inside this picture is larger than any project needs.")
    try:
        packed = base64.b64decode(re.sub(rb"\s+", b"", raw[start.end() : end]), validate=True)
    except binascii.Error:
        raise FileError("The project inside this picture is damaged: it is no base64 text.") from None
    return _inflate(packed)


def _unpack_text(content: bytes) -> bytes:
    """Return the text of an iTXt chunk, from its compression flag on."""
    if content[:1] == b"\x01" and content[1:2] != b"\0":
        raise FileError("The project inside this picture is packed in a way that is not known here.")
    _, _, rest = content[2:].partition(b"\0")  # the language
    _, _, rest = rest.partition(b"\0")  # the translated keyword
    return _inflate(rest) if content[:1] == b"\x01" else rest


def _inflate(packed: bytes) -> bytes:
    """Return what zlib packed; never more than a project may have, whatever a few bytes claim to hold."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(packed, LARGEST_FILE + 1)
    except zlib.error:
        raise FileError("The project inside this picture is damaged: it cannot be unpacked.") from None
    if len(text) > LARGEST_FILE:
        raise FileError(f"The project inside this picture is larger than {LARGEST_FILE >> 20} MB.")
    if not stream.eof:
        raise FileError("The project inside this picture is damaged: it was cut off.")
    return text


def _read(text: bytes | None, what: str) -> Project:
    if text is None:
        raise FileError(f"This {what} holds no Designer project. Pictures exported with “The project inside” do.")
    try:
        return read_project(text)
    except FileError as error:
        raise FileError(f"The project inside this {what} cannot be read. {error}") from None
