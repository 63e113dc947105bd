"""A list to choose by what samples are shown: all of them, or those of one part or class."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox

WIDEST = 220  # pixels


class FilterBox(QComboBox):
    """All, and below it entries with a number each, which is what `currentData` gives; None stands for all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(WIDEST)

    def show_entries(self, first: str, entries: Iterable[tuple[str, int]]) -> None:
        """Show entries with their numbers below a first one for all; what is chosen stays where it is still there."""
        chosen = self.currentData()
        self.clear()
        self.addItem(first, None)
        for name, number in entries:
            self.addItem(name, number)
        self.setCurrentIndex(max(self.findData(chosen), 0) if chosen is not None else 0)
