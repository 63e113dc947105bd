"""Another plan for a run under way: what fits of what was learned goes on, what cannot be built changes nothing."""

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from designer.catalogue.revisions import name_changes
from designer.engine.carrying import carry_over
from designer.engine.events import Changed
from designer.engine.failures import explain
from designer.engine.plan import Plan
from designer.engine.resuming import read_random, set_random

if TYPE_CHECKING:
    from designer.engine.run import Run


def change(run: "Run", plan: Plan) -> Changed:
    """Go on with another plan; what cannot be built changes nothing."""
    place, before = run.place, run.capture()
    kept, old, trainer = dict(vars(run)), run.plan, run.trainer
    phase, rows, random = place.phase, place.rows, read_random(trainer.device)
    same_data = (old.project.data, old.seed, old.data_path, old.device) == (
        plan.project.data,
        plan.seed,
        plan.data_path,
        plan.device,
    )
    kept_too = {name: getattr(old, name) for name in ("out", "show_samples", "every", "tensorboard")}
    plan = replace(plan, weights=None, **kept_too)
    run.memory.remember(before)
    data = ((trainer.x, trainer.y), run.validation) if same_data else None
    try:
        run.make(plan, data)
        run.plan = plan
        told = carry_over(before, run.trainer, plan, run.memory)
    except Exception as error:  # noqa: BLE001 - the run goes on as it was
        vars(run).update(kept)
        refusal = explain(error, plan, place, None, None).message
        place.phase, place.rows = phase, rows
        torch.set_num_threads(old.source.threads or run.threads)
        set_random(random, run.trainer.device)
        return _describe(run, Changed(0, 0, refusal=refusal), ())
    place.phase = phase
    run.trainer.go_on(before.epoch, before.stage)
    run.trainer.learning_rate = before.learning_rate
    if not same_data and run.stage == "training":
        run.stage = "between"
    trainer.release()
    if run.folder is not None:
        run.folder.change(plan)
    run.keep_copy()
    return _describe(run, told, name_changes(old.project, plan.project))


def _describe(run: "Run", told: Changed, changes: tuple[str, ...]) -> Changed:
    """Return the event of a change with where the run stands, and what is in force now."""
    place, plan = run.place, run.plan
    told = replace(told, epoch=place.epoch, step=place.step, plan=plan, changes=changes)
    return replace(told, epochs=plan.epochs, steps_per_epoch=run.trainer.batches)
