"""Wires Why at the right of the Try it tab: the sample that is asked about is explained as it changes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.ui.explaining import Explaining, Shelf, Subject, read_cells, write_cells
from designer.ui.panels.why import WhyView
from designer.ui.plots.heat_board import HeatBoard

if TYPE_CHECKING:
    from designer.engine.explaining.network import Network
    from designer.engine.trying.bench import Bench, Sample
    from designer.ui.trying import Trying
    from designer.ui.window import Window


class TryWhy(QObject):
    """The view, and the sample that it explains: before a copy of the network, so that answers need not wait."""

    def __init__(self, window: "Window", trying: "Trying") -> None:
        super().__init__(window)
        self._trying = trying
        self._shelf = Shelf()
        board = HeatBoard(window.theme)
        self.view = WhyView(board, board.show_explained)
        self.explaining = Explaining(self.view, self._find, self)
        trying.sample_changed.connect(self.explaining.follow)
        trying.changed.connect(self.explaining.follow)

    def _find(self) -> Subject | None:
        bench, sample = self._trying.bench, self._trying.sample
        if bench is None or sample is None:
            return None

        def make() -> "Network":
            from designer.engine.explaining.network import copy_network

            return copy_network(bench)

        return Subject(
            bench.plan.project,
            "",
            lambda ask, report: self._shelf.explain(
                bench, make, lambda: sample.x, ask, find_cells(bench, sample), report, sample.known
            ),
        )


def find_cells(bench: "Bench", sample: "Sample") -> dict[str, str]:
    """Return what a sample has in the columns of a table, in words."""
    if isinstance(sample.raw, dict):  # a row of one's own
        return write_cells(sample.raw)
    if sample.raw is not None:
        return read_cells(sample.raw, -1)
    stock = bench.stock
    if stock is None or not stock.known or sample.number < 0:
        return {}
    return read_cells(stock.names.get("table"), int(stock.rows[sample.number]))
