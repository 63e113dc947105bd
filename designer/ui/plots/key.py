"""The key of a curve: a stroke as the curve is drawn, and its name."""

from typing import Literal

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme, colour

Stroke = Literal["plain", "dots", "dashed"]

WIDTH = 18  # logical pixels of the stroke


class Key(QWidget):
    """A stroke as a curve is drawn, plain, with dots or dashed, and its name."""

    def __init__(self, name: str, family: str, theme: Theme, stroke: Stroke = "plain") -> None:
        super().__init__()
        self._name, self._family, self.theme, self._stroke = name, family, theme, stroke
        self.setAccessibleName(f"{name} curve")

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._name) + WIDTH + 7, 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, middle = colour(self.theme.family[self._family]), self.height() / 2
        style = Qt.PenStyle.DashLine if self._stroke == "dashed" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(ink, 2, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(0, middle), QPointF(WIDTH, middle))
        if self._stroke == "dots":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(WIDTH / 2, middle), 3.5, 3.5)
        painter.setPen(colour(self.theme.muted))
        painter.drawText(self.rect().adjusted(WIDTH + 6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._name)
