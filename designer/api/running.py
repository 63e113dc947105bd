"""Check, export, train and verify a project from notebooks and scripts. torch is imported by what needs it."""

import contextlib
import tempfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.document.atomic import write_file
from designer.document.files import SUFFIX, FileError
from designer.document.project import Project

if TYPE_CHECKING:
    from torch import Tensor, nn

    from designer.catalogue.check import Problem
    from designer.engine.events import EpochDone, Event, Request
    from designer.engine.plan import Plan
    from designer.engine.verify import Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """A run that is over: an entry an epoch, why it ended, and the final weights by torch's name for each."""

    history: "tuple[EpochDone, ...]"
    reason: str
    weights: "Mapping[str, Tensor]"


class TrainingFailed(RuntimeError):
    """A run that could not go on; the message says what, where and what to do."""


def check(project: Project) -> "tuple[Problem, ...]":
    """Return what is wrong with a project, worst first; `problem.fixes[0].apply(project)` mends it where it can."""
    from designer.catalogue.check import check as find_problems

    return find_problems(project)


def export(project: Project, path: Path | str | None = None) -> str:
    """Return the training script of a project, and write it to a file where one is named.

    Raises NotReady; ValueError where the name is that of a project; FileError where the file cannot be written.
    """
    from designer.codegen.script import render_script

    if path is not None and Path(path).suffix.lower() == SUFFIX:
        raise ValueError(f"{path} is the name of a project. Choose a name that does not end in {SUFFIX}.")
    text = render_script(project).text
    if path is not None:
        try:
            write_file(Path(path), text.encode())
        except OSError as error:
            raise FileError(f"Cannot write {path}: {(error.strerror or str(error)).lower()}.") from None
    return text


def make_model(project: Project, weights: "Mapping[str, Tensor] | None" = None) -> "nn.Module":
    """Return the network as a torch module, with the weights of a Result where they are given. Raises NotReady."""
    from designer.codegen.script import render_script
    from designer.engine.build import build as execute

    model = execute(render_script(project)).make_model()
    if weights is not None:
        model.load_state_dict(dict(weights))
    return model


def make_plan(
    project: Project,
    *,
    epochs: int | None = None,
    device: str | None = None,
    seed: int | None = None,
    weights: Path | None = None,
    data: Path | str | None = None,
    out: Path | str | None = None,
    beside: Path | None = None,
    resume: Path | None = None,
    every: int = 0,
    tensorboard: bool = False,
) -> "Plan":
    """Return what the engine needs to know of a run.

    A relative path of data or weights in the project starts from the folder `beside`. `resume` is the checkpoint to go
    on from; one of each `every` epochs is kept in `out` besides the last and the best, with `tensorboard` a log.

    Raises NotReady; DataError where `data` is not what it should be; FolderError where the folder `out` holds files
    that no run has written. The last two are ValueErrors.
    """
    from designer.engine.ownership import holds_run
    from designer.engine.plan import Plan

    if out is not None:
        holds_run(Path(out))

    if data is not None:
        from designer.data import set_path

        project = replace(project, data=set_path(project.data, data))
    folder = None if out is None else Path(out)
    start = None if weights is None else str(weights)
    return Plan.from_project(
        project,
        epochs=epochs,
        device=device,
        seed=seed,
        weights=start,
        out=folder,
        beside=beside,
        resume=resume,
        every=every,
        tensorboard=tensorboard,
    )


def watch(
    project: Project,
    *,
    epochs: int | None = None,
    device: str | None = None,
    seed: int | None = None,
    data: Path | str | None = None,
    out: Path | str | None = None,
) -> "Generator[Event, Request | None]":
    """Train, and yield every event as it comes: see designer.engine.events. Raises NotReady, at once.

    `data` is the file or folder of the data, `out` the folder that keeps what the run leaves. The last event is
    Finished or Failed. To stop, leave the loop or close the generator: the run then ends as if it were stopped, and `out` holds what
    it has learned.
    """
    return _follow(make_plan(project, epochs=epochs, device=device, seed=seed, data=data, out=out))


def _follow(plan: "Plan") -> "Generator[Event, Request | None]":
    """Pass on the events of a run and the requests to it; closed, let it end in order."""
    from designer.engine.events import Request
    from designer.engine.loop import train as run

    events = run(plan)
    event = next(events)
    with contextlib.suppress(StopIteration):
        while True:
            try:
                request = yield event
            except GeneratorExit:
                while True:
                    events.send(Request(stop=True))
            event = events.send(request)


def train(
    project: Project,
    *,
    epochs: int | None = None,
    device: str | None = None,
    seed: int | None = None,
    data: Path | str | None = None,
    out: Path | str | None = None,
    listen: "Callable[[Event], object] | None" = None,
) -> Result:
    """Train to the end and return what came of it; arguments as in `watch`, `listen` is called with every event.

    Raises NotReady for a project that is not complete, TrainingFailed for a run that broke off.
    """
    from safetensors.torch import load_file

    from designer.engine.events import EpochDone, Failed, Finished

    history: list[EpochDone] = []
    reason = ""
    with tempfile.TemporaryDirectory(prefix="designer-run-") as spare:
        folder = Path(spare if out is None else out)
        for event in watch(project, epochs=epochs, device=device, seed=seed, data=data, out=folder):
            if listen is not None:
                listen(event)
            match event:
                case EpochDone():
                    history.append(event)
                case Failed():
                    raise TrainingFailed(event.message)
                case Finished():
                    reason = event.reason
        return Result(tuple(history), reason, load_file(folder / "last.safetensors"))


def verify(
    project: Project,
    *,
    epochs: int | None = None,
    seed: int | None = None,
    data: Path | str | None = None,
    listen: "Callable[[Event], Request | None]" = lambda event: None,
) -> "Verdict":
    """Train here and by the exported script in a fresh process, and compare every loss and weight. Raises NotReady."""
    from designer.engine.verify import verify as compare

    plan = make_plan(project, epochs=epochs, device="cpu", seed=seed, data=data)
    return compare(plan, listen)
