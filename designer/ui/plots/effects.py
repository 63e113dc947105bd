"""Bars that say how much each thing matters: shares of importance, or differences to both sides with their spread."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme, colour, mix

ROW, LEFT, TOP = 20, 8, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long, its spread to both sides, and the words at its end. `good` gives its colour."""

    name: str
    value: float
    words: str
    spread: float = 0.0
    good: bool | None = None


class EffectPlot(QWidget):
    """Horizontal bars, the names at the left."""

    def __init__(self, theme: Theme, title: str = "importance") -> None:
        super().__init__()
        self.theme = theme
        self.title = title
        self.bars: tuple[Bar, ...] = ()
        self.note = "How much each setting matters is told after a few trials."
        self.setMinimumSize(190, 60)
        self.setAccessibleName(title)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, TOP + ROW * max(2, len(self.bars)) + 6)

    def show_bars(self, bars: Sequence[Bar], title: str = "") -> None:
        """Show these, from top to bottom."""
        self.bars, self.title = tuple(bars), title or self.title
        self.setAccessibleDescription("; ".join(f"{bar.name} {bar.words}" for bar in bars))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event) -> None:
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(theme.panel))
        painter.setPen(colour(theme.muted))
        metrics = painter.fontMetrics()
        if not self.bars:
            painter.drawText(
                self.rect().adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.note
            )
            return
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, self.width() - LEFT - 4)
        painter.drawText(QRectF(LEFT, 2, self.width() - LEFT, TOP - 4), Qt.AlignmentFlag.AlignVCenter, title)
        names = min(max(metrics.horizontalAdvance(bar.name) for bar in self.bars) + 8, self.width() * 0.38)
        words = max(metrics.horizontalAdvance(bar.words) for bar in self.bars) + 10
        low = min(0.0, *(bar.value - bar.spread for bar in self.bars))
        high = max(0.0, *(bar.value + bar.spread for bar in self.bars))
        room = max(20.0, self.width() - LEFT - names - words - 6)
        scale = room / (high - low or 1.0)
        zero = LEFT + names - low * scale
        step = min(ROW, max(12.0, (self.height() - TOP - 4) / len(self.bars)))
        for place, bar in enumerate(self.bars):
            y = TOP + place * step
            if y + step > self.height() + 2:
                break
            painter.setPen(colour(theme.text))
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideLeft, int(names) - 6)
            painter.drawText(QRectF(LEFT, y, names, step), Qt.AlignmentFlag.AlignVCenter, name)
            ink = theme.accent if bar.good is None else theme.ok if bar.good else theme.error
            end = zero + bar.value * scale
            painter.fillRect(QRectF(min(zero, end), y + 4, max(1.0, abs(end - zero)), step - 8), colour(ink))
            if bar.spread:
                painter.setPen(QPen(colour(mix(theme.text, ink, 0.2)), 1.4))
                left, right, middle = end - bar.spread * scale, end + bar.spread * scale, y + step / 2
                painter.drawLine(QPointF(left, middle), QPointF(right, middle))
                for x in (left, right):
                    painter.drawLine(QPointF(x, middle - 3), QPointF(x, middle + 3))
            painter.setPen(colour(theme.muted))
            box = QRectF(self.width() - words, y, words - 4, step)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, bar.words)
        if low < 0 < high or low < 0:
            painter.setPen(QPen(colour(theme.wire), 1))
            painter.drawLine(QPointF(zero, TOP), QPointF(zero, TOP + step * len(self.bars)))
