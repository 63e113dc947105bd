"""A field to search by, above what is found."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from designer.ui.theme import text_font


class SearchLine(QLineEdit):
    """A search field: arrows go into the results, Escape empties it."""

    down = Signal()

    def __init__(self, hint: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setMaxLength(60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        if (
            self._key
            and not self.text()
            and self.width() > self.fontMetrics().horizontalAdvance(self.placeholderText()) + 60
        ):
            painter = QPainter(self)
            painter.setFont(text_font(11))
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(
                self.rect().adjusted(0, 0, -10, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self._key,
            )
