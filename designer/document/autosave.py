"""Autosaves: a copy of unsaved work beside the user's files, and those that a crash left behind.

Each open document has up to four files in the autosave folder: TOKEN.nnd, a project like any other that also says which
file it belongs to; TOKEN.journal, its history; TOKEN.origin, which file it belongs to and, where all is saved, the
fingerprint of what that file holds; and TOKEN.lock, locked by the process for as long as it lives. A lock that can be had
again belongs to a process that is gone, however it went, so what lies beside it was left by a crash: with a copy, work
that was not saved; without one, the history of a file, to go on with when that is opened again as it was left.
"""

import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from frozendict import frozendict

from designer.document.atomic import write_file
from designer.document.files import SUFFIX, dumps, load
from designer.document.history import History
from designer.document.journal import Journal, read_journal, read_start
from designer.document.locks import take_lock
from designer.document.project import Project
from designer.paths import user_state

_LOCK = ".lock"
_JOURNAL = ".journal"
_ORIGIN = "autosaved_from"  # the field that names the file the work belongs to
_NOTE = ".origin"
_LARGEST_NOTE = 2**16  # bytes
# Of histories of files without unsaved work: how many, how large all of them together and how old.
MOST_HISTORIES = 50
LARGEST_HISTORIES = 2**28  # bytes
OLDEST_HISTORY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Origin:
    """The user's file of a document, if it has one, and the fingerprint of what it holds where all is saved."""

    path: Path | None
    saved: str = ""


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
        return _find_present(history, project) or history.commit("restored work", project)

    def can_rescue(self) -> Origin | None:
        """Return which file it belongs to where its history can be read, for a copy that cannot be; else None."""
        if read_start(self.path.with_suffix(_JOURNAL)) is None:
            return None
        return _read_note(self.path) or Origin(None)

    def rescue(self) -> History | None:
        """Return the history by itself, as much of it as is whole; None where there is none."""
        return read_journal(self.path.with_suffix(_JOURNAL))

    def settle(self, origin: Path, project: Project) -> None:
        """Note that the file holds this work, so that its history alone is left. Raises OSError, FileError."""
        _write_note(self.path, Origin(origin, fingerprint(project)))
        self.path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Delete it, once it is taken over or not wanted."""
        _discard(self.path)


@dataclass(frozen=True, slots=True)
class LeftHistory:
    """The history of a file that was saved when its process ended without closing it. `path` as in `LeftWork`."""

    path: Path
    origin: Origin
    written: datetime
    size: int  # bytes

    def read(self, project: Project) -> History | None:
        """Return the history that led to what the file holds; None where that is another project than was saved."""
        if fingerprint(project) != self.origin.saved:
            return None
        history = read_journal(self.path.with_suffix(_JOURNAL))
        return None if history is None else _find_present(history, project)

    def discard(self) -> None:
        """Delete it, once it is taken over."""
        _discard(self.path)


def fingerprint(project: Project) -> str:
    """Return what tells a project from every other, as it is written to a file. Raises FileError."""
    return hashlib.sha256(dumps(project).encode()).hexdigest()


class Autosave:
    """The autosave of one open document. Raises OSError where the folder cannot be written."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _default_folder()
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            self.path = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
            descriptor = take_lock(self.path.with_suffix(_LOCK), os.O_CREAT)
            if descriptor is not None:
                break
        self._descriptor: int | None = descriptor
        self._journal = Journal(self.path.with_suffix(_JOURNAL))
        self._origin: Origin | None = None  # as it is noted

    def write(self, project: Project, origin: Path | None, history: History | None = None) -> None:
        """Keep a copy of the project and of the history that led to it. Raises FileError, OSError.

        `origin` is the user's file for it, if there is one.
        """
        named = {} if origin is None else {_ORIGIN: str(origin.absolute())}
        extra = frozendict({**project.extra, **named})
        write_file(self.path, dumps(replace(project, extra=extra)).encode())
        self._note(Origin(origin))
        if history is not None:
            self._journal.keep(history)

    def rest(self, history: History, path: Path) -> None:
        """Delete the copy and keep the history: all is saved to the file at `path`. Raises FileError, OSError."""
        try:
            self._journal.keep(history)
            self._note(Origin(path, fingerprint(history.present)))
        finally:
            self.path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete the copy: the work is saved. The journal stays, to be gone on with at the next change."""
        self.path.unlink(missing_ok=True)

    def _note(self, origin: Origin) -> None:
        if origin != self._origin:
            self._origin = None
            _write_note(self.path, origin)
            self._origin = origin

    def close(self) -> None:
        """Delete the copy and give up the lock: the document is closed. A second call does nothing."""
        if self._descriptor is None:
            return
        self.clear()
        self._journal.remove()
        self.path.with_suffix(_NOTE).unlink(missing_ok=True)
        if os.name == "posix":  # under the lock, so that nobody takes the files for left ones in between
            self.path.with_suffix(_LOCK).unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        with contextlib.suppress(OSError):
            self.path.with_suffix(_LOCK).unlink(missing_ok=True)


def find_left_work(folder: Path | None = None) -> tuple[LeftWork, ...]:
    """Return the unsaved work that processes that are gone left behind, newest first.

    Locks without work and without the history of a file are cleared away, and so are histories that are old or too many.
    """
    folder = folder or _default_folder()
    found, resting = [], []
    for lock in folder.glob(f"*{_LOCK}"):
        descriptor = take_lock(lock)
        if descriptor is None:
            continue  # its process lives
        work = lock.with_suffix(SUFFIX)
        try:
            found.append(LeftWork(work, datetime.fromtimestamp(work.stat().st_mtime, UTC)))
        except FileNotFoundError:
            history = _find_resting(work)
            if history is not None:
                resting.append(history)
            else:
                _discard(work, lock_too=os.name == "posix")
        finally:
            os.close(descriptor)
    _discard_old(resting)
    return tuple(sorted(found, key=lambda left: left.written, reverse=True))


def find_histories(path: Path, folder: Path | None = None) -> tuple[LeftHistory, ...]:
    """Return the histories of a file that processes that are gone left behind, newest first."""
    folder, wanted = folder or _default_folder(), path.resolve()
    found = []
    for note in folder.glob(f"*{_NOTE}"):
        history = _find_resting(note.with_suffix(SUFFIX))
        if history is None or history.origin.path is None or history.origin.path.resolve() != wanted:
            continue
        descriptor = take_lock(note.with_suffix(_LOCK))
        if descriptor is not None:
            os.close(descriptor)
            found.append(history)
    return tuple(sorted(found, key=lambda left: left.written, reverse=True))


def _find_resting(work: Path) -> LeftHistory | None:
    """Return the history that lies where a copy would, of a file without unsaved work."""
    origin = _read_note(work)
    if origin is None or origin.path is None or not origin.saved or work.exists():
        return None
    try:
        there = work.with_suffix(_JOURNAL).stat()
    except OSError:
        return None
    return LeftHistory(work, origin, datetime.fromtimestamp(there.st_mtime, UTC), there.st_size)


def _discard_old(histories: list[LeftHistory]) -> None:
    """Delete the histories that are beyond what is kept of them; the newest one of each file counts alone."""
    total, kept, files = 0, 0, set()
    for history in sorted(histories, key=lambda left: left.written, reverse=True):
        age = datetime.now(UTC) - history.written
        key = (history.origin.path, history.origin.saved)
        over = kept >= MOST_HISTORIES or total + history.size > LARGEST_HISTORIES
        if over or age > OLDEST_HISTORY or key in files:
            history.discard()
            continue
        files.add(key)
        total, kept = total + history.size, kept + 1


def _find_present(history: History, project: Project) -> History | None:
    """Return the history at the step that is this project, to the type of every value; None where none is."""
    text = ""
    for place in (history.position, *range(len(history.steps) - 1, -1, -1)):
        step = history.steps[place].project
        if step == project:
            text = text or dumps(project)
            if dumps(step) == text:  # 1, 1.0 and True are equal, and yet not the same in a file
                return history.jump(place)
    return None


def _write_note(work: Path, origin: Origin) -> None:
    record = {"file": str(origin.path.absolute()) if origin.path is not None else None, "saved": origin.saved}
    write_file(work.with_suffix(_NOTE), json.dumps(record).encode())


def _read_note(work: Path) -> Origin | None:
    """Return what is noted of the file that work belongs to; None where nothing is, or nothing that makes sense."""
    try:
        with work.with_suffix(_NOTE).open("rb") as file:
            record = json.loads(file.read(_LARGEST_NOTE))
        path, saved = record["file"], record["saved"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(saved, str) or not isinstance(path, str | None) or "\0" in (path or ""):
        return None
    return Origin(Path(path) if path else None, saved)


def _discard(work: Path, *, lock_too: bool = True) -> None:
    """Delete a copy and all that lies beside it."""
    for path in (work, *(work.with_suffix(one) for one in (_JOURNAL, _NOTE, _LOCK)[: 3 if lock_too else 2])):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _default_folder() -> Path:
    return user_state() / "autosave"
