"""The status bar: what the network is, what the run does, what the file and the device are."""

import contextlib
import time

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStatusBar, QWidget

from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label, set_mark
from designer.ui.words import write_age, write_amount, write_bytes, write_count, write_message, write_short

BYTES = 4  # of a float32
MARGIN, GAP = 14, 7  # logical pixels at both ends, and between two texts
STATES = {
    "idle": "",
    "loading": "Preparing the run …",
    "running": "Training",
    "paused": "Paused",
    "stopping": "Stopping …",
    "ended": "",
}


class StatusRow(QWidget):
    """The three texts in a row, the run in the middle.

    It places them itself: a layout would lay out the whole window anew with every edit.
    """

    def __init__(self) -> None:
        super().__init__()
        self.totals = FittingLabel(left_out=Qt.TextElideMode.ElideRight)
        self.dot = make_label("●")
        self.run = make_label()
        self.file = make_label()
        for label in (self.totals, self.dot, self.run, self.file):
            label.setParent(self)

    def sizeHint(self) -> QSize:
        return QSize(200, self.run.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Give each text what it needs, the totals what is left; the run stands in the middle where both sides let it."""
        height = self.height()
        totals, run, file = (label.sizeHint().width() for label in (self.totals, self.run, self.file))
        dot = self.dot.sizeHint().width() + GAP if not self.dot.isHidden() else 0
        right = self.width() - MARGIN - file
        start = min((self.width() - dot - run) // 2, right - GAP - run - dot)
        start = max(start, min(MARGIN + totals + GAP, right - GAP - run - dot))
        self.totals.setGeometry(MARGIN, 0, max(0, start - GAP - MARGIN), height)
        self.totals.setToolTip(self.totals.text() if self.totals.width() < totals else "")
        self.dot.setGeometry(start, 0, dot, height)
        self.run.setGeometry(start + dot, 0, run, height)
        self.file.setGeometry(right, 0, file, height)


class Status(QStatusBar):
    """Three texts: totals at the left (or a hint while there is one), the run in the middle, file and device right."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._hint = ""
        self._run = ("idle", "")
        self._saved_at: float | None = None
        self._autosaved = False
        row = StatusRow()
        self.totals, self.dot, self.run, self.file = row.totals, row.dot, row.run, row.file
        self.dot.setObjectName("rundot")
        self.totals.setAccessibleName("totals")
        self.run.setAccessibleName("state of the run")
        self.file.setAccessibleName("device and file")
        self.addWidget(row, 1)
        self.setSizeGripEnabled(False)
        self._clock = QTimer(self, interval=10_000)
        self._clock.timeout.connect(self._show_file)
        self._clock.start()
        editor.view_changed.connect(self.refresh)
        editor.file_changed.connect(self._note_file)
        self.show_run("idle")
        self.refresh()

    def refresh(self) -> None:
        """Show the present totals."""
        self._show_totals()
        self._show_file()

    def show_hint(self, text: str) -> None:
        """Show a passing text in place of the totals; "" brings them back."""
        self._hint = text
        self._show_totals()

    def show_run(self, state: str, detail: str = "", name: str = "") -> None:
        """Show what the run does; `detail` follows the state ("epoch 5/12 · 98.1 %"), `name` says whose it is."""
        told = STATES.get(state, state)
        if name and told:
            told = f"{name}: {told[:1].lower()}{told[1:]}"
        text = " · ".join(part for part in (told, detail) if part)
        self.run.setText(write_message(text))
        self.dot.setVisible(bool(text))
        set_mark(self.dot, "state", "failed" if detail == "Failed" else state)

    def _note_file(self) -> None:
        path = self._editor.path
        if path is None:
            self._saved_at = None
        elif not self._editor.modified:
            with contextlib.suppress(OSError):  # who took the file away knows it
                self._saved_at = path.stat().st_mtime
        self._show_file()

    def _show_totals(self) -> None:
        if self._hint:
            self.totals.setText(write_message(self._hint))
            return
        editor = self._editor
        inference, layers = editor.view_inference, len(editor.view.graph.nodes)
        parts = [
            *[f"inside {show_name(editor.project.blocks[block].name)}" for block in editor.where[-1:]],
            write_amount(layers, "layer"),
            f"{write_count(inference.parameters)} parameters",
            f"{write_short(inference.multiply_adds)} multiply-adds",
            write_bytes(BYTES * inference.parameters),
        ]
        self.totals.setText(" · ".join(parts) if layers else "")

    def _show_file(self) -> None:
        editor = self._editor
        if editor.modified:
            saved = "not saved"
        elif self._saved_at is not None:
            saved = f"saved {write_age(max(time.time() - self._saved_at, 0))}"
        else:
            saved = ""
        self.file.setText(" · ".join(part for part in (editor.project.training.device, saved) if part))
