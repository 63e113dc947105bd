"""Files written so that at every moment, through crash and power cut, the old or the new content is there whole."""

import contextlib
import os
import re
import stat
from pathlib import Path

_TEMPORARY = re.compile(r"\.designer-[0-9a-f]{16}\.tmp")


def is_temporary(name: str) -> bool:
    """Return whether a file has a name that one has while it is written: it stays where the process is killed then."""
    return _TEMPORARY.fullmatch(name) is not None


def write_file(path: Path, content: bytes) -> None:
    """Replace the content of a file, or make the file; its folder must exist.

    The content goes to a temporary file in the same folder, reaches the disk, and takes the name in one step.
    Permissions of the old file are kept; of a symbolic link the file it points to is replaced. What is no file of its
    own (a pipe, a device, /dev/stdout) is written into. Raises OSError, with the file's own name.
    """
    try:
        kind = _read_mode(path)
        if kind is None or stat.S_ISREG(kind):
            _replace_file(Path(os.path.realpath(path)), content, None if kind is None else stat.S_IMODE(kind))
        else:
            with path.open("wb") as stream:
                stream.write(content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # not the temporary file, of which nobody knows
        raise


def _read_mode(path: Path) -> int | None:
    """Return kind and permissions of a file, None where there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace_file(path: Path, content: bytes, mode: int | None) -> None:
    """Write a file beside another and give it the other's name; `mode` are the permissions it is to have."""
    import secrets  # with OpenSSL behind it: not before something is saved

    # A short name of our own: the file's name may be as long as the file system allows.
    temporary = path.parent / f".designer-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o666 if mode is None else mode & 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can (Windows cannot open a folder)."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse; the rename itself is done
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
