"""A series drawn from its first number to its last: the parts in colours, and one window with what is to be predicted."""

import itertools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from designer.ui.panels.part_colours import TITLES, choose_hue
from designer.ui.theme import Theme, colour, text_font

if TYPE_CHECKING:
    from designer.engine.inspection import Raw

EDGE, HEAD, FOOT = 8, 20, 18  # pixels


class SeriesView(QWidget):
    """Shows a series and one of its windows. `chosen` carries the window that is clicked or gone to."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.raw: Raw | None = None
        self.current = 0
        self.length = self.horizon = self.back = 0
        self.setMinimumHeight(80)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("series")
        self.setToolTip("Click to see the window there; the arrows go to the next one")

    def show_series(self, raw: "Raw | None", length: int = 0, horizon: int = 0, back: int = 0) -> None:
        """Show a series whose windows have so many numbers, `back` of which before are used up by a difference."""
        self.raw, self.length, self.horizon, self.back = raw, length, horizon, back
        self.current = 0
        self.update()

    def select(self, window: int) -> None:
        """Show another window."""
        if self.raw is not None and self.raw.count:
            self.current = max(0, min(window, self.raw.count - 1))
            self.setAccessibleDescription(self.tell())
            self.update()
            self.chosen.emit(self.current)

    def tell(self) -> str:
        """Return in words what the window takes in."""
        start = self.current + self.back
        part = self.raw.part(self.current).replace("train", "training") if self.raw is not None else ""
        known = f"numbers {start + 1:,} to {start + self.length:,}"
        later = start + self.length + self.horizon
        after = f"{later:,}" if self.horizon == 1 else f"{start + self.length + 1:,} to {later:,}"
        return f"Window {self.current + 1:,} ({part or 'in no part'}): {known} are known, {after} to be predicted"

    @property
    def room(self) -> QRectF:
        """Where the numbers are drawn."""
        return QRectF(self.rect()).adjusted(EDGE, HEAD, -EDGE, -FOOT)

    def place(self, x: float) -> int:
        """Return the number of the series at a place across."""
        assert self.raw is not None
        share = (x - self.room.left()) / max(self.room.width(), 1)
        return round(share * (len(self.raw.items) - 1))

    def paintEvent(self, event) -> None:
        if self.raw is None or not len(self.raw.items):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(11))
        room, numbers = self.room, self.raw.items
        start = self.current + self.back
        for first, count, alpha in ((start, self.length, 46), (start + self.length, self.horizon, 110)):
            left, right = (room.left() + room.width() * each / max(len(numbers) - 1, 1) for each in (first - 0.5, first + count - 0.5))  # fmt: skip
            painter.fillRect(
                QRectF(left, room.top(), max(right - left, 2), room.height()), colour(self.theme.accent, alpha)
            )
        self._paint_line(painter, room)
        self._paint_words(painter, room)

    def _paint_line(self, painter: QPainter, room: QRectF) -> None:
        """Draw the numbers, each stretch in the colour of the part in which it is predicted."""
        assert self.raw is not None
        numbers = self.raw.items
        low, high = float(numbers.min()), float(numbers.max())
        marks = np.full(len(numbers), -1)
        begin = self.back + self.length
        marks[begin : begin + self.raw.count] = self.raw.parts[: max(len(numbers) - begin, 0)]
        marks[:begin] = marks[begin] if begin < len(marks) else 0
        borders = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist(), len(numbers)]
        for start, end in itertools.pairwise(borders):
            stretch = np.arange(max(start - 1, 0), end)
            if len(stretch) > 4 * room.width():  # least and largest of what falls on one pixel
                groups = np.array_split(stretch, max(int(2 * room.width()), 1))
                stretch = np.array([each for one in groups for each in sorted((one[numbers[one].argmin()], one[numbers[one].argmax()]))])  # fmt: skip
            across = room.left() + room.width() * stretch / max(len(numbers) - 1, 1)
            up = room.bottom() - room.height() * (numbers[stretch] - low) / ((high - low) or 1)
            painter.setPen(QPen(colour(choose_hue(self.theme, int(marks[start]))), 1.4))
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)]))

    def _paint_words(self, painter: QPainter, room: QRectF) -> None:
        assert self.raw is not None
        x = room.left()
        for part in sorted({int(each) for each in np.unique(self.raw.parts)} - {-1}):
            painter.fillRect(QRectF(x, 5, 9, 9), colour(choose_hue(self.theme, part)))
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QPointF(x + 14, 14), TITLES[part])
            x += 14 + painter.fontMetrics().horizontalAdvance(TITLES[part]) + 14
        told = painter.fontMetrics().elidedText(self.tell(), Qt.TextElideMode.ElideRight, round(room.width()))
        painter.setPen(colour(self.theme.text))
        painter.drawText(QPointF(room.left(), self.height() - 4), told)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.raw is not None:
            self.select(self.place(event.position().x()) - self.back - self.length // 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -self.length,
            Qt.Key.Key_PageDown: self.length,
        }
        last = self.raw.count if self.raw is not None else 0
        steps |= {Qt.Key.Key_Home: -last, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if key in steps:
            self.select(self.current + steps[key])
        else:
            super().keyPressEvent(event)
