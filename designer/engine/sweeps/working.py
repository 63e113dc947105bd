"""Work on a sweep: trials one after the other, each a training by the loop, told as plain events."""

import contextlib
import math
import statistics
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from designer.catalogue.check.training import BYTES_OF_WEIGHT
from designer.catalogue.facts import infer_project
from designer.codegen.source import NotReady
from designer.document.graph import Value
from designer.document.project import Project
from designer.engine.events import EpochDone, Failed, Finished, Request, Started, StepsDone
from designer.engine.plan import Plan
from designer.engine.sweeps.definition import Sweep
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.setting import set_values
from designer.engine.sweeps.study import Study

if TYPE_CHECKING:
    import optuna

TOUCH_EVERY = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class TrialBegan:
    """A trial is about to train with these values."""

    slot: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TrialStep:
    """A training has come this far; `share` is that of the trial. At most 20 of these a second."""

    slot: int
    share: float


@dataclass(frozen=True, slots=True)
class TrialEpoch:
    """An epoch of a trial is over."""

    slot: int
    seed: int
    epoch: int
    epochs: int
    goal: float


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """A trial is over; `reason` says why it failed, or was given up early."""

    slot: int
    state: Literal["done", "pruned", "failed"]
    goal: float | None
    spread: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class SweepEnded:
    """The last event: nothing is left to do here, or it was stopped. It can be gone on with after a stop."""

    reason: Literal["finished", "stopped"]
    trials: int


SweepEvent = TrialBegan | TrialStep | TrialEpoch | TrialEnded | SweepEnded
SweepEvents = Generator[SweepEvent, bool | None, None]


class Halted(Exception):
    """The listener asked for the end."""


@dataclass(slots=True)
class Work:
    """What a trial has told so far."""

    study: Study
    trial: "optuna.Trial"
    slot: int
    sweep: Sweep
    results: list[float] = field(default_factory=list)
    curve: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    touched: float = field(default_factory=time.monotonic)

    def touch(self) -> None:
        """Say now and then that somebody is at work."""
        if time.monotonic() - self.touched > TOUCH_EVERY:
            self.touched = time.monotonic()
            self.study.touch(self.trial)


def work(
    study: Study, project: Project, *, beside: Path | None = None, data: Path | None = None, most: int = 0
) -> SweepEvents:
    """Do the trials of a sweep until none is left, `most` are done, or True is sent in; the last event is SweepEnded.

    A trial that cannot be built, or whose training fails, is one with its reason; the sweep goes on. One that is stopped
    in the middle is done anew by whoever goes on.
    """
    done = 0
    while not most or done < most:
        trial = study.ask()
        if trial is None:
            break
        task = Work(study, trial, study.slot_of(trial), study.sweep)
        try:
            yield from _try(task, project, beside, data)
        except Halted:
            study.give_back(trial)
            yield SweepEnded("stopped", done)
            return
        except BaseException:  # the generator is closed, or something is wrong with Designer itself
            with contextlib.suppress(Exception):
                study.give_back(trial)
            raise
        done += 1
    yield SweepEnded("finished", done)


def make_project(project: Project, sweep: Sweep, values: Mapping[str, Value]) -> Project:
    """Return the project of a trial. Raises SweepError."""
    made = set_values(project, values)
    if sweep.epochs:
        made = replace(made, training=replace(made.training, epochs=sweep.epochs))
    return made


def _try(task: Work, project: Project, beside: Path | None, data: Path | None) -> SweepEvents:
    """Train one trial, once a seed."""
    study, sweep, values = task.study, task.sweep, task.study.values_of(task.trial)
    yield from _tell(TrialBegan(task.slot, values))
    try:
        made = make_project(project, sweep, values)
        demand_room(made)
        seeds = sweep.seeds or (made.training.seed,)
        for place, seed in enumerate(seeds):
            plan = Plan.from_project(made, seed=seed, beside=beside, data_path=data)
            if (yield from _train(task, plan, place, len(seeds))):
                reason = f"given up after epoch {task.curve[-1][1]}: worse than half of the others there"
                study.tell(task.trial, "PRUNED", reason=reason, curve=task.curve)
                best = _best(sweep, [row[4] for row in task.curve])
                yield from _tell(TrialEnded(task.slot, "pruned", best, None, reason))
                return
    except (SweepError, NotReady) as error:
        yield from _fail(task, _explain(error))
        return
    goal = statistics.fmean(task.results)
    spread = statistics.stdev(task.results) if len(task.results) > 1 else None
    study.tell(task.trial, "COMPLETE", goal, spread=spread, results=task.results, curve=task.curve)
    yield from _tell(TrialEnded(task.slot, "done", goal, spread, ""))


def _train(task: Work, plan: Plan, place: int, count: int) -> Generator[SweepEvent, bool | None, bool]:
    """Train once, and add to what the trial has told; return whether it is given up. Raises SweepError, Halted."""
    from designer.engine.loop import train

    run = train(plan)
    goals: list[float] = []
    steps = 1
    pruned = False
    try:
        event = next(run)
        while not isinstance(event, Finished | Failed):
            task.touch()  # in a long validation too
            if isinstance(event, Started):
                steps = max(1, event.steps_per_epoch * event.epochs)
            elif isinstance(event, StepsDone):
                yield from _tell(TrialStep(task.slot, (place + min(1.0, event.step / steps)) / count))
            elif isinstance(event, EpochDone):
                goal = read_goal(task.sweep, event)
                goals.append(goal)
                task.curve.append((plan.seed, event.epoch, event.train_loss, event.val_loss, goal))
                yield from _tell(TrialEpoch(task.slot, plan.seed, event.epoch, plan.epochs, goal))
                if not place and math.isfinite(goal):
                    task.trial.report(goal, event.epoch)
                    pruned = task.sweep.pruning and event.epoch < plan.epochs and task.trial.should_prune()
                if pruned:
                    break
            event = run.send(None)
    except Halted:
        with contextlib.suppress(StopIteration):
            run.send(Request(stop=True))
        raise
    finally:
        run.close()
    if isinstance(event, Failed):
        raise SweepError(event.message)
    if pruned:
        return True
    found = [goal for goal in goals if math.isfinite(goal)]
    if not found:
        raise SweepError(f"No epoch gave a finite {task.sweep.goal}.")
    task.results.append(_best(task.sweep, found))
    return False


def demand_room(project: Project) -> None:
    """Raise SweepError where the weights alone, their gradients and the optimizer's state are more than fits."""
    from designer.engine.memory import measure_free, spell_size

    layers = infer_project(project).nodes.values()
    weights = sum(known.parameters for known in layers if not known.options.get("frozen"))
    needed, free = BYTES_OF_WEIGHT * weights, measure_free(project.training.device)
    if free is not None and needed > free:
        raise SweepError(
            f"Its {weights:,} weights need {spell_size(needed)} of memory to learn, and {spell_size(free)} are free. "
            "Choose smaller layers."
        )


def read_goal(sweep: Sweep, event: EpochDone) -> float:
    """Return what an epoch reached. Raises SweepError where the goal is not measured."""
    part, _, name = sweep.goal.partition("_")
    if name == "loss":
        return event.val_loss if part == "val" else event.train_loss
    scores = event.val_metrics if part == "val" else event.train_metrics
    if name not in scores:
        known = ", ".join(f"{part}_{each}" for each in scores) or "no metric"
        raise SweepError(f"{sweep.goal} is not measured in this training, but {known}. Choose another goal.")
    return float(scores[name])


def _best(sweep: Sweep, goals: list[float]) -> float:
    return min(goals) if sweep.is_better_lower else max(goals)


def _fail(task: Work, reason: str) -> SweepEvents:
    task.study.tell(task.trial, "FAIL", reason=reason, curve=task.curve)
    yield from _tell(TrialEnded(task.slot, "failed", None, None, reason))


def _tell(event: SweepEvent) -> SweepEvents:
    if (yield event):
        raise Halted


def _explain(error: Exception) -> str:
    if isinstance(error, NotReady):
        return error.problems[0].message if error.problems else "The network is not complete."
    return str(error)
