"""Sweeps that are kept in their folders, as the window looks into them: trials, what mattered, how they ended."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.ui.background import Job
from designer.ui.sweep_draft import Findings

if TYPE_CHECKING:
    from designer.engine.sweeps.study import Study

FOLLOW_EVERY = 2000  # milliseconds between two looks at a sweep that others work on
OVER = ("done", "pruned", "failed")


def list_kept() -> list[Path]:
    """Return the folders of sweeps that are kept, the newest first."""
    from designer.engine.sweeps.folder import holds_sweep
    from designer.paths import user_sweeps

    root = user_sweeps()
    folders = sorted(root.iterdir(), reverse=True) if root.is_dir() else []
    return [folder for folder in folders if holds_sweep(folder)]


def read_kept(path: Path) -> Findings:
    """Return what the sweep in a folder has found so far. Raises SweepError. Slow: not in the window's thread."""
    from designer.engine.sweeps.folder import read_folder

    folder = read_folder(path)
    study = folder.open()
    trials = study.list()
    over = sum(trial.state in OVER for trial in trials)
    ended = "finished" if over >= folder.sweep.size else "elsewhere" if study.has_workers() else "stopped"
    return Findings(folder, trials, share=over / max(1, folder.sweep.size), ended=ended)


class Reader(QObject):
    """Reads kept sweeps beside the window: others may write them at this moment, and a storage may be far away.

    `found` carries the findings of one that was asked for, `failed` why it cannot be read; `advanced` says that one that
    others work on came further.
    """

    found = Signal(object)
    failed = Signal(str)
    advanced = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._followed: Findings | None = None
        self._timer = QTimer(self, interval=FOLLOW_EVERY)
        self._timer.timeout.connect(self._look)

    def open(self, path: Path) -> None:
        """Read the sweep in a folder."""
        if self._job is not None:
            self._job.cancel()
        self._job = Job(lambda report: read_kept(path), self)
        self._job.done.connect(self._give)
        self._job.failed.connect(lambda error: self.failed.emit(str(error)))
        self._job.start()

    def _give(self, findings: Findings) -> None:
        """Tell what was found, and work out what mattered after that: it may take seconds."""
        self.found.emit(findings)
        self._measure(findings)

    def _measure(self, findings: Findings) -> None:
        self._job = Job(lambda report: findings.folder.open().importance(), self)
        self._job.done.connect(lambda importance: self._take_importance(findings, importance))
        self._job.start()

    def _take_importance(self, findings: Findings, importance: Mapping[str, float]) -> None:
        findings.importance = importance
        self.advanced.emit()

    def follow(self, findings: Findings) -> None:
        """Keep findings up to date for as long as others work on the sweep."""
        self._followed = findings
        self._timer.start()

    def stop(self, timeout: float = 0.0) -> None:
        """Read no more."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel(timeout)

    def _look(self) -> None:
        followed = self._followed
        if followed is None or followed.ended != "elsewhere":
            self._timer.stop()
        elif self._job is None or not self._job.running:
            self._job = Job(lambda report: read_kept(followed.folder.path), self)
            self._job.done.connect(lambda news: self._take(followed, news))
            self._job.start()

    def _take(self, followed: Findings, news: Findings) -> None:
        if followed.ended == "elsewhere":
            followed.trials, followed.share, followed.ended = news.trials, news.share, news.ended
            self.advanced.emit()
            if news.ended == "finished":
                self._measure(followed)


class Importance:
    """What mattered, worked out again no more often than takes a twentieth of the time."""

    def __init__(self, study: "Study") -> None:
        self._study = study
        self._found: Mapping[str, float] = {}
        self._next = 0.0

    def read(self) -> Mapping[str, float]:
        """Return how much each setting explains, as of a while ago."""
        began = time.monotonic()
        if began >= self._next:
            self._found = self._study.importance()
            self._next = time.monotonic() + 20 * (time.monotonic() - began)
        return self._found
