"""The dialog of Find learning rate: a range test on a thread, its plot, and a button that takes what it proposes."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.ui.background import Job, Report
from designer.ui.plots.rates import RatePlot
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.events import Failed
    from designer.engine.lr_range import RangeFound, RateTried
    from designer.engine.plan import Plan

LONGEST_WAIT = 5.0  # seconds for the thread when the dialog closes
STEPS = 1000  # of the progress bar
ABOUT = "A short run on a network of its own, with a learning rate that grows from step to step (Smith, 2017)."


class RateFinder(QDialog):
    """Runs the test at once; `used` carries the learning rate that is wanted."""

    used = Signal(float)

    def __init__(self, make_plan: "Callable[[], Plan]", theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find learning rate")
        self._make_plan = make_plan
        self._stopped = threading.Event()
        self._tried: list[RateTried] = []  # the thread appends, the window reads
        self.found: RangeFound | Failed | None = None
        self.plot = RatePlot(theme, 1e-6, 10.0)
        self.bar = QProgressBar(textVisible=False, maximum=0)
        self.bar.setAccessibleName("progress of the test")
        self.message = QLabel(ABOUT, wordWrap=True)
        self.stop = QPushButton("Stop")
        self.use = QPushButton("Use")
        self.use.setEnabled(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ApplyRole)
        column = QVBoxLayout(self)
        for widget in (self.plot, self.bar, self.message, buttons):
            column.addWidget(widget)
        column.setStretch(0, 1)
        self.resize(640, 420)
        self.stop.clicked.connect(self._stopped.set)
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

    def _run(self, report: Report) -> "RangeFound | Failed":
        """Run the test; on the thread."""
        from designer.engine.preload import import_torch

        import_torch()
        from designer.engine.lr_range import RateTried, find_range

        run = find_range(self._make_plan())
        event = next(run)
        while isinstance(event, RateTried):
            self._tried.append(event)
            going = report(event.step / event.steps)
            event = run.send(self._stopped.is_set() or not going)
        return event

    def _draw(self, share: float) -> None:
        tried = tuple(self._tried)
        self.bar.setMaximum(STEPS)
        self.bar.setValue(round(share * STEPS))
        self.plot.show_losses(
            [each.rate for each in tried], [each.loss for each in tried], [each.smoothed for each in tried]
        )

    def _conclude(self, found: "RangeFound | Failed") -> None:
        self.found = found
        self._draw(1.0)
        self._end(found.message.replace("`", ""))
        proposal = getattr(found, "proposal", None)
        self.plot.mark(proposal)
        if proposal is not None:
            self.use.setText(f"Use {proposal:g}")
            self.use.setEnabled(True)
            self.use.setDefault(True)

    def _end(self, message: str) -> None:
        self.message.setText(message)
        self.bar.setMaximum(1)
        self.bar.setValue(1)
        self.stop.setEnabled(False)

    def _use(self) -> None:
        proposal = getattr(self.found, "proposal", None)
        if proposal is not None:
            self.used.emit(proposal)
        self.accept()
