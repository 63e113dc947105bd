"""The columns of a CSV file as a table to choose from: which is predicted, which are used, which are one-hot."""

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from designer.data import Column, Table
from designer.document.wording import show_name
from designer.ui.words import write_count

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

HEADS = ("use", "predict", "column", "type", "missing", "different", "one-hot", "examples")
TIPS = (
    "A feature: what the network predicts from",
    "The target: what the network predicts",
    "Its name in the file",
    "What its values are",
    "Rows where nothing stands. A number becomes the median, a text a value of its own",
    "How many values differ",
    "One feature for each value instead of one number",
    "The first values",
)
USE, PREDICT, NAME, ONE_HOT = 0, 1, 2, 6
COUNTS = ("missing", "different")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TICKS = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
NO_INDEX = QModelIndex()


class ColumnsModel(QAbstractTableModel):
    """A row for each column of the file. `changed` is emitted when the choice is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table: Table | None = None
        self.target = ""
        self.features: set[str] = set()
        self.one_hot: set[str] = set()

    def show_table(
        self, table: Table | None, target: str = "", features: Collection[str] = (), one_hot: Collection[str] = ()
    ) -> None:
        """Show the columns of a file with a choice made among them."""
        self.beginResetModel()
        self.table = table
        self.target = target
        self.features, self.one_hot = set(features), set(one_hot)
        self.endResetModel()

    def chosen_features(self) -> list[str]:
        """Return the features in the order of the file."""
        return [column.name for column in self._columns if column.name in self.features and column.name != self.target]

    def chosen_one_hot(self) -> list[str]:
        """Return the features that are numbers and to be taken as categories."""
        return [name for name in self.chosen_features() if name in self.one_hot]

    def use_all(self, on: bool) -> None:
        """Tick every column that can be used, or none."""
        names = {column.name for column in self._columns if column.kind != "empty"}
        self.features = names - {self.target} if on else set()
        self._announce()

    @property
    def _columns(self) -> tuple[Column, ...]:
        return self.table.columns if self.table is not None else ()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return HEADS[section]
            if role == Role.ToolTipRole:
                return TIPS[section]
            if role == Role.TextAlignmentRole and HEADS[section] in COUNTS:
                return RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        column, place = self._columns[index.row()], index.column()
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        tickable = {
            USE: column.kind != "empty" and column.name != self.target,
            PREDICT: column.kind != "empty",
            ONE_HOT: column.kind == "number",
        }
        if place in tickable:
            flags = flags | Qt.ItemFlag.ItemIsUserCheckable if tickable[place] else Qt.ItemFlag.NoItemFlags
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        column, place = self._columns[index.row()], index.column()
        if role == Role.CheckStateRole and place in (USE, PREDICT, ONE_HOT):
            return self._tick(column, place)
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self._text(column, place, 400 if role == Role.ToolTipRole else 60)
        if role == Role.AccessibleTextRole:
            return f"{HEADS[place]} {show_name(column.name)}: {self._text(column, place, 60)}"
        if role == Role.TextAlignmentRole and HEADS[place] in COUNTS:
            return RIGHT
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        name = self._columns[index.row()].name
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        if index.column() == PREDICT:
            if self.target:
                self.features.add(self.target)  # what is predicted no longer may well be predicted from
            self.target = name
            self.features.discard(name)
        else:
            chosen = self.features if index.column() == USE else self.one_hot
            (chosen.add if on else chosen.discard)(name)
        self._announce()
        return True

    def _tick(self, column: Column, place: int) -> Qt.CheckState | None:
        if column.kind == "empty" or (place == ONE_HOT and column.name == self.target):
            return None
        if place == ONE_HOT:
            return TICKS[column.kind != "number" or column.name in self.one_hot]
        return TICKS[column.name == self.target if place == PREDICT else column.name in self.features]

    def _text(self, column: Column, place: int, longest: int) -> str:
        kinds = {"number": "number", "class": "text", "text": "text, many values", "empty": "empty"}
        match HEADS[place]:
            case "column":
                return show_name(column.name, longest)
            case "type":
                return "whole number" if column.whole else kinds[column.kind]
            case "missing":
                return write_count(column.missing) if column.missing else ""
            case "different":
                return write_count(column.distinct)
            case "examples":
                return show_name(", ".join(column.examples), longest)
        return ""

    def _announce(self) -> None:
        if self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._columns) - 1, len(HEADS) - 1))
        self.changed.emit()


class RowsModel(QAbstractTableModel):
    """The first rows of a file as they stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.table: Table | None = None

    def show_table(self, table: Table | None) -> None:
        """Show the first rows of a file."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.head)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole or self.table is None:
            return None
        return show_name(self.table.columns[section].name) if orientation == Qt.Orientation.Horizontal else section + 1

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole or self.table is None:
            return None
        row = self.table.head[index.row()]
        return show_name(row[index.column()], 80) if index.column() < len(row) else ""
