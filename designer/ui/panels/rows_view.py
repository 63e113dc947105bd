"""The view of the rows of a table: its head, its keys, what is copied."""

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView

from designer.ui.panels.rows_head import RowsHead
from designer.ui.panels.rows_model import FrameModel
from designer.ui.panels.table_views import ROW_HEIGHT
from designer.ui.theme import Theme

MOST_COPIED = 200_000  # cells


class RowsView(QTableView):
    """The table; Ctrl+C copies what is selected, fields parted by tabs."""

    def __init__(self, model: FrameModel, theme: Theme) -> None:
        super().__init__()
        self.head = RowsHead(model, theme, self)
        self.setHorizontalHeader(self.head)
        self.setModel(model)
        self.head.setSortIndicatorShown(True)
        self.setAccessibleName("rows")
        self.setAccessibleDescription("Enter, or a double click, shows what the network gets of a row")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setHighlightSections(False)
        self.setMinimumSize(180, 60)

    def keyPressEvent(self, event) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        model, found = self.model(), self.selectionModel().selection()
        assert isinstance(model, FrameModel)
        lines: list[str] = []
        for block in (found.at(place) for place in range(found.count())):
            columns = range(block.left(), block.right() + 1)
            last = min(block.bottom(), block.top() + MOST_COPIED // max(len(columns), 1) - 1)
            lines += ["\t".join(model.copy(row, place) for place in columns) for row in range(block.top(), last + 1)]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
