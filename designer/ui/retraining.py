"""Trains a kept run again: on from where it broke off or from its end, from a checkpoint, or once more to compare."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog

from designer.catalogue.registry import sources
from designer.document.placement import place_missing
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.notices import Answer
from designer.ui.open_document import start_document

if TYPE_CHECKING:
    from designer.engine.receipt import Receipt
    from designer.engine.runs import Checkpoint, Run
    from designer.ui.runs import Runs
    from designer.ui.window import Window

KEY = "runs"  # of the notices about runs
MOST_EPOCHS = 10**6


class Retraining(QObject):
    """Begins a run of what another one left. `out` is the folder of a run that goes on in it, while it begins."""

    def __init__(self, window: "Window", runs: "Runs") -> None:
        super().__init__(runs)
        self._window = window
        self._runs = runs
        self.out: Path | None = None
        self._repeated: tuple[str, Receipt] | None = None  # the run that the one under way is held against, by name

    def go_on(self, run: "Run | None" = None) -> None:
        """Go on with a run, the selected one unless given, where it broke off or was stopped, in its folder."""
        run = run or self._runs.one
        if run is not None:
            self._train(run, run.folder / "last.state", out=run.folder)

    def train_from(self, run: "Run", checkpoint: "Checkpoint") -> None:
        """Train again from a checkpoint of a run: a run of its own."""
        self._train(run, checkpoint.path)

    def ask_longer(self) -> None:
        """Ask how many epochs more the selected run is to be trained, and go on from its end."""
        run = self._runs.one
        if run is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("more epochs")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Train longer")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setLabelText(f"{show_name(run.name, 60)} came to epoch {run.record.epoch:,}. How many epochs more?")
        dialog.setIntRange(1, MOST_EPOCHS)
        dialog.setIntValue(max(run.record.epochs, 1))
        dialog.setOkButtonText("Train")
        dialog.intValueSelected.connect(lambda more: self.train_longer(run, more))
        dialog.open()

    def train_longer(self, run: "Run", more: int) -> None:
        """Go on from the end of a run, so many epochs more: a run of its own."""
        self._train(run, run.folder / "last.state", epochs=run.record.epoch + more)

    def repeat(self) -> None:
        """Train the selected run again from its start, and tell whether the same comes out."""
        from designer.engine.receipt import ReceiptError, read_receipt

        run = self._runs.one
        if run is None:
            return
        try:
            receipt = read_receipt(run.folder)
            if receipt.refusal:
                raise ReceiptError(receipt.refusal)
        except ReceiptError as error:
            self._window.notices.show_notice("warning", f"{show_name(run.name, 60)} is not repeated. {error}", key=KEY)
            return
        if self._train(run, None):
            self._repeated = run.name, receipt

    def _train(
        self, run: "Run", checkpoint: Path | None, *, out: Path | None = None, epochs: int | None = None
    ) -> bool:
        """Train the project of a run, in its tab if it is shown, else in a new one; return whether that has begun."""
        window = self._window
        if window.trainer.is_active:
            text = "A run is under way. One run at a time: stop that one, or wait for its end."
            stop = Answer("Stop it", window.trainer.stop)
            window.notices.show_notice("warning", text, stop, key="train")
            return False
        project = self._runs.load(run)
        if project is None:
            return False
        training = replace(project.training, seed=run.record.seed, epochs=epochs or project.training.epochs)
        project = replace(project, training=training)
        if not is_same(window.editor.project, project):
            window.documents.add(start_document(place_missing(project), saved=False))
        self.out = out
        window.trainer.start(resume=checkpoint)
        self.out = None
        return bool(window.trainer.is_active)

    def check_data(self, folder: Path) -> None:
        """Stop the run that begins in a folder where it repeats another on other data: nothing could be compared."""
        if self._repeated is None:
            return
        from designer.engine.rerun import check_data

        other = check_data(self._repeated[1], folder)
        if other is not None:
            self._repeated = None
            self._window.trainer.stop()
            self._window.notices.show_notice("warning", other.message, key=KEY)

    def end(self, folder: Path | None) -> None:
        """Take note that a run has ended, in a folder where it took a step; judge it where it repeats another."""
        repeated, self._repeated = self._repeated, None
        if repeated is not None and folder is not None:
            self._judge(*repeated, folder)

    def _judge(self, name: str, receipt: "Receipt", folder: Path) -> None:
        from designer.engine.receipt import ReceiptError, judge, read_receipt

        try:
            judgement = judge(receipt, read_receipt(folder))
        except ReceiptError:  # it was stopped, or failed
            return
        severity = "note" if judgement.verdict in ("identical", "close") else "warning"
        text = f"{show_name(name, 60)}, repeated: {judgement.message}"
        self._window.notices.show_notice(severity, text, key=KEY, stays=True)  # type: ignore[arg-type]


def find_files(project: Project, run: "Run") -> Project:
    """Return the project of a run with its data and weights where the run found them: it lies in no folder by itself."""
    choice, known = project.data.source, run.record.data.get("path", "")
    spec = sources.get(choice.kind) if choice is not None else None
    if known and choice is not None and spec is not None and spec.path:
        if not Path(str(choice.parameters.get(spec.path, ""))).expanduser().is_absolute():
            source = replace(choice, parameters={**choice.parameters, spec.path: known})
            project = replace(project, data=replace(project.data, source=source))
    weights = run.record.weights
    if weights and project.training.weights and not Path(project.training.weights).is_absolute():
        project = replace(project, training=replace(project.training, weights=weights))
    return project


def is_same(one: Project, other: Project) -> bool:
    """Return whether two projects are trained alike."""
    return (one.graph, one.blocks, one.data, one.training) == (other.graph, other.blocks, other.data, other.training)
