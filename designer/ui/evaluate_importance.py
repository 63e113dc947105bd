"""Wires Importance in the Evaluate tab: what columns matter to the network that was evaluated, on the part that was."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.document.wording import show_name
from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
from designer.engine.explaining.record import Importance
from designer.engine.explaining.traits import read_traits
from designer.ui.aside import Aside
from designer.ui.background import Report
from designer.ui.panels.evaluate import Chart
from designer.ui.panels.importance_page import ImportancePage
from designer.ui.plots.effects import ROW, TOP, Bar, EffectPlot
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.evaluating import Evaluating
    from designer.ui.window import Window

MOST_BARS = 300
WITHOUT_THRESHOLD = ("loss", "auroc")
NOTHING = "Nothing was measured yet."


class EvaluateImportance(QObject):
    """The page, and what measures for it. Nothing is measured unasked: that takes as long as many evaluations."""

    def __init__(self, window: "Window", evaluating: "Evaluating", parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._evaluating = window, evaluating
        self._plot = EffectPlot(window.theme, "importance")
        self._plot.note = NOTHING
        self.page = ImportancePage(self._plot)
        self.chart = Chart("Importance", self.page, self._take)
        self.aside = Aside("measure importance", self)
        self._of: Evaluation | None = None
        self.found: Importance | None = None
        self._score = ""
        self.page.measure_wanted.connect(self.measure)
        self.page.score_chosen.connect(self._choose)
        self.page.work.stop_wanted.connect(self.aside.cancel)
        self.aside.busy_changed.connect(self._show_busy)
        self.aside.progressed.connect(self.page.work.show_share)
        self.aside.done.connect(self._show)
        self.aside.refused.connect(lambda text: self.page.work.say(text, error=True))

    def measure(self) -> None:
        """Measure on a thread."""
        result = self._evaluating.result
        if result is None or self.aside.is_busy:
            return
        alone = not self._window.trainer.is_active

        def work(report: Report) -> tuple[Evaluation, Importance]:
            from designer.engine.explaining.importance import measure_importance

            plan, weights = result.find()
            part, device = result.evaluation.part, "" if alone else "cpu"
            found = measure_importance(plan, weights, result.held, part, device=device, alone=alone, report=report)
            return result.evaluation, found

        self.aside.start(work)

    def _take(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        if evaluation is not self._of:
            self.aside.cancel()
            self._of, self.found = evaluation, None
            self.page.work.say("")
            self._draw()
        traits = read_traits(evaluation.project)
        return traits is not None and traits.form == "columns" and len(evaluation.samples) <= 1

    def _show(self, found: tuple[Evaluation, Importance]) -> None:
        evaluation, importance = found
        if evaluation is self._of:
            self.found = importance
            self._draw()

    def _choose(self, score: str) -> None:
        self._score = score
        self._draw()

    def _show_busy(self, busy: bool) -> None:
        self.page.button.setEnabled(not busy)
        self.page.work.show_busy(busy)

    def _tell_threshold(self, kind: str) -> str:
        """Return that a score is counted as the run counts it, whatever threshold the figures were moved to."""
        asks = self._of is not None and any(outcome.task in ("binary", "labels") for outcome in self._of.outcomes)
        return " · at threshold 0.5" if asks and kind not in WITHOUT_THRESHOLD else ""

    def _draw(self) -> None:
        found = self.found
        if found is None:
            self.page.show_scores((), "")
            self.page.about.setText("")
            self._plot.show_bars(())
            return
        from designer.ui.progress import find_metric

        kind = self._score if self._score in found.scores else found.own
        kinds = sorted(found.scores, key=lambda each: each == "loss")  # what the run goes by comes first
        titles = [(each, "Loss" if each == "loss" else find_metric(each).title) for each in kinds]
        self.page.show_scores(titles, kind)
        percent = kind != "loss" and find_metric(kind).percent
        repeats = found.drops[kind].shape[1]
        samples = write_amount(found.rows, f"{found.part} sample")
        some = f" of {found.of_rows:,}" if found.rows < found.of_rows else ""
        self.page.about.setText(
            f"{samples}{some} · each column shuffled {repeats} times · mean ± deviation{self._tell_threshold(kind)}"
        )
        bars = [
            Bar(show_name(name, 40), mean, write_drop(mean, spread, percent=percent), spread)
            for name, mean, spread in found.rank(kind)
        ]
        worse = (
            f"By how much {dict(titles)[kind]} is worse; as it is: {write_score(found.scores[kind], percent=percent)}"
        )
        self._plot.show_bars(bars[:MOST_BARS], worse)
        self.page.fit(TOP + ROW * min(len(bars), MOST_BARS) + 6)


def write_score(value: float, *, percent: bool) -> str:
    """Return a score as its metric is written."""
    return (f"{100 * value:.2f} %" if percent else f"{value:.4g}").replace("-", "−")


def write_drop(mean: float, spread: float, *, percent: bool) -> str:
    """Return by how much a score is worse."""
    text = f"{100 * mean:.2f} ± {100 * spread:.2f} %" if percent else f"{mean:.4f} ± {spread:.4f}"
    return text.replace("-", "−")
