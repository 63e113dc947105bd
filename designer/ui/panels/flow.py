"""A layout that lays its items in a row and goes on in the next one where there is no more room, as words in a text."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Items side by side, as many in a row as fit."""

    def __init__(self, parent: QWidget | None = None, across: int = 6, down: int = 3) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gaps = (across, down)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._gaps[0] * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Lay the items out, or only return the height that they need. Those of a row have their middles on one line."""
        x, y = rect.x(), rect.y()
        across, down = self._gaps
        row: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), rect.width())
            height = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
            if row and x + width > rect.x() + rect.width():
                x, y, row = rect.x(), y + _end_row(row, move=move) + down, []
            row.append((item, QRect(x, y, width, height)))
            x += width + across
        return y + _end_row(row, move=move) - rect.y()


def _end_row(row: list[tuple[QLayoutItem, QRect]], *, move: bool) -> int:
    """Return the height of a row; put its items there."""
    height = max((place.height() for _, place in row), default=0)
    for item, place in row if move else ():
        item.setGeometry(place.translated(0, (height - place.height()) // 2))
    return height
