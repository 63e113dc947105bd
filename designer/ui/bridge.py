"""From the training thread to the window: one timer drains the session's queue and turns events into signals.

Nothing here is touched by the training thread, which imports torch itself: the window never waits for either.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from designer.codegen.source import Source
from designer.document.project import Project
from designer.engine.events import Samples, Started, Weights
from designer.engine.plan import Plan
from designer.engine.session import Session
from designer.ui.progress import Progress, advance

DRAIN_EVERY = 33  # milliseconds
SNAPSHOTS = 4.0  # a second
MOST_KEPT = 25_000_000  # parameters that are all looked at once more when a run ends
LONGEST_GOODBYE = 20.0  # seconds
ACTIVE = ("loading", "running", "paused", "stopping")


class TrainingBridge(QObject):
    """The run of the window: at most one at a time.

    `state` is "idle", "loading", "running", "paused", "stopping" or "ended"; "paused" from the moment it is asked
    for. `project` and `source` are what the present or last run was started with, `progress` how far it has come.
    `weights` holds the newest snapshot of each node, `samples` what the network last made, for who comes later.
    `happened` carries every engine event, in order; `progressed` follows each batch of them.
    """

    happened = Signal(object)  # Event
    progressed = Signal(object)  # Progress
    state_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "idle"
        self.progress = Progress()
        self.project: Project | None = None
        self.source: Source | None = None
        self.session: Session | None = None
        self.weights: dict[str, Weights] = {}
        self.samples: Samples | None = None
        self._held = False
        self._watched: tuple[str, ...] = ()
        self._looked = self._worked = 0.0
        self._timer = QTimer(self, interval=DRAIN_EVERY)
        self._timer.timeout.connect(self.drain)

    @property
    def active(self) -> bool:
        """Whether a run is under way, paused included."""
        return self.state in ACTIVE

    def start(self, project: Project, source: Source, *, out: Path | None = None, beside: Path | None = None) -> None:
        """Begin a run of `project`, whose generated script is `source`; nothing happens while one is under way.

        A run folder is written to `out`, where that is given. A relative path of the data starts from `beside`.
        """
        if self.active:
            return
        self.project, self.source = project, source
        plan = Plan.from_project(project, source=source, out=out, beside=beside)
        self.session = Session(replace(plan, show_samples=True))
        self.progress, self.weights, self.samples, self._held = Progress(), {}, None, False
        self._looked, self._worked = time.monotonic(), 0.0
        self.session.watch(self._watched, SNAPSHOTS)
        self.session.keep(source.modules)  # so that every layer can be looked at afterwards
        self.session.start()
        self._timer.start()
        self._set_state()

    def pause(self) -> None:
        """Hold the run after the step in hand."""
        if self.session is not None and self.active:
            self._held = True
            self.session.pause()
            self._set_state()

    def resume(self) -> None:
        """Go on with a held run."""
        if self.session is not None and self.active:
            self._held = False
            self.session.resume()
            self._set_state()

    def step(self) -> None:
        """Let a held run come as far as its next event."""
        if self.session is not None and self._held:
            self.session.step()

    def stop(self) -> None:
        """End the run after the step in hand; its events still arrive."""
        if self.session is not None and self.active:
            self.session.stop()
            self._set_state()

    def watch(self, nodes: Iterable[str]) -> None:
        """Ask for snapshots of these nodes' weights while the run goes on, the first at once."""
        watched = tuple(nodes)
        if watched != self._watched:
            self._watched = watched
            if self.session is not None and self.active:
                self.session.watch(watched, SNAPSHOTS)

    def forget(self) -> None:
        """Let a run that has ended go, with all it told; one that is under way stays."""
        if self.session is None or self.active:
            return
        self.session = self.project = self.source = None
        self.progress, self.weights, self.samples, self.state = Progress(), {}, None, "idle"
        self.state_changed.emit(self.state)

    def shut_down(self) -> None:
        """End the run and wait for its thread, so that the program can close; what it still tells is told."""
        self._timer.stop()
        if self.session is not None and self.active:
            self.session.stop()
            self.session.join(LONGEST_GOODBYE)
            self.drain()

    def drain(self) -> None:
        """Tell of what happened since the last call; the timer calls this."""
        session = self.session
        if session is None:
            return
        now = time.monotonic()
        state = session.state  # before the events: when it says "ended" the last event is in the queue
        if state in ("running", "stopping"):  # loading and pauses are no work: the time left must not grow with them
            self._worked += now - self._looked
        self._looked = now
        before = self.progress
        for event in session.drain():
            if isinstance(event, Started) and event.parameters > MOST_KEPT:
                session.keep(self._watched)
            if isinstance(event, Weights):
                self.weights[event.node] = event
            elif isinstance(event, Samples):
                self.samples = event
            else:
                self.progress = advance(self.progress, event, self._worked)
                self._worked = 0.0
            self.happened.emit(event)
        if self.progress is not before:
            self.progressed.emit(self.progress)
        if state == "ended":
            self._timer.stop()
        self._set_state(state)

    def _set_state(self, state: str = "") -> None:
        if self.session is None:
            return
        state = state or self.session.state
        if self._held and state in ("loading", "running"):
            state = "paused"
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
