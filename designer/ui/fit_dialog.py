"""The dialog of Will it fit?: a measurement on a thread, what training takes of memory and time, and a batch that fits."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.memory_bar import MemoryBar
from designer.ui.panels.fact_list import FactList
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.fit import Fitted
    from designer.engine.plan import Plan

LONGEST_WAIT = 20.0  # seconds for the thread when the dialog closes: a step under way ends first
STEPS = 1000  # of the progress bar
ABOUT = "A few real steps of a network of its own, on the device of the run. Nothing is kept of them."


class FitDialog(QDialog):
    """Measures at once; `used` carries the batch size that is wanted."""

    used = Signal(int)

    def __init__(self, make_plan: "Callable[[], Plan]", theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Will it fit?")
        self._make_plan = make_plan
        self._stopped = threading.Event()
        self._doing = ""  # the thread writes, the window reads
        self.found: Fitted | Failed | None = None
        self.verdict = make_label(ABOUT, wrap=True)
        self.bar = QProgressBar(textVisible=False, maximum=0)
        self.bar.setAccessibleName("progress of the measurement")
        self.memory = MemoryBar(theme)
        self.memory.hide()
        self.facts = FactList()
        self.stop = QPushButton("Stop")
        self.use = QPushButton("Use")
        self.use.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ApplyRole)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self.verdict, self.bar, self.memory, self.facts):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(buttons)
        self.resize(640, 430)
        self.stop.clicked.connect(self._give_up)
        self.use.clicked.connect(self._use)
        buttons.rejected.connect(self.reject)
        self._job = Job(self._run, self)
        self._job.progressed.connect(self._draw)
        self._job.done.connect(self._conclude)
        self._job.failed.connect(lambda error: self._end(str(error)))
        self._job.start()

    def done(self, result: int) -> None:
        self._stopped.set()
        self._job.cancel(LONGEST_WAIT)
        super().done(result)

    def _run(self, report: Report) -> "Fitted | Failed | None":
        """Measure; on the thread. None where it was stopped."""
        from designer.engine.preload import import_torch

        import_torch()
        from designer.engine.fit import FitStep, measure_fit

        answer, run = None, measure_fit(self._make_plan())
        while True:
            try:
                event = run.send(answer)
            except StopIteration:
                return None
            if not isinstance(event, FitStep):
                return event
            self._doing = event.doing
            answer = not report(event.share) or self._stopped.is_set()

    def _give_up(self) -> None:
        self._stopped.set()
        self.verdict.setText("Stopping after this step …")
        self.stop.setEnabled(False)

    def _draw(self, share: float) -> None:
        self.bar.setMaximum(STEPS)
        self.bar.setValue(round(share * STEPS))
        if not self._stopped.is_set():
            self.verdict.setText(f"{self._doing} …")

    def _conclude(self, found: "Fitted | Failed | None") -> None:
        from designer.engine.fit import Fitted, tell_facts, tell_verdict

        self.found = found
        if found is None:
            self._end("The measurement was stopped.")
            return
        if not isinstance(found, Fitted):
            self._end(found.message.replace("`", ""))
            return
        self._end(tell_verdict(found))
        set_mark(self.verdict, "error", not found.fits)
        self.facts.show_facts(tell_facts(found))
        self.memory.show_parts(found)
        self.memory.show()
        if found.advised and found.advised != found.batch_size:
            self.use.setText(f"Use batch size {found.advised:,}")
            self.use.show()
            self.use.setDefault(not found.fits)

    def _end(self, message: str) -> None:
        self.verdict.setText(message)
        set_mark(self.verdict, "strong", True)
        self.bar.hide()
        self.stop.hide()

    def _use(self) -> None:
        advised = getattr(self.found, "advised", 0)
        if advised:
            self.used.emit(advised)
        self.accept()
