"""Autosave while the work goes on, and the offer to take it up again after a crash."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.document.autosave import Autosave, LeftWork, find_left_work
from designer.document.files import FileError
from designer.document.wording import show_name
from designer.ui.filing import do_nothing
from designer.ui.notices import Answer
from designer.ui.words import write_age

if TYPE_CHECKING:
    from designer.ui.window import Window

AFTER = 3000  # milliseconds from a change to its autosave


class Safety(QObject):
    """Keeps a copy of unsaved work on the disk. Files are written on a thread of its own: a project never changes."""

    failed = Signal(str)
    kept = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._autosave: Autosave | None = None
        self._writer: ThreadPoolExecutor | None = None
        self.timer = QTimer(self, singleShot=True, interval=AFTER)
        self.timer.timeout.connect(self.keep)
        self._editor.project_changed.connect(self._note)
        self._editor.file_changed.connect(self._note)
        self.failed.connect(self._report)

    def keep(self) -> None:
        """Write the copy now, or take it away where nothing is unsaved; returns before it is on the disk."""
        if self._writer is None:
            if not self._editor.modified:
                return
            self._writer = ThreadPoolExecutor(1, "autosave")
        project = self._editor.project if self._editor.modified else None
        path = self._editor.path

        def write() -> None:
            if self._autosave is None:
                self._autosave = Autosave()
            if project is None:
                self._autosave.clear()
            else:
                self._autosave.write(project, path)

        self._writer.submit(write).add_done_callback(self._finish)

    def offer(self) -> None:
        """Show a bar for each piece of work that a crash left behind."""
        for left in find_left_work()[:2]:
            try:
                project, origin = left.read()
            except FileError:
                left.discard()
                continue
            name = show_name(origin.name if origin else project.name)
            age = write_age(time.time() - left.written.timestamp())
            self._window.notices.show_notice(
                "warning",
                f"Designer closed unexpectedly. Unsaved work on {name} was kept {age}.",
                Answer("Restore", partial(self._restore, left)),
                Answer("Discard", left.discard),
                key=f"left:{left.path}",
            )

    def flush(self) -> None:
        """Wait until all that was begun is on the disk."""
        if self._writer is not None:
            self._writer.submit(do_nothing).result()

    def close(self) -> None:
        """Take the copy away and end the thread: the window closes in peace."""
        self.timer.stop()
        if self._writer is not None:
            self._writer.submit(self._close_autosave)
            self._writer.shutdown()
            self._writer = None

    def _close_autosave(self) -> None:
        if self._autosave is not None:
            self._autosave.close()

    def _note(self) -> None:
        if not self.timer.isActive():
            self.timer.start()

    def _restore(self, left: LeftWork) -> None:
        try:
            project, origin = left.read()
        except FileError as error:
            self._window.notices.show_notice("error", f"The kept work cannot be read. {error}")
            return

        def take_over() -> None:
            self._window.filing.show(project, origin, saved=False)
            self.keep()
            assert self._writer is not None
            self._writer.submit(left.discard)  # only once the new copy is on the disk

        self._window.filing.ask_unsaved(take_over)

    def _finish(self, done: "Future[None]") -> None:
        error = done.exception()
        if error is None:
            self.kept.emit()
        else:
            self.failed.emit(str(error))

    def _report(self, reason: str) -> None:
        text = f"The work could not be kept safe: {reason}. Save it yourself from time to time."
        self._window.notices.show_notice("warning", text, key="autosave")
