"""The Sweep tab: what varies, the trials in a table, and beside it their lines and what mattered."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.ui.editor import Editor
from designer.ui.panels.sweep_form import SweepForm
from designer.ui.panels.trials_model import TrialsModel
from designer.ui.sweep_draft import Sweeping
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.ui.sweep_draft import Findings

FORM, ROW = 330, 22  # pixels
MEASURED = 40  # rows that the width of a column goes by


class SweepPanel(QWidget):
    """The parts of a sweep side by side. `plots` are made by the window, which also wires them."""

    marked = Signal(int)  # the trial that the cursor of the table is on

    def __init__(self, editor: Editor, sweeper: Sweeping, theme: Theme, plots: tuple[QWidget, QWidget]) -> None:
        super().__init__()
        self._sweeper = sweeper
        self._shown: Findings | None = None
        self._plots = plots
        self.form = SweepForm(editor, sweeper)
        self.form.setFixedWidth(FORM)
        self.model = TrialsModel(theme)
        self.table = QTableView()
        self.table.setMinimumSize(160, 60)
        self.table.setModel(self.model)
        self.table.setAccessibleName("trials")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setResizeContentsPrecision(MEASURED)
        head.setStretchLastSection(True)
        head.setHighlightSections(False)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.open = QPushButton("Open as a project")
        self.use = QPushButton("Use its values")
        self._lay_out()
        self.open.clicked.connect(lambda: self._with_chosen(sweeper.open_trial))
        self.use.clicked.connect(lambda: self._with_chosen(sweeper.use_trial))
        self.table.doubleClicked.connect(lambda _: self._with_chosen(sweeper.open_trial))
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._follow_cursor())
        sweeper.changed.connect(self.refresh)
        sweeper.advanced.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.model.theme = theme
        self.table.viewport().update()
        for plot in self._plots:
            plot.set_theme(theme)  # type: ignore[attr-defined]

    def refresh(self) -> None:
        """Show the trials of the document that is shown."""
        found = self._sweeper.findings
        self._right.setVisible(found is not None)
        if found is not None:
            self.model.show_trials(found.folder.project, found.sweep, found.trials)
            self.table.setColumnHidden(2, not found.sweep.seeds)
            self._plots[0].setVisible(not found.sweep.ablation)  # combinations need the room for their effects
        self._follow_cursor()

    def choose(self, slot: int) -> None:
        """Put the cursor of the table on a trial."""
        row = self.model.row_of(slot)
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    @property
    def chosen(self) -> int:
        """The trial that the cursor is on, -1 where it is on none."""
        index = self.table.currentIndex()
        return self.model.trials[index.row()].slot if index.isValid() and index.row() < len(self.model.trials) else -1

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addWidget(self.use)
        buttons.addStretch(1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(5)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        lines, bars = self._plots
        self._right = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        for widget, share in ((left, 4), (lines, 5), (bars, 3)):
            self._right.addWidget(widget)
            self._right.setStretchFactor(self._right.count() - 1, share)
        self._right.setSizes([400, 420, 220])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.form)
        row.addWidget(self._right, 1)
        row.addStretch(0)

    def _follow_cursor(self) -> None:
        slot = self.chosen
        for button in (self.open, self.use):
            button.setEnabled(slot >= 0)
        self.marked.emit(slot)

    def _with_chosen(self, act) -> None:
        if self.chosen >= 0:
            act(self.chosen)

    def _show_menu(self, place: QPoint) -> None:
        if self.chosen < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open as a project", lambda: self._with_chosen(self._sweeper.open_trial))
        menu.addAction("Use its values", lambda: self._with_chosen(self._sweeper.use_trial))
        menu.popup(self.table.viewport().mapToGlobal(place))
