"""How far work beside the window is, a way to stop it, and what was in its way."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.ui.marks import make_label, set_mark

PATIENCE = 250  # milliseconds before a bar is worth a look


class WorkBar(QWidget):
    """A bar and Stop while there is work, a sentence where there is something to say; else nothing."""

    stop_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.bar = QProgressBar(textVisible=False, maximum=1000)
        self.stop = QPushButton("Stop")
        self.message = make_label("", "muted", wrap=True)
        self.bar.setAccessibleName(f"progress of {name}")
        self.stop.setAccessibleName(f"stop {name}")
        self._soon = QTimer(self, singleShot=True, interval=PATIENCE)
        self._soon.timeout.connect(lambda: self._show_bar(True))
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.message)
        self.stop.clicked.connect(self.stop_wanted)
        for part in (self.bar, self.stop, self.message, self):
            part.hide()

    def show_busy(self, busy: bool) -> None:
        """Show the bar, after a moment, or put it away."""
        self.bar.setValue(0)
        if busy:
            self._soon.start()
            self.say("")
        else:
            self._soon.stop()
            self._show_bar(False)

    def show_share(self, share: float) -> None:
        """Show how much is done."""
        self.bar.setValue(round(1000 * share))

    def say(self, text: str, *, error: bool = False) -> None:
        """Say something; "" takes it away."""
        set_mark(self.message, "error", error)
        self.message.setText(text.replace("`", ""))
        self.message.setVisible(bool(text))
        self._settle()

    def _show_bar(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.stop.setVisible(on)
        self._settle()

    def _settle(self) -> None:
        self.setVisible(not self.bar.isHidden() or not self.message.isHidden())
