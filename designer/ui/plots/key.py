"""The key of a curve: a dot in its colour, and its name."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme, colour


class Key(QWidget):
    """A dot in the colour of a curve, and its name."""

    def __init__(self, name: str, family: str, theme: Theme) -> None:
        super().__init__()
        self._name, self._family, self.theme = name, family, theme
        self.setAccessibleName(f"{name} curve")

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._name) + 15, 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.family[self._family]))
        painter.drawEllipse(QPointF(4, self.height() / 2), 4, 4)
        painter.setPen(colour(self.theme.muted))
        painter.drawText(self.rect().adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._name)
