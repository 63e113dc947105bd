"""Where trials are kept: a journal in a file, or a database that several machines share."""

import contextlib
import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna

JOURNAL = "trials.log"
ATTEMPTS = 6  # to open a database


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let optuna neither log nor warn of what is new in it."""
    with warnings.catch_warnings():
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore")
        yield


def open_storage(place: str | Path) -> "optuna.storages.BaseStorage":
    """Return the storage at an address, in a file or in a folder. Raises whatever its kind of storage raises."""
    from optuna.storages.journal import JournalFileBackend, JournalStorage

    from designer.engine.sweeps.lock import make_lock

    if isinstance(place, str) and "://" in place:
        return _open_database(place)
    path = Path(place)
    if path.is_dir():
        path = path / JOURNAL
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = make_lock(path)
    _mend(path, lock)
    return JournalStorage(JournalFileBackend(str(path), lock))


def _open_database(place: str) -> "optuna.storages.RDBStorage":
    """Return the storage in a database. Whoever begins at the same moment as others may find its tables half made."""
    import optuna
    from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

    arguments: dict[str, Any] = {"connect_args": {"timeout": 60}} if place.startswith("sqlite") else {}
    for attempt in range(1, ATTEMPTS):
        try:
            return optuna.storages.RDBStorage(place, engine_kwargs=arguments)
        except (IntegrityError, OperationalError, ProgrammingError):
            time.sleep(0.1 * attempt)
    return optuna.storages.RDBStorage(place, engine_kwargs=arguments)


def _mend(path: Path, lock: Any) -> None:
    """Cut off half a line that a power cut left at the end of a journal: nothing could be written after it."""
    from optuna.storages.journal._file import get_lock_file

    if not path.exists() or not path.stat().st_size:
        return
    with get_lock_file(lock), path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
