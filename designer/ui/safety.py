"""Autosave while the work goes on: unsaved work, and the steps to undo of what is saved."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from designer.document.autosave import Autosave
from designer.document.files import FileError
from designer.document.history import History
from designer.ui.filing import do_nothing
from designer.ui.open_document import OpenDocument
from designer.ui.recovery import Recovery, name_some

if TYPE_CHECKING:
    from designer.ui.window import Window

AFTER = 3000  # milliseconds from a change to its autosave


class State(NamedTuple):
    """What of a document is kept: its steps, its file, and whether there is work that the file does not hold."""

    history: History
    path: Path | None
    modified: bool


States = dict[OpenDocument, State | None]  # None where there is nothing to keep


class Safety(QObject):
    """Keeps a copy of unsaved work on the disk, of every document its own, with the steps to undo.

    Of a document that is saved the steps alone are kept: where the process is killed, they are there when the file is
    opened again.
    Files are written on a thread of its own: a project never changes, nor does a history.
    """

    failed = Signal(str)
    kept = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._autosaves: dict[OpenDocument, Autosave] = {}  # of the thread alone
        self._kept: States = {}  # what of each is on the disk
        self._writer: ThreadPoolExecutor | None = None
        self._recovery = Recovery(window, self)
        self._told = ""  # what went wrong the last time
        self.timer = QTimer(self, singleShot=True, interval=AFTER)
        self.timer.timeout.connect(self.keep)
        self._editor.project_changed.connect(self._note)
        self._editor.file_changed.connect(self._note_file)
        window.documents.changed.connect(self._note)
        self.failed.connect(self._report)

    def keep(self) -> None:
        """Write the copies now, and take those away where nothing is unsaved; returns before they are on the disk."""
        states = {document: _take_state(document) for document in self._window.documents.all}
        if self._writer is None:
            if not any(states.values()):
                return
            self._writer = ThreadPoolExecutor(1, "autosave")
        self._writer.submit(self._write, states).add_done_callback(self._finish)

    def _write(self, states: States) -> str:
        """Bring the disk up to the documents as they were; on the thread. Returns what went wrong, after all are tried."""
        for gone in [document for document in self._autosaves if document not in states]:
            self._kept.pop(gone, None)
            with contextlib.suppress(OSError):  # a copy too many does not keep the others from being written
                self._autosaves.pop(gone).close()
        wrong: dict[str, Exception] = {}
        for document, state in states.items():
            before = self._kept.get(document)
            if _is_same(state, before):
                continue
            try:
                self._write_one(document, state)
                self._kept[document] = state
            except Exception as error:  # noqa: BLE001 - whatever it is, the other documents are kept
                wrong[document.name] = error
        return f"{name_some(list(wrong))}: {_write_reason(next(iter(wrong.values())))}" if wrong else ""

    def _write_one(self, document: OpenDocument, state: State | None) -> None:
        autosave = self._autosaves.get(document)
        if state is None:
            if autosave is not None:
                autosave.clear()
            return
        if autosave is None:
            autosave = self._autosaves[document] = Autosave()
        if state.modified or state.path is None:
            autosave.write(state.history.present, state.path, state.history)
            return
        with contextlib.suppress(OSError, FileError):  # the work is safe: nothing to complain about
            autosave.rest(state.history, state.path)

    def begin(self) -> None:
        """Offer what a crash left behind."""
        self._recovery.begin()

    def replace(self, discard: Callable[[], None]) -> None:
        """Write the copies now, then let go of what they take the place of."""
        self.keep()
        if self._writer is None:  # there is nothing to keep
            discard()
        else:
            self._writer.submit(discard)

    def flush(self) -> None:
        """Wait until all that was begun is on the disk."""
        if self._writer is not None:
            self._writer.submit(do_nothing).result()

    def close(self) -> None:
        """Take the copy away and end the thread: the window closes in peace."""
        self.timer.stop()
        self._recovery.close()
        if self._writer is not None:
            self._writer.submit(self._close_all)
            self._writer.shutdown()
            self._writer = None

    def _close_all(self) -> None:
        for autosave in self._autosaves.values():
            autosave.close()

    def _note(self) -> None:
        if not self.timer.isActive():
            self.timer.start()

    def _note_file(self) -> None:
        """Keep what was just saved as saved: a crash must not ask about it."""
        if self._editor.modified:
            self._note()
        else:
            self.keep()

    def _finish(self, done: "Future[str]") -> None:
        wrong = done.result()
        if wrong:
            self.failed.emit(wrong)
        else:
            self._told = ""
            self.kept.emit()

    def _report(self, wrong: str) -> None:
        """Say what went wrong: once, until it goes well again or something else goes wrong."""
        if wrong == self._told:
            return
        self._told = wrong
        text = f"Unsaved work could not be kept safe. {wrong}. Save it yourself from time to time."
        self._window.notices.show_notice("warning", text, key="autosave")


def _write_reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


def _take_state(document: OpenDocument) -> State | None:
    modified = document.modified
    if not modified and (document.path is None or len(document.history.steps) == 1):
        return None
    return State(document.history, document.path, modified)


def _is_same(one: State | None, other: State | None) -> bool:
    """Return whether two states of a document are the same; histories are told apart by identity."""
    if one is None or other is None:
        return one is other
    return one.history is other.history and one[1:] == other[1:]
