"""A part of a form under a title that folds it away; a folded one says in a word what is set."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer.ui.marks import make_label
from designer.ui.words import write_message


class Section(QWidget):
    """A title with an arrow, and the widget below it; folded at first."""

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.button = QToolButton(text=title, checkable=True, autoRaise=True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.setObjectName("section")
        self._text = ""
        self.summary = make_label("", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.button)
        head.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(content)
        self.button.toggled.connect(self._fold)
        self._fold(False)

    def show_summary(self, text: str) -> None:
        """Say what is set, "" for the usual; it stands beside the title while the section is folded."""
        self._text = write_message(text)
        self._fold(self.button.isChecked())

    def _fold(self, is_open: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.content.setVisible(is_open)
        self.summary.setText("" if is_open else self._text)
