"""Pages under a bar of tabs of their own, inside a panel; and the area in which a page can be scrolled."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget


class Pages(QStackedWidget):
    """Shows one of its pages, and is as small as that one may be: others ask for no room."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize()) if page is not None else QSize()

    def hasHeightForWidth(self) -> bool:
        return False  # a page takes the room there is, whatever its texts would like to have


class Sides(QWidget):
    """Shows one of its pages, by the tab that is chosen."""

    def __init__(self, pages: Mapping[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(" or ".join(pages).lower())
        self.tabs.setUsesScrollButtons(True)
        self._stack = Pages()
        for title, page in pages.items():
            self.tabs.addTab(title)
            self._stack.addWidget(page)
        self.head = QHBoxLayout()
        self.head.setSpacing(0)
        self.head.addWidget(self.tabs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)

    def go_to(self, page: QWidget) -> None:
        """Show a page."""
        self.tabs.setCurrentIndex(self._stack.indexOf(page))

    def offer(self, page: QWidget, *, on: bool) -> None:
        """Let a page be chosen or not; where it is in sight the first one takes its place."""
        place = self._stack.indexOf(page)
        if not on and self.tabs.currentIndex() == place:
            self.tabs.setCurrentIndex(0)
        self.tabs.setTabVisible(place, on)


def make_area(body: QWidget) -> QScrollArea:
    """Return an area in which a page can be scrolled down, as wide as there is room."""
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
