"""The rows of a table as a model for a view: cells are read out of the columns when they are seen, nothing is copied."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QFont

from designer.data import Column, Table
from designer.document.wording import show_name
from designer.ui.theme import Theme, colour
from designer.ui.words import write_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

PARTS: Mapping[int, str] = {-1: "left out", 0: "train", 1: "validation", 2: "test"}
MISSING = "missing"
LONGEST = 80  # letters of a cell
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FrameModel(QAbstractTableModel):
    """The rows of a table in some order; the first column says which part each is in."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.table: Table | None = None
        self.parts: NDArray[np.int8] | None = None
        self.shown = np.zeros(0, np.int64)  # numbers of the rows, from 0
        self._cells: list[Any] = []
        self._slanted = QFont()
        self._slanted.setItalic(True)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._quiet = QBrush(colour(theme.muted))

    def show_table(self, table: Table | None) -> None:
        """Show the rows of a table as they stand in it."""
        self.beginResetModel()
        self.table, self.parts = table, None
        frame = table.frame if table is not None else None
        self._cells = [] if frame is None else [_open(frame[name]) for name in frame.columns]
        self.shown = np.arange(len(frame)) if frame is not None else np.zeros(0, np.int64)
        self.endResetModel()

    def show_rows(self, rows: NDArray[np.int64]) -> None:
        """Show these rows in this order."""
        if len(rows) == len(self.shown):
            self.layoutAboutToBeChanged.emit()
            self.shown = rows
            self.layoutChanged.emit()
            return
        self.beginResetModel()
        self.shown = rows
        self.endResetModel()

    def show_parts(self, parts: NDArray[np.int8] | None) -> None:
        """Say which part each row is in."""
        self.parts = parts
        if len(self.shown):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, 0))

    def column_at(self, place: int) -> Column | None:
        """Return the column of the file at a place of the view; None for the part."""
        return self.table.columns[place - 1] if self.table is not None and place > 0 else None

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() or self.table is None else 1 + len(self._cells)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole:
            if orientation == Qt.Orientation.Vertical:
                return str(self.shown[section] + 1)
            column = self.column_at(section)
            return show_name(column.name, LONGEST) if column is not None else "part"
        if role == Role.TextAlignmentRole and orientation == Qt.Orientation.Vertical:
            return RIGHT
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole or role == Role.AccessibleTextRole:
            return self.read(index.row(), index.column())
        if role == Role.TextAlignmentRole:
            column = self.column_at(index.column())
            return RIGHT if column is not None and column.kind == "number" else LEFT
        if role in (Role.ForegroundRole, Role.FontRole):
            quiet = index.column() == 0 or self._is_missing(index)
            if quiet and role == Role.ForegroundRole:
                return self._quiet
            return self._slanted if quiet and index.column() else None
        if role == Role.ToolTipRole:
            return write_tip(self.read(index.row(), index.column(), 2_000)) if index.column() else None
        return None

    def read(self, row: int, place: int, longest: int = LONGEST) -> str:
        """Return what a cell says."""
        number = self.shown[row]
        if place == 0:
            return PARTS[int(self.parts[number])] if self.parts is not None else ""
        value = self._cells[place - 1][number]
        if isinstance(value, str):
            return show_name(value, longest)
        if value != value or not isinstance(value, np.number):
            return MISSING
        whole = self.table is not None and self.table.columns[place - 1].whole
        return str(int(value)) if whole else f"{value:.10g}"

    def copy(self, row: int, place: int) -> str:
        """Return a cell as it is copied: whole, and nothing where it is missing."""
        value = self._cells[place - 1][self.shown[row]] if place else self.read(row, 0)
        if isinstance(value, str):
            return " ".join(value.split()) if "\t" in value or "\n" in value else value
        text = self.read(row, place)
        return "" if text == MISSING else text if isinstance(value, np.integer) else repr(float(value))

    def _is_missing(self, index: Index) -> bool:
        value = self._cells[index.column() - 1][self.shown[index.row()]]
        return not isinstance(value, str) and (value != value or not isinstance(value, np.number))


def _open(values: Any) -> Any:
    """Return the cells of a column, each to be had by its number."""
    return values.to_numpy() if values.dtype.kind in "iuf" else values.array
