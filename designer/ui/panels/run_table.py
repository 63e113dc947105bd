"""The table of runs: how it looks, and what its keys and its stars do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from designer.ui.panels.runs_model import SAMPLE, RunsModel, RunsOrder

ROW_HEIGHT = 24


class RunTable(QTableView):
    """The table. S stars, F2 names, Delete moves to the trash, Return opens; a click on a star sets it or takes it away."""

    key_pressed = Signal(str)
    star_clicked = Signal(int)

    def __init__(self, model: RunsModel, order: RunsOrder) -> None:
        super().__init__()
        self.setModel(order)
        self.setObjectName("runs")
        self.setAccessibleName("runs")
        self.setSortingEnabled(True)
        self.sortByColumn(
            next(place for place, head in enumerate(model.heads) if head.title == "started"),
            Qt.SortOrder.DescendingOrder,
        )
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(SAMPLE)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Delete: "delete", Qt.Key.Key_Backspace: "delete", Qt.Key.Key_S: "star"}
        keys |= {Qt.Key.Key_F2: "rename", Qt.Key.Key_Return: "open", Qt.Key.Key_Enter: "open"}
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        wanted = keys.get(event.key()) if plain and self.state() != QAbstractItemView.State.EditingState else None  # type: ignore[call-overload]
        if wanted is not None:
            self.key_pressed.emit(wanted)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == 0:
            self.star_clicked.emit(index.row())
