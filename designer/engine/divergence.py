"""The end of a run whose loss, or what a step has made of its weights, is not finite: which step it was, and whose fault."""

from designer.engine.blame import Blame, find_culprit, measure
from designer.engine.events import Failed
from designer.engine.failures import Before, explain_divergence, explain_ruin
from designer.engine.progress import Progress
from designer.engine.rewind import Rewind, Ruin


class Diverged(Exception):
    """A loss is infinite or not a number; `event` says whose fault it is."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message)
        self.event = event


def find_ruin(progress: Progress, rewind: Rewind, last: int, loss: float, *, losses_are_finite: bool) -> Ruin | None:
    """Return the step that left weights that are not finite, None where they were until a loss was not."""
    ruin = rewind.find_ruin(progress.trainer, last if losses_are_finite else last - 1)
    if ruin is None and losses_are_finite:  # there is no copy: the last step is as good a guess as any
        return Ruin(last, loss)
    return ruin


def blame_loss(progress: Progress, rewind: Rewind, step: int, loss: float) -> Diverged:
    """Return what ends a run at a step whose loss is not finite."""
    trainer = progress.trainer
    return blame(progress, find_culprit(trainer, rewind.replay(trainer, step)), loss)


def blame_ruin(progress: Progress, rewind: Rewind, ruin: Ruin) -> Diverged:
    """Return what ends a run whose trainer stands after the step that ruined it."""
    progress.place.step = ruin.step
    culprit = find_culprit(progress.trainer, None)
    rewind.replay(progress.trainer, ruin.step)
    return blame(progress, culprit, ruin.loss, is_ruin=True)


def blame(progress: Progress, culprit: Blame, loss: float, *, is_ruin: bool = False) -> Diverged:
    """Return what ends a run, with what was before."""
    trainer, place, epochs = progress.trainer, progress.place, progress.epochs
    batch = place.step - (epochs[-1].step if epochs else 0)
    before = Before(batch, tuple(progress.recent), measure(trainer, culprit.node))
    tell = explain_ruin if is_ruin else explain_divergence
    return Diverged(tell(culprit, progress.plan, place, loss, before, trainer.learning_rate))
