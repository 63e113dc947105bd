"""The Comparison tab: everything that differs between two projects, in words, with the values side by side."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QToolButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer.catalogue.comparing import Difference, Record, Section
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.theme import Theme
from designer.ui.words import write_plain, write_tip

SIGNS = {"added": "+", "removed": "−", "changed": "△", "follows": "·"}
FOLLOWS = "Set as before; sizes or counts follow"
EMPTY = "What differs between two projects is listed here: File, Compare with."
SAME = "Nothing differs between the two."
MOST_ROWS = 5000
ROWS_AT_ONCE = 400  # more are listed piece by piece
VALUES = 210  # logical pixels of a column of values at least, and
MOST_VALUES = 0.3  # of the width of the list at most: what does not fit is in its tip


class ComparisonPanel(QWidget):
    """Lists the differences of the comparison that is shown; `chosen` says to which one to go."""

    chosen = Signal(object, object)  # Section, Difference
    swap_wanted = Signal()

    def __init__(self, editor: Editor, theme: Theme) -> None:
        super().__init__()
        self._editor = editor
        self._record: Record | None = None
        self._filling = False
        self._pieces: Iterator[None] = iter(())
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._add_more)
        self.totals = make_label("", "muted", wrap=True)
        self.swap = QToolButton(text="Swap sides", autoRaise=True)
        self.swap.clicked.connect(self.swap_wanted)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("differences")
        self.tree.setColumnCount(3)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(False)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.currentItemChanged.connect(lambda item, _: self._choose(item))
        self.tree.itemClicked.connect(lambda item, _: self._choose(item))
        top = QHBoxLayout()
        top.addWidget(self.totals, 1)
        top.addWidget(self.swap, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        editor.opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List what the comparison that is shown found."""
        compared = self._editor.document.compared
        record = compared.record if compared is not None else None
        if record is self._record and record is not None:
            return
        self._record = record
        self._turn.stop()
        self._filling = True
        self.tree.clear()
        self.tree.setVisible(record is not None and not record.is_same)
        self.swap.setVisible(record is not None)
        self.totals.setText(EMPTY if record is None else self._write_totals(record))
        if record is not None:
            self.tree.headerItem().setText(0, "Difference")
            self._fit_columns()
            self._pieces = (piece for section in record.sections for piece in self._add_section(section))
            self._add_more()
        self._filling = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the columns of values what their headings need, as far as that goes, and all else to the differences."""
        record, header = self._record, self.tree.header()
        most = round(MOST_VALUES * self.tree.viewport().width())
        sides = (("Before", record.before), ("After", record.after)) if record is not None else ()
        for column, (side, name) in enumerate(sides, 1):
            heading = write_plain(f"{side}: {name}")
            self.tree.headerItem().setText(column, heading)
            width = max(1, min(max(VALUES, header.sectionSizeHint(column)), most))
            self.tree.setColumnWidth(column, width)
            room = width - (header.sectionSizeHint(column) - header.fontMetrics().horizontalAdvance(heading))
            cut = header.fontMetrics().elidedText(heading, Qt.TextElideMode.ElideMiddle, room)
            self.tree.headerItem().setText(column, cut)
            self.tree.headerItem().setToolTip(column, write_tip(heading))

    def _add_more(self) -> None:
        """List another piece, and the next one in a turn of its own."""
        if next(self._pieces, True) is None:
            self._turn.start()

    def _write_totals(self, record: Record) -> str:
        totals = [
            f"{one.name} {one.after}" if one.before == one.after else f"{one.name} {one.before} → {one.after}"
            for one in record.totals
        ]
        return " · ".join(([SAME] if record.is_same else []) + totals)

    def _add_section(self, section: Section) -> Iterator[None]:
        """List a section, a piece at a time."""
        title = section.title.replace("->", "→")
        head = QTreeWidgetItem([f"{title} ({len(section.differences)})"])
        self.tree.addTopLevelItem(head)
        head.setExpanded(True)  # a row opens only once it is in the tree
        follows = [one for one in section.differences[:MOST_ROWS] if one.change == "follows"]
        others = [one for one in section.differences[:MOST_ROWS] if one.change != "follows"]
        yield from self._add_rows(head, section, others, expanded=True)
        if len(section.differences) > MOST_ROWS:
            head.addChild(QTreeWidgetItem([f"and {len(section.differences) - MOST_ROWS:,} more"]))
        if follows:
            below = QTreeWidgetItem([FOLLOWS])
            head.addChild(below)
            yield from self._add_rows(below, section, follows, expanded=False)

    def _add_rows(
        self, head: QTreeWidgetItem, section: Section, differences: Sequence[Difference], *, expanded: bool
    ) -> Iterator[None]:
        for start in range(0, len(differences), ROWS_AT_ONCE):
            if start:
                yield
            rows = [self._make_row(section, one) for one in differences[start : start + ROWS_AT_ONCE]]
            head.addChildren(rows)
            for row in rows if expanded else ():
                row.setExpanded(True)

    def _make_row(self, section: Section, one: Difference) -> QTreeWidgetItem:
        told = f"{one.subject}: {one.text}" if one.text else one.subject
        row = QTreeWidgetItem([write_plain(f"{SIGNS[one.change]}  {told}")])
        row.setData(0, Qt.ItemDataRole.UserRole, (section, one))
        whole = write_plain(f"{one.change}: {one.write('to')}" if one.change != "follows" else one.write("to"))
        row.setData(0, Qt.ItemDataRole.AccessibleTextRole, whole)
        row.setToolTip(0, write_tip(whole))
        if len(one.details) == 1 and not one.details[0].name:
            row.setText(1, write_plain(one.details[0].before))
            row.setText(2, write_plain(one.details[0].after))
            return row
        for detail in one.details:
            child = QTreeWidgetItem([detail.name, write_plain(detail.before), write_plain(detail.after)])
            child.setData(0, Qt.ItemDataRole.UserRole, (section, one))
            child.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{detail.name}: {detail.before} to {detail.after}")
            row.addChild(child)
        return row

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        found = item.data(0, Qt.ItemDataRole.UserRole) if item is not None and not self._filling else None
        if found is not None:
            self.chosen.emit(*found)
