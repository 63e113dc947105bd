"""Autosave while the work goes on, and the offer to take it up again after a crash."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.document.autosave import Autosave, LeftWork, find_left_work
from designer.document.files import FileError, load
from designer.document.history import History
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.filing import do_nothing
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument
from designer.ui.words import write_age

if TYPE_CHECKING:
    from designer.ui.window import Window

MOST_NAMES = 4  # of documents in a bar
AT_ONCE = 2**19  # bytes of a history that are read without a thread
UNREADABLE = "unreadable work"  # what the settings call the copies that were told of
AFTER = 3000  # milliseconds from a change to its autosave


States = dict[OpenDocument, tuple[History, Path | None] | None]  # None where nothing is unsaved


class Safety(QObject):
    """Keeps a copy of unsaved work on the disk, of every document its own, with the steps to undo.

    Files are written on a thread of its own: a project never changes, nor does a history.
    """

    failed = Signal(str)
    kept = Signal()

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._autosaves: dict[OpenDocument, Autosave] = {}  # of the thread alone
        self._kept: dict[OpenDocument, tuple[History, Path | None] | None] = {}  # what of each is on the disk
        self._writer: ThreadPoolExecutor | None = None
        self._jobs: list[Job] = []
        self.timer = QTimer(self, singleShot=True, interval=AFTER)
        self.timer.timeout.connect(self.keep)
        self._editor.project_changed.connect(self._note)
        self._editor.file_changed.connect(self._note)
        window.documents.changed.connect(self._note)
        self.failed.connect(self._report)

    def keep(self) -> None:
        """Write the copies now, and take those away where nothing is unsaved; returns before they are on the disk."""
        if self._writer is None:
            if not self._window.documents.unsaved:
                return
            self._writer = ThreadPoolExecutor(1, "autosave")
        states: States = {
            document: (document.history, document.path) if document.modified else None
            for document in self._window.documents.all
        }
        self._writer.submit(self._write, states).add_done_callback(self._finish)

    def _write(self, states: "States") -> str:
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
        return f"{_name_some(list(wrong))}: {_write_reason(next(iter(wrong.values())))}" if wrong else ""

    def _write_one(self, document: OpenDocument, state: tuple[History, Path | None] | None) -> None:
        autosave = self._autosaves.get(document)
        if state is None:
            if autosave is not None:
                autosave.clear()
            return
        if autosave is None:
            autosave = self._autosaves[document] = Autosave()
        history, path = state
        autosave.write(history.present, path, history)

    def offer(self) -> None:
        """Show a bar for the work that a crash left behind."""
        lost: list[LeftWork] = []
        names: list[str] = []
        unreadable: dict[LeftWork, str] = {}
        for left in find_left_work():
            try:
                project, origin = left.read()
            except FileError as error:
                unreadable[left] = str(error)
                continue
            lost.append(left)
            names.append(show_name(origin.name if origin else project.name))
        self._tell_unreadable(unreadable)
        if not lost:
            return
        age = write_age(time.time() - lost[0].written.timestamp())
        every = " all" if len(lost) > 1 else ""
        self._window.notices.show_notice(
            "warning",
            f"Designer closed unexpectedly. Unsaved work on {_name_some(names)} was kept {age}.",
            Answer(f"Restore{every}", partial(_each, self._restore, lost)),
            Answer(f"Discard{every}", partial(_each, LeftWork.discard, lost)),
            key="left",
        )

    def _tell_unreadable(self, unreadable: dict[LeftWork, str]) -> None:
        """Say once, of what cannot be read, where it lies and why; it stays there until it is discarded."""
        told = self._window.settings.chosen(UNREADABLE)
        news = {left: reason for left, reason in unreadable.items() if left.path.name not in told}
        if not news:
            return
        for left in news:
            self._window.settings.add_chosen(UNREADABLE, left.path.name)
        (first, reason), more = next(iter(news.items())), len(news) - 1
        text = f"Designer closed unexpectedly, and unsaved work that it kept cannot be read. {reason} It lies in {first.path}."
        if more:
            text += f" Beside it: {_name_some([left.path.name for left in list(news)[1:]])}."
        discard = Answer("Discard all" if more else "Discard", partial(_each, LeftWork.discard, list(news)))
        self._window.notices.show_notice("error", text, discard, key="unreadable")

    def flush(self) -> None:
        """Wait until all that was begun is on the disk."""
        if self._writer is not None:
            self._writer.submit(do_nothing).result()

    def close(self) -> None:
        """Take the copy away and end the thread: the window closes in peace."""
        self.timer.stop()
        for job in self._jobs:
            job.cancel(10.0)
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

    def _restore(self, left: LeftWork) -> None:
        """Open what was left as a document with its steps to undo; the copy goes once there is another one."""
        try:
            project, origin = left.read()
        except FileError as error:
            self._window.notices.show_notice("error", f"The kept work cannot be read. {error}")
            return
        if left.history_size < AT_ONCE:
            self._take_over(left, left.read_history(project), origin)
            return
        name = show_name(origin.name if origin else project.name)
        self._window.notices.show_notice("note", f"Reading the steps to undo of {name} …", key=f"read:{left.path}")
        job = Job(lambda report: left.read_history(project), self)
        job.done.connect(lambda history: self._take_over(left, history, origin))
        job.failed.connect(lambda error: self._take_over(left, History.start(project), origin))
        self._jobs.append(job.start())

    def _take_over(self, left: LeftWork, history: History, origin: Path | None) -> None:
        self._window.notices.dismiss(f"read:{left.path}")
        saved = Project()
        if origin is not None:
            with contextlib.suppress(FileError):  # without its file all of it is unsaved
                saved = load(origin)
        there = self._window.documents.find(origin) if origin is not None else None
        if there is not None and there.modified:
            origin = None  # that one keeps the file
        self._window.filing.show_document(OpenDocument(history, saved, origin))
        if there is not None and not there.modified:
            self._window.documents.close(there)
        self.keep()
        if self._writer is None:  # nothing is unsaved
            left.discard()
        else:
            self._writer.submit(left.discard)

    def _finish(self, done: "Future[str]") -> None:
        wrong = done.result()
        if wrong:
            self.failed.emit(wrong)
        else:
            self.kept.emit()

    def _report(self, wrong: str) -> None:
        text = f"Unsaved work could not be kept safe. {wrong}. Save it yourself from time to time."
        self._window.notices.show_notice("warning", text, key="autosave")


def _each(do: Callable[[LeftWork], None], lost: list[LeftWork]) -> None:
    for left in lost:
        do(left)


def _name_some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES:,} more" * (len(names) > MOST_NAMES))


def _write_reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


def _is_same(one: tuple[History, Path | None] | None, other: tuple[History, Path | None] | None) -> bool:
    """Return whether two states of a document are the same; histories are told apart by identity."""
    if one is None or other is None:
        return one is other
    return one[0] is other[0] and one[1] == other[1]
