"""The curves of the selected runs: which quantity over what, read beside the window."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from designer.catalogue.registry import metrics
from designer.engine.curves import RunCurves, read_curves
from designer.engine.runs import Run
from designer.ui.background import Job
from designer.ui.marks import make_label
from designer.ui.panels.run_lines import Line, make_line
from designer.ui.strokes import MOST
from designer.ui.theme import Theme

ALONG = ("epochs", "steps", "seconds")


class CurvePlot(Protocol):
    """What the tab wants of its plot: designer.ui.plots.run_curves gives it, and the window brings them together."""

    def show_lines(self, lines: Sequence[Line], quantity: str, along: str, *, percent: bool, log: bool) -> None:
        """Show the curves of these runs."""

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""


class RunCurvesView(QWidget):
    """What is to be drawn, and `plot` (a widget)."""

    def __init__(self, plot: CurvePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._known: dict[str, tuple[str, RunCurves]] = {}  # by folder: when it was read, and what was there
        self._job: Job | None = None
        self.plot = plot
        self.quantity, self.along = QComboBox(), QComboBox()
        self.log = QCheckBox("log")
        self.hint = make_label("", "muted")
        self.quantity.addItem("loss", "")
        for title in ALONG:
            self.along.addItem(f"over {title}", title)
        self.quantity.setAccessibleName("quantity")
        self.along.setAccessibleName("horizontal axis")
        self.log.setAccessibleName("logarithmic")
        head = QHBoxLayout()
        for widget in (self.quantity, self.along, self.log):
            head.addWidget(widget)
        head.addWidget(self.hint, 1)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(6, 6, 6, 2)
        inner.addLayout(head)
        assert isinstance(plot, QWidget)
        inner.addWidget(plot, 1)
        for box in (self.quantity, self.along):
            box.activated.connect(lambda _: self._draw())
        self.log.toggled.connect(lambda _: self._draw())

    def shut_down(self) -> None:
        """End what is read beside the window."""
        if self._job is not None:
            self._job.cancel(5.0)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show the curves of these runs; those that are not known yet, or have grown, are read beside the window."""
        self._runs = tuple(runs)
        self._read()

    def _read(self) -> None:
        stale = [run for run in self._runs[:MOST] if self._known.get(str(run.folder), ("",))[0] != run.record.updated]
        if self._job is not None and self._job.running:
            if not stale:
                self._show()
            return  # what it brings is followed by another look
        if not stale:
            self._show()
            return
        self._job = Job(lambda report: [(run, read_curves(run.folder)) for run in stale if report(0)], self)
        self._job.done.connect(self._take)
        self._job.start()

    def _take(self, found: "list[tuple[Run, RunCurves]]") -> None:
        for run, curves in found:
            self._known[str(run.folder)] = run.record.updated, curves
        self._read()

    def _show(self) -> None:
        runs = self._runs
        drawn = [(run, self._known[str(run.folder)][1]) for run in runs[:MOST] if str(run.folder) in self._known]
        names = dict.fromkeys(
            name[4:] for _, curves in drawn for name in curves.epochs if name.startswith("val_") and name != "val_loss"
        )
        now = self.quantity.currentData()
        if [self.quantity.itemData(place) for place in range(1, self.quantity.count())] != list(names):
            self.quantity.clear()
            self.quantity.addItem("loss", "")
            for name in names:
                self.quantity.addItem(metrics[name].title.lower() if name in metrics else name, name)
            self.quantity.setCurrentIndex(max(self.quantity.findData(now), 0))
        more = len(runs) - MOST
        self.hint.setText(
            "Select runs to see their curves" if not runs else f"and {more:,} more are not drawn" if more > 0 else ""
        )
        self._draw()

    def _draw(self) -> None:
        name, along = self.quantity.currentData() or "", self.along.currentData()
        lines = [
            make_line(run, self._known[str(run.folder)][1], name, along)
            for run in self._runs[:MOST]
            if str(run.folder) in self._known
        ]
        spec = metrics.get(name)
        percent = spec is not None and spec.form.endswith("%")
        self.plot.show_lines(lines, self.quantity.currentText(), along, percent=percent, log=self.log.isChecked())
