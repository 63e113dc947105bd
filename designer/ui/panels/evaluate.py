"""The Evaluate tab: figures with their intervals, plots, a table by classes, and the samples themselves, worst first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
from designer.ui.marks import make_label
from designer.ui.panels.answers_page import AnswersPage
from designer.ui.panels.evaluate_head import EvaluateHead, ThresholdBar
from designer.ui.panels.figure_table import FigureTable, LineTable
from designer.ui.panels.sample_table import SampleModel
from designer.ui.theme import Theme

EMPTY = (
    "How good the network is on data it has not learned from: figures with their intervals, which classes it confuses, "
    "what its chances are worth, and the samples it is worst at. Train a network, then press Evaluate; of a kept run, "
    "choose Evaluate in the Runs tab."
)
NARROW = 760  # logical pixels below which the figures are a tab among the others
FIGURES_WIDTH = 380
TITLES = {"labels": ("Labels", "label"), "value": ("Values", "value"), "tokens": ("Tokens", "token")}


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot of the tab: its title, its widget, and what shows an outcome in it and says whether there is anything.

    A late one stands behind the samples.
    """

    title: str
    widget: QWidget
    show: Callable[[Evaluation, Outcome, Assessment], bool]
    late: bool = False


class EvaluatePanel(QWidget):
    """Shows one outcome of an evaluation, with `charts` that others make."""

    output_chosen = Signal(int)

    def __init__(self, charts: Sequence[Chart], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = EvaluateHead()
        self.threshold = ThresholdBar()
        self.beat = make_label("", "muted", wrap=True)
        self.beat.hide()
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.figures = FigureTable()
        self.lines = LineTable()
        self.samples = AnswersPage(SampleModel(), theme)
        self.charts = tuple(charts)
        self.tabs = QTabWidget()
        self.stack = QStackedWidget()
        self._shown: tuple[Evaluation, Outcome, Assessment] | None = None
        self._build()
        self.head.outputs.currentIndexChanged.connect(self.output_chosen)
        self.samples.all_wanted.connect(lambda: self.show_some(None, ""))

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.samples.set_theme(theme)
        for chart in self.charts:
            if hasattr(chart.widget, "set_theme"):
                chart.widget.set_theme(theme)

    def show_rivals(self, text: str) -> None:
        """Say what simple methods reach on the same data; "" where that is not known."""
        self.beat.setText(text)
        self.beat.setVisible(bool(text))

    def show_nothing(self, text: str = EMPTY) -> None:
        """Say what will be there, or why it is not."""
        self._shown = None
        self.samples.clear()
        self.empty.setText(text)
        self.threshold.hide()
        self.stack.setCurrentWidget(self.empty)

    def show_assessment(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> None:
        """Show an outcome; of the one that is shown already what has changed."""
        before, self._shown = self._shown, (evaluation, outcome, found)
        self.figures.show_figures(found.figures)
        if found.lines:
            title, name = TITLES.get(outcome.task, ("Classes", "class"))
            self.lines.show_lines(found.lines, name)
            self.tabs.setTabText(self.tabs.indexOf(self.lines), title)
        shown = {self.figures: self._is_narrow, self.lines: bool(found.lines), self.samples: True}
        shown |= {chart.widget: chart.show(evaluation, outcome, found) for chart in self.charts}
        for place in range(self.tabs.count()):
            self.tabs.setTabVisible(place, shown.get(self.tabs.widget(place), True))
        self.threshold.setVisible(outcome.task in ("binary", "labels"))
        yes = outcome.labels[1] if outcome.task == "binary" else "yes"
        self.threshold.show_threshold(found.threshold, found.offers, yes)
        if before is None or before[1] is not outcome:
            self.show_some(None, "")
            if before is None:
                self.tabs.setCurrentIndex(self._find_first())
        elif before[2].threshold != found.threshold:
            self.samples.move_threshold(found.threshold)
        self.stack.setCurrentWidget(self.splitter)

    def show_some(self, places: np.ndarray | None, what: str) -> None:
        """Show some samples, by their places in the outcome, and say which; None for all."""
        if self._shown is None:
            return
        evaluation, outcome, found = self._shown
        self.samples.show_samples(evaluation, outcome, found.threshold, places, what)
        if places is not None:
            self.tabs.setCurrentWidget(self.samples)

    def show_sample(self, place: int) -> None:
        """Show one sample among all."""
        self.show_some(None, "")
        self.tabs.setCurrentWidget(self.samples)
        self.samples.table.go_to(place)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < NARROW

    def _arrange(self) -> None:
        """Let the figures stand beside the rest, or where there is no room for both be a tab."""
        inside = self.tabs.indexOf(self.figures) >= 0
        if self._is_narrow and not inside:
            self.tabs.insertTab(0, self.figures, "Figures")
            self.figures.show()
            self.tabs.setCurrentIndex(0)
        elif not self._is_narrow and inside:
            self.tabs.removeTab(self.tabs.indexOf(self.figures))
            self.splitter.insertWidget(0, self.figures)
            self.figures.show()
            self.splitter.setSizes([FIGURES_WIDTH, self.width() - FIGURES_WIDTH])

    def _find_first(self) -> int:
        visible = (place for place in range(self.tabs.count()) if self.tabs.isTabVisible(place))
        return next(visible, 0)

    def _build(self) -> None:
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMinimumWidth(160)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        for chart in self.charts:
            if not chart.late:
                self.tabs.addTab(chart.widget, chart.title)
        self.tabs.addTab(self.lines, "Classes")
        self.tabs.addTab(self.samples, "Samples")
        for chart in self.charts:
            if chart.late:
                self.tabs.addTab(chart.widget, chart.title)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("views of the evaluation")
        self.tabs.setUsesScrollButtons(True)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.figures)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([FIGURES_WIDTH, 900])
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 6)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.beat)
        column.addWidget(self.threshold)
        column.addWidget(self.stack, 1)
        self.show_nothing()

    def heightForWidth(self, width: int) -> int:
        """Return the least that is needed: what holds the panel takes it for that, and scrolls below."""
        return self.layout().minimumHeightForWidth(width)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, super().minimumSizeHint().height())
