"""What a run says of itself in its folder, run.json: who, when, with what, and how far it came. No torch."""

import contextlib
import math
import os
import platform
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import optimizers
from designer.document.atomic import write_file
from designer.document.project import Training

NAME = "run.json"
VERSION = 1
SLACK = 60.0  # seconds by which clocks may differ

_LOCK = threading.RLock()


class RecordError(ValueError):
    """A folder that holds no run that can be read. A whole sentence."""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A plan that took the place of the one before after so many steps: the run cannot be repeated from its project.

    `names` say in a word or two each what it had that the one before had not, `learning_rate` and `batch_size` what it
    set, 0 where that is not known.
    """

    step: int
    at: str
    names: tuple[str, ...] = ()
    learning_rate: float = 0.0
    batch_size: int = 0


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run. Times are ISO 8601 in UTC, `seconds` those worked.

    `state` is "running" until the end, also where the process was killed: then nobody with this `host` and `pid` lives.
    `data` is the kind of data, its path, and a fingerprint of what was trained and validated with; `versions` those of
    the programs; `scores` the last epoch's, `best` those of the best. `cause` is the message of a run that failed.
    `resumed` is the checkpoint that it went on from, `weights` the file that its network began from. `test_looks` are the
    times at which it was evaluated on the test part.
    """

    version: int = VERSION
    name: str = ""
    starred: bool = False
    state: str = "running"
    cause: str = ""
    node: str = ""
    epoch: int = 0
    step: int = 0
    epochs: int = 0
    steps_per_epoch: int = 0
    seconds: float = 0.0
    started: str = ""
    updated: str = ""
    host: str = ""
    pid: int = 0
    seed: int = 0
    device: str = ""
    parameters: int = 0
    samples: int = 0
    optimizer: str = ""
    learning_rate: float = 0.0
    batch_size: int = 0
    threads: int = 0
    weights: str = ""
    data: Mapping[str, str] = {}
    versions: Mapping[str, str] = {}
    scores: Mapping[str, float] = {}
    best: Mapping[str, float] = {}
    resumed: str = ""
    changes: tuple[Change, ...] = ()
    test_looks: tuple[str, ...] = ()

    @property
    def is_alive(self) -> bool:
        """Whether the process that runs it may still live; another computer's may."""
        if self.state != "running":
            return False
        if self.host != socket.gethostname():
            return True
        return lives(self.pid) and not is_younger(self.pid, _moment(self.updated))


def now() -> str:
    """Return the time as a record has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def find_rate(training: Training) -> float:
    """Return the learning rate that the settings say, 0 where the optimizer has none."""
    return find_number(training, "lr") or 0.0


def find_number(training: Training, name: str) -> float | None:
    """Return a number that the optimizer is set to, None where it has no such parameter."""
    spec = optimizers.get(training.optimizer.kind)
    values, _ = resolve(spec.parameters if spec is not None else (), training.optimizer.parameters)
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else None


def list_versions() -> dict[str, str]:
    """Return the versions of what a run depends on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in ("designer", "torch", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_record(folder: Path, record: Record) -> None:
    """Write run.json. Raises OSError."""
    write_file(folder / NAME, msgspec.json.format(msgspec.json.encode(record)))


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Let nobody else change run.json meanwhile: the run that is under way, another window, another process.

    Another process is kept out where the system and the file system can.
    """
    with _LOCK, contextlib.ExitStack() as stack:
        if os.name == "posix":
            import fcntl

            with contextlib.suppress(OSError):
                descriptor = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def change_record(folder: Path, **changes: object) -> Record:
    """Change what a run says of itself, under way or not, and return it. Raises RecordError, OSError."""
    with hold(folder):
        record = msgspec.structs.replace(read_record(folder), **changes)
        write_record(folder, record)
    return record


def read_record(folder: Path) -> Record:
    """Return what a folder says of its run. Raises RecordError."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Record)
    except FileNotFoundError:
        raise RecordError(f"{folder} holds no run: there is no {NAME}.") from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordError(f"{folder / NAME} cannot be read: {error}.") from None


def lives(pid: int) -> bool:
    """Return whether a process of this computer may still live."""
    if os.name != "posix":
        return True  # signal 0 would end it there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _moment(text: str) -> float:
    """Return when a record was written, in seconds; endlessly late where it does not say so."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return math.inf


def is_younger(pid: int, moment: float) -> bool:
    """Return whether a process began after a moment: then the number was another's, before the computer went off.

    Linux alone tells; elsewhere it is taken not to be so.
    """
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])  # since the system began
        began = time.time() - float(Path("/proc/uptime").read_text().split()[0]) + ticks / os.sysconf("SC_CLK_TCK")
        return began > moment + SLACK
    except (OSError, ValueError, IndexError):
        return False
