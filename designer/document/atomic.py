"""Files written so that at every moment, through crash and power cut, the old or the new content is there whole."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Replace the content of a file, or make the file; its folder must exist.

    The content goes to a temporary file in the same folder, reaches the disk, and takes the name in one step.
    Permissions of the old file are kept; of a symbolic link the file it points to is replaced. Raises OSError.
    """
    path = Path(os.path.realpath(path))
    mode = _mode(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def _mode(path: Path) -> int:
    """Return the permissions the file has, or those a new file gets."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can (Windows cannot open a folder)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse; the rename itself is done
    finally:
        os.close(descriptor)
