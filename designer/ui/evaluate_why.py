"""Wires Why in the Evaluate tab: the sample the cursor is at among the answers is explained."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.engine.evaluation.record import Assessment, Evaluation, Outcome
from designer.engine.explaining.methods import METHODS, refuse
from designer.engine.explaining.record import Ask, Explained
from designer.engine.explaining.traits import read_traits
from designer.ui.background import Report
from designer.ui.explaining import Explaining, Shelf, Subject, read_cells
from designer.ui.panels.evaluate import Chart
from designer.ui.panels.why import WhyView
from designer.ui.plots.heat_board import HeatBoard
from designer.ui.sample_faces import name_truth

if TYPE_CHECKING:
    from designer.engine.explaining.network import Network
    from designer.ui.evaluating import Evaluating
    from designer.ui.evaluation_job import Result
    from designer.ui.window import Window


class EvaluateWhy(QObject):
    """The view, and the sample that it explains."""

    def __init__(self, window: "Window", evaluating: "Evaluating", parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._evaluating = window, evaluating
        board = HeatBoard(window.theme)
        self.view = WhyView(board, board.show_explained)
        self.chart = Chart("Why", self.view, self._take, late=True)
        self._shelf = Shelf()
        self._place: int | None = None
        self._of: Outcome | None = None
        self.explaining = Explaining(self.view, self._find, self)

    def choose(self, place: int) -> None:
        """Explain a sample from now on, by its place in the outcome."""
        if place != self._place:
            self._place = place
            self.explaining.follow()

    def _take(self, evaluation: Evaluation, outcome: Outcome, found: Assessment) -> bool:
        if outcome is not self._of:
            self._of = outcome
            self.explaining.follow()
        traits = read_traits(evaluation.project)
        return any(not refuse(kind, traits) for kind in METHODS)

    def _find(self) -> Subject | None:
        result, place = self._evaluating.result, self._place
        if result is None or place is None or place >= result.outcome.rows:
            return None
        outcome, evaluation = result.outcome, result.evaluation
        sample = int(outcome.places[place])
        truth, answer, _ = name_truth(outcome, place, result.assessment.threshold)
        row = evaluation.name_sample(sample)
        words = f"{row} · true {truth} · answered {answer}" if truth else row
        device = "cpu" if self._window.trainer.is_active else ""
        return Subject(
            evaluation.project,
            words,
            lambda ask, report: explain_row(self._shelf, result, sample, device, ask, report),
        )


def explain_row(shelf: Shelf, result: "Result", sample: int, device: str, ask: Ask, report: Report) -> Explained:
    """Return why the network of an evaluation answers a sample of the part so; runs on a thread."""
    from designer.engine.explaining.network import open_network, take_sample

    evaluation = result.evaluation

    def make() -> "Network":
        plan, weights = result.find()
        return open_network(plan, weights, result.held, device)

    row = int(evaluation.rows[sample]) if evaluation.rows_known else -1
    cells = read_cells(evaluation.raw, row) if row >= 0 else {}
    return shelf.explain(
        result.find, make, lambda: take_sample(result.held, evaluation.part, sample), ask, cells, report
    )
