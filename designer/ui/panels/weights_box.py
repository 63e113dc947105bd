"""A list of the weights of a run that can be asked for: what was chosen stays chosen, under the name it has by now."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox


class WeightsBox(QComboBox):
    """`chosen` carries the key of what somebody chose."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def show_choices(self, weights: Sequence[tuple[str, str]], key: str) -> None:
        """Offer these weights, by key and title, and show which is chosen."""
        if [(self.itemData(place), self.itemText(place)) for place in range(self.count())] != list(weights):
            self.clear()
            for each, title in weights:
                self.addItem(title, each)
        self.setCurrentIndex(self.findData(key))
        self.setEnabled(bool(weights))
