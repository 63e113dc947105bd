"""All layers of a run in a table: what they give, how they learn, what they take."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from designer.engine.seeing import Look, Pulse
from designer.ui.words import write_bytes

COLUMNS = (
    ("layer", "The layer, by its name"),
    ("kind", "Its class in PyTorch"),
    ("output", "Mean and standard deviation of what it gives, over the rows that were looked at"),
    ("silent", "Share of its units that give 0 for every row"),
    ("saturated", "Share of its outputs near an end of their range"),
    ("gradient", "Norm of the gradient of its weights in the last step"),
    ("update", "How far one step moves its weights, relative to their norm: about 0.1 % is healthy"),
    ("forward", "Time it takes on the way forward, a thousand samples; and its share of the network's"),
    ("memory", "What it leaves in memory on the way forward, a sample"),
    ("weights", "Memory of its weights"),
)


class LayerTable(QTableWidget):
    """A row for each layer, in the order of the network. `chosen` carries the node of a row that is clicked."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._nodes: list[str] = []
        self.setAccessibleName("layers of the run")
        for place, (title, tip) in enumerate(COLUMNS):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            if place > 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(place, item)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.cellClicked.connect(lambda row, _: self.chosen.emit(self._nodes[row]))
        self.cellActivated.connect(lambda row, _: self.chosen.emit(self._nodes[row]))

    def show_look(self, look: Look, name: Callable[[str], str]) -> None:
        """Show the layers of a look."""
        if [pulse.node for pulse in look.pulses] != self._nodes:
            self._nodes = [pulse.node for pulse in look.pulses]
            self.setRowCount(len(self._nodes))
        total = math.fsum(pulse.seconds for pulse in look.pulses if math.isfinite(pulse.seconds))
        rows = look.rows + bool(look.wish.nodes)
        for row, pulse in enumerate(look.pulses):
            for column, text in enumerate(describe_row(pulse, name(pulse.node), rows, total)):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    if column > 1:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    self.setItem(row, column, item)
                if item.text() != text:
                    item.setText(text)


def describe_row(pulse: Pulse, name: str, rows: int, total: float) -> Sequence[str]:
    """Return the texts of a row; what is not known is left empty. `total` are the seconds of the whole network."""
    time = ""
    if math.isfinite(pulse.seconds) and rows:
        share = f" · {100 * pulse.seconds / total:.0f} %" if total > 0 else ""
        time = f"{1e6 * pulse.seconds / rows:.3g} ms{share}"
    return (
        name,
        pulse.kind,
        f"{_write(pulse.mean)} ± {_write(pulse.deviation)}" if math.isfinite(pulse.mean) else "",
        f"{100 * pulse.dead:.0f} %" if math.isfinite(pulse.dead) else "",
        f"{100 * pulse.saturated:.0f} %" if math.isfinite(pulse.saturated) else "",
        _write(pulse.gradient),
        f"{100 * pulse.update:.2g} %" if math.isfinite(pulse.update) else "",
        time,
        write_bytes(pulse.bytes // max(rows, 1)) if pulse.bytes else "",
        write_bytes(pulse.weight_bytes) if pulse.weight_bytes else "",
    )


def _write(value: float) -> str:
    return f"{value:.3g}".replace("-", "−") if math.isfinite(value) else ""
