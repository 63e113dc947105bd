"""Runs that are kept, as they lie in their folders: how each stands, and what it can be gone on from. No torch."""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from designer.document.wording import show_name
from designer.engine.record import Record

DAMAGED = "damaged"  # the state of a run whose record cannot be read
EPOCH_STATE = re.compile(r"epoch-(\d{1,9})\.state")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state that a run can go on from; `title` says which: "the last step", "the best epoch", "epoch 5"."""

    path: Path
    title: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is kept. `alive` says whether its process may still work on it."""

    folder: Path
    record: Record
    alive: bool = False

    @property
    def name(self) -> str:
        """What it is called: by a person, else as its project."""
        return self.record.name or self.folder.name

    @property
    def is_damaged(self) -> bool:
        """Whether what it says of itself cannot be read: its folder can be looked into and deleted."""
        return self.record.state == DAMAGED

    @property
    def is_broken(self) -> bool:
        """Whether it ended without a word: its process was killed, or the computer went off."""
        return self.record.state == "running" and not self.alive

    @property
    def told_state(self) -> str:
        """How it stands, in words: finished, broken off at epoch 7, step 4,210."""
        record = self.record
        place = f"at epoch {record.epoch:,}, step {record.step:,}"
        match record.state:
            case "running" if self.alive:
                return f"running, epoch {record.epoch:,} of {record.epochs:,}"
            case "running":
                return f"broken off {place}"
            case "stopped":
                return f"stopped {place}"
            case "failed":
                return f"failed {place}"
        return show_name(record.state)

    @property
    def told_rate(self) -> str:
        """The learning rates it trained with: 0.001, then 1e+25 from step 533."""
        record = self.record
        return _tell_values(
            f"{record.learning_rate:g}", [(f"{one.learning_rate:g}", one.step) for one in record.changes]
        )

    @property
    def told_batch(self) -> str:
        """The batch sizes it trained with."""
        record = self.record
        return _tell_values(f"{record.batch_size:,}", [(f"{one.batch_size:,}", one.step) for one in record.changes])

    @property
    def told_changes(self) -> str:
        """What was changed on the way: lr 1e+25 from step 533; "" for nothing."""
        told = ((", ".join(one.names) or "changed", one.step) for one in self.record.changes)
        return "; ".join(f"{names} from step {step:,}" for names, step in told)

    @property
    def can_go_on(self) -> bool:
        """Whether there is something left to learn of what it set out to do, and a checkpoint to go on from."""
        ended = self.record.state in ("finished", "early stop", DAMAGED) or self.alive
        return not ended and (self.folder / "last.state").is_file()

    @property
    def is_repeatable(self) -> bool:
        """Whether its project alone leads to the same result."""
        return not self.record.changes and (self.folder / "receipt.json").is_file()

    def list_checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return what it can be gone on from: the last, the best, single epochs."""
        found = []
        for name, title in (("last.state", "the last step"), ("best.state", "the best epoch")):
            if (self.folder / name).is_file():
                found.append(Checkpoint(self.folder / name, title))
        with contextlib.suppress(OSError):
            names = [
                (int(match[1]), path) for path in self.folder.iterdir() if (match := EPOCH_STATE.fullmatch(path.name))
            ]
            found += [Checkpoint(path, f"epoch {number:,}") for number, path in sorted(names)]
        return tuple(found)


def _tell_values(first: str, changes: list[tuple[str, int]]) -> str:
    """Return a value and those that took its place, each with the step; "0" stands for one that is not known."""
    told, last = [first], first
    for value, step in changes:
        if value not in ("0", last):
            told.append(f"then {value} from step {step:,}")
            last = value
    return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a store holds, newest run first, and in words what of it cannot be read.

    `waits` says whether there is a folder in which a run may be about to begin.
    """

    runs: tuple[Run, ...] = ()
    faults: tuple[str, ...] = ()
    waits: bool = False

    @property
    def moves(self) -> bool:
        """Whether it may be another one in a moment without a folder coming or going."""
        return self.waits or any(run.alive or run.is_damaged for run in self.runs)


def write_list(listing: Listing) -> "list[dict[str, object]]":
    """Return the runs as values of JSON."""
    return [
        {"folder": str(run.folder), "alive": run.alive, "told": run.told_state, **msgspec.to_builtins(run.record)}
        for run in listing.runs
    ]


def local_time(text: str) -> str:
    """Return a time of a record as people here read it, "" where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone():%Y-%m-%d %H:%M}"
