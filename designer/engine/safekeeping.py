"""Which states of a run are kept, in memory and in its folder, and whether they are good ones."""

import contextlib
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from designer.document.project import Project
from designer.engine.blame import is_finite
from designer.engine.checkpoint import RunFolder
from designer.engine.events import Copied, EpochDone, Failed, Finished, Held, Unkept
from designer.engine.failures import explain_file
from designer.engine.meter import INTERVAL
from designer.engine.ownership import FolderError
from designer.engine.plan import Plan
from designer.engine.progress import Progress
from designer.engine.recording import make_record
from designer.engine.rewind import Rewind
from designer.engine.sharding import find_weights
from designer.engine.state import State, StateError, read_place, to_cpu
from designer.engine.unsaved import Unsaved


class Safekeeping:
    """The states that are kept of a run: a copy to look back from, the newest good one, and what its folder holds."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.rewind = Rewind()
        self._folder: RunFolder | None = None
        self._looked_at = -math.inf  # when the weights were, on the clock
        self._good: State | None = None  # the newest copy of a state whose losses were still in bounds
        self._bound = math.inf  # of those: twice what the first were
        self._told = ""  # why the folder cannot be written
        self._unsaved: Unsaved | None = None

    def open(self, *, exactly: bool, before: Project | None = None) -> None:
        """Open the run's folder, where it has one; `exactly` says whether it goes on from a state without a change.

        `before` is the project of that state.
        """
        progress, plan = self._progress, self._progress.plan
        if plan.out is not None:
            progress.place.phase = "files"
            record = make_record(plan, progress.trainer, progress.validation, progress.place, progress.clock.now())
            self._folder = RunFolder(plan.out, plan, record, progress.epochs, exactly=exactly, before=before)

    @property
    def changes(self) -> tuple[tuple[int, str], ...]:
        """The steps at which the run was changed so far, and how; none of one that has no folder."""
        return self._folder.changes if self._folder is not None else ()

    @property
    def has_other_data(self) -> bool:
        """Whether the data are not those of the run that is gone on with, as far as that is known."""
        return self._folder is not None and self._folder.has_other_data

    @property
    def is_write_due(self) -> bool:
        """Whether the folder is due to be written."""
        return self._folder is not None and self._folder.is_due

    def copy(self, which: Literal["now", "best"]) -> Copied:
        """Return a copy of the weights as they are, or of those of the best epoch; none where these are not known."""
        progress = self._progress
        weights, place = progress.trainer.trained.state_dict(), (progress.place.epoch, progress.place.step)
        if which == "best":
            done = min(progress.epochs, key=lambda epoch: epoch.val_loss, default=None)
            weights = self._folder.best_weights if self._folder is not None and done is not None else {}
            place = (done.epoch, done.step) if done is not None else (0, 0)
        return Copied(*place, which == "best", {name: to_cpu(tensor) for name, tensor in weights.items()})

    def are_losses_followed(self) -> bool:
        """Return False where weights are not finite though the losses so far were: it is looked at now and then.

        And before a copy is taken or written, which must be a good one. Several processes all see it in the next loss.
        """
        due = self._progress.clock.now() - self._looked_at >= INTERVAL or self.rewind.is_due or self.is_write_due
        return not due or self._progress.trainer.ranks.world > 1 or self.is_sound()

    def is_sound(self) -> bool:
        """Return whether all that is learned is finite."""
        self._looked_at = self._progress.clock.now()
        return self._progress.scoring.is_sound()

    def note_losses(self, losses: Sequence[float]) -> None:
        """Note the losses of some steps for the folder."""
        if self._folder is not None:
            self._folder.note_steps(losses)

    def keep(self, losses: Sequence[float]) -> None:
        """Copy the state, and write it, each where it is time; several processes do after the next step, together."""
        trainer, is_due = self._progress.trainer, self.is_write_due
        ranks = trainer.ranks
        if ranks.world > 1:
            copies = not trainer.is_shared  # what is shared out would have to be brought together each time
            ranks.wants_state = ranks.rank == 0 and (is_due or (copies and self.rewind.is_due))
            return
        if self.rewind.is_due:
            self.keep_copy(is_good=self._is_sane(losses))
        if self._folder is not None and is_due:
            self._folder.write_in_passing(trainer.trained, self._progress.capture())

    def keep_now(self) -> Held:
        """Write the state without waiting until it is time, as nobody knows how long the run is held; not of several processes."""
        progress = self._progress
        if self._folder is not None and progress.trainer.ranks.world == 1 and self.is_sound():
            self._folder.write_in_passing(progress.trainer.trained, progress.capture())
        return Held(progress.place.epoch, progress.place.step)

    def keep_copy(self, *, is_good: bool = True) -> None:
        """Copy the state, for a look back; one that is good is what a run that fails leaves."""
        self.rewind.keep(self._progress.trainer, self._progress.capture())
        if is_good:
            self._good = self.rewind.state

    def keep_together(self) -> None:
        """Copy and write the state that all processes bring together; the last losses must be good ones."""
        state, trainer = self._progress.capture(), self._progress.trainer
        trainer.ranks.wants_state = False
        self.rewind.keep(trainer, state)
        if trainer.ranks.rank or not all(map(is_finite, state.parts["model"].values())):
            return
        if self._is_sane(self._progress.recent):
            self._good = state.copy()
        if self._folder is not None and self._folder.is_due:
            self._folder.write_in_passing(find_weights(trainer, lambda: state), state)

    def note_epoch(self, epoch: EpochDone, take: Callable[[], State]) -> None:
        """Keep the weights of an epoch that is over."""
        if self._folder is not None:
            self._folder.note_epoch(epoch, find_weights(self._progress.trainer, take), take)

    def write_epoch(self, take: Callable[[], State]) -> None:
        """Write the state between two epochs, where it is time."""
        trainer = self._progress.trainer
        if self._folder is not None and self._folder.is_due and (trainer.ranks.world > 1 or self.is_sound()):
            self._folder.write_in_passing(find_weights(trainer, take), take())

    def change(self, plan: Plan) -> None:
        """Note that the run goes on with another plan."""
        if self._folder is not None:
            self._folder.change(plan)
        self.keep_copy()

    def read_trouble(self) -> Unkept | None:
        """Return what there is to tell of the folder: that it cannot be written, for another reason, or that it can again."""
        folder, place = self._folder, self._progress.place
        if folder is None or folder.trouble == self._told:
            return None
        self._told = folder.trouble
        return Unkept(place.epoch, place.step, self._told, folder.path)

    def move(self, path: Path) -> Unkept:
        """Keep the run in another folder from now on, and write there all there is; return what came of it."""
        progress = self._progress
        if self._folder is not None and progress.trainer.ranks.world == 1:
            try:
                self._folder.move(path)
                progress.plan = replace(progress.plan, out=path)
            except (OSError, FolderError) as error:
                self._folder.trouble = explain_file(error, "write")
            else:
                if self.is_sound():
                    self._folder.write_in_passing(progress.trainer.trained, progress.capture())
            self._told = self._folder.trouble
            path = self._folder.path
        return Unkept(progress.place.epoch, progress.place.step, self._told, path)

    def finish(self, ended: Finished) -> None:
        """Write what is left to write of a run that is over. Raises OSError; then it is held in memory."""
        progress = self._progress
        together = progress.is_ready and progress.trainer.ranks.world > 1
        state = progress.capture() if self._folder is not None or together else None
        if self._folder is not None and state is not None:
            progress.place.phase = "files"
            weights = find_weights(progress.trainer, lambda: state)
            try:
                self._folder.finish(weights, state, ended)
            except (OSError, FolderError):
                self._unsaved = Unsaved.take(self._folder, weights, state, ended)
                raise

    def fail(self, event: Failed) -> Failed:
        """Write what a run that failed leaves: the last state that was good, the best weights and the curves."""
        if self._folder is None:
            return event
        state = self._good if event.reason == "non_finite_loss" else self.rewind.state or self._good
        with contextlib.suppress(Exception):  # it may be the disk, the memory or the device that failed
            try:
                self._folder.finish(None, state, event)
            except (OSError, FolderError):
                self._unsaved = self._unsaved or Unsaved.take(self._folder, None, state, event)
        kept = self._folder.last_state
        if self._unsaved is not None:
            event = replace(event, unsaved=self._unsaved)
        with contextlib.suppress(StateError):
            if kept is not None:
                return replace(event, checkpoint=kept, checkpoint_step=read_place(kept)[1])
        return event

    def release(self) -> None:
        """Let go of the copies and the folder."""
        self.rewind.forget()
        self._folder = self._good = self._unsaved = None

    def _is_sane(self, losses: Collection[float]) -> bool:
        """Return whether losses are no more than twice the first of the run: beyond, weights are on their way out."""
        mean = sum(losses) / len(losses)
        if self._bound == math.inf:
            self._bound = mean + abs(mean)
        return mean <= self._bound
