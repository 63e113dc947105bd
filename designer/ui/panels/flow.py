"""Widgets in a row that goes on below where there is no more room, as words in a text."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowBox(QWidget):
    """Children side by side, as many in a row as fit; those of a row have their middles on one line.

    No QLayout: one written in Python leaves its items to nobody when the program ends.
    """

    def __init__(self, across: int = 6, down: int = 3) -> None:
        super().__init__()
        self._parts: list[QWidget] = []
        self._gaps = (across, down)
        # What was measured since a part last changed. A part tells its changes only to a box that is in sight.
        self._heights: dict[int, int] = {}
        self._hints: tuple[QSize, QSize] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Add a widget behind the others."""
        widget.setParent(self)
        widget.show()
        self._parts.append(widget)
        self._renew()

    def heightForWidth(self, width: int) -> int:
        if not self.isVisible():
            return self._lay(width, move=False)
        if width not in self._heights:
            self._heights[width] = self._lay(width, move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return self._hint()[0]

    def minimumSizeHint(self) -> QSize:
        return self._hint()[1]

    def _hint(self) -> tuple[QSize, QSize]:
        """Return the size it would have and the least it needs."""
        if not self.isVisible():
            least = self._find_least()
            return self._find_best(least), least
        if self._hints is None:
            least = self._find_least()
            self._hints = self._find_best(least), least
        return self._hints

    def _find_best(self, least: QSize) -> QSize:
        sizes = [_find_wanted(part) for part in self._shown()]
        gaps = self._gaps[0] * max(0, len(sizes) - 1)
        return QSize(
            sum(size.width() for size in sizes) + gaps, max((size.height() for size in sizes), default=0)
        ).expandedTo(least)

    def _find_least(self) -> QSize:
        sizes = [part.minimumSizeHint().expandedTo(part.minimumSize()) for part in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._lay(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part wants another size, or is hidden or shown
            self._renew()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._forget()
        super().showEvent(event)

    def _forget(self) -> None:
        """Measure the parts anew from now on."""
        self._heights.clear()
        self._hints = None

    def _renew(self) -> None:
        self._forget()
        self.updateGeometry()
        self._lay(self.width(), move=True)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _lay(self, width: int, *, move: bool) -> int:
        """Lay the parts out, or only return the height that they need."""
        x = y = 0
        across, down = self._gaps
        row: list[tuple[QWidget, QRect]] = []
        for part in self._shown():
            size = _find_wanted(part)
            wide = min(size.width(), width)
            high = part.heightForWidth(wide) if part.hasHeightForWidth() else size.height()
            if row and x + wide > width:
                x, y, row = 0, y + _end_row(row, move=move) + down, []
            row.append((part, QRect(x, y, wide, high)))
            x += wide + across
        return y + _end_row(row, move=move)


def _find_wanted(part: QWidget) -> QSize:
    """Return the size that a part is given where there is room: what it would have, within the bounds set for it."""
    return part.sizeHint().expandedTo(part.minimumSize()).boundedTo(part.maximumSize())


def _end_row(row: list[tuple[QWidget, QRect]], *, move: bool) -> int:
    """Return the height of a row; put its parts there."""
    height = max((place.height() for _, place in row), default=0)
    for part, place in row if move else ():
        part.setGeometry(place.translated(0, (height - place.height()) // 2))
    return height
