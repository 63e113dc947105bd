"""A dialog around a short trial of the network on a thread: its progress, Stop, and a button that takes what it found."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.plan import Plan

LONGEST_WAIT = 20.0  # seconds for the thread when the dialog closes: a step under way ends first
STEPS = 1000  # of the progress bar


class TrialDialog(QDialog):
    """A subclass says what is tried (`run`), how that goes (`draw`) and what came of it (`conclude`), and begins.

    `used` carries the proposal that is wanted.
    """

    used = Signal(object)

    def __init__(self, title: str, about: str, make_plan: "Callable[[], Plan]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.make_plan = make_plan
        self.stopped = threading.Event()
        self.found: object = None  # what came of it, a Failed where it failed
        self._proposal: object = None
        self.message = make_label(about, wrap=True)
        self.bar = QProgressBar(textVisible=False, maximum=0)
        self.bar.setAccessibleName(f"progress of {title}")
        self.stop = QPushButton("Stop")
        self.use = QPushButton("Use")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ApplyRole)
        self.use.hide()  # not before: the box shows what it is given
        column = QVBoxLayout(self)
        column.setSpacing(12)
        self.parts = QVBoxLayout()
        column.addLayout(self.parts, 1)
        column.addWidget(buttons)
        self.resize(640, 430)
        self.stop.clicked.connect(self._give_up)
        self.use.clicked.connect(self._use)
        buttons.rejected.connect(self.reject)
        self._job = Job(self._work, self)
        self._job.progressed.connect(self._show_progress)
        self._job.done.connect(self._conclude)
        self._job.failed.connect(lambda error: self._end(str(error)))

    def begin(self) -> None:
        """Begin, once all is there that the thread needs."""
        self._job.start()

    def run(self, report: Report) -> object:
        """Return what came of it; on the thread. Ends soon after `stopped` is set or `report` says so."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show how far it is."""

    def conclude(self, found: object) -> str:
        """Show what came of it, and say it in a sentence. A Failed is told by its own."""
        raise NotImplementedError

    def propose(self, proposal: object, words: str, *, default: bool) -> None:
        """Offer what was found by a button with these words."""
        self._proposal = proposal
        self.use.setText(words)
        self.use.show()
        self.use.setDefault(default)

    def done(self, result: int) -> None:
        self.stopped.set()
        self._job.cancel(LONGEST_WAIT)
        super().done(result)

    def _work(self, report: Report) -> object:
        from designer.engine.preload import import_torch

        import_torch()
        return self.run(report)

    def _give_up(self) -> None:
        self.stopped.set()
        self.message.setText("Stopping after this step …")
        self.stop.setEnabled(False)

    def _show_progress(self, share: float) -> None:
        self.bar.setMaximum(STEPS)
        self.bar.setValue(round(share * STEPS))
        if not self.stopped.is_set():
            self.draw()

    def _conclude(self, found: "object | Failed") -> None:
        from designer.engine.events import Failed

        self.found = found
        self.draw()
        self._end(found.message.replace("`", "") if isinstance(found, Failed) else self.conclude(found))

    def _end(self, message: str) -> None:
        self.message.setText(message)
        set_mark(self.message, "strong", True)
        self.bar.hide()
        self.stop.hide()

    def _use(self) -> None:
        self.used.emit(self._proposal)
        self.accept()
