"""The main window: canvas in the middle, panels around it, one message column above; it wires the parts together."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent, QStatusTipEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMainWindow, QPlainTextEdit, QPushButton, QToolButton

from designer.ui.after_paint import AfterPaint
from designer.ui.annotations import Annotations
from designer.ui.appearance import Appearance
from designer.ui.arranging import Arranging
from designer.ui.aside import LONGEST_WAIT, Aside
from designer.ui.asking import Asking
from designer.ui.background import Job
from designer.ui.baselines import Baselines
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.view import CanvasView
from designer.ui.canvas_hints import CanvasHints
from designer.ui.centre import Centre
from designer.ui.comparing import Comparing
from designer.ui.crumbs import Crumbs
from designer.ui.documents import Documents
from designer.ui.dropped import take_dropped
from designer.ui.editor import Editor
from designer.ui.evaluating import Evaluating
from designer.ui.filing import Filing
from designer.ui.find_bar import FindBar
from designer.ui.foot import Foot
from designer.ui.ghosts import Ghosts
from designer.ui.grouping import Grouping
from designer.ui.guide import Guide
from designer.ui.hands import Hands
from designer.ui.hint import EmptyHint
from designer.ui.menus import Menus
from designer.ui.notices import Notices
from designer.ui.outside import Outside
from designer.ui.pages import Pages
from designer.ui.picturing import Picturing
from designer.ui.problem_pointer import ProblemPointer
from designer.ui.proposals import Proposals
from designer.ui.refusals import Refusals
from designer.ui.rounds import Rounds
from designer.ui.runs import Runs
from designer.ui.scale import Scale
from designer.ui.settings import Settings
from designer.ui.shelf import Shelf
from designer.ui.status import Status
from designer.ui.sweep import Sweep
from designer.ui.sweeper import Sweeper
from designer.ui.tab_badge import ProblemBadge
from designer.ui.tabs import DocumentTabs
from designer.ui.theme import Theme
from designer.ui.title import DocumentTitle
from designer.ui.trainer import Trainer
from designer.ui.transfer import Transfer
from designer.ui.trials import Trials
from designer.ui.trying import Trying
from designer.ui.workbench import Workbench

if TYPE_CHECKING:
    from designer.ui.safety import Safety
    from designer.ui.trust import Trust


SMALLEST = QSize(640, 370)  # logical pixels: a screen of 1280 x 800 at 200 %, less the title bar of the window


class Window(QMainWindow):
    """The window: one project in sight, others in tabs behind it.

    `painted` is emitted once, after the first paint; `ready` once, when all that was put off until then is made.
    `keep_safe` says whether work is autosaved, and work that a crash left behind is offered.
    """

    painted = Signal()
    ready = Signal()

    editor: Editor
    documents: Documents
    settings: Settings
    canvas: CanvasView
    notices: Notices
    filing: Filing
    guide: Guide
    asking: Asking
    hands: Hands
    arranging: Arranging
    grouping: Grouping
    annotations: Annotations
    shelf: Shelf
    crumbs: Crumbs
    find_bar: FindBar
    foot: Foot
    trainer: Trainer
    trials: Trials
    runs: Runs
    evaluating: Evaluating
    trying: Trying
    baselines: Baselines
    sweeper: Sweeper
    transfer: Transfer
    picturing: Picturing
    pages: Pages
    rounds: Rounds
    scale: Scale
    problem_pointer: ProblemPointer
    proposals: Proposals
    refusals: Refusals
    comparing: Comparing
    outside: Outside
    safety: "Safety | None"
    trust: "Trust | None"
    status: Status
    menus: Menus
    workbench: Workbench

    def __init__(self, editor: Editor, settings: Settings, theme: str = "", *, keep_safe: bool = True) -> None:
        super().__init__()
        self.editor = editor
        self.documents = Documents(editor, settings, self)
        self.settings = settings
        self.appearance = Appearance(settings, theme, self)
        self.appearance.wear()
        self.appearance.changed.connect(self._use_theme)
        self._painted = self._may_close = False
        self._late = AfterPaint(self, keep_safe=keep_safe)
        self._late.done.connect(self.ready)
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.canvas = CanvasView(editor, self.theme)
        self.canvas.minimap.wanted = settings.minimap
        self.notices = Notices()
        self.filing = Filing(self)
        self.guide = Guide(self)
        self.asking = Asking(self)
        self.hands = Hands(self)
        self.arranging = Arranging(self)
        self.grouping = Grouping(self)
        self.annotations = Annotations(self)
        self.shelf = Shelf(editor, self)
        self.trainer = Trainer(self)
        self.trials = Trials(self)
        self.runs = Runs(self)
        self.trainer.keep = self.runs.begin
        self.evaluating = Evaluating(self)
        self.trying = Trying(self)
        self.baselines = Baselines(self)
        self.sweeper = Sweeper(self)
        self.transfer = Transfer(self)
        self.picturing = Picturing(self)
        self.pages = Pages(self)
        self.rounds = Rounds(self)
        self.scale = Scale(self)
        self.problem_pointer = ProblemPointer(self)
        self.refusals = Refusals(self)
        self.comparing = Comparing(self)
        self.outside = Outside(self)
        self.safety = None  # made after the first paint
        self.trust = None  # as well
        self.status = Status(editor)
        self.setStatusBar(self.status)
        self._lay_out_centre()
        self.workbench = Workbench(self)
        self.foot: Foot = Foot(self)
        self.proposals = Proposals(self)
        self._problem_badge = ProblemBadge(self.workbench.docks["problems"], self, editor)
        self.menus = Menus(self)
        self.menus.fill_bar()
        DocumentTitle(self, editor).changed.connect(self.tabs.refresh)
        self.addToolBar(self.menus.make_tool_bar())
        self._refresh_soon = QTimer(self, singleShot=True, interval=0)
        self._refresh_soon.timeout.connect(self.menus.follow)
        self._listen()
        Ghosts(self)
        Sweep(editor, self)
        self.workbench.restore(settings)
        self.menus.refresh()

    @property
    def is_ready(self) -> bool:
        """Whether all is made that was put off until after the first paint."""
        return self._late.is_done

    @property
    def theme(self) -> Theme:
        """The theme it wears."""
        return self.appearance.theme

    # --- wiring ---------------------------------------------------------------------------------------------------

    def _lay_out_centre(self) -> None:
        self.tabs = DocumentTabs(self.documents)
        self.tabs.close_requested.connect(self.filing.close)
        self.crumbs = Crumbs(self.editor)
        bars = (self.tabs, self.notices, self.crumbs, self.comparing.legend)
        self.setCentralWidget(Centre(self.editor, self.canvas, bars))
        self.hint = EmptyHint(self.canvas, self.editor)
        self.find_bar = FindBar(self)

    def _listen(self) -> None:
        editor, canvas = self.editor, self.canvas
        for signal in (editor.view_changed, editor.project_changed, editor.selection_changed, editor.file_changed):
            signal.connect(lambda *_: self._refresh_soon.start())
        editor.file_changed.connect(self.tabs.refresh)
        editor.leaving.connect(self._finish_typing)
        editor.opened.connect(self.notices.dismiss_passing)
        canvas.add_requested.connect(self._ask_layer)
        canvas.next_requested.connect(lambda place: self.asking.ask_layer(place))
        canvas.layer_placed.connect(self.asking.note_layer)
        canvas.node_activated.connect(self.guide.open_node)
        CanvasHints(self)
        canvas.menu_requested.connect(self.show_menu)
        self.trainer.state_changed.connect(lambda _: self.menus.follow(rest=0))

    def _ask_layer(self, place: QPointF, port: PortRef | None) -> None:
        self.asking.ask_layer_at(place, port)

    def show_minimap(self, on: bool) -> None:
        """Show the minimap where it is of use, or never; remembered."""
        self.canvas.minimap.wanted = self.settings.minimap = on

    def show_trends(self, on: bool) -> None:
        """Show beside cards how their layers learn, or not; remembered."""
        self.settings.trends = on
        if self.trainer.observing is not None:
            self.trainer.observing.refresh()

    def refresh_library(self) -> None:
        """Offer the blocks of the user's library as they are now; say which files of it were left out."""
        if self.shelf.refresh() and self.shelf.faults:
            self.notices.show_notice("note", " ".join(self.shelf.faults), key="library faults")

    def show_menu(self, context: str, place: QPoint) -> None:
        """Open the context menu for what is selected, at a place on the screen."""
        self.menus.refresh()
        self.menus.context_menu(context).popup(place)

    def _finish_typing(self) -> None:
        """Let a field take in what was typed: it belongs to the document that is about to be left."""
        field = self.focusWidget()
        if isinstance(field, QLineEdit | QPlainTextEdit | QAbstractSpinBox):
            self.canvas.setFocus()

    def _use_theme(self, theme: Theme) -> None:
        self.canvas.set_theme(theme)
        self.comparing.legend.refresh()
        self.asking.set_theme(theme)
        self.find_bar.set_theme(theme)
        self.workbench.set_theme(theme)
        self.menus.load_icons(theme)
        self.menus.refresh()

    # --- what Qt asks ---------------------------------------------------------------------------------------------

    def report_fault(self, text: str, details: str) -> None:
        """Show that something unexpected happened, with its details to copy."""
        self.notices.show_notice("error", text, details=details, key="fault")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._begin)
        if event.type() == QEvent.Type.WindowActivate and self._late.is_done:
            self.refresh_library()  # another window may have saved a block meanwhile
            self.outside.look()
        if isinstance(event, QStatusTipEvent):  # Qt's own way lays it over the whole bar, and hides how the run goes
            self.status.show_hint(event.tip())
            return True
        return super().event(event)

    def _begin(self) -> None:
        self.painted.emit()
        if self.isVisible():
            self._late.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QPushButton | QToolButton):
            button.click()  # Qt lets Space alone press one that stands in no dialog; a check box is left to it
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.workbench.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.documents.unsaved and not self._may_close:
            event.ignore()
            self.filing.ask_unsaved(self.close_for_good)
            return
        self.workbench.keep(self.settings)
        self.settings.flush()
        self._late.stop()
        if self.safety is not None:
            self.safety.close()
        for part in (self.picturing, self.arranging, self.comparing):
            part.stop()
        late = (self.trust,) if self.trust is not None else ()
        runs = (self.evaluating, self.trying, self.baselines, self.trainer, self.runs, self.sweeper)
        for busy in (*late, self.workbench, *self.findChildren(Aside), *runs):
            busy.shut_down()
        for job in self.findChildren(Job):  # of dialogs: what is half written is cleared away
            job.cancel(LONGEST_WAIT)
        super().closeEvent(event)

    def close_for_good(self) -> None:
        """Close without a question about unsaved changes."""
        self._may_close = True
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        take_dropped(self, [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
