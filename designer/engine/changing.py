"""Another plan for a run under way: what fits of what was learned goes on, what cannot be built changes nothing."""

from dataclasses import replace

import torch

from designer.catalogue.revisions import is_same_network, name_changes
from designer.document.project import OFF
from designer.engine.carrying import carry_over
from designer.engine.events import Changed
from designer.engine.failures import explain
from designer.engine.plan import Plan
from designer.engine.progress import Progress
from designer.engine.resuming import read_random, set_random

# What `Progress.make` makes anew.
MADE = ("plan", "script", "trainer", "validation", "order", "snapshots", "clock", "meter", "scoring")


def change(progress: Progress, plan: Plan) -> Changed:
    """Go on with another plan; what cannot be built changes nothing."""
    old, before, way_back = progress.plan, progress.capture(), _Before(progress)
    same_data = _name_data(old) == _name_data(plan)
    kept_too = {name: getattr(old, name) for name in ("out", "show_samples", "every", "tensorboard")}
    step, plan = plan.back_to, replace(plan, weights=None, back_to=None, **kept_too)
    progress.memory.remember(before)
    data = ((progress.trainer.x, progress.trainer.y), progress.validation) if same_data else None
    try:
        source = before if step is None else progress.memory.go_back(before, step, plan.project)
        progress.make(plan, data)
        progress.plan = plan
        told = carry_over(source, progress.trainer, plan, progress.memory)
    except Exception as error:  # noqa: BLE001 - the run goes on as it was
        refusal = explain(error, plan, progress.place, None, None).message
        way_back.take(progress)
        return _describe(progress, Changed(0, 0, refusal=refusal), ())
    progress.place.phase = way_back.place.phase
    progress.trainer.go_on(before.epoch, before.stage)
    progress.trainer.learning_rate = before.learning_rate
    if not same_data and progress.stage == "training":
        progress.stage = "between"
    if not is_same_network(old.project, plan.project):
        progress.memory.leave(before)
    way_back.trainer.release()
    return _describe(progress, replace(told, back_to=step), name_changes(old.project, plan.project))


class _Before:
    """What a change replaces in a run, to put back where it cannot be made."""

    def __init__(self, progress: Progress) -> None:
        self.trainer, self.place = progress.trainer, replace(progress.place)
        self._random = read_random(self.trainer.device)
        self._made = {name: getattr(progress, name) for name in MADE}
        self._threads = torch.get_num_threads()

    def take(self, progress: Progress) -> None:
        """Put all of it back."""
        for name, value in self._made.items():
            setattr(progress, name, value)
        progress.place.phase, progress.place.rows = self.place.phase, self.place.rows
        torch.set_num_threads(self._threads)
        set_random(self._random, self.trainer.device)


def _name_data(plan: Plan) -> tuple[object, ...]:
    """Return what says which rows are learned, without what becomes of them."""
    return replace(plan.project.data, sampling=OFF, augmentation=()), plan.seed, plan.data_path, plan.device


def _describe(progress: Progress, told: Changed, changes: tuple[str, ...]) -> Changed:
    """Return the event of a change with where the run stands, and what is in force now."""
    place, plan = progress.place, progress.plan
    told = replace(told, epoch=place.epoch, step=place.step, plan=plan, changes=changes)
    return replace(told, epochs=plan.epochs, steps_per_epoch=progress.trainer.batches)
