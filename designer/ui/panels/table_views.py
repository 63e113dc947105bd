"""What stands around the columns and rows of a table: their views, and the line that says what the file holds."""

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from designer.data import Table
from designer.ui.panels.columns_model import ColumnsModel
from designer.ui.words import write_amount

ROW_HEIGHT = 24


def describe_table(table: Table, target: str | None) -> str:
    """Return what a file holds, in one line."""
    mark = "decimal comma" if table.form.decimal == "," else ""
    parts = (
        write_amount(table.rows, "row"),
        write_amount(len(table.columns), "column"),
        table.form.encoding if table.form.form == "csv" else table.form.form,
        mark,
    )
    odd = f"{write_amount(len(table.form.left_out), 'line')} left out" if table.form.left_out else ""
    dropped = "rows without a target are left out" if say_dropped(table, target) else ""
    return " · ".join(part for part in (*parts, odd, dropped) if part)


def say_dropped(table: Table, target: str | None) -> str:
    """Return which rows are left out, "" where none is."""
    return table.say_dropped(target) if target else ""


def make_view(model: QAbstractTableModel, name: str) -> QTableView:
    """Return a view of columns or rows."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setResizeContentsPrecision(100)  # rows that are measured: all of a thousand take too long
    view.horizontalHeader().setStretchLastSection(isinstance(model, ColumnsModel))
    return view
