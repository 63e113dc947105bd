"""The rows of a table in the Data tab: all of them, filtered, searched and sorted beside the window, and one column at the right."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.data import Table
from designer.data.browsing import order_rows
from designer.data.columns import Task
from designer.data.summary import Spread, count_values
from designer.document.project import Data
from designer.document.wording import show_name
from designer.ui.background import Job, Report
from designer.ui.marks import make_label
from designer.ui.panels.column_page import ColumnPage
from designer.ui.panels.roles import find_roles
from designer.ui.panels.rows_model import PARTS, FrameModel
from designer.ui.panels.rows_view import RowsView
from designer.ui.panels.sides import make_area
from designer.ui.theme import Theme
from designer.ui.words import write_amount, write_count

EMPTY = "Choose a table at the side Source. Its rows are then shown here, each with the part it is in."
TYPING = 250  # milliseconds after a key before rows are searched
MOST_SPREADS = 400  # columns whose head has bars
COLUMN_WIDTH = 286


class RowsPage(QWidget):
    """Shows the rows of a project's table. `role_wanted` carries a column and the role it is to have.

    `opened` carries a row by its place among those whose target is known, as it is asked what the network gets of it.
    """

    role_wanted = Signal(str, str)
    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.model = FrameModel(theme)
        self.view = RowsView(self.model, theme)
        self.column = ColumnPage(theme)
        self.part, self.where, self.words, self.row = QComboBox(), QComboBox(), QLineEdit(), QLineEdit()
        self.count = make_label("", "muted")
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self._data = Data()
        self._roles: Mapping[str, str] = {}
        self._sort: tuple[str, bool] | None = None
        self._job: Job | None = None  # orders the rows
        self._spreads: Job | None = None  # works the heads out
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._build()
        self._listen()
        self.show_table(None, self._data)

    @property
    def busy(self) -> bool:
        """Whether rows are being ordered or looked at, or will be."""
        return self._typing.isActive() or any((self._job, self._spreads, self.column.busy))

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.model.set_theme(theme)
        self.view.head.theme = theme
        self.column.set_theme(theme)
        self.view.head.viewport().update()

    def show_table(self, table: Table | None, data: Data) -> None:
        """Show the rows of a table, and the roles that a project's data give to its columns."""
        self._data, self._roles = data, find_roles(data)
        self.view.head.roles = self._roles
        if table is not self.model.table:
            self._show_other(table)
        self.view.head.viewport().update()
        self._show_column()
        has_rows = table is not None and table.frame is not None
        self._splitter.setVisible(has_rows)
        self.empty.setVisible(not has_rows)
        for field in (self.part, self.where, self.words, self.row):
            field.setEnabled(has_rows)
        self._say_count()

    def show_parts(self, parts: NDArray[np.int8] | None) -> None:
        """Say which part each row is in."""
        self.model.show_parts(parts)
        self._show_column()
        if self.part.currentData() is not None or (self._sort is not None and not self._sort[0]):
            self._order()

    def show_at(self, name: str) -> None:
        """Bring the cursor to a column."""
        table = self.model.table
        places = {column.name: place for place, column in enumerate(table.columns, 1)} if table is not None else {}
        if name in places and self.model.rowCount():
            row = max(self.view.currentIndex().row(), 0)
            index = self.model.index(row, places[name])
            self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollTo(index)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being worked out."""
        self._typing.stop()
        self.column.stop(timeout)
        for job in (self._job, self._spreads):
            if job is not None:
                job.cancel(timeout)
                job.deleteLater()
        self._job = self._spreads = None

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_other(self, table: Table | None) -> None:
        self.stop()
        self.column.forget()
        self._sort = None
        self.view.head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.head.spreads = {}
        self.words.clear()
        self.part.setCurrentIndex(0)
        self.model.show_table(table)
        self.where.clear()
        for column in table.columns[:2_000] if table is not None else ():
            self.where.addItem(f"in {show_name(column.name, 40)}", column.name)
        if table is None or table.frame is None:
            return
        self.view.setColumnWidth(0, 84)
        if table.columns:
            self.view.setCurrentIndex(self.model.index(0, 1 + self._find_first(table)))
            self.view.horizontalScrollBar().setValue(0)
        self._spreads = job = Job(lambda report: _spread_all(table, report), self)
        job.done.connect(self._take_spreads)
        job.failed.connect(self._take_no_spreads)
        job.start()

    def _find_first(self, table: Table) -> int:
        """Return the place of the column that is looked at first: the target."""
        names = [column.name for column in table.columns]
        target = next((name for name, role in self._roles.items() if role == "target"), table.target)
        return names.index(target) if target in names else 0

    def _take_spreads(self, spreads: Mapping[str, Spread]) -> None:
        self._take_no_spreads()
        self.view.head.spreads = spreads
        self.view.head.viewport().update()

    def _take_no_spreads(self, error: object = None) -> None:
        if self._spreads is not None:
            self._spreads.deleteLater()
            self._spreads = None

    def _show_column(self) -> None:
        table = self.model.table
        column = self.model.column_at(self.view.currentIndex().column())
        if table is None or column is None:
            return
        target = next((name for name, role in self._roles.items() if role == "target"), "")
        task = self._find_task() if target else "class"
        if not self.words.text():
            self.where.setCurrentIndex(self.where.findData(column.name))
        role = self._roles.get(column.name, "ignore")
        self.column.show_column(table, column, role, self.model.parts, target, task)

    def _find_task(self) -> Task:
        given = self._data.source.parameters if self._data.source is not None else {}
        return "labels" if given.get("answers") else "class" if given.get("classes") else "value"

    def _say_count(self) -> None:
        table, shown = self.model.table, len(self.model.shown)
        if table is None or table.frame is None:
            self.count.setText("")
            return
        every = len(table.frame)
        text = write_amount(every, "row") if shown == every else f"{write_count(shown)} of {write_amount(every, 'row')}"
        more = f" (the first of {write_count(table.rows)})" if table.rows > every else ""
        self.count.setText(text + more)

    # --- order ------------------------------------------------------------------------------------------------------

    def _sort_by(self, place: int, order: Qt.SortOrder) -> None:
        column = self.model.column_at(place)
        rises = order == Qt.SortOrder.AscendingOrder
        self._sort = None if place < 0 else (column.name if column is not None else "", rises)
        self._order()

    def _sort_column(self, name: str, rises: bool) -> None:
        table = self.model.table
        places = [column.name for column in table.columns] if table is not None else []
        if name in places:
            way = Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder
            self.view.head.setSortIndicator(1 + places.index(name), way)

    def _order(self) -> None:
        """Bring the rows into order, beside the window."""
        table, parts = self.model.table, self.model.parts
        if table is None or table.frame is None:
            return
        frame = table.frame
        part, search, sort = self.part.currentData(), (self.where.currentData(), self.words.text()), self._sort
        if self._job is not None:
            self._job.cancel()
            self._job.deleteLater()
        self._job = job = Job(lambda report: order_rows(frame, parts, part=part, search=search, sort=sort), self)
        job.answered.connect(self._end_order)
        job.done.connect(self._show_rows)
        job.start()

    def _end_order(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None

    def _show_rows(self, rows: NDArray[np.int64]) -> None:
        column = max(self.view.currentIndex().column(), 0)
        self.model.show_rows(rows)
        if len(rows):
            self.view.setCurrentIndex(self.model.index(0, column))
            self.view.scrollTo(self.model.index(0, column))
        self._say_count()

    def _jump(self) -> None:
        """Go to the row of a number, or the next one that is shown."""
        text = self.row.text().replace(",", "").strip()
        if text.isdecimal() and len(self.model.shown):
            wanted = int(text) - 1
            found = np.flatnonzero(self.model.shown == wanted)
            row = int(found[0]) if len(found) else min(wanted, len(self.model.shown) - 1)
            index = self.model.index(max(row, 0), max(self.view.currentIndex().column(), 0))
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index, QTableView.ScrollHint.PositionAtTop)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._typing.timeout.connect(self._order)
        self.words.textChanged.connect(lambda: self._typing.start())
        self.words.returnPressed.connect(lambda: self._typing.start(0))
        self.where.activated.connect(lambda: self._typing.start(0) if self.words.text() else None)
        self.part.activated.connect(self._order)
        self.row.returnPressed.connect(self._jump)
        self.view.head.sortIndicatorChanged.connect(self._sort_by)
        self.view.head.sectionClicked.connect(self._choose_column)
        self.view.selectionModel().currentColumnChanged.connect(lambda: self._show_column())
        self.view.activated.connect(lambda index: self._open(index.row()))
        self.column.role_wanted.connect(self.role_wanted)
        self.column.sort_wanted.connect(self._sort_column)

    def _open(self, row: int) -> None:
        """Ask what the network gets of a row; of one without a target it gets nothing."""
        table, targets = self.model.table, [name for name, role in self._roles.items() if role == "target"]
        if table is None or table.frame is None:
            return
        number = int(self.model.shown[row])
        known = table.frame[targets].notna().all(axis=1).to_numpy()
        if known[number]:
            self.opened.emit(int(known[:number].sum()))

    def _choose_column(self, place: int) -> None:
        column = self.model.column_at(place)
        if column is not None:
            self.show_at(column.name)

    def _build(self) -> None:
        for part, name in ((None, "all parts"), *PARTS.items()):
            self.part.addItem(name, part)
        self.words.setPlaceholderText("search: a word, 5, >5, 5..9, ? for missing")
        self.words.setClearButtonEnabled(True)
        self.row.setPlaceholderText("go to row")
        self.row.setMaximumWidth(96)
        for field, name, tip in (
            (self.part, "part", "Show the rows of one part only"),
            (self.where, "column to search", "The column that is searched"),
            (
                self.words,
                "search",
                "Texts that hold a word; numbers that are 5, >5, <=5 or 5..9; ? for what is missing",
            ),
            (self.row, "go to row", "The number of a row in the file, from 1"),
        ):
            field.setAccessibleName(name)
            field.setToolTip(tip)
        self.where.setMaximumWidth(170)
        self._splitter = QSplitter()
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.view)
        area = make_area(self.column)
        area.setMinimumWidth(220)
        self._splitter.addWidget(area)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([900, COLUMN_WIDTH])
        line = QHBoxLayout()
        line.setSpacing(6)
        for field in (self.part, self.where, self.words, self.row):
            line.addWidget(field, 1 if field is self.words else 0)
        line.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 0, 0)
        column.setSpacing(6)
        line.setContentsMargins(0, 0, 12, 0)
        column.addLayout(line)
        column.addWidget(self.empty)
        column.addWidget(self._splitter, 1)


def _spread_all(table: Table, report: Report) -> dict[str, Spread]:
    """Return how the values of each column are spread."""
    frame = table.frame
    assert frame is not None
    found: dict[str, Spread] = {}
    for place, column in enumerate(table.columns[:MOST_SPREADS]):
        if not report(place / len(table.columns)):
            break
        found[column.name] = count_values(frame[column.name], column)
    return found
