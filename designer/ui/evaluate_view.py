"""Wires the Evaluate tab: what was found goes into its figures, plots and tables, and what is chosen there goes back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
from designer.ui.evaluate_importance import EvaluateImportance
from designer.ui.evaluate_plane import EvaluatePlane
from designer.ui.evaluate_why import EvaluateWhy
from designer.ui.panels.evaluate import EMPTY, Chart, EvaluatePanel
from designer.ui.plots.confusion import ConfusionPlot
from designer.ui.plots.plot import Plot
from designer.ui.plots.reliability import ReliabilityPlot
from designer.ui.plots.scatter import ValuePlot
from designer.ui.plots.threshold_curves import ThresholdPlot
from designer.ui.theme import Theme
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.evaluating import Evaluating
    from designer.ui.evaluation_job import Result
    from designer.ui.window import Window

QUESTIONS = ("binary", "labels")
NEVER = (
    "The test part of this run was never looked at. Look at it once, when all choices are made: what is chosen by its figures "
    "is no longer measured by it. The look is remembered in the run."
)
AGAIN = (
    "The test part of this run was looked at {times} before. Whatever was chosen since then by what it said, it no longer "
    "measures fairly. Each look is remembered in the run."
)
FILTERS = {"csv": "Table (*.csv)", "json": "JSON (*.json)", "png": "Picture (*.png)", "svg": "Drawing (*.svg)"}


class ConfusionPage(QWidget):
    """The matrix, and whether its cells are counts or shares of their rows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.plot = ConfusionPlot(theme)
        self.shares = QCheckBox("shares of the row")
        self.shares.setToolTip("Write how much of each class was answered so, not how many samples")
        self.shares.toggled.connect(self.plot.show_shares)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 0, 0)
        row.addWidget(self.plot, 1)
        row.addWidget(self.shares, 0, Qt.AlignmentFlag.AlignTop)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.plot.set_theme(theme)


class EvaluateView(QObject):
    """The plots of the tab, and the panel they stand in."""

    def __init__(self, window: "Window", evaluating: "Evaluating") -> None:
        super().__init__(window)
        self._window, self._evaluating = window, evaluating
        theme = window.theme
        self.confusion = ConfusionPage(theme)
        self.roc = ThresholdPlot(theme, "ROC curves", ("false positive rate", "true positive rate"), diagonal=True)
        self.precise = ThresholdPlot(theme, "precision and recall", ("recall", "precision"), diagonal=False)
        self.reliability = ReliabilityPlot(theme)
        self.forecast = ValuePlot(theme, "time")
        self.against = ValuePlot(theme, "true")
        self.residuals = ValuePlot(theme, "residual")
        self.importance = EvaluateImportance(window, evaluating, self)
        self.plane = EvaluatePlane(window, evaluating, self)
        self.why = EvaluateWhy(window, evaluating, self)
        self.panel = EvaluatePanel(self._list_charts(), theme)
        self._listen()
        self.refresh()

    def _list_charts(self) -> tuple[Chart, ...]:
        return (
            Chart("Confusion", self.confusion, self._show_confusion),
            Chart("Forecasts", self.forecast, self._show_forecast),
            Chart("Predicted", self.against, self._show_values(self.against)),
            Chart("Residuals", self.residuals, self._show_values(self.residuals)),
            Chart("ROC", self.roc, self._show_roc),
            Chart("Precision and recall", self.precise, self._show_precision),
            Chart("Calibration", self.reliability, self._show_reliability),
            self.importance.chart,
            self.plane.chart,
            self.why.chart,
        )

    def _listen(self) -> None:
        panel, evaluating = self.panel, self._evaluating
        panel.head.evaluate_wanted.connect(evaluating.evaluate)
        panel.head.cancel_wanted.connect(evaluating.cancel)
        panel.head.part_chosen.connect(evaluating.choose_part)
        panel.head.weights.chosen.connect(evaluating.choose_weights)
        panel.head.save_wanted.connect(self.save)
        panel.output_chosen.connect(evaluating.choose_output)
        panel.threshold.moved.connect(evaluating.move_threshold)
        self.confusion.plot.chosen.connect(self._show_cell)
        for plot in (self.forecast, self.against, self.residuals):
            plot.chosen.connect(panel.show_sample)
        self.plane.chosen.connect(panel.show_sample)
        panel.samples.table.chosen.connect(self.why.choose)
        panel.samples.why_wanted.connect(lambda: panel.tabs.setCurrentWidget(self.why.view))
        evaluating.changed.connect(self.refresh)
        evaluating.busy_changed.connect(self._show_busy)
        self._window.baselines.changed.connect(self._show_rivals)
        evaluating.progressed.connect(panel.head.show_share)
        self._window.trainer.state_changed.connect(evaluating.follow)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what is known now."""
        evaluating, panel = self._evaluating, self.panel
        head, result = panel.head, evaluating.result
        head.show_choices(evaluating.weights.choices, evaluating.weights.find_heir(evaluating.subject.which))
        head.part.blockSignals(True)
        head.part.setCurrentIndex(head.part.findData(evaluating.part))
        head.part.blockSignals(False)
        head.more.setEnabled(result is not None)
        test = evaluating.part == "test" and bool(evaluating.weights.choices)
        looks = evaluating.looks if test else 0
        head.show_verb("Evaluate" if not test else "Look again" if looks else "Look once")
        self._show_rivals()
        if result is None:
            head.show_outputs((), 0)
            head.about.setText(evaluating.weights.name)
            times = "once" if looks == 1 else f"{looks} times"
            panel.show_nothing(EMPTY if not test else AGAIN.format(times=times) if looks else NEVER)
            return
        head.show_outputs([outcome.name for outcome in result.evaluation.outcomes], result.shown)
        head.about.setText(describe(result))
        panel.show_assessment(result.evaluation, result.outcome, result.assessment)

    def _show_rivals(self) -> None:
        """Say what is to be beaten on the validation samples, by the figures of the network where they are known."""
        result, on_validation = self._evaluating.result, self._evaluating.part == "validation"
        scores = dict(result.evaluation.scores) if result is not None else {}
        shown = on_validation and self._evaluating.weights.run is None
        self.panel.show_rivals(self._window.baselines.tell(scores) if shown else "")

    def _show_busy(self, busy: bool) -> None:
        self.panel.head.show_busy(busy)
        self.panel.head.show_share(0.0)
        if not busy:
            self.refresh()

    def _show_confusion(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        if not found.confusion.size:
            return False
        self.confusion.plot.show_counts(found.confusion, outcome.labels)
        return True

    def _show_roc(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        self.roc.show_curves(found.roc, found.threshold if outcome.task in QUESTIONS else None)
        return bool(found.roc)

    def _show_precision(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        chance = float((outcome.targets > 0).mean()) if outcome.task == "binary" else None
        self.precise.show_curves(found.precision_recall, found.threshold if outcome.task in QUESTIONS else None, chance)
        return bool(found.precision_recall)

    def _show_reliability(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        if found.reliability is not None:
            self.reliability.show_reliability(found.reliability)
        return found.reliability is not None

    def _show_forecast(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        if not outcome.ordered or not self._fill(self.forecast, outcome):
            return False
        truth = outcome.targets.astype(float)
        if truth.shape[1] > 1 and np.allclose(truth[1:, :-1], truth[:-1, 1:]):  # the steps that follow, of each sample
            self.forecast.show_forecasts(truth, outcome.answers.astype(float), outcome.unit)
        return True

    def _show_values(self, plot: ValuePlot) -> Callable[[Evaluation, Outcome, Assessment], bool]:
        return lambda evaluation, outcome, found: self._fill(plot, outcome)

    @staticmethod
    def _fill(plot: ValuePlot, outcome: Outcome) -> bool:
        """Show the first of the values that are predicted."""
        if outcome.task != "value" or not outcome.rows:
            return False
        plot.show_values(outcome.targets[:, 0].astype(float), outcome.answers[:, 0].astype(float), outcome.unit)
        return True

    def _show_cell(self, row: int, column: int) -> None:
        """Show the samples of a cell of the confusion matrix."""
        result = self._evaluating.result
        if result is None:
            return
        outcome, threshold = result.outcome, result.assessment.threshold
        if outcome.task == "binary":
            truth, answers = outcome.targets[:, 0] > 0, outcome.decide(threshold)[:, 0]
        else:
            truth, answers = outcome.targets, outcome.answers
        places = np.flatnonzero((truth == row) & (answers == column))
        self.panel.show_some(places, f"True {outcome.labels[row]}, answered {outcome.labels[column]}")

    # --- what is saved ------------------------------------------------------------------------------------------------

    def save(self, kind: str) -> None:
        """Ask for a file, and write into it."""
        if self._evaluating.result is not None:
            suffix = kind.rpartition(".")[2]
            title = "Save plot" if suffix in ("png", "svg") else "Save evaluation"
            self._window.filing.ask_file(title, FILTERS[suffix], suffix, lambda path: self.write(kind, path))

    def write(self, kind: str, path: Path) -> None:
        """Write figures, tables, answers or the plot that is seen into a file. Raises OSError."""
        result = self._evaluating.result
        assert result is not None
        if kind in ("png", "svg"):
            draw(self._find_plot(), path, kind)
        else:
            path.write_text(render(result, kind), encoding="utf-8", newline="")

    def _find_plot(self) -> QWidget:
        """Return the plot that is seen, or what is seen in its place."""
        shown = self.panel.tabs.currentWidget()
        plot = getattr(shown, "plot", None) or getattr(shown, "board", None)
        return plot if isinstance(plot, QWidget) else shown


def describe(result: "Result") -> str:
    """Return in one line what was evaluated."""
    evaluation, outcome = result.evaluation, result.outcome
    parts = [evaluation.name] if evaluation.name else []
    place = f"epoch {evaluation.epoch:,}" if evaluation.epoch else "before the first epoch"
    if evaluation.step:
        place += f", step {evaluation.step:,}"
    parts += [f"{evaluation.weights} ({place})", write_amount(outcome.rows, f"{evaluation.part} sample")]
    if outcome.unit:
        parts.append(f"values in {outcome.unit}")
    if evaluation.other_data:
        parts.insert(0, "The data have changed since this run was trained")
    return " · ".join(parts)


def render(result: "Result", kind: str) -> str:
    """Return figures, tables or answers as the text of a file."""
    import json

    from designer.engine.evaluation import export

    names = [outcome.name for outcome in result.evaluation.outcomes]
    match kind:
        case "json":
            return json.dumps(export.describe(result.evaluation, result.assessments), indent=2, allow_nan=False) + "\n"
        case "figures.csv":
            return export.write_figures(result.assessments, names)
        case "classes.csv":
            return export.write_lines(result.assessment.lines)
    return export.write_samples(result.evaluation, result.outcome, result.assessment.threshold)


def draw(plot: QWidget, path: Path, kind: str) -> None:
    """Write a widget as a picture or a drawing. Raises OSError."""
    if kind == "png":
        if not plot.grab().save(str(path), "PNG"):
            raise OSError("the picture cannot be written there")
        return
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(plot.size())
    generator.setViewBox(plot.rect())
    generator.setTitle(plot.accessibleName())
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError("the drawing cannot be written there")
    if isinstance(plot, Plot):
        plot.draw_into(painter)
    else:
        plot.render(painter, QPoint())
    painter.end()
