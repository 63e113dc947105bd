"""Groups of widgets side by side in as many columns as there is room for."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

GAP = 26  # pixels between two columns
MARGINS = (16, 12, 16, 12)


class Columns(QScrollArea):
    """A scroll area that lays its groups out in one to `len(groups)` columns, each at least `width` pixels wide.

    `plans` says for each number of columns which groups share one: {2: ((0,), (1, 2))}.
    """

    def __init__(
        self, groups: tuple[QWidget, ...], plans: Mapping[int, tuple[tuple[int, ...], ...]], width: int
    ) -> None:
        super().__init__()
        self._groups = groups
        self._plans = plans
        self._width = width
        self._count = 0
        self._body = QWidget()
        self._body.setObjectName("ground")
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(*MARGINS)
        self._row.setSpacing(GAP)
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(self.width_of(1))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._arrange(1)

    @property
    def count(self) -> int:
        """How many columns there are now."""
        return self._count

    def width_of(self, count: int) -> int:
        """Return the width that so many columns need."""
        bar = 12  # the scroll bar, so that it never takes a column away
        return count * self._width + (count - 1) * GAP + MARGINS[0] + MARGINS[2] + bar

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(1), 200)

    def resizeEvent(self, event) -> None:
        fitting = [count for count in self._plans if self.width_of(count) <= self.width()]
        self._arrange(max(fitting, default=1))
        super().resizeEvent(event)

    def _arrange(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        while (item := self._row.takeAt(0)) is not None:
            if (column := item.layout()) is not None:
                while column.takeAt(0) is not None:
                    pass
                column.deleteLater()
        for share in self._plans[count]:
            column = QVBoxLayout()
            column.setSpacing(14)
            for index in share:
                column.addWidget(self._groups[index])
            column.addStretch(1)
            self._row.addLayout(column, 1)
