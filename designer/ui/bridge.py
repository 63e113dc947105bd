"""From the training thread to the window: one timer drains the session's queue and turns events into signals.

Nothing here is touched by the training thread, and torch is imported on a thread of its own, so the window never
waits for either.
"""

import threading
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.codegen.source import Source
from designer.document.project import Project
from designer.engine.events import Failed

if TYPE_CHECKING:
    from designer.engine.session import Session

DRAIN_EVERY = 33  # milliseconds
ACTIVE = ("loading", "running", "paused", "stopping")


class TrainingBridge(QObject):
    """The run of the window: at most one at a time.

    `state` is "idle", "loading", "running", "paused", "stopping" or "ended". `project` and `source` are what the
    present or last run was started with. `happened` carries every engine event, in order.
    """

    happened = Signal(object)
    state_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self.project: Project | None = None
        self.source: Source | None = None
        self._session: Session | None = None
        self._loader: threading.Thread | None = None
        self._arrived: list[Session | BaseException] = []
        self._watched: tuple[str, ...] = ()
        self._wanted: dict[str, Any] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(DRAIN_EVERY)
        self._timer.timeout.connect(self._drain)

    @property
    def active(self) -> bool:
        """Whether a run is under way, paused included."""
        return self.state in ACTIVE

    def start(self, project: Project, source: Source, out: Path | None = None) -> None:
        """Begin a run of `project`, whose generated script is `source`; nothing happens while one is under way."""
        if self.active:
            return
        self.project, self.source = project, source
        self._session, self._arrived, self._wanted = None, [], {}
        self._set_state("loading")
        self._loader = threading.Thread(target=self._load, args=(project, source, out), daemon=True, name="load-torch")
        self._loader.start()
        self._timer.start()

    def pause(self) -> None:
        """Hold the run after the step in hand."""
        self._command("pause")

    def resume(self) -> None:
        """Go on with a held run."""
        self._command("resume")

    def stop(self) -> None:
        """End the run after the step in hand; its events still arrive."""
        self._command("stop")

    def watch(self, nodes: Iterable[str]) -> None:
        """Ask for snapshots of these nodes' weights while the run goes on."""
        self._watched = tuple(nodes)
        if self._session is not None:
            self._session.watch(self._watched)

    def shut_down(self) -> None:
        """End the run and wait for its thread, so that the program can close."""
        self._timer.stop()
        if self._loader is not None:
            self._loader.join()
        for arrived in self._arrived:
            if not isinstance(arrived, BaseException):
                self._session = arrived
        if self._session is not None:
            self._session.stop()
            self._session.join()
        self._set_state("ended" if self.state != "idle" else "idle")

    def _command(self, name: str) -> None:
        if not self.active:
            return
        if self._session is None:
            self._wanted[name] = True  # torch is still being imported: done as soon as there is a session
        else:
            getattr(self._session, name)()
            self._set_state(self._session.state)

    def _load(self, project: Project, source: Source, out: Path | None) -> None:
        """Import torch and make the session, on the loader thread; hands over through a list, which is atomic."""
        try:
            from designer.engine.plan import Plan
            from designer.engine.session import Session

            self._arrived.append(Session(Plan.from_project(project, source=source, out=out)))
        except BaseException as error:  # noqa: BLE001 - whatever it was, the window must hear of it
            self._arrived.append(error)

    def _drain(self) -> None:
        if self._session is None and not self._adopt():
            return
        assert self._session is not None
        for event in self._session.drain():
            self.happened.emit(event)
        self._set_state(self._session.state)
        if self.state == "ended":
            for event in self._session.drain():
                self.happened.emit(event)
            self._timer.stop()

    def _adopt(self) -> bool:
        """Take the session over from the loader thread once it is there."""
        if not self._arrived:
            return False
        arrived = self._arrived.pop()
        if isinstance(arrived, BaseException):
            self._timer.stop()
            message = f"Training could not start: {arrived}"
            trace = "".join(traceback.format_exception(arrived))
            self.happened.emit(Failed("exception", message, None, 0, 0, trace))
            self._set_state("ended")
            return False
        self._session = arrived
        arrived.watch(self._watched)
        arrived.start()
        for name in self._wanted:
            getattr(arrived, name)()
        return True

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
