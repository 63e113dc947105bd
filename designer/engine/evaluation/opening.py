"""Runs that are kept, as something to evaluate: the plan of a folder, and the weights in it."""

from pathlib import Path
from typing import Literal

from safetensors import SafetensorError
from safetensors.torch import load_file

from designer.codegen.source import NotReady
from designer.document.files import FileError, load
from designer.document.project import Project
from designer.engine.evaluation.evaluating import Weights
from designer.engine.evaluation.record import EvaluationError
from designer.engine.plan import Plan, find_data_path
from designer.engine.record import Record, RecordError, change_record, now, read_record

Which = Literal["best", "last"]
TITLES: dict[Which, str] = {"best": "the best epoch", "last": "the last step"}


def open_plan(folder: Path, data: Path | None = None, project: Project | None = None) -> Plan:
    """Return the plan of a run, its data where the run found them unless `data` says where. Raises EvaluationError.

    `project` is that of the folder where it was opened, and its code tried, before.
    """
    try:
        record, project = read_record(folder), project or load(folder / "project.nnd")
        known = record.data.get("path", "")
        found = find_data_path(project, folder)
        if data is None and not (found is not None and found.exists()) and known:
            data = Path(known)
        return Plan.from_project(project, seed=record.seed, data_path=data, beside=folder)
    except (RecordError, FileError) as error:
        raise EvaluationError(str(error)) from None
    except NotReady as reason:
        first = reason.problems[0].message if reason.problems else "The network is not complete."
        raise EvaluationError(f"The project of this run cannot be built here. {first}") from None


def open_weights(folder: Path, which: Which) -> Weights:
    """Return weights of a run. Raises EvaluationError."""
    path = folder / f"{which}.safetensors"
    try:
        record, tensors = read_record(folder), load_file(path)
    except RecordError as error:
        raise EvaluationError(str(error)) from None
    except FileNotFoundError:
        raise EvaluationError(f"This run has no {path.name} yet: it must finish an epoch first.") from None
    except (OSError, SafetensorError):
        raise EvaluationError(f"{path} cannot be read. Evaluate other weights of the run.") from None
    epoch = int(record.best.get("epoch", 0)) if which == "best" else record.epoch
    step = record.step if which == "last" else 0
    return Weights(tensors, TITLES[which], epoch, step, record.data.get("fingerprint", ""))


def list_looks(folder: Path) -> tuple[str, ...]:
    """Return when the test part of a run was looked at, oldest first."""
    try:
        return read_record(folder).test_looks
    except RecordError:
        return ()


def note_look(folder: Path) -> Record:
    """Note that the test part of a run is looked at now. Raises RecordError, OSError."""
    return change_record(folder, test_looks=(*list_looks(folder), now()))
