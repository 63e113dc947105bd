"""Autosaves: a copy of unsaved work beside the user's files, and those that a crash left behind.

Each open document has up to three files in the autosave folder: TOKEN.nnd, a project like any other that also says which
file it belongs to; TOKEN.journal, its history; and TOKEN.lock, locked by the process for as long as it lives. A lock that
can be had again belongs to a process that is gone, however it went, so what lies beside it was left by a crash.
"""

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from frozendict import frozendict

from designer.document.atomic import write_file
from designer.document.files import SUFFIX, dumps, load
from designer.document.history import History
from designer.document.journal import Journal, read_journal
from designer.document.project import Project
from designer.paths import user_state

_LOCK = ".lock"
_JOURNAL = ".journal"
_ORIGIN = "autosaved_from"  # the field that names the file the work belongs to


@dataclass(frozen=True, slots=True)
class LeftWork:
    """Work that a process left behind when it ended without closing: when it was written, and where."""

    path: Path
    written: datetime

    def read(self) -> tuple[Project, Path | None]:
        """Return the project and the file it was opened from or saved to, if there was one. Raise FileError."""
        project = load(self.path)
        origin = project.extra.get(_ORIGIN)
        extra = frozendict({key: value for key, value in project.extra.items() if key != _ORIGIN})
        return replace(project, extra=extra), Path(origin) if isinstance(origin, str) and origin else None

    @property
    def history_size(self) -> int:
        """How many bytes the history takes: reading a megabyte may take a second."""
        try:
            return self.path.with_suffix(_JOURNAL).stat().st_size
        except OSError:
            return 0

    def read_history(self, project: Project) -> History:
        """Return the history that ends in the project that was read; one that begins with it where none was kept.

        The project counts: where the history is further or not as far, the two are brought together.
        """
        history = read_journal(self.path.with_suffix(_JOURNAL))
        if history is None:
            return History.start(project)
        text = ""
        for place in (history.position, *range(len(history.steps) - 1, -1, -1)):
            step = history.steps[place].project
            if step == project:
                text = text or dumps(project)
                if dumps(step) == text:  # 1, 1.0 and True are equal, and yet not the same in a file
                    return history.jump(place)
        return history.commit("restored work", project)

    def discard(self) -> None:
        """Delete it, once it is taken over or not wanted."""
        for path in (self.path, self.path.with_suffix(_JOURNAL), self.path.with_suffix(_LOCK)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


class Autosave:
    """The autosave of one open document. Raises OSError where the folder cannot be written."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _default_folder()
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            self.path = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
            descriptor = _lock(self.path.with_suffix(_LOCK), os.O_CREAT)
            if descriptor is not None:
                break
        self._descriptor: int | None = descriptor
        self._journal = Journal(self.path.with_suffix(_JOURNAL))

    def write(self, project: Project, origin: Path | None, history: History | None = None) -> None:
        """Keep a copy of the project and of the history that led to it. Raises FileError, OSError.

        `origin` is the user's file for it, if there is one.
        """
        named = {} if origin is None else {_ORIGIN: str(origin.absolute())}
        extra = frozendict({**project.extra, **named})
        write_file(self.path, dumps(replace(project, extra=extra)).encode())
        if history is not None:
            self._journal.keep(history)

    def clear(self) -> None:
        """Delete the copy: the work is saved. The journal stays, to be gone on with at the next change."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Delete the copy and give up the lock: the document is closed. A second call does nothing."""
        if self._descriptor is None:
            return
        self.clear()
        self._journal.remove()
        if os.name == "posix":  # under the lock, so that nobody takes the files for left ones in between
            self.path.with_suffix(_LOCK).unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        with contextlib.suppress(OSError):
            self.path.with_suffix(_LOCK).unlink(missing_ok=True)


def find_left_work(folder: Path | None = None) -> tuple[LeftWork, ...]:
    """Return what processes that are gone left behind, newest first. Locks without work are cleared away."""
    folder = folder or _default_folder()
    found = []
    for lock in folder.glob(f"*{_LOCK}"):
        descriptor = _lock(lock)
        if descriptor is None:
            continue  # its process lives
        work = lock.with_suffix(SUFFIX)
        try:
            found.append(LeftWork(work, datetime.fromtimestamp(work.stat().st_mtime, UTC)))
        except FileNotFoundError:
            lock.with_suffix(_JOURNAL).unlink(missing_ok=True)
            if os.name == "posix":
                lock.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
    return tuple(sorted(found, key=lambda left: left.written, reverse=True))


def _default_folder() -> Path:
    return user_state() / "autosave"


def _lock(path: Path, flags: int = 0) -> int | None:
    """Return an open, locked descriptor of a lock file, None where another has the lock or the file is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    except OSError:
        if flags:
            raise
        return None
    try:
        _take_lock(descriptor)
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


_take_lock = _choose_lock()
