"""Files that one process holds for as long as it lives: the system gives the lock back however it ends."""

import os
from collections.abc import Callable
from pathlib import Path


def take_lock(path: Path, flags: int = 0) -> int | None:
    """Return an open, locked descriptor of a lock file, None where another has the lock or the file is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    except OSError:
        if flags:
            raise
        return None
    try:
        _hold(descriptor)
        # Whoever cleared the file away meanwhile has left us the lock of a file without a name.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _choose_lock() -> Callable[[int], None]:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        def lock_byte(descriptor: int) -> None:
            os.lseek(descriptor, 2**30, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

        return lock_byte
    return lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_hold = _choose_lock()
