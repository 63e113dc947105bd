"""A part of a panel that tells whether it is seen: what nobody looks at need not be worked out."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class WatchedWidget(QWidget):
    """`watched` carries whether it is in view."""

    watched = Signal(bool)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self.watched.emit(False)
