"""The frame of a page that shows what is read on a thread: a message, a bar with Cancel, and the page itself."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.table_reader import PATIENCE
from designer.ui.words import write_message

TYPING = 300  # milliseconds after an edit before data are read anew
STOPPED = "Reading was stopped. Change the source or its split, or open this page again, to read it."


class ReadingPage(QWidget):
    """Reads while it can be seen. What it shows is its `body`; a subclass says what it reads and shows."""

    def __init__(self, reader: DataReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.reader = reader
        self.body = QWidget()
        self.message = make_label("", "muted", wrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("reading the data")
        self.cancel = QPushButton("Cancel")
        self._job: Job | None = None
        self._shown: object = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self.begin)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(lambda: self._show_bar(True))
        self.cancel.clicked.connect(self._give_up)
        going = QHBoxLayout()
        going.addWidget(self.bar, 1)
        going.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        column.addLayout(going)
        column.addWidget(self.message)
        column.addWidget(self.body, 1)
        self._show_bar(False)
        self.say("")

    @property
    def busy(self) -> bool:
        """Whether something is being read, or will be."""
        return self._job is not None or self._typing.isActive()

    def refresh(self) -> None:
        """Show the data of the reader's project, a moment after the last edit, if it can be seen."""
        if self._shown == self.reader.key:
            return
        if self._job is not None:  # it reads what is no longer there
            self.stop()
            self._shown = None
        if self.isVisible():
            self._typing.start()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        if self._shown != self.reader.key or self.reader.key is None:
            self._typing.start(0)

    def begin(self) -> None:
        """Read what is to be shown, or say why nothing can be read."""
        self.stop()
        problem = self.reader.find_problem()
        self._shown = self.reader.key
        if problem:
            self.show_nothing()
            self.say(problem)
            return
        self.start(self.find_work(), self.show_found)

    def find_work(self) -> Callable[[Report], Any]:
        """Return what is to be read, for a thread."""
        raise NotImplementedError

    def show_found(self, found: Any) -> None:
        """Show what was read."""
        raise NotImplementedError

    def show_nothing(self) -> None:
        """Show that nothing is there."""
        raise NotImplementedError

    def start(self, work: Callable[[Report], Any], show: Callable[[Any], None]) -> None:
        """Run work on a thread, and show what it finds."""
        self.stop()
        self._job = job = Job(work, self)
        job.answered.connect(self.stop)
        job.done.connect(lambda found: self._take(found, show))
        job.failed.connect(self._show_failure)
        self._patience.start()
        job.start()

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._typing.stop()
        self._patience.stop()
        self._show_bar(False)
        if self._job is not None:
            self._job.cancel(timeout)
            self._job.deleteLater()  # it holds what it read
            self._job = None

    def leave(self) -> None:
        """Give up what is being read and forget what was: the next data shown are another project's."""
        self.stop()
        self._shown = None
        self.show_nothing()

    def say(self, text: str, *, error: bool = False) -> None:
        """Say why the body shows nothing, and hide it; "" shows the body."""
        set_mark(self.message, "error", error)
        self.message.setText(write_message(text))
        self.message.setVisible(bool(text))
        self.body.setVisible(not text)

    def _take(self, found: Any, show: Callable[[Any], None]) -> None:
        if found is None:
            return
        self.say("")
        show(found)

    def _give_up(self) -> None:
        self.stop()
        self.show_nothing()
        self.say(STOPPED)

    def _show_failure(self, error: Exception) -> None:
        self.show_nothing()
        self.say(str(error) or type(error).__name__, error=True)

    def _show_bar(self, shown: bool) -> None:
        self.bar.setRange(0, 0)  # how long reading takes is not known
        self.bar.setVisible(shown)
        self.cancel.setVisible(shown)
