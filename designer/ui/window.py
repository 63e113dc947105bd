"""The main window: canvas in the middle, panels around it, one message column above; it wires the parts together."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget, QVBoxLayout, QWidget

from designer.document.wording import show_name
from designer.ui.appearance import Appearance
from designer.ui.canvas.geometry import PortRef
from designer.ui.canvas.view import CanvasView
from designer.ui.docks import Panel, PanelDock
from designer.ui.editor import Editor
from designer.ui.filing import Filing
from designer.ui.hands import Hands
from designer.ui.hint import EmptyHint
from designer.ui.menus import Menus
from designer.ui.notices import Notices
from designer.ui.pages import Pages
from designer.ui.panels.code import Code
from designer.ui.panels.inspector import Inspector
from designer.ui.panels.palette import Palette
from designer.ui.panels.problems import Problems
from designer.ui.safety import Safety
from designer.ui.settings import Settings
from designer.ui.status import Status
from designer.ui.theme import Theme
from designer.ui.title import DocumentTitle
from designer.ui.trainer import Trainer

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
LAYOUT_VERSION = 1
SIZES = {"palette": 212, "inspector": 314, "training": 300}


class Window(QMainWindow):
    """The window of one project.

    `painted` is emitted once, after the first paint; `ready` once, when all that was put off until then is made.
    `keep_safe` says whether work is autosaved, and work that a crash left behind is offered.
    """

    ready = Signal()

    painted = Signal()

    editor: Editor
    settings: Settings
    canvas: CanvasView
    notices: Notices
    filing: Filing
    hands: Hands
    trainer: Trainer
    pages: Pages
    safety: Safety | None
    status: Status
    menus: Menus
    docks: dict[str, PanelDock]

    def __init__(self, editor: Editor, settings: Settings, theme: str = "", *, keep_safe: bool = True) -> None:
        super().__init__()
        self.editor = editor
        self.settings = settings
        self.appearance = Appearance(settings, theme, self)
        self.appearance.wear()
        self.appearance.changed.connect(self._use_theme)
        self._painted = self._may_close = False
        self.setObjectName("window")
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        self.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setAcceptDrops(True)
        self.canvas = CanvasView(editor, self.theme)
        self.notices = Notices()
        self.filing = Filing(self)
        self.hands = Hands(self)
        self.trainer = Trainer(self)
        self.pages = Pages(self)
        self.safety = Safety(self) if keep_safe else None
        self.status = Status(editor)
        self.setStatusBar(self.status)
        self._lay_out_centre()
        self.docks = {}
        for panel in self._panels():
            self._add_dock(panel)
        self.menus = Menus(self)
        self.menus.fill_bar()
        self._title = DocumentTitle(self.menuBar())
        self.addToolBar(self.menus.make_tool_bar())
        self._refresh_soon = QTimer(self, singleShot=True, interval=0)
        self._refresh_soon.timeout.connect(self.menus.refresh)
        self._listen()
        self._restore_layout()
        self.menus.refresh()
        self._show_title()

    @property
    def theme(self) -> Theme:
        """The theme it wears."""
        return self.appearance.theme

    # --- panels ---------------------------------------------------------------------------------------------------

    def _panels(self) -> tuple[Panel, ...]:
        return (
            Panel("palette", "Layers", LEFT, self._make_palette),
            Panel("inspector", "Inspector", RIGHT, self._make_inspector),
            Panel("training", "Training", BOTTOM, self._make_training),
            Panel("weights", "Weights", BOTTOM, self._make_weights),
            Panel("code", "Code", BOTTOM, self._make_code),
            Panel("data", "Data", BOTTOM, self._make_data),
            Panel("problems", "Problems", BOTTOM, self._make_problems),
        )

    def panel(self, name: str) -> QWidget:
        """Return the widget of a panel, made if it was not looked at yet."""
        return self.docks[name].build()

    def show_panel(self, name: str) -> None:
        """Bring a panel into view."""
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        dock.build()

    def toggle_panel(self, name: str) -> None:
        """Show a hidden panel, hide a shown one."""
        dock = self.docks[name]
        if dock.isHidden():
            self.show_panel(name)
        else:
            dock.hide()

    def reset_layout(self) -> None:
        """Put every panel back where it stands at first."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self.addDockWidget(dock.panel.area, dock)
            dock.show()
        self._arrange_docks()

    def _add_dock(self, panel: Panel) -> None:
        dock = self.docks[panel.name] = PanelDock(panel, self)
        self.addDockWidget(panel.area, dock)
        if panel.area != BOTTOM:
            dock.build()

    def _arrange_docks(self) -> None:
        bottom = [dock for dock in self.docks.values() if dock.panel.area == BOTTOM]
        for dock in bottom[1:]:
            self.tabifyDockWidget(bottom[0], dock)
        bottom[0].raise_()
        sides = [self.docks["palette"], self.docks["inspector"]]
        self.resizeDocks(sides, [SIZES["palette"], SIZES["inspector"]], Qt.Orientation.Horizontal)
        self.resizeDocks([bottom[0]], [SIZES["training"]], Qt.Orientation.Vertical)

    def _restore_layout(self) -> None:
        self._arrange_docks()
        geometry, docks = self.settings.layout()
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            room = self.screen().availableGeometry()
            self.resize(min(1680, room.width()), min(1050, room.height()))
        if not docks.isEmpty():
            self.restoreState(docks, LAYOUT_VERSION)

    def _make_palette(self) -> QWidget:
        palette = Palette(self.theme)
        palette.add_requested.connect(self.hands.add)
        return palette

    def _make_inspector(self) -> QWidget:
        inspector = Inspector(self.editor, self.theme)
        inspector.help_requested.connect(self.pages.show_layers)
        return inspector

    def _make_training(self) -> QWidget:
        from designer.ui.panels.training import TrainingPanel  # numpy comes with them: not before the first paint
        from designer.ui.plots.curve_pair import CurvePair

        return TrainingPanel(self.editor, self.trainer.bridge, CurvePair(self.theme))

    def _make_weights(self) -> QWidget:
        from designer.ui.plots.weights import WeightsPanel

        return WeightsPanel(self.editor, self.trainer.bridge, self.theme)

    def _make_data(self) -> QWidget:
        from designer.ui.panels.data import DataPanel

        return DataPanel(self.editor, self.theme)

    def _make_code(self) -> QWidget:
        code = Code(self.editor, self.theme)
        code.export_requested.connect(self.filing.ask_export)
        code.node_chosen.connect(self.canvas.centre_on)
        return code

    def _make_problems(self) -> QWidget:
        problems = Problems(self.editor)
        problems.node_chosen.connect(self.show_node)
        return problems

    # --- wiring ---------------------------------------------------------------------------------------------------

    def _lay_out_centre(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(centre)
        self.hint = EmptyHint(self.canvas, self.editor)

    def _listen(self) -> None:
        editor, canvas = self.editor, self.canvas
        for signal in (editor.project_changed, editor.selection_changed, editor.file_changed):
            signal.connect(lambda *_: self._refresh_soon.start())
        editor.project_changed.connect(lambda *_: self._show_problem_count())
        editor.file_changed.connect(self._show_title)
        canvas.add_requested.connect(self._ask_layer)
        canvas.node_activated.connect(self._open_node)
        canvas.status_hint.connect(self.status.show_hint)
        canvas.menu_requested.connect(self._show_menu)
        self.trainer.state_changed.connect(self._show_run_state)
        self._show_problem_count()

    def _ask_layer(self, place: QPointF, port: PortRef | None) -> None:
        self.hands.ask_layer_at(place, port)

    def _open_node(self, node: str) -> None:
        self.editor.select([node])
        inspector = self.panel("inspector")
        assert isinstance(inspector, Inspector)
        self.show_panel("inspector")
        inspector.layer.form.focus_first()

    def show_node(self, node: str) -> None:
        """Select a node and bring it into view."""
        self.editor.select([node])
        self.canvas.centre_on(node)

    def rename(self) -> None:
        """Put the cursor into the name of the selected layer."""
        self.show_panel("inspector")
        inspector = self.panel("inspector")
        assert isinstance(inspector, Inspector)
        inspector.start_rename()

    def _show_menu(self, context: str, place: QPoint) -> None:
        self.menus.refresh()
        self.menus.context_menu(context).popup(place)

    def _show_problem_count(self) -> None:
        count = len(self.editor.problems)
        self.docks["problems"].setWindowTitle(f"Problems ({count})" if count else "Problems")

    def _show_run_state(self, state: str) -> None:
        self.status.show_run(state)
        self._refresh_soon.start()

    def _show_title(self) -> None:
        path = self.editor.path
        name = show_name(path.name if path else self.editor.project.name)
        self.setWindowTitle(f"{name}[*] – Designer")
        self.setWindowModified(self.editor.modified)
        self._title.show_document(name, self.editor.modified)

    def _use_theme(self, theme: Theme) -> None:
        self.canvas.set_theme(theme)
        self.hands.set_theme(theme)
        for dock in self.docks.values():
            set_theme: Callable[[Theme], None] | None = getattr(dock.content, "set_theme", None)
            if set_theme is not None:
                set_theme(theme)
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
        return super().event(event)

    def _get_ready(self) -> None:
        """Do what was too slow to do before the first paint."""
        self.painted.emit()
        if self._may_close:
            return
        try:
            self.menus.load_icons(self.theme)
            for dock in self.docks.values():
                dock.allow()
            if self.safety is not None:
                self.safety.offer()
        finally:
            self.ready.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            event.ignore()
            self.filing.ask_unsaved(self.close_for_good)
            return
        self.settings.save_layout(self.saveGeometry(), self.saveState(LAYOUT_VERSION))
        self.settings.flush()
        if self.safety is not None:
            self.safety.close()
        self.trainer.shut_down()
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
        self.filing.take_dropped([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
