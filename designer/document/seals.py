"""Lines of JSON on the disk that nobody else wrote: each is sealed with a key of this user's own, and with the seal before.

So what was damaged, cut off or written by others ends the reading. The key lies in the folder of the file.
"""

import contextlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_KEY_FILE = "journal.key"


def seal_lines(folder: Path, records: Iterable[dict[str, Any]], seal: bytes) -> tuple[bytes, bytes]:
    """Return records as sealed lines, and the seal of the last; `seal` is that of the line before. Raises OSError."""
    key, lines = _read_key(folder), []
    for record in records:
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        seal = _make_seal(key, seal, text)
        lines.append(seal.hex().encode() + b" " + text + b"\n")
    return b"".join(lines), seal


def read_sealed(path: Path, most: int) -> Iterator[dict[str, Any]]:
    """Yield the records of a file up to the first one that is not as it was written here; none of more than `most` bytes."""
    try:
        if path.stat().st_size > most:
            return
        lines = path.read_bytes().split(b"\n")[:-1]
        key = _read_key(path.parent)
    except OSError:
        return
    seal = b""
    for line in lines:
        written, _, text = line.partition(b" ")
        seal = _make_seal(key, seal, text)
        if not hmac.compare_digest(seal.hex().encode(), written):
            return
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(record, dict):
            return
        yield record


def _make_seal(key: bytes, before: bytes, text: bytes) -> bytes:
    return hmac.digest(key, before + text, "sha256")[:16]


def _read_key(folder: Path) -> bytes:
    """Return the key of this folder, made when first asked for. Raises OSError."""
    path = folder / _KEY_FILE
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
