"""The Training tab: settings of the run, progress with the time left, and the live curves."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QProgressBar, QSlider, QSplitter, QVBoxLayout, QWidget

from designer.engine.events import EpochDone, Event, Failed, Finished, Started, StepsDone
from designer.ui.bridge import TrainingBridge
from designer.ui.editor import Editor
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.run import RunSettings
from designer.ui.theme import Theme
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.ui.plots.curves import CurvePlot

EMPTY = "Loss and accuracy draw themselves here, from the first steps on. Press Train to begin."
# Metrics by their name in the engine: title of the plot, whether more is better, whether it is shown in percent.
METRICS = {
    "accuracy": ("Accuracy", "higher", True),
    "r2": ("R²", "higher", False),
    "mae": ("Mean absolute error", "lower", False),
}
PROMISES = {"loading": "Reading data and building the network …", "stopping": "Stopping after this step …"}


class TrainingPanel(QWidget):
    """Settings on the left, progress and curves on the right. `prepare` makes the plots, which takes a moment."""

    def __init__(self, editor: Editor, bridge: TrainingBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bridge = bridge
        self._run: Started | None = None
        self._began = self._trained = 0.0
        self._smoothed_rate = 0.0
        self._step = 0
        self.settings = RunSettings(editor)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName("progress of the run")
        self.place = make_label(EMPTY, "muted", wrap=True)
        self.left = make_label()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.log = QCheckBox("log scale")
        self.loss_plot: CurvePlot | None = None
        self.metric_plot: CurvePlot | None = None
        self._metric = ""
        self._build()
        bridge.happened.connect(self.take)
        bridge.state_changed.connect(self._show_state)

    def prepare(self) -> None:
        """Make the plots if they are not there yet: pyqtgraph is slow to import, and the window must not wait for it."""
        if self.loss_plot is not None:
            return
        from designer.ui.plots.curves import CurvePlot

        self.loss_plot = CurvePlot("Loss", self._theme)
        self.metric_plot = CurvePlot("Accuracy", self._theme, better="higher", percent=True)
        for plot, title in ((self.loss_plot, self._loss_title), (self.metric_plot, self._metric_title)):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(title)
            column.addWidget(plot, 1)
            self._plots.addLayout(column, 1)
        self._smooth(self.smoothing.value())

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        for plot in (self.loss_plot, self.metric_plot):
            if plot is not None:
                plot.set_theme(theme)

    def take(self, event: Event) -> None:
        """Show one event of the engine."""
        match event:
            case Started():
                self._start(event)
            case StepsDone():
                self._add_steps(event)
            case EpochDone():
                self._add_epoch(event)
            case Finished() | Failed():
                self._end(event)

    def _build(self) -> None:
        self._loss_title, self._metric_title = make_label("Loss", "strong"), make_label("Accuracy", "strong")
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(90)
        self.smoothing.setFixedWidth(90)
        self.smoothing.setAccessibleName("smoothing of the training curve")
        self.smoothing.valueChanged.connect(self._smooth)
        self.log.setAccessibleName("logarithmic loss axis")
        self.log.toggled.connect(lambda on: self.loss_plot and self.loss_plot.set_log(on))
        line = QHBoxLayout()
        line.addWidget(self.place, 1)
        line.addWidget(self.left)
        tools = QHBoxLayout()
        tools.setSpacing(14)
        tools.addWidget(_legend("training", "linear"))
        tools.addWidget(_legend("validation", "activation"))
        tools.addStretch(1)
        tools.addWidget(make_label("smoothing", "muted"))
        tools.addWidget(self.smoothing)
        tools.addWidget(self.log)
        self._plots = QHBoxLayout()
        self._plots.setSpacing(18)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(16, 10, 16, 8)
        column.setSpacing(6)
        column.addWidget(self.progress)
        column.addLayout(line)
        column.addLayout(tools)
        column.addLayout(self._plots, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.settings)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([290, 900])
        splitter.setChildrenCollapsible(False)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)

    def _smooth(self, percent: int) -> None:
        for plot in (self.loss_plot, self.metric_plot):
            if plot is not None:
                plot.set_smoothing(percent / 100)

    def _start(self, event: Started) -> None:
        self.prepare()
        assert self.loss_plot is not None
        assert self.metric_plot is not None
        self._run, self._step, self._metric = event, 0, ""
        self._smoothed_rate, self._trained = 0.0, 0.0
        self._began = time.monotonic()
        self.progress.setRange(0, event.epochs * event.steps_per_epoch)
        self.progress.setValue(0)
        self.loss_plot.start(event.epochs)
        self.metric_plot.start(event.epochs)
        self._say(f"Training on {event.device}: {write_amount(event.samples, 'sample')}.")

    def _choose_metric(self, metrics: Mapping[str, float]) -> str:
        """Return the metric that is drawn: the first the run measures. The plot's title follows."""
        if not self._metric and metrics:
            assert self.metric_plot is not None
            self._metric = next(iter(metrics))
            title, better, percent = METRICS.get(self._metric, (self._metric, "higher", False))
            self._metric_title.setText(title)
            self.metric_plot.set_quantity(title, better=better, percent=percent)
        return self._metric

    def _add_steps(self, event: StepsDone) -> None:
        if self._run is None or self.loss_plot is None or self.metric_plot is None:
            return
        count = len(event.losses)
        steps = np.arange(event.step - count + 1, event.step + 1)
        self.loss_plot.add_training(steps / self._run.steps_per_epoch, np.asarray(event.losses, dtype=np.float64))
        metric = self._choose_metric(event.metrics)
        if metric in event.metrics:
            at = np.array([event.step / self._run.steps_per_epoch])
            self.metric_plot.add_training(at, np.array([event.metrics[metric]]))
        self._step = event.step
        self._show_place(event)
        self._refresh()

    def _show_place(self, event: StepsDone) -> None:
        run = self._run
        assert run is not None
        total = run.epochs * run.steps_per_epoch
        rate = event.samples_per_second
        self._smoothed_rate = rate if not self._smoothed_rate else 0.9 * self._smoothed_rate + 0.1 * rate
        self.progress.setValue(event.step)
        self._say(
            f"Epoch {event.epoch} of {run.epochs} · step {write_count(event.step)} of {write_count(total)} · "
            f"{self._smoothed_rate:,.0f} samples/s"
        )
        spent = time.monotonic() - self._began
        self.left.setText(f"{write_duration(spent * (total - event.step) / max(event.step, 1))} left")

    def _add_epoch(self, event: EpochDone) -> None:
        if self.loss_plot is None or self.metric_plot is None:
            return
        self.loss_plot.add_validation(event.epoch, event.val_loss)
        metric = self._choose_metric(event.val_metrics)
        if metric in event.val_metrics:
            self.metric_plot.add_validation(event.epoch, event.val_metrics[metric])
        self._refresh()

    def _end(self, event: Finished | Failed) -> None:
        self.left.clear()
        if isinstance(event, Failed):
            self._say(event.message, failed=True)
        else:
            verb = "Finished" if event.reason == "finished" else "Stopped"
            self._say(f"{verb} after {write_amount(event.step, 'step')} in {write_duration(event.seconds)}.")
        self._refresh()

    def _refresh(self) -> None:
        if self.isVisible():
            for plot in (self.loss_plot, self.metric_plot):
                if plot is not None:
                    plot.refresh()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._refresh()

    def _show_state(self, state: str) -> None:
        if state in PROMISES:
            self._say(PROMISES[state])
        if state == "loading":
            self.progress.setRange(0, 0)
            self.left.clear()
        elif state == "ended":
            self.progress.setRange(0, max(self.progress.maximum(), 1))
        elif state == "paused":
            self.left.setText("paused")

    def _say(self, text: str, *, failed: bool = False) -> None:
        set_mark(self.place, "error", failed)
        self.place.setText(text)


def _legend(text: str, family: str) -> QLabel:
    """Return a label whose dot the style sheet colours like the curve it names."""
    label = make_label(f"●  {text}")
    label.setProperty("family", family)
    return label


def write_duration(seconds: float) -> str:
    """Return a time span in words: 8 s, 1 min 12 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
