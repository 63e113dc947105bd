"""Another plan for a run under way: what fits of what was learned goes on, what cannot be built changes nothing."""

from dataclasses import replace

import torch

from designer.catalogue.revisions import name_changes
from designer.document.project import OFF, Data
from designer.engine.carrying import carry_over
from designer.engine.events import Changed
from designer.engine.failures import explain
from designer.engine.plan import Plan
from designer.engine.progress import Progress
from designer.engine.resuming import read_random, set_random


def change(progress: Progress, plan: Plan) -> Changed:
    """Go on with another plan; what cannot be built changes nothing."""
    place, before = progress.place, progress.capture()
    kept, old, trainer = dict(vars(progress)), progress.plan, progress.trainer
    phase, rows, random = place.phase, place.rows, read_random(trainer.device)
    same_data = (_strip(old.project.data), old.seed, old.data_path, old.device) == (
        _strip(plan.project.data),
        plan.seed,
        plan.data_path,
        plan.device,
    )
    kept_too = {name: getattr(old, name) for name in ("out", "show_samples", "every", "tensorboard")}
    plan = replace(plan, weights=None, **kept_too)
    progress.memory.remember(before)
    data = ((trainer.x, trainer.y), progress.validation) if same_data else None
    try:
        progress.make(plan, data)
        progress.plan = plan
        told = carry_over(before, progress.trainer, plan, progress.memory)
    except Exception as error:  # noqa: BLE001 - the run goes on as it was
        vars(progress).update(kept)
        refusal = explain(error, plan, place, None, None).message
        place.phase, place.rows = phase, rows
        torch.set_num_threads(old.source.threads or progress.threads)
        set_random(random, progress.trainer.device)
        return _describe(progress, Changed(0, 0, refusal=refusal), ())
    place.phase = phase
    progress.trainer.go_on(before.epoch, before.stage)
    progress.trainer.learning_rate = before.learning_rate
    if not same_data and progress.stage == "training":
        progress.stage = "between"
    trainer.release()
    return _describe(progress, told, name_changes(old.project, plan.project))


def _strip(data: Data) -> Data:
    """Return what says which rows are learned, without what becomes of them."""
    return replace(data, sampling=OFF, augmentation=())


def _describe(progress: Progress, told: Changed, changes: tuple[str, ...]) -> Changed:
    """Return the event of a change with where the run stands, and what is in force now."""
    place, plan = progress.place, progress.plan
    told = replace(told, epoch=place.epoch, step=place.step, plan=plan, changes=changes)
    return replace(told, epochs=plan.epochs, steps_per_epoch=progress.trainer.batches)
