"""Samples as rows of a table, each written only when it comes into sight; and those that hold some words."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from designer.ui.background import Report

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
AT_ONCE = 20_000  # names or texts that are searched before it is asked whether to go on
Role = Qt.ItemDataRole


class SampleModel(QAbstractTableModel):
    """Some of many samples by their numbers, `places`; each column is a title and what writes a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[tuple[str, Callable[[int], str]]] = ()
        self.places: NDArray[np.int64] = np.zeros(0, np.int64)

    def show(self, columns: Sequence[tuple[str, Callable[[int], str]]], places: NDArray[np.int64]) -> None:
        """Show samples by these columns."""
        self.beginResetModel()
        self.columns, self.places = columns, places
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section][0]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.DisplayRole:
            return self.columns[index.column()][1](int(self.places[index.row()]))
        return None


def search(items: Sequence[str], places: NDArray[np.int64], words: str, report: Report) -> NDArray[np.int64] | None:
    """Return the numbers of the names or texts that hold some words, None where it is given up."""
    found: list[int] = []
    for start in range(0, len(places), AT_ONCE):
        if not report(start / len(places)):
            return None
        found += [place for place in places[start : start + AT_ONCE].tolist() if words in items[place].lower()]
    return np.array(found, np.int64)
