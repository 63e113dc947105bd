"""Cross-validation: a sweep in which every fold of the rows is held out once, with mean and spread of what is reached."""

import statistics
from collections.abc import Iterable
from dataclasses import replace

from frozendict import frozendict

from designer.catalogue.check.study import Study
from designer.catalogue.facts import facts, infer_project, source_problem
from designer.catalogue.measuring import choose_metrics
from designer.catalogue.parameters import resolve
from designer.catalogue.splits import splits
from designer.document.edits import set_data
from designer.document.graph import Value
from designer.document.project import Choice, Project
from designer.engine.sweeps.definition import Axis, Sweep, check_sweep, direction_of
from designer.engine.sweeps.places import SweepError
from designer.engine.sweeps.trials import Trial

FOLD = "data.split.fold"
# How folds are made of rows that were split in another way before.
BY = frozendict({"Random": "row", "Stratified": "class", "Group": "group", "Alike": "alike", "Time": "time"})


def fold_rows(project: Project, folds: int = 0) -> Project:
    """Return the project with its rows cut into folds, in the way they are split now; 0 are as many as there are, or 5.

    Rows that are drawn at random are cut class by class where there are classes. Raises SweepError where the rows cannot be cut so.
    """
    split = project.data.split
    if split.kind != "Fold" and split.kind not in BY:
        title = splits[split.kind].title if split.kind in splits else split.kind
        raise SweepError(f"Rows that are split as {title} cannot be cut into folds. Choose another split first.")
    given: dict[str, Value] = dict(split.parameters)
    if split.kind in BY:
        known = facts(project)
        of_classes = known is not None and known.target.kind in ("class", "binary") and known.gap is None
        # A fold must not lack a class by chance.
        given |= {"by": "class" if of_classes and split.kind == "Random" else BY[split.kind]}
    if folds:
        given |= {"folds": folds}
    given.pop("fold", None)
    usual = {one.name: one.default for one in splits["Fold"].parameters}
    parameters = {name: value for name, value in given.items() if usual.get(name) != value}
    made = set_data(project, replace(project.data, split=Choice("Fold", parameters)))
    if (problem := source_problem(made)) is not None:
        raise SweepError(problem)
    return made


def make_folds(project: Project, *, goal: str = "", epochs: int = 0, seeds: tuple[int, ...] = ()) -> Sweep:
    """Return the sweep over all folds of a project whose rows are cut into folds. Raises SweepError.

    Without a goal it is the first metric on the validation rows, the validation loss where none is measured.
    """
    values = resolve(splits["Fold"].parameters, project.data.split.parameters)[0]
    goal = goal or find_goal(project)
    folds = tuple(range(1, values["folds"] + 1))
    axis = Axis(FOLD, choices=folds)
    sweep = Sweep((axis,), "grid", 0, seeds, goal, direction_of(goal), pruning=False, epochs=epochs)
    return check_sweep(sweep, project)


def find_goal(project: Project) -> str:
    """Return the first metric on the validation rows, or their loss where the task brings scores of its own."""
    reading = Study(project, infer_project(project), facts(project)).reading
    measured = choose_metrics(project.training.metrics, reading) if reading is not None else ()
    return f"val_{measured[0].kind}" if measured else "val_loss"


def are_folds(sweep: Sweep) -> bool:
    """Return whether a sweep goes over folds and nothing else."""
    return len(sweep.axes) == 1 and sweep.axes[0].key == FOLD


def tell_folds(sweep: Sweep, trials: Iterable[Trial]) -> str:
    """Return mean and spread over the folds that are done, "" where a sweep is none of folds or has not got so far."""
    reached = [trial.goal for trial in trials if trial.state == "done" and trial.goal is not None]
    if not are_folds(sweep) or not reached:
        return ""
    spread = f" ± {statistics.stdev(reached):.2g}" if len(reached) > 1 else ""
    return f"{sweep.goal} {statistics.fmean(reached):.4g}{spread} over {len(reached)} of {sweep.size} folds"
