"""The store of runs: a folder with a folder for each, to be listed, named, starred, deleted and tidied. No torch."""

import contextlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from designer.document.wording import show_name
from designer.engine.ownership import MARKER, RESULTS, SOURCES
from designer.engine.record import NAME, Record, RecordError, change_record, read_record
from designer.engine.runs import DAMAGED, EPOCH_STATE, Listing, Run
from designer.paths import user_runs

TRASH = ".trash"
BEGINNING = 10.0  # seconds in which a run that begins has written what it says of itself
KEEP_TRASH = 30 * 24 * 3600  # seconds
LONGEST_NAME = 200  # characters of what a person calls a run
MOST, MOST_BYTES = 200, 20 * 10**9  # runs without a star, and their bytes, that are kept unless told otherwise


class StoreError(ValueError):
    """What cannot be done to a run. A whole sentence that says why and what to do."""


@dataclass(slots=True)
class Store:
    """The runs under one folder. Listing looks anew at what has changed since; any thread may use it, one at a time."""

    root: Path = field(default_factory=user_runs)
    _known: dict[str, tuple[tuple[int, int, int], Record]] = field(default_factory=dict)

    @property
    def stamp(self) -> int:
        """What changes when a run comes or goes, whoever made or deleted it."""
        try:
            return self.root.stat().st_mtime_ns
        except OSError:
            return 0

    def new_folder(self, name: str) -> Path:
        """Make and return an empty folder for a run of a project called so. Raises OSError."""
        words = re.sub(r"[^\w.-]+", "-", show_name(name, 40)).strip("-._") or "run"
        start = f"{datetime.now():%Y-%m-%d-%H%M%S}-{words}"
        self.root.mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            folder = self.root / (start if number == 1 else f"{start}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
        raise FileExistsError(f"there are too many folders called {start}")

    def list(self) -> Listing:
        """Return all runs, newest first. What is no run is passed by; of one that cannot be read it is said, and why."""
        runs: list[Run] = []
        faults: list[str] = []
        seen, waits = set(), False
        for entry in _scan(self.root):
            if entry.name.startswith("."):
                continue
            seen.add(entry.name)
            try:
                record = self._read(entry)
            except RecordError as error:
                faults.append(str(error))
                record = _describe_damaged(entry, str(error))
            if record is not None:
                runs.append(Run(Path(entry.path), record, record.is_alive))
            else:
                waits = waits or (entry.is_dir() and (_find_birth(entry) is not None or not _scan(Path(entry.path))))
        for name in self._known.keys() - seen:
            del self._known[name]
        runs.sort(key=lambda run: (run.record.started, run.folder.name), reverse=True)
        return Listing(tuple(runs), tuple(faults), waits)

    def find(self, words: str) -> Run:
        """Return the run whose folder or name is called so, the newest of several. Raises StoreError."""
        for run in self.list().runs:
            if words in (run.folder.name, run.name, str(run.folder)):
                return run
        raise StoreError(f"There is no run called {show_name(words, 80)!r}. `designer runs` lists them.")

    def rename(self, folder: Path, name: str) -> None:
        """Call a run so. Raises StoreError."""
        self._change(folder, name=" ".join(name.split())[:LONGEST_NAME])

    def star(self, folder: Path, on: bool) -> None:
        """Mark a run as one to keep, or no longer. Raises StoreError."""
        self._change(folder, starred=on)

    def delete(self, folder: Path, *, for_good: bool = False) -> None:
        """Move a run to the trash of the store, or delete it for good. Raises StoreError."""
        record = self._demand_run(folder)
        if record is not None and record.is_alive:
            raise StoreError(f"{show_name(record.name or folder.name, 80)} is under way. Stop it first.")
        try:
            if for_good:
                _delete(folder)
            else:
                trash = self.root / TRASH
                trash.mkdir(exist_ok=True)
                target = trash / folder.name
                if target.exists():
                    target = trash / f"{folder.name}-{time.time_ns()}"
                folder.rename(target)
                os.utime(target)  # when it was thrown away
        except OSError as error:
            raise StoreError(f"{folder} cannot be deleted: {(error.strerror or str(error)).lower()}.") from None
        self._known.pop(folder.name, None)

    def restore(self, name: str) -> Path:
        """Bring the folder of a run back from the trash. Raises StoreError."""
        source, target = self.root / TRASH / name, self.root / name
        if target.exists() or Path(name).name != name:
            raise StoreError(f"There is another run {target} by now. Rename that one first.")
        try:
            source.rename(target)
        except OSError as error:
            raise StoreError(f"{name} cannot be brought back: {(error.strerror or str(error)).lower()}.") from None
        return target

    def discard(self, folder: Path) -> None:
        """Delete the folder of a run that took no step, if it is one or empty; of anything else leave all."""
        with contextlib.suppress(OSError, StoreError):
            if any(folder.iterdir()):
                self._demand_run(folder)
            _delete(folder)
        self._known.pop(folder.name, None)

    def tidy(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> tuple[str, ...]:
        """Throw the oldest runs away that have no star, beyond so many or so many bytes; return their names.

        0 sets no limit. What never took a step goes without a word, what lay in the trash for a month too.
        """
        removed: list[str] = []
        loose: list[Run] = []
        for run in self.list().runs:
            if run.is_broken and not run.record.step and not run.can_go_on:
                self.discard(run.folder)
            elif not run.record.starred and not run.alive and not run.is_damaged:
                loose.append(run)
        total = 0
        for number, run in enumerate(loose, 1):
            if most_bytes:
                total += measure(run.folder)
            if (most and number > most) or (most_bytes and total > most_bytes and number > 1):
                with contextlib.suppress(StoreError):
                    self.delete(run.folder)
                    removed.append(run.name)
        self._empty_trash()
        return tuple(removed)

    def _empty_trash(self) -> None:
        for entry in _scan(self.root / TRASH):
            with contextlib.suppress(OSError, StoreError):
                if time.time() - entry.stat().st_mtime > KEEP_TRASH:
                    self._demand_run(Path(entry.path), self.root / TRASH)
                    _delete(Path(entry.path))

    def _read(self, entry: "os.DirEntry[str]") -> Record | None:
        """Return the record of a folder, as it was read before where it is the same; None where it is no run."""
        try:
            status = os.stat(f"{entry.path}/{NAME}")  # noqa: PTH116 - a path object for each costs more than the call
        except OSError:
            born = _find_birth(entry)
            if born is not None and time.time() - born > BEGINNING:
                raise RecordError(f"{entry.path} holds a run that cannot be read: there is no {NAME}.") from None
            return None
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        known = self._known.get(entry.name)
        if known is not None and known[0] == stamp:
            return known[1]
        record = read_record(Path(entry.path))
        self._known[entry.name] = stamp, record
        return record

    def _change(self, folder: Path, **changes: object) -> None:
        self._demand_run(folder)
        try:
            change_record(folder, **changes)
        except RecordError as error:
            raise StoreError(str(error)) from None
        except OSError as error:
            raise StoreError(f"{folder / NAME} cannot be written: {(error.strerror or str(error)).lower()}.") from None

    def _demand_run(self, folder: Path, parent: Path | None = None) -> Record | None:
        """Return the record of a folder that is a run of this store, None where it is damaged. Raises StoreError."""
        inside = folder.parent.absolute() == (parent or self.root).absolute() and folder.name not in ("", ".", "..")
        try:
            is_folder = stat.S_ISDIR(folder.lstat().st_mode)
            is_run = is_folder and stat.S_ISREG((folder / MARKER).lstat().st_mode)
        except OSError:
            is_run = False
        if not (inside and is_run):
            raise StoreError(f"{folder} is no run of {self.root}.")
        try:
            return read_record(folder)
        except RecordError:
            return None


def _describe_damaged(entry: "os.DirEntry[str]", reason: str) -> Record | None:
    """Return what can be told of a run that cannot be read; of what is no run of a store, nothing."""
    born = _find_birth(entry)
    if born is None:
        return None
    return Record(state=DAMAGED, cause=reason, started=datetime.fromtimestamp(born, UTC).isoformat())


def _find_birth(entry: "os.DirEntry[str]") -> float | None:
    """Return when a folder was marked as that of a run, None where it was not."""
    try:
        return os.stat(f"{entry.path}/{MARKER}").st_mtime  # noqa: PTH116
    except OSError:
        return None


def measure(folder: Path) -> int:
    """Return the bytes of the files in a folder and below."""
    total = 0
    for entry in _scan(folder):
        with contextlib.suppress(OSError):
            total += (
                measure(Path(entry.path))
                if entry.is_dir(follow_symlinks=False)
                else entry.stat(follow_symlinks=False).st_size
            )
    return total


def holds_only_run(names: Iterable[str]) -> bool:
    """Return whether names in a folder are those that a run gives its files."""
    known = {MARKER, *SOURCES, *RESULTS, "tensorboard", "receipt.json"}
    return all(name in known or EPOCH_STATE.fullmatch(name) or name.startswith(".designer-") for name in names)


def _scan(folder: Path) -> "list[os.DirEntry[str]]":
    """Return the folders and files in a folder; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _delete(folder: Path) -> None:
    """Delete a run's folder; what a run has not written stays, and the folder with it. Raises StoreError, OSError."""
    strange = [entry.name for entry in _scan(folder) if not holds_only_run([entry.name])]
    if strange:
        raise StoreError(f"{folder} holds other files too, such as {show_name(min(strange))}. Move them away first.")
    shutil.rmtree(folder)
