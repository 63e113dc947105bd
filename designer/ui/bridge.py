"""From the training thread to the window: one timer drains the session's queue and turns events into signals.

Nothing here is touched by the training thread, which imports torch itself: the window never waits for either.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from designer.codegen.source import Source
from designer.document.project import Project
from designer.engine.events import Event, Samples, Weights
from designer.engine.plan import Plan
from designer.engine.seeing import Activation, Look, Wish
from designer.engine.session import Session
from designer.engine.symptoms import Finding
from designer.ui.live_run import LiveRun
from designer.ui.pace import Beat
from designer.ui.progress import Progress

if TYPE_CHECKING:
    from designer.engine.following import Following

LONGEST_GOODBYE = 20.0  # seconds


class TrainingBridge(QObject):
    """The runs of the window: one at most is under way, and each document has its last one.

    A run belongs to the owner (a document) that is shown when it starts. All that can be read here, and the signals
    `happened`, `progressed` and `state_changed`, are of the run of the owner that is shown now; `show` tells of another
    one from its start. The run under way goes on beside that: `told` and `advanced` are of it in any case.

    `state` is "idle", "loading", "running", "paused", "stopping" or "ended"; "paused" from the moment it is asked
    for. `project` and `source` are what the present or last run trains with, `progress` how far it has come.
    `weights` holds the newest snapshot of each node, `samples` what the network last made, for who comes later.
    `look` is the newest look into the network, with the `activations` of the sample by node; `findings` say what looks
    wrong, and `diagnosed` that they are others now.
    `happened` carries every engine event, in order; `progressed` follows each batch of them.
    """

    happened = Signal(object)  # Event
    progressed = Signal(object)  # Progress
    state_changed = Signal(str)
    told = Signal(object, object)  # owner, Event: as it happens, whoever is shown
    diagnosed = Signal(object)  # tuple of Finding
    advanced = Signal()  # the run under way came further, or into another state

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: WeakKeyDictionary[object, LiveRun] = WeakKeyDictionary()
        self._owner: object = self  # who is shown; the bridge itself where nobody said
        self._run: LiveRun | None = None  # its run
        self._under_way: tuple[object, LiveRun] | None = None
        self.last_run: LiveRun | None = None  # that is under way, or was last
        self._told_state = "idle"
        self._watched: tuple[str, ...] = ()
        self._wish = Wish()
        self._told_findings: tuple[Finding, ...] = ()
        self._timer = Beat(self)
        self._timer.timeout.connect(self.drain)

    @property
    def state(self) -> str:
        """What the run that is shown does."""
        return "idle" if self._run is None else self._run.state

    @property
    def active(self) -> bool:
        """Whether the run that is shown is under way, paused included."""
        return self._run is not None and self._run.active

    @property
    def run_under_way(self) -> LiveRun | None:
        """The run under way, whoever it belongs to."""
        return self._under_way[1] if self._under_way is not None else None

    @property
    def owner_under_way(self) -> object | None:
        """Whose run is under way."""
        return self._under_way[0] if self._under_way is not None else None

    @property
    def project(self) -> Project | None:
        """What the run trains with."""
        return self._run.project if self._run is not None else None

    @property
    def source(self) -> Source | None:
        """The script of that."""
        return self._run.source if self._run is not None else None

    @property
    def folder(self) -> Path | None:
        """Where it is kept, None for one that is not."""
        return self._run.folder if self._run is not None else None

    @property
    def session(self) -> "Session | Following | None":
        """The engine's side of it."""
        return self._run.session if self._run is not None else None

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._run.progress if self._run is not None else Progress()

    @property
    def weights(self) -> dict[str, Weights]:
        """The newest snapshot of each node."""
        return self._run.weights if self._run is not None else {}

    @property
    def samples(self) -> Samples | None:
        """What the network last made."""
        return self._run.samples if self._run is not None else None

    @property
    def look(self) -> Look | None:
        """The newest look into the network."""
        return self._run.look if self._run is not None else None

    @property
    def activations(self) -> dict[str, Activation]:
        """What the layers looked at gave for the sample."""
        return self._run.activations if self._run is not None else {}

    @property
    def trends(self) -> dict[str, deque[tuple[float, float]]]:
        """Gradient and update of each layer at the last looks."""
        return self._run.trends if self._run is not None else {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong with the run."""
        return self._run.diagnosis.findings if self._run is not None else ()

    def start(
        self,
        project: Project,
        source: Source,
        *,
        out: Path | None = None,
        beside: Path | None = None,
        resume: Path | None = None,
        held: bool = False,
        **kept: Any,
    ) -> None:
        """Begin a run of `project`, whose generated script is `source`; nothing happens while one is under way.

        A run folder is written to `out`, where that is given. A relative path of the data starts from `beside`. The run
        goes on from the checkpoint `resume`, where there is one. One that begins `held` learns from one batch.
        `kept` says what else the plan keeps, such as a checkpoint of `every` so many epochs.
        """
        if self._under_way is not None:
            return
        plan = Plan.from_project(project, source=source, out=out, beside=beside, resume=resume, **kept)
        session = Session(replace(plan, show_samples=True))
        before = self._run if resume is not None and self._run is not None else None
        known = before.list_steps() if before is not None and resume and before.folder == resume.parent else ()
        self._begin(LiveRun(project, source, session, beside=beside, folder=out, past=known), held=held)

    def follow(self, project: Project, source: Source, following: "Following", folder: Path) -> None:
        """Tell of a run that goes on elsewhere, of this project; nothing happens while one is under way."""
        if self._under_way is None:
            self._begin(LiveRun(project, source, following, folder=folder))

    @property
    def is_followed(self) -> bool:
        """Whether the run under way goes on elsewhere: it cannot be held or changed."""
        run = self.run_under_way
        return run is not None and run.steered is None

    def _begin(self, run: LiveRun, *, held: bool = False) -> None:
        if held and run.steered is not None:  # before its thread is there: it could be many steps further
            run.held = True
            run.steered.pause()
            run.steered.step()
        self._run = self._runs[self._owner] = run
        self._under_way, self.last_run = (self._owner, run), run
        run.wish = self._wish
        run.begin(self._watched)
        self._timer.begin()
        run.note_state()
        self._tell_state()

    def show(self, owner: object) -> None:
        """Tell of the run of another owner from now on: first that there is none, then all that happened in its run."""
        if owner is self._owner:
            return
        if self._run is not None and self._run.active:
            self._run.watch(())  # nobody looks
            self._run.watch_looks(Wish())
        had_one = self._run is not None
        self._owner, self._run = owner, self._runs.get(owner)
        if had_one:
            self.state_changed.emit("idle")
        self._told_state = "idle"
        run = self._run
        if run is not None:
            self.state_changed.emit("loading")
            for event in self.tell():
                self.happened.emit(event)
            run.watch(self._watched)
            run.watch_looks(self._wish)
            self.progressed.emit(run.progress)
        self._tell_state()

    def tell(self) -> Iterator[Event]:
        """Yield what the run that is shown has told so far."""
        if self._run is not None:
            yield from self._run.tell()

    def change(self, project: Project, source: Source, back_to: int | None = None) -> None:
        """Let the run under way go on with another project, held or not; a Changed event says what came of it."""
        if (run := self.run_under_way) is not None:
            run.change(project, source, back_to)

    def pause(self) -> None:
        """Hold the run under way after the step in hand."""
        if (run := self.run_under_way) is not None and run.steered is not None:
            run.held = True
            run.steered.pause()
            self._settle(run)

    def resume(self) -> None:
        """Go on with a held run."""
        if (run := self.run_under_way) is not None and run.steered is not None:
            run.held = False
            run.steered.resume()
            self._settle(run)

    def step(self) -> None:
        """Let a held run learn from one batch."""
        if (run := self.run_under_way) is not None and run.held and run.steered is not None:
            run.steered.step()
            self._timer.hurry()

    def stop(self) -> None:
        """End the run under way after the step in hand; its events still arrive."""
        if (run := self.run_under_way) is not None:
            run.session.stop()
            self._settle(run)

    def watch(self, nodes: Iterable[str]) -> None:
        """Ask for snapshots of these nodes' weights while the run that is shown goes on, the first at once."""
        self._watched = tuple(nodes)
        if self._run is not None:
            self._run.watch(self._watched)

    def wish(self, **parts: object) -> None:
        """Ask what looks should bring while the run that is shown goes on: fields of Wish; the others stay."""
        self._wish = replace(self._wish, **parts)  # type: ignore[arg-type]
        if self._run is not None:
            self._run.watch_looks(self._wish)

    def shut_down(self) -> None:
        """End the run and wait for its thread, so that the program can close; what it still tells is told."""
        self._timer.stop()
        if (run := self.run_under_way) is not None:
            run.session.stop()
            run.session.join(LONGEST_GOODBYE)
            self.drain()

    def drain(self) -> None:
        """Tell of what happened since the last call; the timer calls this."""
        if self._under_way is None:
            return
        owner, run = self._under_way
        before, state = run.progress, run.state
        events = run.drain()
        self._timer.follow(run)
        if not run.active:
            self._timer.stop()
            self._under_way = None
        shown = run is self._run
        for event in events:
            if shown:
                self.happened.emit(event)
            self.told.emit(owner, event)
        if run.progress is not before and shown:
            self.progressed.emit(run.progress)
        if run is self._run:
            self._tell_state()
        if events or run.state != state:
            self.advanced.emit()

    def _settle(self, run: LiveRun) -> None:
        """Take over what was just asked of a run."""
        self._timer.hurry()
        run.note_state()
        if run is self._run:
            self._tell_state()
        self.advanced.emit()

    def _tell_state(self) -> None:
        if self.findings != self._told_findings:
            self._told_findings = self.findings
            self.diagnosed.emit(self.findings)
        if self.state != self._told_state:
            self._told_state = self.state
            self.state_changed.emit(self.state)
