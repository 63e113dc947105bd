"""A progress bar that stands still between two values."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """A bar without text that moves by itself only while nobody knows how far it is.

    Qt goes on to redraw a bar with a style sheet thirty times a second, and all that lies under it, once it has done so:
    its animation ends when somebody lets an update of it go by.
    """

    def __init__(self) -> None:
        super().__init__(textVisible=False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleAnimationUpdate and self.minimum() < self.maximum():
            event.ignore()
            return True
        return super().event(event)
