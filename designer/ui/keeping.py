"""A run that cannot be kept: said at once, kept in another folder, and held in memory at its end until it is saved."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from designer.ui.background import Job
from designer.ui.notices import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from designer.engine.events import Failed, Unkept
    from designer.engine.unsaved import Unsaved
    from designer.ui.runs import Runs
    from designer.ui.window import Window

KEY = "unkept"
ELSEWHERE, AGAIN = "Save it elsewhere …", "Try again"


class Keeping(QObject):
    """Sees to it that what a run learns is written somewhere. `unsaved` is the end of one that is not."""

    def __init__(self, window: "Window", runs: "Runs") -> None:
        super().__init__(runs)
        self._window = window
        self._runs = runs
        self.unsaved: Unsaved | None = None

    def tell(self, event: "Unkept") -> None:
        """Say that the run under way cannot be kept, or that it is again."""
        notices = self._window.notices
        if not event.reason:
            notices.dismiss(KEY)
            notices.show_notice("note", f"The run is kept again, in {event.folder}.", key=KEY)
            self._runs.go_to(event.folder)
            return
        text = (
            f"The run cannot be kept: {event.reason} It goes on, and all it learns is in memory. Free some space, and it "
            "is written within seconds; or choose another folder."
        )
        choose = Answer("Choose another folder …", lambda: self.ask(self._move))
        notices.show_notice("error", text, choose, key=KEY)

    def offer(self, event: "Failed") -> tuple[Answer, ...]:
        """Return what can be done with a run that could not be written at its end."""
        self._window.notices.dismiss(KEY)
        self.unsaved = event.unsaved
        if event.unsaved is None:
            return ()
        return Answer(AGAIN, self._save), Answer(ELSEWHERE, lambda: self.ask(self._save_elsewhere))

    def shut_down(self) -> None:
        """Try once more to write what is in memory alone: it goes with the program."""
        if self.unsaved is not None:
            with contextlib.suppress(Exception):
                self.unsaved.write()

    def ask(self, use: "Callable[[Path], object]") -> None:
        """Ask for the folder where runs are to be kept from now on; what is in memory alone is told of again without one."""
        dialog = QFileDialog(self._window, "Keep runs in", str(self._runs.store.root))
        dialog.setObjectName("keep runs")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: use(Path(name)))
        dialog.rejected.connect(lambda: self._tell_unsaved() if self.unsaved is not None else None)
        dialog.open()

    def has_tensorboard(self) -> bool:
        """Return whether logs can be written; where the library is missing a bar says so."""
        from designer.engine.board import MISSING, is_installed

        if not is_installed():
            off = Answer("Switch the logs off", self._runs.toggle_tensorboard)
            self._window.notices.show_notice("warning", MISSING.replace("`", ""), off, key="tensorboard")
            return False
        return True

    def _make_folder(self, root: Path) -> Path | None:
        """Return a new folder for the run among those in a place that is used from now on; say where that cannot be."""
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._runs.use_folder(root)
            project = self._window.trainer.bridge.project
            return self._runs.store.new_folder(project.name if project is not None else "")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._window.notices.show_notice(
                "error", f"{root} cannot be written: {reason}. Choose another folder.", key="runs"
            )
            return None

    def _move(self, root: Path) -> None:
        run = self._window.trainer.bridge.run_under_way
        if run is None or run.steered is None:  # it has ended meanwhile
            if self.unsaved is not None:
                self._save_elsewhere(root)
            return
        folder = self._make_folder(root)
        if folder is not None:
            run.steered.move(folder)

    def _save_elsewhere(self, root: Path) -> None:
        folder = self._make_folder(root)
        if folder is None:
            self._tell_unsaved()
        else:
            self._save(folder)

    def _save(self, folder: Path | None = None) -> None:
        """Write what is held in memory, beside the window."""
        unsaved = self.unsaved
        if unsaved is None:
            return
        self._window.notices.show_notice("note", "Saving what the run has learned …", key=KEY)
        job = Job(lambda report: unsaved.write(folder), self)
        job.failed.connect(lambda error: self._tell_unsaved(str(error)))
        job.done.connect(lambda _: self._note_saved(unsaved))
        job.start()

    def _note_saved(self, unsaved: "Unsaved") -> None:
        folder = unsaved.folder.path
        self.unsaved = None
        self._window.notices.dismiss("train")
        self._window.notices.show_notice("note", f"Saved what the run has learned in {folder}.", key=KEY)
        self._runs.go_to(folder)

    def _tell_unsaved(self, reason: str = "") -> None:
        """Say that a run that is over lies in memory alone."""
        cause = f" {reason.rstrip('.')}." if reason else ""
        text = (
            f"What the run has learned is in memory alone: it is gone when Designer closes.{cause} Free some space, or:"
        )
        again = Answer(AGAIN, self._save)
        elsewhere = Answer(ELSEWHERE, lambda: self.ask(self._save_elsewhere))
        self._window.notices.show_notice("error", text, again, elsewhere, key=KEY)
