"""Sweeps on the command line: define one or go on with one, follow its trials, and tell which were best."""

import json
import math
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer.cli.demands import Refusal, demand_trust, open_project
from designer.document.wording import show_name

if TYPE_CHECKING:
    from designer.document.project import Project
    from designer.engine.sweeps.definition import Sweep
    from designer.engine.sweeps.folder import SweepFolder
    from designer.engine.sweeps.study import Study
    from designer.engine.sweeps.trials import Trial

SHOWN = 10  # trials in the table at the end
LONGEST = 24  # characters of a value in it


def run_sweep(arguments: Namespace) -> int:
    """Do the trials of a sweep; 0 where one is done, 1 where none could be, 130 after Ctrl+C."""
    from designer.engine.sweeps.places import SweepError

    try:
        folder = _find_folder(arguments)
    except SweepError as error:
        raise Refusal(str(error), 2) from None
    return finish_sweep(folder, arguments)


def finish_sweep(folder: "SweepFolder", arguments: Namespace) -> int:
    """Do what is left of a sweep and tell of it; return the exit status."""
    from designer.engine.sweeps.folds import tell_folds
    from designer.engine.sweeps.places import SweepError

    try:
        study = folder.open()
    except SweepError as error:
        raise Refusal(str(error), 2) from None
    try:
        stopped = False if arguments.show else _follow(folder, study, arguments)
        folder.write_trials(study)
    except SweepError as error:
        raise Refusal(str(error)) from None
    trials = study.list()
    _tell_result(folder, study, trials, as_json=arguments.json)
    if folder.sweep.ablation and not arguments.json:
        _tell_effects(folder, trials)
    if not arguments.json and (told := tell_folds(folder.sweep, trials)):
        print(told)
    _save_best(folder, study, trials, arguments.best)
    if stopped:
        from designer.cli.training import STOPPED

        return STOPPED
    return 0 if any(trial.state in ("done", "pruned") for trial in trials) else 1


def _find_folder(arguments: Namespace) -> "SweepFolder":
    """Return the sweep that is meant: the one in a folder, or the one that the arguments define."""
    from designer.engine.sweeps.definition import check_sweep
    from designer.engine.sweeps.folder import STUDY, Origin, begin_sweep, holds_sweep, read_folder
    from designer.engine.sweeps.study import open_study

    path: Path = arguments.file
    if path.is_dir() or (not arguments.vary and arguments.out is not None and holds_sweep(arguments.out)):
        known = read_folder(path if path.is_dir() else arguments.out)
        project = demand_trust(known.project, trust=arguments.trust)
        sweep = replace(known.sweep, trials=arguments.trials) if arguments.trials is not None else known.sweep
        return begin_sweep(known.path, project, sweep, known.origin)
    project = demand_trust(open_project(path), trust=arguments.trust)
    name = arguments.name or (show_name(project.name, 80) if arguments.storage else STUDY)
    if arguments.vary or not arguments.storage:
        sweep = check_sweep(_define(project, arguments), project)
    else:  # what the others do who share the storage
        sweep = open_study(arguments.storage, name, None).sweep
    origin = Origin(path.parent, arguments.data, arguments.storage or "", name)
    return begin_sweep(arguments.out or make_folder(project), project, sweep, origin)


def _define(project: "Project", arguments: Namespace) -> "Sweep":
    from designer.engine.sweeps.definition import Sweep, direction_of, read_axis

    if arguments.ablation:
        from designer.engine.sweeps.ablation import SEEDS, make_ablation

        seeds = arguments.seeds or SEEDS
        epochs = arguments.epochs or 0
        return make_ablation(project, seeds=seeds, goal=arguments.goal, epochs=epochs, single=arguments.single)
    axes = tuple(read_axis(project, text) for text in arguments.vary)
    default = 0 if arguments.method == "grid" else 20
    return Sweep(
        axes=axes,
        method=arguments.method,
        trials=arguments.trials if arguments.trials is not None else default,
        seeds=arguments.seeds,
        goal=arguments.goal,
        direction=direction_of(arguments.goal),
        pruning=not arguments.no_pruning,
        seed=arguments.sampler_seed,
        epochs=arguments.epochs or 0,
    )


def make_folder(project: "Project") -> Path:
    """Return a new folder in the store of the user's sweeps."""
    from designer.engine.store import Store
    from designer.paths import user_sweeps

    return Store(user_sweeps()).new_folder(project.name)


def _follow(folder: "SweepFolder", study: "Study", arguments: Namespace) -> bool:
    """Do what is left; return whether it was stopped."""
    from designer.cli.training import listening
    from designer.engine.sweeps.working import SweepEnded, TrialEnded, work

    sweep = folder.sweep
    output = sys.stdout if arguments.json else sys.stderr  # as it is now: meanwhile what prints goes elsewhere
    sys.stderr.write(f"{_describe(sweep)} in {folder.path}\n")
    with listening(arguments.json, whole=False) as (_, stopped):
        origin = folder.origin
        run = work(study, folder.project, beside=origin.beside, data=arguments.data or origin.data, most=arguments.most)
        event = next(run)
        while not isinstance(event, SweepEnded):
            if isinstance(event, TrialEnded):
                trial = next(trial for trial in study.list() if trial.slot == event.slot)
                line = json.dumps(_write_trial(sweep, trial)) if arguments.json else _write_line(folder, trial)
                print(line, file=output, flush=True)
                folder.write_trials(study)
            event = run.send(stopped())
    return event.reason == "stopped"


def _describe(sweep: "Sweep") -> str:
    count = "1 trial" if sweep.size == 1 else f"{sweep.size:,} trials"
    return f"{sweep.method} sweep of {count} over {', '.join(axis.name for axis in sweep.axes)}"


def _write_line(folder: "SweepFolder", trial: "Trial") -> str:
    sweep = folder.sweep
    values = "  ".join(
        map(" ".join, zip((axis.name for axis in sweep.axes), _write_values(folder, trial), strict=True))
    )
    result = f"{sweep.goal} {trial.goal:.4g}" if trial.goal is not None else f"failed: {trial.reason}"
    end = "  (given up early)" if trial.state == "pruned" else ""
    return f"trial {trial.slot + 1}/{sweep.size}  {values}  {result}{end}"


def _write_trial(sweep: "Sweep", trial: "Trial") -> dict[str, Any]:
    values = {axis.name: trial.values.get(axis.key) for axis in sweep.axes}
    goal = trial.goal if trial.goal is not None and math.isfinite(trial.goal) else None
    return {
        "event": "trial",
        "trial": trial.slot + 1,
        "state": trial.state,
        "values": values,
        sweep.goal: goal,
        "spread": trial.spread,
        "results": list(trial.results),
        "epochs": trial.epochs,
        "reason": trial.reason,
    }


def _tell_result(folder: "SweepFolder", study: "Study", trials: "tuple[Trial, ...]", *, as_json: bool) -> None:
    """Print the best trials, and what mattered."""
    sweep = folder.sweep
    done = sorted((trial for trial in trials if trial.state == "done"), key=lambda trial: trial.goal or 0.0)
    done = done if sweep.is_better_lower else done[::-1]
    names = {axis.key: axis.name for axis in sweep.axes}
    importance = {names.get(key, key): share for key, share in study.importance().items()}
    if as_json:
        best = _write_trial(sweep, done[0]) if done else None
        every = [_write_trial(sweep, trial) for trial in trials]
        print(json.dumps({"event": "sweep", "best": best, "importance": importance, "trials": every}))
        return
    counts = {state: sum(trial.state == state for trial in trials) for state in ("done", "pruned", "failed", "running")}
    words = {"done": "done", "pruned": "given up early", "failed": "failed", "running": "under way elsewhere"}
    print(", ".join(f"{count:,} {words[state]}" for state, count in counts.items() if count) or "No trials yet.")
    if done:
        spread = any(trial.spread is not None for trial in done)
        heads = ("trial", *names.values(), sweep.goal, *(("spread",) if spread else ()))
        rows = [heads, *(_write_row(folder, trial, spread=spread) for trial in done[:SHOWN])]
        widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
        for row in rows:
            print("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))
    if importance and not sweep.ablation:
        print("importance: " + ", ".join(f"{name} {share:.0%}" for name, share in importance.items()))


def _tell_effects(folder: "SweepFolder", trials: "tuple[Trial, ...]") -> None:
    """Print what each part of an ablation is worth."""
    from designer.engine.sweeps.ablation import measure_effects

    for effect in measure_effects(folder.project, folder.sweep, trials):
        pairs = "1 pair" if effect.pairs == 1 else f"{effect.pairs:,} pairs"
        change = f"{folder.sweep.goal} {effect.change:+.4g} ± {effect.spread:.2g}"
        print(f"{show_name(effect.name, 60)}: {change}, of {pairs}")


def _write_row(folder: "SweepFolder", trial: "Trial", *, spread: bool) -> tuple[str, ...]:
    more = (f"{trial.spread:.2g}" if trial.spread is not None else "",) if spread else ()
    return (str(trial.slot + 1), *_write_values(folder, trial), f"{trial.goal:.5g}", *more)


def _write_values(folder: "SweepFolder", trial: "Trial") -> list[str]:
    from designer.engine.sweeps.ablation import write_choice

    pairs = ((axis, trial.values.get(axis.key)) for axis in folder.sweep.axes)
    return [show_name(write_choice(folder.project, axis, value), LONGEST) for axis, value in pairs]


def _save_best(folder: "SweepFolder", study: "Study", trials: "tuple[Trial, ...]", out: Path | None) -> None:
    """Save the project of the best trial, where that is asked for."""
    from designer.document.files import save
    from designer.engine.sweeps.folder import find_best
    from designer.engine.sweeps.working import make_project

    best = find_best(study, trials)
    if out is None or best is None:
        return
    if out.exists():
        raise Refusal(f"{out} is there already. Choose another name.")
    save(out, make_project(folder.project, folder.sweep, best.values))
    sys.stderr.write(f"Saved {out}\n")
