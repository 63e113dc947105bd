"""Where the parts of the Data tab stand."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from designer.ui.panels.sides import make_area

if TYPE_CHECKING:
    from designer.ui.panels.data import DataPanel

SETTINGS_WIDTH = 288


def lay_out(panel: "DataPanel", pages: QStackedWidget) -> None:
    """Put the settings at the left, and what is known of the data beside them."""
    settings = QWidget()
    settings.setObjectName("ground")
    column = QVBoxLayout(settings)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(14)
    column.addWidget(panel.source)
    column.addWidget(panel.split)
    column.addStretch(1)
    page = QWidget()
    page.setObjectName("ground")
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(10)
    for widget in (panel.title, panel.facts, panel.help):
        column.addWidget(widget)
    column.addStretch(1)
    for one in (make_area(page), panel.csv, panel.samples):
        pages.addWidget(one)
    left = make_area(settings)
    left.setFixedWidth(SETTINGS_WIDTH)
    line = QFrame()
    line.setObjectName("line")
    line.setFixedWidth(1)
    row = QHBoxLayout(panel)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(left)
    row.addWidget(line)
    row.addWidget(panel.sides, 1)
    panel.sides.share_room_with(left)


def put_below(first: QWidget, second: QWidget) -> QWidget:
    """Return one page of two widgets, the second of which takes all the room that is left."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(first)
    column.addWidget(second, 1)
    return page
