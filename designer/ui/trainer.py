"""The Train, Pause and Stop commands: from the project in the editor to a run, and from its events to the window."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from designer.catalogue.facts import missing_path
from designer.codegen.source import Source
from designer.document.places import split_definition
from designer.ui.notices import Answer

if TYPE_CHECKING:
    from designer.engine.plan import Plan
    from designer.ui.bridge import TrainingBridge
    from designer.ui.window import Window

TELL_EVERY = 250  # milliseconds between two texts in the status bar
OUTDATED = "The run goes on with the network and the settings it was started with. Train again to use your changes."


class Trainer(QObject):
    """Starts and steers the one run of a window. The bridge behind it is made when first needed."""

    state_changed = Signal(str)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._bridge: TrainingBridge | None = None
        self._told = "", ""
        self._tell_soon = QTimer(self, singleShot=True, interval=TELL_EVERY)
        self._tell_soon.timeout.connect(self._tell_status)
        window.editor.opened.connect(self._forget)
        window.editor.project_changed.connect(self._compare)

    @property
    def bridge(self) -> "TrainingBridge":
        """The bridge to the training thread."""
        if self._bridge is None:
            from designer.ui.bridge import TrainingBridge  # numpy comes with it: not before the window is painted

            self._bridge = TrainingBridge(self)
            self._bridge.state_changed.connect(self.state_changed)
            self._bridge.state_changed.connect(self._tell_state)
            self._bridge.progressed.connect(self._note_progress)
            self._bridge.happened.connect(self._take)
        return self._bridge

    @property
    def state(self) -> str:
        """What the run is doing: "idle", "loading", "running", "paused", "stopping" or "ended"."""
        return "idle" if self._bridge is None else self._bridge.state

    @property
    def is_active(self) -> bool:
        """Whether a run is under way, paused included."""
        return self._bridge is not None and self._bridge.active

    @property
    def is_paused(self) -> bool:
        """Whether the run is held."""
        return self.state == "paused"

    @property
    def can_start(self) -> bool:
        """Whether Train would do something: there is a network and nothing runs, or the run is held."""
        return (bool(self._window.editor.project.graph.nodes) and not self.is_active) or self.is_paused

    @property
    def can_pause(self) -> bool:
        """Whether there is a run to hold or to let go on."""
        return self.state in ("running", "paused", "loading")

    @property
    def can_step(self) -> bool:
        """Whether a held run could take one step."""
        return self.is_paused

    @property
    def can_stop(self) -> bool:
        """Whether there is a run to end."""
        return self.state in ("running", "paused", "loading")

    def start(self) -> None:
        """Train the present project; a held run goes on. What stands in the way is said in a bar."""
        if self.is_paused:
            self.bridge.resume()
            return
        source = self._demand_ready()
        if source is None:
            return
        window = self._window
        weights = window.workbench.docks["weights"].content
        if weights is None or not weights.isVisible():
            window.workbench.show("training")  # whoever looks at weights wants to go on looking
        path = window.editor.path
        self.bridge.start(window.editor.project, source, beside=path.parent if path else None)

    def find_rate(self, use: Callable[[float], None]) -> None:
        """Try learning rates on the present project, and hand over the one that is wanted. Not beside a run."""
        if self.is_active:
            text = "A run is under way, and the test would disturb its random numbers. Stop it first."
            self._window.notices.show_notice("warning", text, key="train")
            return
        source = self._demand_ready()
        if source is None:
            return
        from designer.ui.rate_finder import RateFinder  # seldom asked for

        project, path = self._window.editor.project, self._window.editor.path

        def make_plan() -> "Plan":
            from designer.engine.plan import Plan

            return Plan.from_project(project, source=source, beside=path.parent if path else None)

        dialog = RateFinder(make_plan, self._window.theme, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.used.connect(use)
        dialog.open()

    def _demand_ready(self) -> Source | None:
        """Return the script of the present project; None where it lacks something, which is said in a bar."""
        window = self._window
        source = window.editor.code()
        window.notices.dismiss("train")
        if not isinstance(source, Source):
            first = source.problems[0].message if source.problems else "The network is not complete yet."
            first = first.replace("`", "")  # a bar shows plain text
            show = Answer("Show problems", lambda: window.workbench.show("problems"))
            window.notices.show_notice("warning", f"Not ready to train. {first}", show, key="train")
            return None
        if not window.editor.allows(source.foreign):
            assert window.trust is not None
            show = Answer("Look at the code...", window.trust.ask)
            window.notices.show_notice("warning", "Not ready to train. The code is not trusted.", show, key="train")
            return None
        missing = missing_path(window.editor.project)
        if missing is not None:
            show = Answer("Show data", lambda: window.workbench.show("data"))
            window.notices.show_notice("warning", f"Not ready to train. {missing}", show, key="train")
            return None
        return source

    def pause(self) -> None:
        """Hold the run, or let it go on."""
        if self.is_paused:
            self.bridge.resume()
        else:
            self.bridge.pause()

    def stop(self) -> None:
        """End the run after the step in hand."""
        self.bridge.stop()

    def step(self) -> None:
        """Let a held run take one step."""
        self.bridge.step()

    def shut_down(self) -> None:
        """End the run and wait for its thread."""
        if self._bridge is not None:
            self._bridge.shut_down()

    def _forget(self) -> None:
        if self._bridge is not None:
            self._bridge.forget()

    def _compare(self) -> None:
        """Say that a run under way does not follow what is edited meanwhile, while that is so."""
        run = self._bridge.project if self._bridge is not None and self._bridge.active else None
        now, notices = self._window.editor.project, self._window.notices
        if run is None or (run.graph, run.blocks, run.data, run.training) == (
            now.graph,
            now.blocks,
            now.data,
            now.training,
        ):
            notices.dismiss("outdated")
        elif not any(notice.key == "outdated" for notice in notices.shown):
            notices.show_notice("note", OUTDATED, key="outdated")

    def _tell_state(self) -> None:
        self._told = "", ""  # the window has just shown the state alone
        if not self.is_active:
            self._window.notices.dismiss("outdated")
        self._tell_status()

    def _note_progress(self) -> None:
        if not self._tell_soon.isActive() and self._tell_status():
            self._tell_soon.start()

    def _tell_status(self) -> bool:
        """Show how the run stands; return whether that is news. A label that changes lays out the status bar anew."""
        now = self.state, self.bridge.progress.describe_shortly()
        news = now != self._told
        if news:
            self._told = now
            self._window.status.show_run(*now)
        return news

    def _take(self, event: object) -> None:
        """Say what went wrong, and show the layer at fault."""
        from designer.engine.events import Failed  # with numpy: it is there once something has happened

        if not isinstance(event, Failed):
            return
        window, node = self._window, event.node
        answers = []
        if node is not None and split_definition(window.editor.project, node)[1]:
            window.show_node(node)
            answers.append(Answer("Show layer", lambda: window.show_node(node)))
        window.notices.show_notice("error", event.message.replace("`", ""), *answers, details=event.trace, key="train")
