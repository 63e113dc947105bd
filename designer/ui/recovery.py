"""What a crash left behind, taken up again: unsaved work when the user says so, steps to undo without a question."""

import contextlib
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from designer.document.autosave import LeftHistory, LeftWork, find_histories, find_left_work
from designer.document.files import FileError, load
from designer.document.history import History
from designer.document.placement import place_missing
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.broken_runs import prepare_search, tell_broken
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument, take_stamp
from designer.ui.words import write_age, write_amount

if TYPE_CHECKING:
    from designer.ui.safety import Safety
    from designer.ui.window import Window

T = TypeVar("T")

MOST_NAMES = 4  # of documents in a bar
AT_ONCE = 2**19  # bytes of a history that are read without a thread
MOST_AT_ONCE = 2500  # layers of a file whose history is looked for without a thread
UNREADABLE = "unreadable work"  # what the settings call the copies that were told of


class Recovery(QObject):
    """Offers the work that a crash left behind, and gives files their steps to undo back when they are opened."""

    def __init__(self, window: "Window", safety: "Safety") -> None:
        super().__init__(window)
        self._window = window
        self._safety = safety
        self._jobs: list[Job] = []
        self._known: weakref.WeakSet[OpenDocument] = weakref.WeakSet()

    def begin(self) -> None:
        """Offer what was left, and look for the steps of what is open and of what will be opened."""
        self._offer()
        self._read(False, "", prepare_search(self._window.settings), lambda runs: tell_broken(self._window, runs))
        self._window.documents.changed.connect(self._look)
        self._look()

    def close(self) -> None:
        """Give up what is still being read."""
        for job in self._jobs:
            job.cancel(10.0)

    # --- unsaved work -------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        """Show a bar for the work that would be lost otherwise."""
        lost: list[LeftWork] = []
        names: list[str] = []
        damaged: list[str] = []
        unreadable: dict[LeftWork, str] = {}
        for left in find_left_work():
            try:
                project, origin = left.read()
            except FileError as error:
                known = left.can_rescue()
                if known is None:
                    unreadable[left] = str(error)
                    continue
                damaged.append(_name_origin(known.path))
                names.append(damaged[-1])
            else:
                if origin is not None and _holds(origin, project):
                    with contextlib.suppress(OSError, FileError):  # all of it is in the file: nothing to ask about
                        left.settle(origin, project)
                        continue
                names.append(show_name(origin.name if origin else project.name))
            lost.append(left)
        self._tell_unreadable(unreadable)
        if not lost:
            return
        every = " all" if len(lost) > 1 else ""
        text = f"Designer closed unexpectedly. Unsaved work on {name_some(names)} was kept {_write_age(lost[0])}."
        if damaged:
            text += f" The copy of {name_some(damaged)} is damaged, but the steps that led to it can be done again."
        self._window.notices.show_notice(
            "warning",
            text,
            Answer(f"Restore{every}", partial(_each, self._restore, lost[::-1])),  # the last one comes to the front
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
            text += f" Beside it: {name_some([left.path.name for left in list(news)[1:]])}."
        discard = Answer("Discard all" if more else "Discard", partial(_each, LeftWork.discard, list(news)))
        self._window.notices.show_notice("error", text, discard, key="unreadable")

    def _restore(self, left: LeftWork) -> None:
        """Open what was left as a document with its steps to undo; the copy goes once there is another one."""
        try:
            project, origin = left.read()
        except FileError as error:
            self._rescue(left, str(error))
            return
        name = show_name(origin.name if origin else project.name)
        self._read(
            left.history_size < AT_ONCE,
            name,
            lambda: left.read_history(project),
            lambda history: self._take_over(left, history or History.start(project), origin),
        )

    def _rescue(self, left: LeftWork, reason: str) -> None:
        """Do the steps of work again whose copy cannot be read, as far as they are there."""
        known = left.can_rescue()
        if known is None:
            self._window.notices.show_notice("error", f"The kept work cannot be read. {reason}")
            return
        name = _name_origin(known.path)

        def take(history: History | None) -> None:
            if history is None:
                self._window.notices.show_notice("error", f"The kept work cannot be read. {reason}")
                return
            self._take_over(left, history, known.path)
            last = history.undo_title
            steps = write_amount(history.position, "step")
            done = f"{steps} were done again, the last one “{last}”" if last else "no step could be done again"
            done = done.replace("1 step were", "1 step was")
            text = f"{name} was restored from its history: {done}. Look whether what you did last is there."
            self._window.notices.show_notice("warning", text, key="rescued")

        self._read(left.history_size < AT_ONCE, name, left.rescue, take)

    def _take_over(self, left: LeftWork, history: History, origin: Path | None) -> None:
        saved = Project()
        if origin is not None:
            with contextlib.suppress(FileError):  # without its file all of it is unsaved
                saved = load(origin)
        there = self._window.documents.find(origin) if origin is not None else None
        if there is not None and there.modified:
            origin = None  # that one keeps the file
        document = OpenDocument(history, saved, origin, take_stamp(origin) if origin is not None else None)
        self._known.add(document)
        self._window.filing.show_document(document)
        if there is not None and not there.modified:
            self._window.documents.close(there)
        self._safety.replace(left.discard)

    # --- steps to undo of files that are opened -------------------------------------------------------------------

    def _look(self) -> None:
        """Look for the steps of documents that were opened since the last time."""
        for document in self._window.documents.all:
            if document not in self._known:
                self._known.add(document)
                if document.path is not None and len(document.history.steps) == 1 and not document.modified:
                    self._bring_back(document, document.path)

    def _bring_back(self, document: OpenDocument, path: Path) -> None:
        """Give a document the steps that it had when it was saved, and its process ended without closing it."""
        left, start = find_histories(path), document.history
        if not left:
            return
        project = document.project
        small = len(project.graph.nodes) < MOST_AT_ONCE and sum(one.size for one in left) < AT_ONCE

        def search() -> tuple[LeftHistory, History] | None:
            found = ((one, one.read(project)) for one in left)
            return next(((one, history) for one, history in found if history is not None), None)

        def take(found: tuple[LeftHistory, History] | None) -> None:
            if found is None or document not in self._window.documents.all:
                return
            one, history = found
            if not self._window.editor.lengthen(document, start, history):
                return
            steps = write_amount(len(history.steps) - 1, "step")
            hint = f"{steps} of {document.name} can be undone or redone again: Designer closed unexpectedly."
            self._window.status.show_hint(hint)
            self._safety.replace(one.discard)

        self._read(small, "", search, take)

    def _read(self, small: bool, name: str, read: Callable[[], T | None], take: Callable[[T | None], None]) -> None:
        """Read at once what is small, else on a thread, saying so where there is a name; then take it."""
        if small:
            take(read())
            return
        key = f"read:{name}"
        if name:
            self._window.notices.show_notice("note", f"Reading the steps to undo of {name} …", key=key)
        job = Job(lambda report: read(), self)
        job.answered.connect(lambda: self._window.notices.dismiss(key))
        job.done.connect(take)
        job.failed.connect(lambda error: take(None))
        self._jobs.append(job.start())


def name_some(names: list[str]) -> str:
    """Return a few of the names and how many more there are."""
    return ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES:,} more" * (len(names) > MOST_NAMES))


def _holds(path: Path, project: Project) -> bool:
    """Return whether a file holds a project as it is."""
    try:
        return place_missing(load(path)) == project
    except FileError:
        return False


def _name_origin(path: Path | None) -> str:
    return show_name(path.name) if path is not None else "a project without a file"


def _write_age(left: LeftWork) -> str:
    return write_age(time.time() - left.written.timestamp())


def _each(do: Callable[[LeftWork], None], lost: list[LeftWork]) -> None:
    for left in lost:
        do(left)
