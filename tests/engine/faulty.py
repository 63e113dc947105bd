"""Faults to inject into a run, and what must be left of it afterwards: a judge for each of the two hundred."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file
from safetensors.torch import save as pack_tensors

from designer.document import atomic
from designer.document.files import load
from designer.document.project import Choice
from designer.engine.checkpoint import list_states
from designer.engine.events import Event, Failed, Finished, StepsDone
from designer.engine.loop import train
from designer.engine.ownership import MARKER
from designer.engine.plan import Plan
from designer.engine.record import read_record
from designer.engine.state import _fold, read_state
from tests.engine.plans import make_project

LAYERS = (("Linear", {"out_features": 8}), ("ReLU", {}), ("Dropout", {"p": 0.1}), ("Linear", {"out_features": 3}))
EPOCHS, STEPS = 3, 3  # an epoch
WRITTEN = (
    MARKER,
    "project.nnd",
    "train.py",
    "last.safetensors",
    "best.safetensors",
    "last.state",
    "best.state",
    "epoch-2.state",
    "metrics.csv",
    "losses.csv",
    "run.json",
)
ERRORS = {"full": errno.ENOSPC, "broken": errno.EIO, "forbidden": errno.EACCES}


def plan_flowers(out: Path | None = None, resume: Path | None = None, **settings: object) -> Plan:
    """Return the plan of a run of nine steps that keeps a checkpoint of every epoch."""
    given = {"epochs": EPOCHS, "batch_size": 40, "schedule": "OneCycleLR"} | settings
    project = make_project("Iris", *LAYERS, **given)
    averaging = Choice("EMA", {"decay": 0.5})
    project = replace(project, training=replace(project.training, averaging=averaging))
    return Plan.from_project(project, out=out, resume=resume, every=1)


def losses_of(events: list[Event]) -> list[float]:
    """Return the loss of every step that was told."""
    return [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]


@contextmanager
def writing_at_every_step() -> Iterator[None]:
    """Tell, write and copy at every step, so that each can be hit."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("checkpoint", "rewind", "meter"):
            patch.setattr(f"designer.engine.{name}.INTERVAL", 0.0)
        yield


@contextmanager
def faulty_disk(name: str, stage: str, error: int, first: int, last: float) -> Iterator[list[int]]:
    """Let the writes of one file from the `first` to the `last` fail at a stage; what was counted is in the list."""
    counted, now_failing = [0], [False]
    replace_file, fdopen, open_file, fsync, put = (
        atomic._replace_file,
        os.fdopen,
        os.open,
        os.fsync,
        Path.replace,
    )

    def fail(at: str) -> None:
        if now_failing[0] and at == stage:
            raise OSError(error, os.strerror(error), "a temporary file")

    def count() -> bool:
        counted[0] += 1
        return first <= counted[0] <= last

    def write_whole(path: Path, content: bytes, mode: int | None) -> None:
        now_failing[0] = path.name == name and count()
        try:
            replace_file(path, content, mode)
        finally:
            now_failing[0] = False

    class Half:
        """A file that takes half of what it is given."""

        def __init__(self, file) -> None:
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *rest: object) -> None:
            self._file.close()

        def __getattr__(self, name: str):
            return getattr(self._file, name)

        def write(self, content: bytes) -> int:
            self._file.write(content[: len(content) // 2])
            self._file.flush()
            raise OSError(error, os.strerror(error))

    def open_stream(path: Path, mode: str = "r", *rest: object, **more: object):
        if path.name != name or (mode[0] == "r" and "+" not in mode) or not count():
            return path_open(path, mode, *rest, **more)
        if stage in ("open", "rename"):
            raise OSError(error, os.strerror(error), str(path))
        return Half(path_open(path, mode, *rest, **more))

    path_open = Path.open
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atomic, "_replace_file", write_whole)
        patch.setattr(os, "open", lambda *a, **k: (fail("open"), open_file(*a, **k))[1])
        patch.setattr(os, "fsync", lambda *a: (fail("sync"), fsync(*a))[1])
        patch.setattr(Path, "replace", lambda *a: (fail("rename"), put(*a))[1])
        patch.setattr(os, "fdopen", lambda *a: Half(fdopen(*a)) if now_failing[0] and stage == "write" else fdopen(*a))
        if name == "losses.csv":
            patch.setattr(Path, "open", open_stream)
        yield counted


def pack(state) -> tuple[str, bytes]:
    """Return the tensors and numbers of a state, without what only the clock decides."""
    tensors: dict = {}
    tree = _fold({"parts": dict(state.parts), "random": dict(state.random)}, tensors)
    return json.dumps(tree), pack_tensors(tensors)


class Judge:
    """The run that nothing disturbed, and whether another one, disturbed and gone on with, is the same."""

    def __init__(self, folder: Path) -> None:
        self.plan = plan_flowers(folder)
        self.losses = losses_of(list(train(self.plan)))
        self.end = pack(read_state(folder / "last.state"))
        self.curve = (folder / "losses.csv").read_text()

    def demand_sound(self, folder: Path, *, killed: bool = False, curve: bool = True, full: bool = False) -> int:
        """Demand that every file in a folder is whole; return the step of the newest checkpoint, -1 without any."""
        names = {path.name for path in folder.iterdir()} if folder.exists() else set()
        temporary = {name for name in names if name.endswith(".tmp")}
        assert killed or not temporary
        assert names - temporary <= {
            *WRITTEN,
            *(f"epoch-{number}.state" for number in range(1, EPOCHS + 1)),
            "receipt.json",
        }
        for name in list_states(folder) if folder.exists() else ():
            read_state(folder / name)
        for name in names & {"last.safetensors", "best.safetensors"}:
            assert all(bool(tensor.isfinite().all()) for tensor in load_file(folder / name).values())
        if "project.nnd" in names:
            assert load(folder / "project.nnd") == self.plan.project
        if "train.py" in names:
            assert (folder / "train.py").read_text() == self.plan.source.text
        state = read_state(folder / "last.state") if "last.state" in names else None
        if "run.json" in names:
            record = read_record(folder)
            assert 0 <= record.step <= len(self.losses)
            assert state is None or killed or full or record.step >= state.step
        if "losses.csv" in names and curve:
            rows = (folder / "losses.csv").read_text().splitlines(keepends=True)
            whole = self.curve.splitlines(keepends=True)
            assert [row for row in rows if row.endswith("\n")] == whole[: len([r for r in rows if r.endswith("\n")])]
        return state.step if state is not None else -1

    def demand_same_end(self, folder: Path, *, killed: bool = False, curve: bool = True, full: bool = False) -> None:
        """Go on in a folder from its newest checkpoint, or begin anew; the end must be that of the undisturbed run.

        Without `curve` steps may be missing in losses.csv, which could not be written.
        """
        step = self.demand_sound(folder, killed=killed, curve=curve, full=full)
        resume = folder / "last.state" if step >= 0 else None
        events = list(train(replace(self.plan, out=folder, resume=resume)))
        assert isinstance(events[-1], Finished), events[-1]
        assert losses_of(events) == self.losses[max(step, 0) :]
        assert pack(read_state(folder / "last.state")) == self.end
        rows = (folder / "losses.csv").read_text().splitlines()
        assert rows == self.curve.splitlines() or (not curve and set(rows) <= set(self.curve.splitlines()))
        assert read_record(folder).state == "finished"


def run_on(plan: Plan) -> tuple[list[Event], Finished | Failed]:
    """Run a plan to its end; a failure is told in a plain sentence."""
    events = list(train(plan))
    last = events[-1]
    assert isinstance(last, Finished | Failed)
    if isinstance(last, Failed):
        assert last.message.endswith(".")
        assert "Error" not in last.message.replace("AssertionError", "")  # of one that says nothing else
        assert "Traceback" not in last.message
        if last.checkpoint is not None:
            read_state(last.checkpoint)
    return events, last
