"""Where the parts of the page of a table stand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from designer.data.form import SEPARATOR_NAMES
from designer.ui.panels.flow import FlowBox

if TYPE_CHECKING:
    from designer.ui.panels.csv_page import CsvPage


def lay_out(page: "CsvPage") -> None:
    """Put the parts of a page in their places, and say what each is for."""
    for separator, name in SEPARATOR_NAMES.items():
        page.separator.addItem(name, separator)
    for task, name in (("class", "a class"), ("value", "a number"), ("labels", "yes or no")):
        page.task.addItem(name, task)
    page.separator.setAccessibleName("separator")
    page.separator.setToolTip("What stands between two fields of a row")
    page.header.setToolTip("The first row holds the names of the columns")
    page.reading.setToolTip("Show how the file is written, why it was taken to be so, and overrule it")
    page.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    page.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    page.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    page.task.setAccessibleName("predict as")
    page.apply.setProperty("primary", True)
    page.bar.setAccessibleName("progress of reading")
    first, second = QHBoxLayout(), FlowBox(10)
    first.setSpacing(10)
    for part in (page.choose, page.name, page.facts, page.bar, page.cancel, page.apply):
        first.addWidget(part, 1 if part in (page.facts, page.bar) else 0)
    for tool in (page.separator, page.header, page.task_label, page.task, page.reading):
        second.add(tool)
    page.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
    for inner in (page.empty, page.view, page.form):
        page.stack.addWidget(inner)
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 10, 16, 6)
    column.setSpacing(8)
    column.addLayout(first)
    column.addWidget(second)
    column.addWidget(page.message)
    column.addWidget(page.leave_out, 0, Qt.AlignmentFlag.AlignLeft)
    page.leave_out.hide()
    column.addWidget(page.stack, 1)
