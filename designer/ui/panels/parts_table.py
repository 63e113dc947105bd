"""How many rows are in each part, all together and of each class, as a table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem

from designer.document.wording import show_name
from designer.ui.words import write_count

if TYPE_CHECKING:
    from designer.engine.preparation import Part

TITLES: Mapping[str, str] = {"train": "training", "validation": "validation", "test": "test"}
ROW_HEIGHT = 20  # pixels
LEAST_HEIGHT = 70


class PartsTable(QTableWidget):
    """A column for each part, a row for all and one for each class."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("rows of each part")
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)

    def show_parts(self, parts: Sequence["Part"]) -> None:
        """Show the parts; none shows nothing."""
        labels = list(dict.fromkeys(label for part in parts for label in part.classes))
        self.setColumnCount(len(parts))
        self.setRowCount(1 + len(labels) if parts else 0)
        self.setHorizontalHeaderLabels([TITLES[part.name] for part in parts])
        self.setVerticalHeaderLabels(["all", *(show_name(label, 16) for label in labels)])
        for column, part in enumerate(parts):
            counts = [part.rows, *(part.classes.get(label, 0) for label in labels)]
            for row, count in enumerate(counts):
                cell = QTableWidgetItem(write_count(count))
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, cell)

    def columns(self) -> dict[str, list[str]]:
        """Return what is shown of each part: all rows, then those of each class."""
        return {
            self.horizontalHeaderItem(column).text(): [self.item(row, column).text() for row in range(self.rowCount())]
            for column in range(self.columnCount())
        }
