"""The definition of a block as a form: its name, its notes, its parameters. What is changed here changes every use."""

import ast
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.document.blocks import rename_block, rename_block_parameter, set_block, set_block_parameters
from designer.document.edits import EditError
from designer.document.graph import Value
from designer.document.naming import FreshNames
from designer.document.project import Block, BlockParameter, Project
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.entries import write_number
from designer.ui.panels.fact_list import NameLine
from designer.ui.panels.words_field import WordsField
from designer.ui.words import write_tip

COLUMNS = ("Parameter", "Default", "Meaning")
ROW_HEIGHT, MOST_ROWS = 27, 8
FIRST_DEFAULT = 64


class BlockForm(QWidget):
    """Shows and edits one block of the project, in the network or inside of it."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._block = ""
        self._shown: Block | None = None
        self._visit = 0
        self.name = NameLine("name of the block")
        self.notes = WordsField("notes of the block", "What is this block for? The first line says it in the palette.")
        self.notes.setFixedHeight(64)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName("parameters of the block")
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.add = QPushButton("Add parameter")
        self.remove = QPushButton("Remove")
        for button in (self.add, self.remove):
            button.setProperty("link", True)
        self.message = make_label("", "error", wrap=True)
        self.message.hide()
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.name, self.notes, self.table):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.message)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.name.editingFinished.connect(self._rename)
        self.notes.textChanged.connect(self._note)
        self.table.itemChanged.connect(self._change)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)

    def show_block(self, block: str) -> None:
        """Show a block; nothing is touched where nothing of it changed."""
        there = self._editor.project.blocks[block]
        if block != self._block:
            self._block, self._visit, self._shown = block, self._visit + 1, None
            self._tell("")
        if there is self._shown:
            return
        before, self._shown = self._shown, there
        self.name.show_name(there.name)
        self.notes.show_text(there.notes)
        if before is None or before.parameters != there.parameters:
            self._fill(there.parameters)

    def focus_name(self) -> None:
        """Put the cursor into the name, all of it selected."""
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def _fill(self, parameters: tuple[BlockParameter, ...]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(parameters))
        for row, parameter in enumerate(parameters):
            for column, text in enumerate((parameter.name, write_default(parameter.default), parameter.meaning)):
                item = QTableWidgetItem(text)
                item.setToolTip(write_tip(text))
                self.table.setItem(row, column, item)
        self.table.blockSignals(False)
        self.table.setVisible(bool(parameters))
        self.remove.setVisible(bool(parameters))
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(header + ROW_HEIGHT * min(len(parameters), MOST_ROWS) + 4)

    def _parameters(self) -> tuple[BlockParameter, ...]:
        return self._editor.project.blocks[self._block].parameters

    def _change(self, item: QTableWidgetItem) -> None:
        parameters = self._parameters()
        if item.row() >= len(parameters):
            return
        old, text = parameters[item.row()], item.text().strip()
        if item.column() == 0:
            self._rename_parameter(old.name, text)
            return
        new = replace(old, default=read_default(text)) if item.column() == 1 else replace(old, meaning=text)
        changed = (*parameters[: item.row()], new, *parameters[item.row() + 1 :])
        self._apply(f"change {old.name} of", lambda project: set_block_parameters(project, self._block, changed))

    def _rename_parameter(self, old: str, new: str) -> None:
        if new != old:
            self._apply(
                f"rename {show_name(old)} to {show_name(new)} in",
                lambda project: rename_block_parameter(project, self._block, old, new),
            )

    def _add(self) -> None:
        parameters = self._parameters()
        name = FreshNames(parameter.name for parameter in parameters).take("channels", bare=True)
        more = (*parameters, BlockParameter(name, FIRST_DEFAULT))
        self._apply(f"add {name} to", lambda project: set_block_parameters(project, self._block, more))
        self.table.setCurrentCell(len(parameters), 0)
        self.table.editItem(self.table.item(len(parameters), 0))

    def _remove(self) -> None:
        parameters, row = self._parameters(), max(self.table.currentRow(), 0)
        if row < len(parameters):
            rest = (*parameters[:row], *parameters[row + 1 :])
            title = f"remove {show_name(parameters[row].name)} from"
            self._apply(title, lambda project: set_block_parameters(project, self._block, rest))

    def _rename(self) -> None:
        there, name = self._editor.project.blocks.get(self._block), self.name.text()
        if there is None or name == there.name:
            return
        if not name.strip():
            self.name.setText(there.name)
            return
        title = f"rename block {show_name(there.name)} to {show_name(name)}"
        self._apply(title, lambda project: rename_block(project, self._block, name), named=True)

    def _note(self) -> None:
        there = self._editor.project.blocks.get(self._block)
        if there is not None:
            changed = replace(there, notes=self.notes.toPlainText())
            self._apply(
                "edit notes of", lambda project: set_block(project, self._block, changed), f"notes.{self._visit}"
            )

    def _apply(
        self, title: str, edit: Callable[[Project], Project], key: str | None = None, *, named: bool = False
    ) -> None:
        """Apply an edit of the whole project; say why where it cannot be done, and show what holds."""
        project = self._editor.project
        name = "" if named else f" {show_name(project.blocks[self._block].name)}"
        try:
            changed = edit(project)
        except EditError as error:
            self._tell(str(error).replace("`", ""))
            self._shown = None
            self.show_block(self._block)
            return
        self._tell("")
        self._editor.apply(f"{title}{name}", changed, key)

    def _tell(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))


def read_default(text: str) -> Value:
    """Return the value a person means: a number, on or off, sizes with commas between, none, else a text."""
    word = text.lower()
    if word in ("on", "true", "off", "false"):
        return word in ("on", "true")
    if word in ("none", ""):
        return None
    try:
        value = ast.literal_eval(text.replace("×", ","))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    plain = value if isinstance(value, tuple) else (value,)
    return value if all(isinstance(item, bool | int | float | str) for item in plain) else text


def write_default(value: Value) -> str:
    """Return the text that `read_default` reads as a value."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(write_default(item) for item in value) + ("," if len(value) == 1 else "")
    if isinstance(value, float):
        text = write_number(value)
        return text if read_default(text) == value and not value.is_integer() else repr(value)
    return str(value)
