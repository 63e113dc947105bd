"""A field for words of several lines: notes of a project or a block, the text of a comment."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit


class WordsField(QPlainTextEdit):
    """Undo and redo mean the project's steps; Tab goes on to the next field."""

    left = Signal()  # the keys went elsewhere

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)

    def show_text(self, text: str) -> bool:
        """Show a text and return whether another one stood there; one that does already keeps its cursor."""
        if self.toPlainText() == text:
            return False
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        return True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
