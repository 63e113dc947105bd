"""The runs of the window: each is kept, and can be named, opened, compared, gone on with, repeated and deleted."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from designer.document.files import FileError, load
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.compared import Side
from designer.ui.keeping import Keeping
from designer.ui.notices import Answer
from designer.ui.retraining import KEY, Retraining, find_files
from designer.ui.words import write_amount, write_bytes

if TYPE_CHECKING:
    from designer.engine.runs import Listing, Run
    from designer.engine.store import Store
    from designer.ui.window import Window

PROBE = 2**16  # bytes that a disk must have room for, for a run to be kept
OTHER_DATA = "The data have changed since the run was last trained. It goes on with them as they are now."
LONGEST_WAIT = 5.0  # seconds for the tidying, when the window closes


class Runs(QObject):
    """The store of runs and what can be done with those that are selected in the Runs tab."""

    changed = Signal()  # the list, or what one of them says of itself
    selection_changed = Signal()
    rename_wanted = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._store: Store | None = None
        self._job: Job | None = None
        self._began: tuple[Path, bool] | None = None  # the folder of the run under way, and whether it was made for it
        self._steps = 0  # that it had behind it at its start
        self._hears = False
        self.again: Retraining = Retraining(window, self)
        self.keeping: Keeping = Keeping(window, self)
        self.selected: tuple[Run, ...] = ()

    @property
    def store(self) -> "Store":
        """The store, where settings say that it is."""
        if self._store is None:
            from designer.engine.store import Store  # with msgspec: not before the window is painted

            folder = self._window.settings.runs
            self._store = Store(folder) if folder is not None else Store()
        return self._store

    @property
    def one(self) -> "Run | None":
        """The run that is selected, if it is one."""
        return self.selected[0] if len(self.selected) == 1 else None

    @property
    def folder(self) -> Path | None:
        """The folder of the run under way."""
        return self._began[0] if self._began is not None else None

    def list(self) -> "Listing":
        """Return the runs that are kept."""
        return self.store.list()

    def select(self, runs: "Iterable[Run]") -> None:
        """Take note of what is selected."""
        self.selected = tuple(runs)
        self.selection_changed.emit()
        self._window.menus.follow()

    # --- what a run of the window leaves ------------------------------------------------------------------------

    def begin(self, project: Project, resume: Path | None = None) -> dict[str, Any]:
        """Return what is to be kept of a run that begins now: its folder in the store, checkpoints, logs."""
        self._listen()
        settings, self._steps, out = self._window.settings, 0, self.again.out
        kept: dict[str, Any] = {"resume": resume, "every": settings.checkpoint_every}
        try:
            folder = out or self.store.new_folder(project.name)
            probe = folder / ".designer-probe"
            probe.write_bytes(bytes(PROBE))
            probe.unlink()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            text = f"This run is not kept: {self.store.root} cannot be written, {reason}."
            choose = Answer("Choose another folder …", self.ask_folder)
            self._window.notices.show_notice("warning", text, choose, key=KEY)
            return kept
        self._began = folder, out is None
        kept["out"] = folder
        kept["tensorboard"] = settings.tensorboard and self.keeping.has_tensorboard()
        return kept

    def _listen(self) -> None:
        """Hear of what happens in runs, from the first on."""
        if not self._hears:
            self._hears = True
            self._window.trainer.bridge.told.connect(self._take)

    def _take(self, owner: object, event: object) -> None:
        from designer.engine.events import Failed, Finished, Started, Unkept  # with numpy: it is there by now

        if isinstance(event, Started):
            self._steps = event.step
            if self._began is not None:
                self.again.check_data(self._began[0])
            if event.other_data:
                self._window.notices.show_notice("warning", OTHER_DATA, key=KEY)
            self.changed.emit()
        elif isinstance(event, Unkept):
            self.keeping.tell(event)
        elif isinstance(event, Finished | Failed):
            self._end(event.step)

    def go_to(self, folder: Path) -> None:
        """Take note that the last run is kept in another folder now."""
        if self._began is not None:
            self._began = folder, True
        if (run := self._window.trainer.bridge.last_run) is not None:
            run.folder = folder
        self.changed.emit()

    def _end(self, step: int) -> None:
        """Let go of a run that took no step, judge one that repeats another, and make room."""
        began, self._began = self._began, None
        taken = began is not None and not (began[1] and step <= self._steps)
        if began is not None and not taken:
            self.store.discard(began[0])
        self.again.end(began[0] if began is not None and taken else None)
        self.changed.emit()
        self.tidy()

    def tidy(self) -> None:
        """Throw away, beside the window, what is beyond the limits."""
        from designer.engine.store import Store

        settings = self._window.settings
        root, most, most_bytes = self.store.root, settings.most_runs, settings.most_run_bytes
        if self._job is not None:
            self._job.cancel()
        self._job = Job(lambda report: Store(root).tidy(most, most_bytes), self)
        self._job.done.connect(self._tell_tidied)
        self._job.start()

    def _tell_tidied(self, names: tuple[str, ...]) -> None:
        if names:
            told = ", ".join(show_name(name, 30) for name in names[:3]) + (" …" if len(names) > 3 else "")
            text = f"{write_amount(len(names), 'old run')} without a star moved to the trash, to make room: {told}"
            self._window.notices.show_notice("note", text, key=KEY)
            self.changed.emit()

    def shut_down(self) -> None:
        """End what is done beside the window."""
        self.keeping.shut_down()
        if self._job is not None:
            self._job.cancel(LONGEST_WAIT)

    # --- what can be done with the selected ----------------------------------------------------------------------

    def rename(self, run: "Run", name: str) -> None:
        """Call a run so."""
        if name.strip() and name != run.name:
            self._try(lambda: self.store.rename(run.folder, name))

    def star(self, runs: "Iterable[Run] | None" = None) -> None:
        """Star the runs; where all of them are starred take the stars away."""
        runs = tuple(self.selected if runs is None else runs)
        on = not all(run.record.starred for run in runs)
        self._try(*(partial(self.store.star, run.folder, on) for run in runs))

    def delete(self) -> None:
        """Move what is selected to the trash; a bar offers to bring it back."""
        runs, gone = self.selected, []

        def move(run: "Run") -> None:
            self.store.delete(run.folder)
            gone.append(run)

        self._try(*(partial(move, run) for run in runs))
        if gone:
            self.select(())
            told = show_name(gone[0].name, 40) if len(gone) == 1 else write_amount(len(gone), "run")
            text = f"Moved {told} to the trash of the runs, where it stays for a month."
            back = Answer("Bring back", lambda: self._restore(gone))
            self._window.notices.show_notice("note", text, back, key=KEY, stays=False)

    def ask_delete(self) -> None:
        """Ask whether to delete what is selected for good."""
        from designer.engine.store import measure

        runs = self.selected
        box = QMessageBox(self._window)
        box.setObjectName("delete runs")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Delete for good")
        box.setTextFormat(Qt.TextFormat.PlainText)
        told = show_name(runs[0].name, 60) if len(runs) == 1 else write_amount(len(runs), "run")
        size = sum(measure(run.folder) for run in runs)
        box.setText(f"Delete {told} for good?")
        box.setInformativeText(f"Weights, checkpoints and curves of {write_bytes(size)} cannot be brought back.")
        sure = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setWindowModality(Qt.WindowModality.WindowModal)

        def go_on(*_: object) -> None:
            if box.clickedButton() is sure:
                self.select(())
                self._try(*(partial(self.store.delete, run.folder, for_good=True) for run in runs))

        box.finished.connect(go_on)
        box.open()

    def open(self) -> None:
        """Open the projects of what is selected, each in a tab of its own."""
        for run in self.selected:
            project = self.load(run)
            if project is not None:
                self._window.filing.show(project, saved=False)

    def reveal(self) -> None:
        """Show the folder of the selected run as the system does; of none, the folder of all."""
        folder = self.one.folder if self.one is not None else self.store.root
        folder.mkdir(parents=True, exist_ok=True)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._window.notices.show_notice("note", f"The folder is {folder}", key=KEY)

    def compare(self) -> None:
        """Compare the networks of two selected runs on the canvas, or of one with the document that is shown."""
        runs = tuple(sorted(self.selected, key=lambda run: run.record.started))
        sides = [Side(run.name, project) for run in runs[:2] if (project := self.load(run)) is not None]
        if len(sides) == len(runs) == 2:
            self._window.comparing.with_sides(*sides)
        elif len(sides) == 1:
            self._window.comparing.with_side(sides[0])

    def load(self, run: "Run") -> Project | None:
        """Return the project of a run, with the places of its data and weights as they were; a bar says what is wrong."""
        try:
            project = load(run.folder / "project.nnd")
        except FileError as error:
            self._window.notices.show_notice("error", f"{show_name(run.name, 60)}: {error}", key=KEY)
            return None
        return find_files(project, run)

    def _restore(self, runs: "Iterable[Run]") -> None:
        self._try(*(partial(self.store.restore, run.folder.name) for run in runs))

    def _try(self, *edits: Callable[[], object]) -> None:
        """Do something to runs; what cannot be done is said in a bar."""
        from designer.engine.store import StoreError

        wrong = []
        for edit in edits:
            try:
                edit()
            except StoreError as error:
                wrong.append(str(error))
        if wrong:
            self._window.notices.show_notice("error", " ".join(wrong[:3]), key=KEY)
        self.changed.emit()

    # --- how runs are kept ------------------------------------------------------------------------------------------

    def ask_folder(self) -> None:
        """Ask where runs are to be kept from now on."""
        self.keeping.ask(self.use_folder)

    def use_folder(self, folder: Path | None) -> None:
        """Keep runs in a folder from now on, None for the usual one; those of the other stay where they are."""
        self._window.settings.runs = folder
        self._store = None
        self.select(())
        self.changed.emit()

    def keep_most(self, most: int) -> None:
        """Keep so many runs without a star, 0 for all."""
        self._window.settings.most_runs = most
        self.tidy()

    def keep_bytes(self, most: int) -> None:
        """Keep so many bytes of runs without a star, 0 for any number."""
        self._window.settings.most_run_bytes = most
        self.tidy()

    def keep_every(self, epochs: int) -> None:
        """Keep a checkpoint of each so many epochs, 0 for none but the last and the best."""
        self._window.settings.checkpoint_every = epochs

    def toggle_tensorboard(self) -> None:
        """Write logs for TensorBoard from the next run on, or no longer."""
        settings = self._window.settings
        settings.tensorboard = not settings.tensorboard
        self._window.notices.dismiss("tensorboard")
        if settings.tensorboard:
            self.keeping.has_tensorboard()
