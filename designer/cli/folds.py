"""Cross-validation on the command line: train once for each fold, and tell mean and spread."""

from argparse import Namespace
from dataclasses import replace

from designer.cli.demands import Refusal, demand_trust, open_project


def train_folds(arguments: Namespace) -> int:
    """Train once for each fold of a project's rows; 0 where one is done, 1 where none could be, 130 after Ctrl+C."""
    from designer.cli.sweeps import finish_sweep, make_folder
    from designer.engine.sweeps.folder import STUDY, Origin, begin_sweep
    from designer.engine.sweeps.folds import fold_rows, make_folds
    from designer.engine.sweeps.places import SweepError

    clashing = [name for name in ("resume", "keep", "tensorboard", "fsdp", "every") if getattr(arguments, name)]
    if clashing:
        raise Refusal(f"--folds trains several times, which --{clashing[0]} cannot follow. Leave one of them out.", 2)
    project = demand_trust(open_project(arguments.file), trust=arguments.trust)
    changes = {name: getattr(arguments, name) for name in ("device", "seed") if getattr(arguments, name) is not None}
    try:
        folded = fold_rows(replace(project, training=replace(project.training, **changes)), arguments.folds)
        sweep = make_folds(folded, epochs=arguments.epochs or 0)
        origin = Origin(arguments.file.parent, arguments.data, "", STUDY)
        folder = begin_sweep(arguments.out or make_folder(project), folded, sweep, origin)
    except SweepError as error:
        raise Refusal(str(error), 2) from None
    return finish_sweep(folder, Namespace(**vars(arguments), show=False, most=0, best=None))
