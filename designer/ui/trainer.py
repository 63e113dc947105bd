"""The Train, Pause and Stop commands: from the project in the editor to a run, and from its events to the window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.catalogue.facts import missing_path
from designer.codegen.source import Source
from designer.document.project import Project
from designer.ui.broken_runs import note_closed
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument
from designer.ui.rescue import Rescue
from designer.ui.steering import Steering

if TYPE_CHECKING:
    from designer.ui.bridge import TrainingBridge
    from designer.ui.observing import Observing
    from designer.ui.window import Window

UNREADY = "unready"  # the key of bars that say why a network cannot be trained
TELL_EVERY = 250  # milliseconds between two texts in the status bar


class Trainer(QObject):
    """Starts and steers the runs of a window, one at a time. The bridge behind it is made when first needed.

    A run belongs to the document it was started in and goes on while another one is shown. Train is about the document
    that is shown; Pause, Step and Stop are about the run under way, wherever that is.
    """

    state_changed = Signal(str)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._bridge: TrainingBridge | None = None
        self._told = "", "", ""
        self.steering: Steering = Steering(window, self)
        self.observing: Observing | None = None  # made with the bridge
        self.rescue: Rescue = Rescue(window, self)
        # What is kept of a run of a project that begins, from a checkpoint or afresh: words for the bridge's `start`.
        self.keep: Callable[[Project, Path | None], dict[str, Any]] = lambda project, resume: {"resume": resume}
        self._tell_soon = QTimer(self, singleShot=True, interval=TELL_EVERY)
        self._tell_soon.timeout.connect(self._tell_status)
        window.editor.opened.connect(self._follow)
        window.editor.project_changed.connect(self.steering.refresh)
        window.editor.project_changed.connect(self._forget_unready)

    @property
    def bridge(self) -> "TrainingBridge":
        """The bridge to the training thread."""
        if self._bridge is None:
            from designer.ui.bridge import TrainingBridge  # numpy comes with it: not before the window is painted

            self._bridge = TrainingBridge(self)
            self._bridge.show(self._window.editor.document)
            self._bridge.state_changed.connect(self.state_changed)
            self._bridge.state_changed.connect(self._tell_state)
            self._bridge.advanced.connect(self._note_progress)
            self._bridge.told.connect(self._take)
            from designer.ui.observing import Observing

            self.observing = Observing(self._window, self._bridge)
        return self._bridge

    @property
    def state(self) -> str:
        """What the run of the document does: "idle", "loading", "running", "paused", "stopping" or "ended"."""
        return "idle" if self._bridge is None else self._bridge.state

    @property
    def state_under_way(self) -> str:
        """What the run under way does, wherever it is; "idle" where none is."""
        run = self._bridge.run_under_way if self._bridge is not None else None
        return "idle" if run is None else run.state

    @property
    def document(self) -> OpenDocument | None:
        """The document whose run is under way."""
        owner = self._bridge.owner_under_way if self._bridge is not None else None
        return owner if isinstance(owner, OpenDocument) else None

    @property
    def elsewhere(self) -> str:
        """The name of the document whose run is under way where that is not the one shown, else ""."""
        document = self.document
        return document.name if document is not None and document is not self._window.editor.document else ""

    @property
    def is_active(self) -> bool:
        """Whether a run is under way in this window, paused included."""
        return self.state_under_way != "idle"

    @property
    def is_paused(self) -> bool:
        """Whether the run under way is held."""
        return self.state_under_way == "paused"

    @property
    def can_start(self) -> bool:
        """Whether Train would do something: there is a network, and no run of it is under way but one that is held."""
        free = self.state in ("idle", "ended", "paused")
        return (bool(self._window.editor.project.graph.nodes) and free) or self.state == "paused"

    @property
    def can_pause(self) -> bool:
        """Whether there is a run to hold or to let go on."""
        return self.state_under_way in ("running", "paused", "loading") and not self.is_followed

    @property
    def is_followed(self) -> bool:
        """Whether the run under way goes on elsewhere, and is only looked at."""
        return self._bridge is not None and self._bridge.is_followed

    @property
    def can_step(self) -> bool:
        """Whether a held run could take one step, or a run be begun with one."""
        return self.is_paused or (not self.is_active and self.can_start)

    @property
    def can_stop(self) -> bool:
        """Whether there is a run to end."""
        return self.state_under_way in ("running", "paused", "loading")

    def start(self, *, held: bool = False, resume: Path | None = None) -> None:
        """Train the present project, from a checkpoint if one is given, `held` after one batch; a held run goes on.

        What stands in the way is said in a bar.
        """
        window, other = self._window, self.document
        if self.state == "paused":
            self.resume()
            return
        if other is not None and other is not window.editor.document:
            text = f"{other.name} is training. One run at a time: stop that one, or wait for its end."
            show, stop = Answer("Show it", lambda: window.documents.show(other)), Answer("Stop it", self.stop)
            window.notices.show_notice("warning", text, show, stop, key="busy")
            return
        source = self.demand_ready()
        if source is None:
            return
        weights = window.workbench.docks["weights"].content
        if weights is None or not weights.isVisible():
            window.workbench.show("training")  # whoever looks at weights wants to go on looking
        path = window.editor.path
        window.canvas.show_fault(None)
        kept = self.keep(window.editor.project, resume)
        self.bridge.start(window.editor.project, source, beside=path.parent if path else None, held=held, **kept)

    def demand_ready(self) -> Source | None:
        """Return the script of the present project; None where it lacks something, which is said in a bar."""
        window = self._window
        source = window.editor.code()
        window.notices.dismiss("train")
        window.notices.dismiss(UNREADY)
        if not window.sweeper.may_train():
            return None
        if not isinstance(source, Source):
            first = source.problems[0].message if source.problems else "The network is not complete yet."
            first = first.replace("`", "")  # a bar shows plain text
            show = Answer("Show problems", lambda: window.workbench.show("problems"))
            window.notices.show_notice("warning", f"Not ready to train. {first}", show, key=UNREADY)
            return None
        if not window.editor.allows(source.foreign):
            assert window.trust is not None
            show = Answer("Look at the code...", window.trust.ask)
            window.notices.show_notice("warning", "Not ready to train. The code is not trusted.", show, key=UNREADY)
            return None
        missing = missing_path(window.editor.project)
        if missing is not None:
            show = Answer("Show data", lambda: window.workbench.show("data"))
            window.notices.show_notice("warning", f"Not ready to train. {missing}", show, key=UNREADY)
            return None
        return source

    def _forget_unready(self, before: Project, after: Project) -> None:
        """Take away what was said of a network that has changed since."""
        if any(getattr(before, name) is not getattr(after, name) for name in ("graph", "blocks", "data", "training")):
            self._window.notices.dismiss(UNREADY)

    def pause(self) -> None:
        """Hold the run, or let it go on."""
        if self.is_paused:
            self.resume()
            return
        self.bridge.pause()
        self._tell_steered()

    def resume(self) -> None:
        """Let a held run go on, with what was changed meanwhile; one that cannot use it yet is still held."""
        if not self.steering.changes or self.steering.use():
            self.let_go()

    def let_go(self) -> None:
        """Let a held run go on as it is."""
        self.bridge.resume()
        self._tell_steered()

    def stop(self) -> None:
        """End the run after the step in hand."""
        self.bridge.stop()
        self._tell_steered()

    def step(self) -> None:
        """Let a held run learn from one batch; with no run, begin one that is held after its first."""
        if not self.is_active:
            self.start(held=True)
            return
        if not self.steering.changes or self.steering.use():
            self.bridge.step()

    def _tell_steered(self) -> None:
        """Tell at once what was asked of a run whose document is not shown: the bridge tells of the shown one alone."""
        if self.elsewhere:
            self._tell_status()
            self.state_changed.emit(self.state)

    def shut_down(self) -> None:
        """End the run and wait for its thread."""
        if self._bridge is not None:
            if (folder := self._window.runs.folder) is not None:
                note_closed(self._window.settings, folder.name)
            self._bridge.shut_down()

    def _follow(self) -> None:
        """Tell of the run of the document that is shown now."""
        for key in ("train", "busy"):
            self._window.notices.dismiss(key)
        if self._bridge is not None:
            self._bridge.show(self._window.editor.document)
            self.steering.forget()
            self._tell_state()
            self.state_changed.emit(self.state)

    def _tell_state(self) -> None:
        self._told = "", "", ""  # the window has just shown the state alone
        if not self.is_active:
            self.steering.forget()
        else:
            self.steering.refresh()
        self._tell_status()

    def _note_progress(self) -> None:
        if not self._tell_soon.isActive() and self._tell_status():
            self._tell_soon.start()

    def _tell_status(self) -> bool:
        """Show how the run stands; return whether that is news. A label that changes lays out the status bar anew."""
        self._window.tabs.show_run(self.document, held=self.is_paused)
        run, elsewhere = self.bridge.run_under_way, self.elsewhere
        if run is not None and elsewhere:
            now = run.state, run.progress.describe_shortly(), elsewhere
        else:
            now = self.state, self.bridge.progress.describe_shortly(), ""
        news = now != self._told
        if news:
            self._told = now
            self._window.status.show_run(*now)
        return news

    def _take(self, owner: object, event: object) -> None:
        """Say what went wrong, and show the layer at fault; of a run in another document, say how it ended."""
        from designer.engine.events import Changed, Failed, Finished  # with numpy: there once something has happened
        from designer.ui.run_ends import tell_elsewhere, tell_failure

        window = self._window
        document = owner if isinstance(owner, OpenDocument) and owner in window.documents.all else None
        if document is not None and document is not window.editor.document:
            if isinstance(event, Failed | Finished):
                tell_elsewhere(window, document, event)
                self.state_changed.emit(self.state)
        elif isinstance(event, Changed):
            self.steering.take(event)
        elif isinstance(event, Failed):
            tell_failure(window, event, self.rescue.offer(event))
