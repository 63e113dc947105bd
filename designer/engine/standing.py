"""How a run stands, as its record says it: what it takes over from the one before, and how far it has come."""

import math
import warnings
from collections.abc import Sequence
from pathlib import Path

import msgspec

from designer.catalogue.revisions import name_changes
from designer.catalogue.training_settings import count_step_rows
from designer.document.files import FileError, load
from designer.document.project import Project
from designer.engine.events import EpochDone, Failed, Finished
from designer.engine.plan import Plan
from designer.engine.record import Change, Record, RecordError, find_rate, now, read_record
from designer.engine.state import State


class DataChanged(UserWarning):
    """The data of a run that goes on are other ones now."""


def has_other_data(record: Record, plan: Plan) -> bool:
    """Return whether a run goes on with other data than the run before, as far as their records tell."""
    if plan.resume is None:
        return False
    try:
        known = read_record(plan.resume.parent).data.get("fingerprint")
    except RecordError:
        return False
    return bool(known) and known != record.data.get("fingerprint")


def take_over(record: Record, plan: Plan, folder: Path, *, exactly: bool, before: Project | None = None) -> Record:
    """Return a record with what the run that is gone on from says: its changes, and in its own folder its name.

    Unless it goes on `exactly`, this is a change itself: from the project of its checkpoint, where that is known.
    """
    if plan.resume is None:
        return record
    try:
        known = read_record(plan.resume.parent)
    except RecordError:
        known = Record()
    if has_other_data(record, plan):
        exactly = False
        text = "The data are not those the checkpoint was trained with. The run goes on with them as they are now."
        warnings.warn(text, DataChanged, stacklevel=2)
    changes = tuple(change for change in known.changes if change.step <= record.step)
    last = describe_change(record, record.step, before or _read_project(plan.resume.parent), plan.project)
    if not exactly:
        changes = _replace_last(changes, last)
    elif changes and changes[-1].step == last.step and _numbers_of(changes[-1]) != _numbers_of(last):
        changes = tuple(change for change in changes if change.step < last.step)  # set after the checkpoint was written
    if known.started:  # what the run began with is what the first of them began with
        first = {name: getattr(known, name) for name in ("learning_rate", "batch_size")}
        record = msgspec.structs.replace(record, **first)
    record = msgspec.structs.replace(record, changes=changes)
    if plan.resume.parent.absolute() == folder.absolute() and known.started:
        same = {name: getattr(known, name) for name in ("name", "starred", "started", "test_looks")}
        record = msgspec.structs.replace(record, **same)
    return record


def describe_change(record: Record, step: int, before: Project | None, after: Project) -> Change:
    """Return what a run's record says of a plan that takes the place of another one after so many steps."""
    names = name_changes(before, after) if before is not None else ()
    training = after.training
    return Change(
        step=step,
        at=now(),
        names=names,
        learning_rate=find_rate(training),
        batch_size=count_step_rows(training, record.samples),
    )


def _replace_last(changes: tuple[Change, ...], last: Change) -> tuple[Change, ...]:
    """Return the changes with one more, in place of what was set at the same step before: no step was taken with that."""
    set_anew = {_name_subject(name) for name in last.names}
    at_once = [name for change in changes if change.step == last.step for name in change.names]
    names = (*(name for name in at_once if _name_subject(name) not in set_anew), *last.names)
    earlier = (change for change in changes if change.step < last.step)
    return *earlier, msgspec.structs.replace(last, names=names)


def _numbers_of(change: Change) -> tuple[float, int]:
    return change.learning_rate, change.batch_size


def _name_subject(name: str) -> str:
    """Return what a change is about: "lr" of "lr 0.02"."""
    return name.rpartition(" ")[0] or name


def _read_project(folder: Path) -> Project | None:
    try:
        return load(folder / "project.nnd")
    except FileError:
        return None


def describe_standing(
    record: Record, folder: Path, epochs: Sequence[EpochDone], state: State | None, ended: Finished | Failed | None
) -> Record:
    """Return a record as it is by now; name, star and looks at the test part are what somebody may have set meanwhile."""
    last = epochs[-1] if epochs else None
    best = min(
        (epoch for epoch in epochs if not math.isnan(epoch.val_loss)), key=lambda one: one.val_loss, default=None
    )
    try:
        known = read_record(folder)
    except RecordError:
        known = record
    place = ended or state
    return msgspec.structs.replace(
        record,
        name=known.name,
        starred=known.starred,
        test_looks=known.test_looks,
        state="running" if ended is None else ended.reason if isinstance(ended, Finished) else "failed",
        cause=ended.message if isinstance(ended, Failed) else "",
        node=(ended.node or "") if isinstance(ended, Failed) else "",
        epoch=place.epoch if place is not None else record.epoch,
        step=place.step if place is not None else record.step,
        seconds=state.seconds if state is not None else record.seconds,
        updated=now(),
        scores=_score(last),
        best=_score(best),
    )


def _score(epoch: EpochDone | None) -> dict[str, float]:
    """Return the scores of an epoch that are numbers: JSON has no other, and what cannot be read would be lost."""
    if epoch is None:
        return {}
    scores = {"epoch": float(epoch.epoch), "train_loss": epoch.train_loss, "val_loss": epoch.val_loss}
    scores |= {f"train_{name}": value for name, value in epoch.train_metrics.items()}
    scores |= {f"val_{name}": value for name, value in epoch.val_metrics.items()}
    return {name: value for name, value in scores.items() if math.isfinite(value)}
