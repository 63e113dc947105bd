"""Tries samples of the data by their numbers alone: arrays, pairs, and all that nobody types or draws."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from designer.ui.pixels import PixelView, stretch
from designer.ui.plots.distribution import BarPlot
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.trying.bench import Sample
    from designer.ui.trying import Trying


class TryNumber(QObject):
    """The entry for networks whose samples are of no other form."""

    follows = False  # whether it shows what is answered, too

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self.views = [PixelView(theme, f"input {number}") for number in (1, 2, 3)]
        self.bars = BarPlot(theme)
        self.entry = QStackedWidget()
        pictures = self._pictures = QWidget()
        row = QHBoxLayout(pictures)
        row.setContentsMargins(0, 0, 8, 0)
        for view in self.views:
            row.addWidget(view, 1)
        self.entry.addWidget(pictures)
        self.entry.addWidget(self.bars)

    def fits(self, form: Any) -> bool:
        """Return that all are: it is asked last."""
        return True

    def ask_first(self) -> None:
        """Do nothing: without data there is no sample."""

    def show(self, sample: "Sample") -> None:
        """Show what the network gets, as pictures or bars."""
        parts = sample.x if isinstance(sample.x, tuple) else (sample.x,)
        arrays = [part[0].float().numpy() for part in parts]
        if all(array.ndim == 3 and array.shape[0] in (1, 3) and min(array.shape[1:]) > 1 for array in arrays):
            self.entry.setCurrentIndex(0)
            for place, view in enumerate(self.views):
                view.setVisible(place < len(arrays))
                if place < len(arrays):
                    view.show_pixels(stretch(arrays[place]))
        else:
            self.entry.setCurrentIndex(1)
            self.bars.show_values(arrays[0].ravel())
