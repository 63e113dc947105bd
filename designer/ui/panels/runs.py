"""The Runs tab: every run in a table, and beside it curves and settings of those that are selected."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from designer.engine.runs import Listing, Run
from designer.ui.marks import make_label
from designer.ui.panels.run_curves import CurvePlot, RunCurvesView
from designer.ui.panels.run_settings_table import RunSettingsTable
from designer.ui.panels.run_table import RunTable
from designer.ui.panels.runs_model import RunsModel, RunsOrder
from designer.ui.strokes import MOST
from designer.ui.theme import Theme
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.engine.store import Store

LEAST_WORDS = 160  # logical pixels of what is said where there are no runs
EMPTY = "Every run you train is kept here, with its network, settings, curves and checkpoints. Press Train to begin."
LOOK_EVERY = 1000  # milliseconds
WIDTHS = {"★": 30, "started": 118, "epochs": 82, "optimizer": 82}
BOUNDS = {"name": (100, 190), "state": (90, 200)}  # of those that are as wide as what stands in them
WIDTH = 84
SPARE = 12  # pixels beside the longest


class KeptRuns(Protocol):
    """What the tab wants of the window's runs: designer.ui.runs gives it."""

    changed: SignalInstance
    rename_wanted: SignalInstance
    selected: tuple[Run, ...]

    def list(self) -> Listing:
        """Return the runs that are kept."""

    @property
    def store(self) -> "Store":
        """Where they are kept."""

    def select(self, runs: Iterable[Run]) -> None:
        """Take note of what is selected."""

    def rename(self, run: Run, name: str) -> None:
        """Call a run so."""

    def star(self, runs: Iterable[Run] | None = None) -> None:
        """Star runs, or take their stars away."""

    def delete(self) -> None:
        """Move what is selected to the trash."""

    def open(self) -> None:
        """Open the projects of what is selected."""


class RunsPanel(QWidget):
    """Table, filter, and `plot` (a widget) for the curves of what is selected. `menu_requested` carries a place on the screen."""

    menu_requested = Signal(QPoint)

    def __init__(self, runs: KeptRuns, theme: Theme, plot: CurvePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._filling = self._moves = False
        self._stamp = 0
        self.model = RunsModel(theme)
        self.order = RunsOrder(self.model)
        self.filter = QLineEdit(placeholderText="Filter by name, state, device, optimizer", clearButtonEnabled=True)
        self.filter.setAccessibleName("filter runs")
        self.filter.setToolTip(self.filter.placeholderText())
        self.about = make_label("", "muted")
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.empty.setMinimumWidth(LEAST_WORDS)
        self.table = RunTable(self.model, self.order)
        self.curves = RunCurvesView(plot)
        self.settings = RunSettingsTable(theme)
        self.tabs = QTabWidget()
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._build()
        self._listen()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.model.theme = theme
        self.table.viewport().update()
        self.curves.plot.set_theme(theme)
        self.settings.set_theme(theme)

    def shut_down(self) -> None:
        """End what is read beside the window."""
        self._timer.stop()
        self.curves.shut_down()

    @property
    def selected(self) -> tuple[Run, ...]:
        """The selected runs, from the top."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._run_at(row) for row in rows)

    def refresh(self) -> None:
        """Show the runs as they are now; a name that is being typed is left alone."""
        if not self.isVisible() or self.table.state() == QAbstractItemView.State.EditingState:
            return
        stamp, listing = self._runs.store.stamp, self._runs.list()
        kept = {run.folder for run in self._runs.selected}
        self._filling = True
        header = self.table.horizontalHeader()
        sorted_by, order = self.model.heads[header.sortIndicatorSection()].title, header.sortIndicatorOrder()
        if self.model.show_runs(listing.runs):
            titles = [head.title for head in self.model.heads]
            self.table.sortByColumn(titles.index(sorted_by if sorted_by in titles else "started"), order)
            self._size_columns()
            self._select(kept)
        self._filling = False
        faults = f" · {write_amount(len(listing.faults), 'folder')} cannot be read" if listing.faults else ""
        shown = self.order.rowCount()
        count = write_amount(len(listing.runs), "run")
        self.about.setText((f"{shown:,} of {count}" if shown != len(listing.runs) else count) + faults)
        self.about.setToolTip("\n".join(listing.faults))
        self.empty.setVisible(not listing.runs)
        self.table.setVisible(bool(listing.runs))
        self._stamp, self._moves = stamp, listing.moves
        self._follow_selection()

    def _look(self) -> None:
        """Show what has become of the runs where one is under way, or came or went by another program."""
        if self._moves or self._runs.store.stamp != self._stamp:
            self.refresh()

    def start_rename(self) -> None:
        """Put the cursor into the name of the selected run."""
        if len(rows := self.table.selectionModel().selectedRows()) == 1:
            column = next(place for place, head in enumerate(self.model.heads) if head.title == "name")
            self.table.setFocus()
            self.table.edit(self.order.index(rows[0].row(), column))

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def hideEvent(self, event) -> None:
        self._timer.stop()
        super().hideEvent(event)

    # --- how it is laid out ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.about)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 8, 8, 4)
        column.addLayout(top)
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tabs.addTab(self.curves, "Curves")
        self.tabs.addTab(self.settings, "Settings")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("of the selected runs")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([500, 500])
        self.splitter.setHandleWidth(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    def _listen(self) -> None:
        self.filter.textChanged.connect(self._filter)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow_selection())
        self.table.customContextMenuRequested.connect(self._ask_menu)
        self.table.doubleClicked.connect(lambda index: self._act("open") if index.column() else None)
        self.table.key_pressed.connect(self._act)
        self.table.star_clicked.connect(lambda row: self._runs.star([self._run_at(row)]))
        self.model.renamed.connect(self._runs.rename)
        self.model.renamed.connect(lambda *_: self._soon.start())  # once the field has gone
        self._runs.changed.connect(self.refresh)
        self._runs.rename_wanted.connect(self.start_rename)

    def _size_columns(self) -> None:
        for place, head in enumerate(self.model.heads):
            width = WIDTHS.get(head.title, WIDTH)
            if head.title in BOUNDS:
                least, most = BOUNDS[head.title]
                width = min(max(self.table.sizeHintForColumn(place) + SPARE, least), most)
            self.table.setColumnWidth(place, width)

    # --- what is selected -------------------------------------------------------------------------------------------

    def _run_at(self, row: int) -> Run:
        return self.model.runs[self.order.mapToSource(self.order.index(row, 0)).row()]

    def _select(self, folders: "set[Path]") -> None:
        rows, flag = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        for row in range(self.order.rowCount()):
            if self._run_at(row).folder in folders:
                rows.select(self.order.index(row, 0), flag.Select | flag.Rows)

    def _filter(self, text: str) -> None:
        self.order.filter_by(text)
        self.refresh()

    def _act(self, what: str) -> None:
        if what == "rename":
            self.start_rename()
        elif self._runs.selected:
            {"delete": self._runs.delete, "star": self._runs.star, "open": self._runs.open}[what]()

    def _ask_menu(self, place: QPoint) -> None:
        if self.selected:
            self.menu_requested.emit(self.table.viewport().mapToGlobal(place))

    def _follow_selection(self) -> None:
        """Tell what is selected, and show curves and settings of it."""
        if self._filling:
            return
        runs = self.selected
        if runs != self._runs.selected:
            self._runs.select(runs)
        self.model.show_strokes([run.folder for run in runs[:MOST]] if len(runs) > 1 else [])
        self.curves.show_runs(runs)
        self.settings.show_runs(runs[:MOST])
