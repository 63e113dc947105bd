"""What a run leaves to go on from: a failed one is offered a way back, an ended one more epochs, from any checkpoint."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from designer.document.edits import EditError, set_training
from designer.document.project import Choice, Project, Training
from designer.ui.commands.record import Command, offer
from designer.ui.notices import Answer
from designer.ui.steering import change_settings
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.runs import Checkpoint
    from designer.ui.trainer import Trainer
    from designer.ui.window import Window


class Rescue(QObject):
    """Starts runs that go on from what the last run of the shown document left."""

    def __init__(self, window: "Window", trainer: "Trainer") -> None:
        super().__init__(trainer)
        self._window = window
        self._trainer = trainer
        self._more: WeakKeyDictionary[object, int] = WeakKeyDictionary()  # epochs last trained on top, by document

    # --- a run that failed ----------------------------------------------------------------------------------------

    def offer(self, event: "Failed") -> tuple[Answer, ...]:
        """Return what can be done about a failure with one click."""
        kept = event.checkpoint if event.checkpoint is not None and event.checkpoint_step else None
        if event.reason == "non_finite_loss":
            return self._offer_rates(event.checkpoint_step, kept)
        if event.reason == "data":
            return (Answer("Show data", lambda: self._window.workbench.show("data")),)
        if event.reason == "out_of_memory" and event.batch_size:
            title = f"Use batch size {event.batch_size}"
            return (Answer(title, lambda: self.use_batch(event.batch_size, kept)),)
        run = self._trainer.bridge.last_run
        return self._offer_followed(run.folder) if run is not None and run.steered is None and run.folder else ()

    def _offer_followed(self, folder: Path) -> tuple[Answer, ...]:
        """Return the way on with a run that was followed, and whose process has gone: here, in its folder."""
        from designer.engine.record import RecordError, read_record
        from designer.engine.runs import Run

        try:
            run = Run(folder, read_record(folder))
        except RecordError:
            return ()
        return (Answer("Go on with it here", lambda: self._window.runs.again.go_on(run)),) if run.can_go_on else ()

    def go_back(self, rate: float, checkpoint: Path | None) -> None:
        """Train with another learning rate, from a checkpoint or from the start; the rate is an edit like any other."""
        title = f"go back with learning rate {rate:g}"
        self._edit(title, change_settings(self._window.editor.project, lr=rate))
        self._start(checkpoint)

    def use_batch(self, rows: int, checkpoint: Path | None) -> None:
        """Train in batches of another size, from a checkpoint or from the start."""
        self.set_batch(rows)
        self._start(checkpoint)

    def set_batch(self, rows: int) -> None:
        """Let a step learn from so many rows, or from a few less where it gathers several batches."""
        project = self._window.editor.project
        size = max(1, rows // project.training.accumulate)
        project = set_training(project, replace(project.training, batch_size=size, batch="mini"))
        self._edit(f"use batch size {size}", project)

    def _offer_rates(self, step: int, kept: Path | None) -> tuple[Answer, ...]:
        """Return the ways back: with half the rate that was good there, and where another one was set since, with it."""
        from designer.engine.record import find_rate

        run = self._trainer.bridge.last_run
        if run is None:
            return ()
        good, now = (
            find_rate(each.training) for each in (run.project_at(step if kept is not None else 0), run.project)
        )
        back = f"Go back to step {write_count(step)}" if kept is not None else "Start again"

        def offer_rate(title: str, rate: float) -> Answer:
            return Answer(title, lambda: self.go_back(rate, kept))

        if not good:
            return ()
        lower = good / 2
        if kept is None:  # a rate that spoiled the first steps says nothing of where to begin
            usual = replace(run.project.training, optimizer=Choice(run.project.training.optimizer.kind))
            lower = min(lower, find_rate(usual) or lower)
        half = offer_rate(f"{back} with learning rate {lower:.3g}", lower)
        return (half,) if good == now else (half, offer_rate(f"{back}, with {good:.3g} as before", good))

    # --- a run that has ended -------------------------------------------------------------------------------------

    @property
    def checkpoints(self) -> "tuple[Checkpoint, ...]":
        """What the last run of the shown document can be gone on from; none while one is under way, here or elsewhere."""
        trainer = self._trainer
        ended = trainer.state == "ended" and not trainer.is_active and not trainer.bridge.progress.is_left
        if not ended or trainer.bridge.folder is None:
            return ()
        from designer.engine.record import Record
        from designer.engine.runs import Run  # not before there was a run

        return Run(trainer.bridge.folder, Record()).list_checkpoints()

    @property
    def last(self) -> Path | None:
        """The last state of that run."""
        return next((each.path for each in self.checkpoints if each.path.name == "last.state"), None)

    @property
    def left(self) -> int:
        """The epochs of the present settings that the run has not come to."""
        project, progress = self._window.editor.project, self._trainer.bridge.progress
        return project.training.epochs - progress.epoch + (progress.place < progress.epoch)

    def go_on(self, checkpoint: Path | None = None) -> None:
        """Train the present project from a checkpoint, the last state unless given."""
        self._start(checkpoint or self.last)

    @property
    def more(self) -> int:
        """The epochs that are offered on top: as many as somebody last chose, at first those of the project."""
        editor, chosen = self._window.editor, self._window.settings.more_epochs
        return chosen or self._more.get(editor.document, editor.project.training.epochs)

    def train_more(self, more: int = 0) -> None:
        """Train so many epochs more than the run has behind it, from its last state; as many as are offered unless given."""
        if more and more != self.more:
            self._window.settings.more_epochs = more
        more = more or self.more
        self._more[self._window.editor.document] = more
        last, epochs = self.last, self._trainer.bridge.progress.epoch + more
        training: Training = self._window.editor.project.training
        try:
            changed = set_training(self._window.editor.project, replace(training, epochs=epochs))
        except EditError:
            return  # as many as a file can hold
        self._edit(f"train {write_amount(more, 'more epoch')}", changed)
        self._start(last)

    def offer_checkpoints(self) -> Iterable[Command]:
        """Return a command for each checkpoint."""
        titled = ((each.title[:1].upper() + each.title[1:], each.path) for each in self.checkpoints)
        tip = "Train the present network from there: what fits of the weights is taken over"
        return offer("train.from", titled, self.go_on, tip=lambda _: tip)

    def _edit(self, title: str, project: Project) -> None:
        if project != self._window.editor.project:
            self._window.editor.apply(title, project)

    def _start(self, checkpoint: Path | None) -> None:
        gone = checkpoint is not None and not checkpoint.is_file()
        self._trainer.start(resume=None if gone else checkpoint)
