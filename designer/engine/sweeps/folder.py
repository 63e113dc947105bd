"""The folder of a sweep: its project, its definition, its trials; whoever opens it later can go on."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designer.document.atomic import write_file
from designer.document.files import FileError, dumps, load, save
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.definition import Sweep, read_sweep, write_sweep
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.study import Study, open_study
from designer.engine.sweeps.trials import Trial
from designer.engine.sweeps.values import write_value

NAME, PROJECT, TRIALS, CURVES = "sweep.json", "project.nnd", "trials.csv", "curves.csv"
STUDY = "sweep"  # what a study is called that is alone in its storage


@dataclass(frozen=True, slots=True)
class Origin:
    """What a sweep is of, beside its definition: where its data starts from, and the storage that others share."""

    beside: Path | None = None
    data: Path | None = None
    storage: str = ""
    study: str = STUDY


@dataclass(frozen=True, slots=True)
class SweepFolder:
    """A folder with a sweep, ready to be worked on."""

    path: Path
    project: Project
    sweep: Sweep
    origin: Origin

    def open(self) -> Study:
        """Return its trials. Raises SweepError."""
        place = self.origin.storage or self.path
        return open_study(place, self.origin.study, self.sweep, dumps(self.project))

    def write_trials(self, study: Study) -> None:
        """Write the trials and their curves as tables for other programs. Raises SweepError."""
        trials = study.list()
        axes = self.sweep.axes
        heads = [
            "trial",
            "state",
            *(axis.name for axis in axes),
            self.sweep.goal,
            "spread",
            "epochs",
            "seconds",
            "reason",
        ]
        rows = [
            [
                trial.slot + 1,
                trial.state,
                *(write_value(trial.values[axis.key]) if axis.key in trial.values else "" for axis in axes),
                trial.goal,
                trial.spread,
                trial.epochs,
                round(trial.seconds, 3),
                trial.reason,
            ]
            for trial in trials
        ]
        points = ("trial", "seed", "epoch", "train_loss", "val_loss", self.sweep.goal)
        curves = [
            [trial.slot + 1, each.seed, each.epoch, each.train_loss, each.val_loss, each.goal]
            for trial in trials
            for each in trial.curve
        ]
        try:
            write_file(self.path / TRIALS, _write_table(heads, rows))
            write_file(self.path / CURVES, _write_table(points, curves))
        except OSError as error:
            raise SweepError(f"Cannot write into {self.path}: {(error.strerror or str(error)).lower()}.") from None


def holds_sweep(path: Path) -> bool:
    """Return whether there is a sweep in a folder."""
    return (path / NAME).is_file()


def begin_sweep(path: Path, project: Project, sweep: Sweep, origin: Origin) -> SweepFolder:
    """Return the folder of a new sweep, or of the same one that is there already. Raises SweepError."""
    if holds_sweep(path):
        known = read_folder(path)
        if dumps(known.project) != dumps(project) or _strip(known.sweep) != _strip(sweep):
            raise SweepError(
                f"{path} holds another sweep. Choose another folder, or go on with that one by its name alone."
            )
        folder = SweepFolder(path, project, sweep, known.origin)
        if known.sweep != sweep:
            _write(folder)
        return folder
    folder = SweepFolder(path, project, sweep, origin)
    try:
        if path.exists() and any(path.iterdir()):
            raise SweepError(f"{path} is not empty, and holds no sweep. Choose another folder.")
        path.mkdir(parents=True, exist_ok=True)
        save(path / PROJECT, project)
        _write(folder)
    except (OSError, FileError) as error:
        raise SweepError(f"Cannot write into {path}: {error}") from None
    return folder


def read_folder(path: Path) -> SweepFolder:
    """Return the sweep in a folder. Raises SweepError."""
    try:
        fields = json.loads((path / NAME).read_text(encoding="utf-8"))
        project = load(path / PROJECT)
    except FileError as error:
        raise SweepError(str(error)) from None
    except (OSError, ValueError) as error:
        raise SweepError(f"Cannot read the sweep in {path}: {show_name(str(error), 200)}.") from None
    sweep = read_sweep(fields.get("sweep") if isinstance(fields, dict) else None)
    return SweepFolder(path, project, sweep, _read_origin(fields))


def _write(folder: SweepFolder) -> None:
    origin = folder.origin
    fields = {
        "sweep": write_sweep(folder.sweep),
        "beside": str(origin.beside.absolute()) if origin.beside else None,
        "data": str(origin.data.absolute()) if origin.data else None,
        "storage": origin.storage,
        "study": origin.study,
    }
    write_file(folder.path / NAME, (json.dumps(fields, indent=2) + "\n").encode())


def _read_origin(fields: Mapping[str, Any]) -> Origin:
    beside, data = fields.get("beside"), fields.get("data")
    return Origin(
        Path(beside) if isinstance(beside, str) else None,
        Path(data) if isinstance(data, str) else None,
        str(fields.get("storage") or ""),
        str(fields.get("study") or STUDY),
    )


def _strip(sweep: Sweep) -> dict[str, Any]:
    fields = write_sweep(sweep)
    del fields["trials"]  # there may be more of them than there were
    return fields


def _write_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(heads)
    table.writerows(rows)
    return text.getvalue().encode()


def find_best(study: Study, trials: Iterable[Trial]) -> Trial | None:
    """Return the best trial that is done."""
    done = [trial for trial in trials if trial.state == "done" and trial.goal is not None]
    if not done:
        return None
    sign = 1 if study.sweep.is_better_lower else -1
    return min(done, key=lambda trial: (sign * (trial.goal or 0.0), trial.slot))
