"""The lock of a journal of trials: the system's own, which lets go of it when a process is killed."""

import os
import threading
from pathlib import Path

from optuna.storages.journal import JournalFileOpenLock
from optuna.storages.journal._file import BaseJournalFileLock


class SystemLock(BaseJournalFileLock):
    """Keeps other threads and other processes from writing into a file, by a file beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._threads = threading.Lock()
        self._descriptor = -1

    def acquire(self) -> bool:
        """Wait for the lock."""
        import fcntl

        self._threads.acquire()
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let others write."""
        os.close(self._descriptor)
        self._threads.release()


def make_lock(path: Path) -> BaseJournalFileLock:
    """Return the lock of a journal."""
    return SystemLock(path) if os.name == "posix" else JournalFileOpenLock(str(path))
