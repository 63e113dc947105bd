"""Sweeps and ablations of the window: what varies in each document, the trials on a thread, and what came of them."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from designer.document.project import Project
from designer.engine.sweeps.definition import Sweep
from designer.engine.sweeps.places import SweepError, find_place
from designer.engine.sweeps.setting import set_values
from designer.ui.background import Job, Report
from designer.ui.kept_sweeps import Importance, Reader, list_kept
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument, start_document
from designer.ui.sweep_draft import Draft, Findings, Sweeping, propose

if TYPE_CHECKING:
    from designer.engine.sweeps.folder import SweepFolder
    from designer.engine.sweeps.trials import Trial
    from designer.ui.window import Window

LOOK_EVERY = 0.25  # seconds between two looks at the trials
LONGEST_GOODBYE = 20.0  # seconds


class Sweeper(Sweeping):
    """Starts and steers sweeps, one at a time, and never beside a run: both need the one generator of random numbers.

    `changed` says that one began or ended, or that another document is shown; `advanced` that trials came further.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._drafts: WeakKeyDictionary[OpenDocument, Draft] = WeakKeyDictionary()
        self._found: WeakKeyDictionary[OpenDocument, Findings] = WeakKeyDictionary()
        self._job: Job | None = None
        self._reader = Reader(self)
        self._under_way: Findings | None = None
        self._name = ""
        self._stop = threading.Event()
        self._news: tuple[tuple[Trial, ...], Mapping[str, float], float] = ((), {}, 0.0)  # the thread puts it there
        self._reader.found.connect(self._show)
        self._reader.failed.connect(self._complain)
        self._reader.advanced.connect(self.advanced)
        window.editor.opened.connect(self.changed)

    @property
    def draft(self) -> Draft:
        """What is typed for the document that is shown."""
        return self._drafts.setdefault(self._window.editor.document, Draft())

    @property
    def findings(self) -> Findings | None:
        """The last sweep of the document that is shown."""
        return self._found.get(self._window.editor.document)

    @property
    def is_active(self) -> bool:
        """Whether a sweep is under way, in whatever document."""
        return self._job is not None

    @property
    def is_stopping(self) -> bool:
        """Whether it is to end after the step in hand."""
        return self.is_active and self._stop.is_set()

    @property
    def is_here(self) -> bool:
        """Whether it is that of the document that is shown."""
        return self.is_active and self.findings is self._under_way

    @property
    def name(self) -> str:
        """The name of the document whose sweep is under way."""
        return self._name if self.is_active else ""

    def vary(self, key: str, text: str = "") -> None:
        """Let one more setting of the shown document vary, and show the panel."""
        place = find_place(self._window.editor.project, key)
        self.draft.rows.setdefault(place.key, text or propose(place))
        self.draft_changed.emit()
        self._window.workbench.show("sweep")

    def offer(self, key: str) -> None:
        """Let a setting vary whose field asks for it; where it cannot, say so."""
        try:
            self.vary(key)
        except SweepError as error:
            self._complain(str(error))

    @property
    def can_go_on(self) -> bool:
        """Whether the draft says what the last sweep does, so that starting it goes on with that."""
        found, project = self.findings, self._window.editor.project
        try:
            return (
                found is not None
                and found.folder.project == project
                and _is_same(found.sweep, self.draft.read(project))
            )
        except SweepError:
            return False

    def start(self) -> None:
        """Begin the sweep that is drafted, or go on with it where it was stopped; what hinders is said in a bar."""
        window = self._window
        window.notices.dismiss("sweep")
        if not self._may_start():
            return
        try:
            sweep = self.draft.read(window.editor.project)
        except SweepError as error:
            self._complain(str(error))
            return
        self.begin(sweep)

    def begin(self, sweep: Sweep) -> None:
        """Begin a sweep of the shown document, or go on with it."""
        window, before = self._window, self.findings
        if not self._may_start() or window.trainer.demand_ready() is None:
            return
        from designer.engine.store import Store
        from designer.engine.sweeps.folder import Origin, begin_sweep
        from designer.paths import user_sweeps

        path, project = window.editor.path, window.editor.project
        try:
            if before is not None and before.folder.project == project and _is_same(before.sweep, sweep):
                folder = begin_sweep(before.folder.path, project, sweep, before.folder.origin)
            else:
                where = Store(user_sweeps()).new_folder(project.name)
                folder = begin_sweep(where, project, sweep, Origin(path.parent if path else None))
        except (SweepError, OSError) as error:
            self._complain(str(error))
            return
        goes_on = before is not None and folder.path == before.folder.path
        found = Findings(folder, before.trials if goes_on and before is not None else ())
        self._found[window.editor.document] = self._under_way = found
        self._name = window.editor.document.name
        self._news = found.trials, {}, 0.0
        self._stop.clear()
        self._job = Job(lambda report: self._work(folder, report), self)
        self._job.progressed.connect(lambda _: self._look())
        self._job.done.connect(self._end)
        self._job.failed.connect(lambda error: self._end(f"The sweep ended: {error}"))
        self._job.start()
        self._tell()

    def stop(self) -> None:
        """End the sweep under way after the step in hand; it can be gone on with."""
        self._stop.set()
        self._tell()

    def open(self, path: Path) -> None:
        """Show the sweep in a folder, with its project in a tab of its own unless it is the one that is shown."""
        self._reader.open(path)

    def _show(self, found: Findings) -> None:
        window = self._window
        if found.folder.project != window.editor.project:
            window.documents.add(start_document(found.folder.project, saved=False))
        document = window.editor.document
        self._drafts[document], self._found[document] = Draft.write(found.sweep), found
        self.draft_changed.emit()
        self.changed.emit()
        self._reader.follow(found)

    def list_kept(self) -> list[Path]:
        """Return the folders of sweeps that are kept, the newest first."""
        return list_kept()

    def make_project(self, slot: int) -> Project | None:
        """Return the project of a trial of the shown document, None where it cannot be."""
        found = self.findings
        trial = next((one for one in found.trials if one.slot == slot), None) if found is not None else None
        if found is None or trial is None:
            return None
        try:
            made = set_values(found.folder.project, trial.values)
        except SweepError as error:
            self._complain(str(error))
            return None
        return replace(made, name=f"{made.name} trial {slot + 1}")

    def open_trial(self, slot: int) -> None:
        """Open the project of a trial in a tab of its own."""
        made = self.make_project(slot)
        if made is not None:
            self._window.documents.add(start_document(made, saved=False))

    def use_trial(self, slot: int) -> None:
        """Set the values of a trial in the document that is shown, as one step to undo."""
        found, editor = self.findings, self._window.editor
        trial = next((one for one in found.trials if one.slot == slot), None) if found is not None else None
        if trial is None:
            return
        try:
            editor.apply(f"use the values of trial {slot + 1}", set_values(editor.project, trial.values))
        except SweepError as error:
            self._complain(f"The values of trial {slot + 1} no longer fit: {error}")

    def may_train(self) -> bool:
        """Return whether a run may start; where a sweep is under way say so in a bar."""
        if not self.is_active:
            return True
        text = f"A sweep of {self.name} is training. One thing trains at a time: stop it, or wait for its end."
        show = Answer("Show it", lambda: self._window.workbench.show("sweep"))
        self._window.notices.show_notice("warning", text, show, Answer("Stop it", self.stop), key="train")
        return False

    def shut_down(self) -> None:
        """End the sweep and wait for its thread; its trial in hand is done anew by whoever goes on."""
        self._stop.set()
        self._reader.stop(LONGEST_GOODBYE)
        if self._job is not None:
            self._job.cancel(LONGEST_GOODBYE)
            self._job = None

    def _may_start(self) -> bool:
        window = self._window
        if self.is_active:
            self._complain(f"A sweep of {self.name} is under way. One at a time: stop it, or wait for its end.")
            return False
        if window.trainer.is_active:
            text = "A run is under way. One thing trains at a time: stop it, or wait for its end."
            window.notices.show_notice("warning", text, Answer("Stop it", window.trainer.stop), key="sweep")
            return False
        return True

    def _work(self, folder: "SweepFolder", report: Report) -> str:
        """Do what is left of a sweep; on the thread."""
        from designer.engine.preload import import_torch

        import_torch()
        from designer.engine.sweeps.working import SweepEnded, TrialEnded, TrialStep, work

        study, looked, going = folder.open(), 0.0, True
        importance = Importance(study)
        done = len([trial for trial in study.list() if trial.state in ("done", "pruned", "failed")])
        share, ticks = 0.0, 0
        run = work(study, folder.project, beside=folder.origin.beside, data=folder.origin.data)
        event = next(run)
        while not isinstance(event, SweepEnded):
            if isinstance(event, TrialEnded):
                done, share, looked = done + 1, 0.0, 0.0
            elif isinstance(event, TrialStep):
                share = event.share
            if time.monotonic() - looked > LOOK_EVERY:
                looked, ticks = time.monotonic(), ticks + 1
                whole = min(1.0, (done + share) / max(1, folder.sweep.size))
                self._news = study.list(), importance.read(), whole
                going = report(ticks)
            event = run.send(self._stop.is_set() or not going)
        self._news = study.list(), study.importance(), 1.0 if event.reason == "finished" else self._news[2]
        folder.write_trials(study)
        return event.reason

    def _look(self) -> None:
        found = self._under_way
        if found is not None:
            found.trials, found.importance, found.share = self._news
            self.advanced.emit()

    def _end(self, reason: str) -> None:
        found, self._job = self._under_way, None
        self._look()
        self._under_way = None
        if found is not None:
            found.ended = reason
            if reason not in ("finished", "stopped"):
                self._complain(reason)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        self._window.menus.follow(rest=0)

    def _complain(self, text: str) -> None:
        self._window.notices.show_notice("warning", text.replace("`", ""), key="sweep")


def _is_same(ours: Sweep, theirs: Sweep) -> bool:
    return replace(ours, trials=0) == replace(theirs, trials=0)
