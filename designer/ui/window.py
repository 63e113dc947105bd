"""The main window: canvas in the middle, panels around it, one message column above; it wires the parts together."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QStatusTipEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMainWindow, QPlainTextEdit

from designer.catalogue.check.groups import count_matters
from designer.catalogue.registry import plugins
from designer.document.places import walk
from designer.document.project import used_block
from designer.document.wording import show_name
from designer.ui.annotations import Annotations
from designer.ui.appearance import Appearance
from designer.ui.arranging import Arranging
from designer.ui.asking import Asking
from designer.ui.background import Job, Report
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.view import CanvasView
from designer.ui.centre import Centre
from designer.ui.comparing import Comparing
from designer.ui.crumbs import Crumbs
from designer.ui.documents import Documents
from designer.ui.dropped import take_dropped
from designer.ui.editor import Editor
from designer.ui.filing import Filing
from designer.ui.find_bar import FindBar
from designer.ui.ghosts import Ghosts
from designer.ui.grouping import Grouping
from designer.ui.hands import Hands
from designer.ui.hint import EmptyHint
from designer.ui.menus import Menus
from designer.ui.notices import Notices
from designer.ui.outside import Outside
from designer.ui.pages import Pages
from designer.ui.panels.inspector import Inspector
from designer.ui.picturing import Picturing
from designer.ui.problem_pointer import ProblemPointer
from designer.ui.refusals import Refusals
from designer.ui.rounds import Rounds
from designer.ui.runs import Runs
from designer.ui.scale import Scale
from designer.ui.settings import Settings
from designer.ui.shelf import Shelf
from designer.ui.status import Status
from designer.ui.sweep import Sweep
from designer.ui.sweeper import Sweeper
from designer.ui.tab_badge import TabBadge
from designer.ui.tabs import DocumentTabs
from designer.ui.theme import Theme
from designer.ui.title import DocumentTitle
from designer.ui.trainer import Trainer
from designer.ui.transfer import Transfer
from designer.ui.trials import Trials
from designer.ui.turns import Turns
from designer.ui.workbench import Workbench

if TYPE_CHECKING:
    from designer.ui.safety import Safety
    from designer.ui.trust import Trust

# What panels and icons need that is slow to import.
SLOW_PARTS = (
    "qtawesome",
    "designer.codegen.script",
    "designer.ui.safety",
    "designer.ui.trust",
    "designer.ui.panels.layer_page",
    "designer.ui.panels.selection_page",
    "designer.ui.panels.training",
    "designer.ui.panels.code",
    "designer.ui.panels.problems",
    "designer.ui.plots.curve_pair",
    "designer.ui.figures.picture",
)
REST = 80  # milliseconds without an edit after which the number of problems follows
PAUSE = 400  # milliseconds after the window is ready until it makes what it may need next
LONGEST_IMPORT = 20.0  # seconds to wait for them when the window closes early


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
    asking: Asking
    hands: Hands
    arranging: Arranging
    grouping: Grouping
    annotations: Annotations
    shelf: Shelf
    crumbs: Crumbs
    find_bar: FindBar
    trainer: Trainer
    trials: Trials
    runs: Runs
    sweeper: Sweeper
    transfer: Transfer
    picturing: Picturing
    pages: Pages
    rounds: Rounds
    scale: Scale
    problem_pointer: ProblemPointer
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
        self._painted = self._may_close = self._has_parts = False
        self._keep_safe = keep_safe
        self._imports: Job | None = None
        self._rest: Turns | None = None
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.canvas = CanvasView(editor, self.theme)
        self.canvas.minimap.wanted = settings.minimap
        self.notices = Notices()
        self.filing = Filing(self)
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
        self._problem_badge = TabBadge(self.workbench.docks["problems"], self)
        self.menus = Menus(self)
        self.menus.fill_bar()
        self._title = DocumentTitle(self.menuBar())
        self.addToolBar(self.menus.make_tool_bar())
        self._refresh_soon = QTimer(self, singleShot=True, interval=0)
        self._refresh_soon.timeout.connect(self.menus.follow)
        self._count_soon = QTimer(self, singleShot=True, interval=REST)
        self._count_soon.timeout.connect(self._show_problem_count)
        self._listen()
        Ghosts(self)
        Sweep(editor, self)
        self.workbench.restore(settings)
        self.menus.refresh()
        self._show_title()

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
        editor.project_changed.connect(lambda *_: self._count_soon.start())  # a number on a tab lays out the window
        editor.file_changed.connect(self._show_title)
        editor.leaving.connect(self._finish_typing)
        editor.opened.connect(self.notices.dismiss_passing)
        canvas.add_requested.connect(self._ask_layer)
        canvas.next_requested.connect(lambda place: self.asking.ask_layer(place))
        canvas.layer_placed.connect(self.asking.note_layer)
        canvas.node_activated.connect(self._open_node)
        canvas.status_hint.connect(self.status.show_hint)
        canvas.menu_requested.connect(self.show_menu)
        self.trainer.state_changed.connect(lambda _: self.menus.follow(rest=0))
        self._show_problem_count()

    def _ask_layer(self, place: QPointF, port: PortRef | None) -> None:
        self.asking.ask_layer_at(place, port)

    def _open_node(self, node: str) -> None:
        if self.editor.enter(node):
            return
        self.editor.select([node])
        inspector = self.workbench.panel("inspector")
        assert isinstance(inspector, Inspector)
        self.workbench.show("inspector")
        inspector.layer.form.focus_first()

    def show_node(self, key: str) -> None:
        """Select a node and bring it into view, stepping into the block it lies in; `key` as in `document.places`."""
        block = used_block(key)
        if block in self.editor.project.blocks:
            self.editor.enter_block(block)
        elif node := self.editor.find(key):
            self.editor.select([node])
            self.canvas.centre_on(node)

    def name_layer(self, key: str) -> str:
        """Return the name of a layer of a run, with the blocks it lies in; the key itself where it is gone."""
        return " / ".join(show_name(node.name) for node in walk(self.editor.project, key)) or key

    def go_to_node(self, key: str) -> None:
        """Show a node as `show_node` does, and let the canvas have the keys."""
        self.show_node(key)
        self.canvas.setFocus()

    def show_minimap(self, on: bool) -> None:
        """Show the minimap where it is of use, or never; remembered."""
        self.canvas.minimap.wanted = self.settings.minimap = on

    def show_trends(self, on: bool) -> None:
        """Show beside cards how their layers learn, or not; remembered."""
        self.settings.trends = on
        if self.trainer.observing is not None:
            self.trainer.observing.refresh()

    def rename(self) -> None:
        """Put the cursor into the name of the selected layer."""
        self.workbench.show("inspector")
        inspector = self.workbench.panel("inspector")
        assert isinstance(inspector, Inspector)
        inspector.start_rename()

    def rename_block(self) -> None:
        """Put the cursor into the name of the selected block."""
        self.workbench.show("inspector")
        inspector = self.workbench.panel("inspector")
        assert isinstance(inspector, Inspector)
        inspector.start_rename_block()

    def refresh_library(self) -> None:
        """Offer the blocks of the user's library as they are now; say which files of it were left out."""
        if self.shelf.refresh() and self.shelf.faults:
            self.notices.show_notice("note", " ".join(self.shelf.faults), key="library faults")

    def show_menu(self, context: str, place: QPoint) -> None:
        """Open the context menu for what is selected, at a place on the screen."""
        self.menus.refresh()
        self.menus.context_menu(context).popup(place)

    def _show_problem_count(self) -> None:
        problems = self.editor.problems
        self._problem_badge.show_number(count_matters(problems), problems[0].severity if problems else "")

    def _show_title(self) -> None:
        name = self.editor.document.name
        self.setWindowTitle(f"{name}[*] – Designer")
        self.setWindowModified(self.editor.modified)
        self._title.show_document(name, self.editor.modified)
        self.tabs.refresh()

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
            QTimer.singleShot(0, self, self._get_ready)
        if event.type() == QEvent.Type.WindowActivate and self._has_parts:
            self.refresh_library()  # another window may have saved a block meanwhile
            self.outside.look()
        if isinstance(event, QStatusTipEvent):  # Qt's own way lays it over the whole bar, and hides how the run goes
            self.status.show_hint(event.tip())
            return True
        return super().event(event)

    def _get_ready(self) -> None:
        """Begin what was too slow to do before the first paint: Qt's classes, then imports, so that nothing stalls."""
        self.painted.emit()
        if self.isVisible():
            from designer.ui.classes import make_classes  # with a module of Qt that comes after the first paint

            self._rest = Turns((make_classes, self._import), self)
            self._rest.start()

    def _import(self) -> None:
        """Import on a thread what is slow to import."""
        self._imports = Job(import_slow_parts, self)
        for signal in (self._imports.done, self._imports.failed):
            signal.connect(self._complete)
        self._imports.start()

    def _complete(self) -> None:
        pieces = (
            lambda: self.menus.load_icons(self.theme, 1),  # reads the font of them all
            lambda: self.menus.load_icons(self.theme),
            *self.workbench.list_pieces(),
            self.refresh_library,
            self._begin_watch,
        )
        self._rest = Turns(pieces, self)
        self._rest.done.connect(self._finish)
        self._rest.start()

    def _begin_watch(self) -> None:
        """Keep work safe and run no stranger's code from now on; say what is wrong with plug-ins."""
        from designer.ui import safety, trust

        for fault in plugins.faults:
            self.notices.show_notice("warning", fault)
        if self._keep_safe:
            self.safety = safety.Safety(self)
            self.safety.begin()
        self.trust = trust.Trust(self)

    def _finish(self) -> None:
        self._has_parts = True
        self.ready.emit()
        self._rest = Turns((self.workbench.rehearse,), self)
        self._rest.start(PAUSE)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.documents.unsaved and not self._may_close:
            event.ignore()
            self.filing.ask_unsaved(self.close_for_good)
            return
        self.workbench.keep(self.settings)
        self.settings.flush()
        if self._imports is not None:
            self._imports.cancel(LONGEST_IMPORT)
        if self._rest is not None:
            self._rest.stop()
        if self.safety is not None:
            self.safety.close()
        if self.trust is not None:
            self.trust.shut_down()
        self.workbench.shut_down()
        self.picturing.stop()
        self.arranging.stop()
        self.comparing.stop()
        self.trainer.shut_down()
        self.runs.shut_down()
        self.sweeper.shut_down()
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


def import_slow_parts(report: Report) -> None:
    """Import what the window shows after its first paint; ends early where the window is closed again."""
    for number, name in enumerate(SLOW_PARTS):
        importlib.import_module(name)
        if not report((number + 1) / len(SLOW_PARTS)):
            return
