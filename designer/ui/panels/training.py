"""The Training tab: settings of the run, progress with the time left, and the live curves."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from designer.engine.events import Changed, Event, Failed, Finished, Started, StepsDone
from designer.engine.seeing import Look
from designer.ui.bridge import TrainingBridge
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.drawn import Curves, Themed
from designer.ui.panels.run import RunSettings
from designer.ui.panels.run_view import RunView
from designer.ui.panels.traces import Traces
from designer.ui.progress import write_duration
from designer.ui.theme import Theme
from designer.ui.words import write_message, write_tip

EMPTY = "Loss and accuracy draw themselves here,\nfrom the first steps on. Press Train to begin."
WIDE = 1200  # pixels from which the settings keep two columns beside the curves
LEAST_EMPTY = 100  # logical pixels of what is said before the first run
LEAST_FOR_CURVES = 300
LEAST_FOR_RUN = 900  # pixels of a run; where they are not there, the settings of the next one are folded away


class TrainingPanel(QWidget):
    """Settings on the left, progress and `curves` (a widget) on the right.

    Before the first run the settings take the room.
    """

    def __init__(self, editor: Editor, bridge: TrainingBridge, curves: Curves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._line: QWidget | None = None  # above the curves
        self._rate: float | None = None  # of the last step
        self._moved = False  # the person has set the splitter
        self._wants_settings: bool | None = None  # beside a run; None where the room decides
        self.settings = RunSettings(editor)
        self.curves = curves
        self._traces = Traces(curves)
        self.view = view = RunView(curves)
        self.bar, self.place, self.live, self.again = view.bar, view.place, view.live, view.again
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._draw)
        self._build()
        bridge.happened.connect(self.take)
        bridge.progressed.connect(self._draw_soon)
        bridge.state_changed.connect(self._show_state)
        if bridge.state != "idle":
            for event in bridge.tell():  # of a run that was there before this tab
                self.take(event)
            self._show_state(bridge.state)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.curves.set_theme(theme)
        line: object = self._line
        if isinstance(line, Themed):
            line.set_theme(theme)

    def take(self, event: Event) -> None:
        """Take in one event of the engine; it is drawn soon after."""
        self._traces.take(event)
        match event:
            case Started():
                self._rate = None
                self.bar.setRange(0, self._traces.way.steps)
            case StepsDone():
                self._rate = event.learning_rate
            case Changed(refusal=""):
                self.bar.setRange(0, self._traces.way.steps)
            case Look() if event.boundary is not None or event.wish.boundary:
                had_plane = self.curves.plane_width
                self.curves.show_boundary(event.boundary)
                if self.curves.plane_width != had_plane:
                    self._share_room()
            case Finished() | Failed():
                self._draw()

    def add_line(self, line: QWidget) -> None:
        """Put a line above the curves."""
        self.view.add_line(line)
        self._line = line

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._share_room()

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._bridge.wish(boundary=False)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._bridge.wish(boundary=True)
        self._share_room()
        self._draw()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.settings)
        self.splitter.addWidget(self._stack)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setHandleWidth(1)
        self.splitter.setCollapsible(1, False)
        self.splitter.splitterMoved.connect(self._note_move)
        self.view.settings_wanted.connect(self._open_settings)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    def _note_move(self) -> None:
        self._moved = True

    def _open_settings(self, on: bool) -> None:
        self._wants_settings = on
        self._share_room()

    def _share_room(self) -> None:
        """Divide the width: before the first run the settings lie open, then the curves get what they need."""
        self.view.arrange()
        width, plane = self.width(), self.curves.plane_width
        running = self._stack.currentIndex() == 1
        narrow = width - self.settings.width_of(1) < LEAST_FOR_RUN + plane
        wanted = self._wants_settings if self._wants_settings is not None else self._moved or not narrow
        self._stack.setMinimumWidth(self.view.minimumSizeHint().width() if running else LEAST_EMPTY)
        self.settings.setVisible(wanted or not running)
        self.view.settings.setChecked(wanted)
        if self._moved:
            return
        if running:
            columns = 2 if width >= WIDE + plane else 1
        else:
            fitting = [n for n in (1, 2, 3) if self.settings.width_of(n) <= width - LEAST_FOR_CURVES]
            columns = max(fitting, default=1)
        settings = self.settings.width_of(columns)
        self.splitter.setSizes([settings, max(width - settings, 1)])

    def _draw_soon(self) -> None:
        if not self._redraw.isActive():
            self._redraw.start()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        progress, state = self._bridge.progress, self._bridge.state
        left = progress.seconds_left
        if isinstance(progress.ended, Failed):
            self._show_failure(progress.describe_place())
        elif state == "stopping":
            self.place.show_text("Stopping after this step …")
        elif state == "paused":
            self.place.show_text(progress.describe_place(), "Paused", shorter=progress.describe_tersely())
        else:
            end = f"{write_duration(max(round(left), 1))} left" if left is not None else ""
            self.place.show_text(progress.describe_place(), end, shorter=progress.describe_tersely())
        if progress.steps:
            self.view.show_step(progress.step)
        self._show_live()
        self.curves.refresh()

    def _show_live(self) -> None:
        """Show what can be turned, while there is a run to turn it of."""
        project = self._bridge.project
        there = self._bridge.state in ("running", "paused") and project is not None
        news = there == self.live.isHidden()
        self.live.setVisible(there)
        if project is not None and there:
            self.live.show_run(project, self._rate, followed=self._bridge.is_followed)
        if news:
            self.view.arrange()

    def _show_failure(self, message: str) -> None:
        whole = write_message(message).replace("`", "")
        first = whole.split(". ")[0].rstrip(".") + "."  # the rest is in the bar above the canvas
        self.place.show_text(first, "Failed", wrong=True)
        self.place.setToolTip(write_tip(whole))

    def _show_state(self, state: str) -> None:
        self._stack.setCurrentIndex(0 if state == "idle" else 1)
        if state == "idle":
            self._traces.forget()
        elif state == "loading":
            self._traces.forget()
            self.place.setToolTip("")
            self.bar.setRange(0, 0)  # busy: how long reading takes is not known
        elif state == "ended" and self.bar.maximum() == 0:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
        self.again.show_ended(state == "ended")
        self._share_room()
        self._draw()
