"""What one training run needs to know, as a value: made from a project, read by the loop. No torch."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from designer.catalogue import registry
from designer.catalogue.parameters import resolve
from designer.codegen.script import render_script
from designer.codegen.source import Source
from designer.document.project import Project
from designer.document.wording import show_name


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: the script that is executed and the values its own command line would take.

    `data_path` is the file or folder of the data, for a source that reads one; `weights` the file the network starts
    from, None for fresh weights. `out` is the run folder; without it nothing is written. `show_samples` where samples are to be told of, at most once a second. `resume` is the checkpoint to go on from.
    Of a run under way that a plan changes, `back_to` is the step at which its network was left and is taken up again.
    With `every` a checkpoint of each so many epochs is kept besides the last and the best, with `tensorboard` a log.
    Under torchrun a network that is `sharded` is shared out over the processes, else each holds all of it.
    """

    project: Project
    source: Source
    epochs: int
    batch_size: int
    device: str
    seed: int
    data_path: Path | None = None
    weights: Path | None = None
    out: Path | None = None
    show_samples: bool = False
    resume: Path | None = None
    every: int = 0
    tensorboard: bool = False
    sharded: bool = False
    back_to: int | None = None

    @property
    def missing(self) -> str:
        """Why data cannot be read where their file or folder is gone, and what to do; "" where they are there."""
        path = self.data_path
        if not self.source.takes_path or (path is not None and path.exists()):
            return ""
        where = f": {show_name(str(path), 200)}" if path is not None else ""
        return f"The data of this run are not there{where}. Put them back, or name their new place with --data in a terminal."

    @classmethod
    def from_project(
        cls,
        project: Project,
        *,
        source: Source | None = None,
        epochs: int | None = None,
        device: str | None = None,
        seed: int | None = None,
        weights: str | None = None,
        data_path: Path | None = None,
        out: Path | None = None,
        beside: Path | None = None,
        resume: Path | None = None,
        every: int = 0,
        tensorboard: bool = False,
    ) -> "Plan":
        """Return the plan of a project, with what is given in place of what the project says.

        `source` spares the rendering where the project's script is at hand. A relative path of data or weights in the
        project starts from the folder `beside`, that of the project's file, else from the working directory. Raises
        NotReady.
        """
        training = project.training
        changes = {"epochs": epochs, "device": device, "seed": seed, "weights": weights}
        given = {name: value for name, value in changes.items() if value is not None}
        if given:
            training = replace(training, **given)  # type: ignore[arg-type]
            project = replace(project, training=training)
        return cls(
            project=project,
            source=source or render_script(project),
            epochs=training.epochs,
            batch_size=training.batch_size,
            device=training.device,
            seed=training.seed,
            data_path=data_path or find_data_path(project, beside),
            weights=find_weights(project, None if weights else beside),
            out=out,
            resume=resume,
            every=every,
            tensorboard=tensorboard,
        )


def find_data_path(project: Project, beside: Path | None = None) -> Path | None:
    """Return the file or folder that the project's data source reads, None where it reads none or none is chosen.

    A relative one starts from the folder `beside`, else from the working directory.
    """
    choice = project.data.source
    spec = registry.sources.get(choice.kind) if choice is not None else None
    if choice is None or spec is None or not spec.path:
        return None
    values, _ = resolve(spec.parameters, choice.parameters)
    path = values.get(spec.path)
    return _find(path, beside) if isinstance(path, str) and path else None


def find_weights(project: Project, beside: Path | None = None) -> Path | None:
    """Return the file the network starts from, None where all its weights are fresh; relative as the data's."""
    return _find(project.training.weights, beside) if project.training.weights else None


def _find(path: str, beside: Path | None) -> Path:
    found = Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where ~somebody is nobody
    return found if beside is None else beside / found
