"""The figures of an evaluation, each with its interval; and the same for every class, label or value."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from designer.document.wording import show_name
from designer.engine.evaluation.record import Figure, Line

ROW = 22  # logical pixels
INTERVAL = "The interval that 95 % of samples drawn anew fall into: bootstrap with 1,000 draws"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SPACES = {" ": "space", "\n": "new line", "\t": "tab"}  # tokens that nobody could see
NUMBER = Qt.ItemDataRole.UserRole


class Cell(QTableWidgetItem):
    """A cell that sorts by its number, where it has one."""

    def __init__(self, text: str, number: float | None = None, tip: str = "") -> None:
        super().__init__(text)
        if number is not None:
            self.setData(NUMBER, number if number == number else -1e308)
            self.setTextAlignment(RIGHT)
        if tip:
            self.setToolTip(tip)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.data(NUMBER), other.data(NUMBER)
        if mine is None or theirs is None:
            return super().__lt__(other)
        return mine < theirs


class Figures(QTableWidget):
    """A table of plain text that the keys walk through."""

    def __init__(self, name: str) -> None:
        super().__init__(0, 0)
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMinimumSize(150, 66)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 66)

    def set_heads(self, titles: Sequence[str], tips: Sequence[str]) -> None:
        """Show these columns."""
        self.setColumnCount(len(titles))
        for place, (title, tip) in enumerate(zip(titles, tips, strict=True)):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            item.setTextAlignment(RIGHT if place else LEFT)
            self.setHorizontalHeaderItem(place, item)


class FigureTable(Figures):
    """A line for each figure: its name, its value, its interval."""

    def __init__(self) -> None:
        super().__init__("figures")
        self.set_heads(("figure", "value", "95 % interval"), ("", "Over all samples of this part", INTERVAL))
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in (1, 2):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show figures; those that are there already change in place."""
        if self.rowCount() != len(figures):
            self.setRowCount(len(figures))
        for row, figure in enumerate(figures):
            better = {"higher": " Higher is better.", "lower": " Lower is better."}.get(figure.better, "")
            texts = (figure.title, figure.write(), figure.write_interval())
            for column, text in enumerate(texts):
                item = self.item(row, column)
                if item is None:
                    item = Cell("", 0.0 if column else None)
                    self.setItem(row, column, item)
                item.setText(text)
                item.setToolTip(figure.meaning + better)


class LineTable(Figures):
    """A line for each class, label, token or value: how many samples it has, and its figures. A click on a head sorts."""

    def __init__(self) -> None:
        super().__init__("figures of each class")
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def show_lines(self, lines: Sequence[Line], title: str) -> None:
        """Show lines; the order that was chosen stays."""
        self.setSortingEnabled(False)
        figures = lines[0].figures if lines else ()
        self.set_heads(
            [title, "samples", *(figure.title for figure in figures)],
            ["", "How many there are in this part", *(f"{figure.meaning} {INTERVAL}." for figure in figures)],
        )
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            self.setItem(row, 0, Cell(SPACES.get(line.name) or show_name(line.name, 60)))
            self.setItem(row, 1, Cell(f"{line.count:,}", line.count))
            for column, figure in enumerate(line.figures, 2):
                interval = figure.write_interval()
                text = f"{figure.write()}  ({interval})" if interval else figure.write()
                self.setItem(row, column, Cell(text, figure.value, f"{figure.title} of {show_name(line.name, 60)}"))
        self.setSortingEnabled(True)
        self.resizeColumnsToContents()
