"""What leaks in the data, as a list: each finding in a sentence, what of it to think, and a button that mends it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.data.remedies import Leak, Remedy
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.words import write_plain

READING = "Looking for leaks …"
SOUND_TABLE = (
    "No leaks were found. Looked for: columns that tell the target by themselves, columns that only name their rows, rows "
    "that are in two parts, a time or groups that the split does not see."
)
SOUND = "No leaks were found: no sample held out equals one that is learned from."
WIDEST = 900  # pixels of a line of text


class LeakRow(QWidget):
    """One finding. `mended` carries the remedy that was asked for; `chosen` a column that one wants to see."""

    mended = Signal(object)
    chosen = Signal(str)

    def __init__(self, leak: Leak, shows_columns: bool) -> None:
        super().__init__()
        self.leak = leak
        self.title = make_label(write_plain(leak.title), "strong", wrap=True)
        self.fact = make_label(write_plain(leak.fact), "muted", wrap=True)
        self.buttons = [self._make_button(remedy) for remedy in leak.remedies]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 10)
        column.setSpacing(4)
        for label in (self.title, self.fact):
            label.setMaximumWidth(WIDEST)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        row = FlowBox(6, 4)
        for button in self.buttons:
            row.add(button)
        if leak.columns and shows_columns:
            self.view = QPushButton("Show the column")
            self.view.setAccessibleName(f"show the column {leak.columns[0]}")
            self.view.clicked.connect(lambda: self.chosen.emit(leak.columns[0]))
            row.add(self.view)
        column.addWidget(row)

    def _make_button(self, remedy: Remedy) -> QPushButton:
        button = QPushButton(remedy.title.replace("&", "&&"))
        set_mark(button, "primary")
        button.clicked.connect(lambda: self.mended.emit(remedy))
        return button


class LeaksPage(QWidget):
    """The list of findings, or a sentence where there are none."""

    mended = Signal(object)  # Remedy
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAccessibleName("leaks")
        self.rows: list[LeakRow] = []
        self.message = make_label("", "muted", wrap=True)
        self.message.setMaximumWidth(WIDEST)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 10, 16, 8)
        self._column.setSpacing(0)
        line = QHBoxLayout()
        line.addWidget(self.message, 1)
        self._column.addLayout(line)
        self._column.addStretch(1)

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a sentence in place of findings."""
        self._show((), is_table=False)
        set_mark(self.message, "error", error)
        self.message.setText(write_plain(text))
        self.message.setVisible(bool(text))

    def show_leaks(self, leaks: Sequence[Leak], *, is_table: bool) -> None:
        """List findings; none says so."""
        if leaks:
            self.message.hide()
            self._show(leaks, is_table=is_table)
        else:
            self.say(SOUND_TABLE if is_table else SOUND)

    def _show(self, leaks: Sequence[Leak], *, is_table: bool) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [LeakRow(leak, is_table) for leak in leaks]
        for place, row in enumerate(self.rows, 1):
            row.mended.connect(self.mended)
            row.chosen.connect(self.chosen)
            self._column.insertWidget(place, row)
