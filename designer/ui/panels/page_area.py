"""What a page scrolls down in."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

BAR = 10  # logical pixels, as the style sheet has it


class Page(QWidget):
    """A page that is as high as its width makes it: Qt would measure all of it for the width it would like to have."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return QSize() if layout.hasHeightForWidth() else layout.minimumSize()


class PageArea(QScrollArea):
    """Shows a page, as much of it as there is room for.

    The bar has its place in the right margin of the page whether there is something to scroll or not: as the page gets
    longer or shorter nothing moves aside, and Qt needn't try widths of the page until one fits.
    """

    def __init__(self, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page.setObjectName("ground")
        layout = page.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        layout.setContentsMargins(margins.left(), margins.top(), max(0, margins.right() - BAR), margins.bottom())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().setEnabled(False)
        self.verticalScrollBar().rangeChanged.connect(self._show_bar)
        self.setWidget(page)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()  # the page is not measured for it

    def _show_bar(self, low: int, high: int) -> None:
        """Show the bar where there is something to scroll: the style sheet paints none that is not enabled."""
        self.verticalScrollBar().setEnabled(low < high)
