"""The History tab: every step of the document by name, oldest first; a click or Enter goes there."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from designer.document.history import History
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.theme import Theme, colour
from designer.ui.words import write_amount

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HERE, ELSEWHERE = "▸  ", "    "


class StepsModel(QAbstractListModel):
    """The steps as rows. The first row is the document as it was opened."""

    def __init__(self, history: History, theme: Theme) -> None:
        super().__init__()
        self._history = history
        self.theme = theme

    def show_history(self, history: History) -> None:
        """Show another history; one that goes on from the present one costs no more than what is new."""
        before, self_steps = self._history, self._history.steps
        steps = history.steps
        if len(steps) >= len(self_steps) and steps[len(self_steps) - 1] is self_steps[-1]:
            if len(steps) > len(self_steps):
                self.beginInsertRows(QModelIndex(), len(self_steps), len(steps) - 1)
                self._history = history
                self.endInsertRows()
            self._history = history
            ends = sorted((min(before.position, len(steps) - 1), history.position))
            self.dataChanged.emit(self.index(ends[0]), self.index(ends[1]))
        else:
            self.beginResetModel()
            self._history = history
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._history.steps)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        place = index.row()
        if not index.isValid() or not 0 <= place < len(self._history.steps):
            return None
        here, undone = place == self._history.position, place > self._history.position
        title = self._history.steps[place].title or "the document as it was opened"
        if role == Role.DisplayRole:
            return f"{HERE if here else ELSEWHERE}{title[:1].upper()}{title[1:]}"
        if role == Role.AccessibleTextRole:
            return f"{title}, {'present step' if here else 'undone' if undone else 'done'}"
        if role == Role.ForegroundRole:
            return colour(self.theme.muted if undone else self.theme.text)
        if role == Role.FontRole:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold if here else QFont.Weight.Normal)
            font.setItalic(undone)
            return font
        return None


class HistoryPanel(QWidget):
    """The list of steps. The present one is marked; those that redo would bring back are dim and slanted.

    `compare_wanted` asks to compare a step, by its title and its project, with the present one.
    """

    compare_wanted = Signal(str, object)

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.model = StepsModel(editor.history, theme)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("steps")
        self.about = make_label("", "muted")
        self.about.setContentsMargins(14, 6, 14, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.about)
        column.addWidget(self.list, 1)
        self.compare = QAction("Compare with the present", self)
        self.compare.triggered.connect(self._compare)
        self.list.addAction(self.compare)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.list.clicked.connect(self._jump)
        self.list.activated.connect(self._jump)
        editor.project_changed.connect(self._change)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.model.theme = theme
        self.list.viewport().update()

    def refresh(self) -> None:
        """Show the steps as they are now, the present one in sight."""
        history = self._editor.history
        self.model.show_history(history)
        here = self.model.index(history.position)
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)
        done, undone = history.position, len(history.steps) - 1 - history.position
        parts = [write_amount(done, "step")] + ([f"{write_amount(undone, 'step')} undone"] if undone else [])
        self.about.setText(" · ".join(parts) + ". Click one to go there." if done or undone else EMPTY)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def _change(self) -> None:
        if self.isVisible():
            self.refresh()

    def _compare(self) -> None:
        steps, place = self._editor.history.steps, self.list.currentIndex().row()
        if 0 <= place < len(steps):
            self.compare_wanted.emit(steps[place].title, steps[place].project)

    def _jump(self, index: QModelIndex) -> None:
        self._editor.jump(index.row())


EMPTY = "Nothing was done yet. Each step is listed here by name, to go back to."
