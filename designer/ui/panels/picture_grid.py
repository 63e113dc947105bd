"""Pictures in a grid of any length: only those in sight are read and drawn, those read are kept up to a number."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from designer.data.pictures import Sight
from designer.ui.background import Job, Report
from designer.ui.panels.image_grid import make_image
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_tip

SIDE, CAPTION, GAP, EDGE = 84, 16, 10, 4  # pixels
MOST_KEPT = 1_000  # small pictures: some 30 MB
AHEAD = 1  # rows beside those in sight that are read as well

Places = NDArray[np.int64]


class PictureGrid(QAbstractScrollArea):
    """Shows some of many pictures by their numbers, `places`. `chosen` carries the number of the one that is clicked."""

    chosen = Signal(int)
    opened = Signal(int)  # by a double click, or Enter

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.places: Places = np.zeros(0, np.int64)
        self.current = -1  # an index into them
        self.kept: OrderedDict[int, Sight] = OrderedDict()
        self._look: Callable[[int], Sight] | None = None
        self._caption: Callable[[int], str] = lambda place: ""
        self._find_odd: Callable[[Sight], str] = lambda sight: ""
        self._job: Job | None = None
        self._news: list[tuple[int, Sight]] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setMinimumHeight(60)
        self.verticalScrollBar().valueChanged.connect(lambda: self._soon.start())

    @property
    def busy(self) -> bool:
        """Whether pictures in sight are being read, or will be."""
        return self._job is not None or self._soon.isActive()

    def set_source(
        self, look: Callable[[int], Sight] | None, caption: Callable[[int], str], find_odd: Callable[[Sight], str]
    ) -> None:
        """Take over what gives the picture of a number, its caption, and what is odd about it; None forgets them."""
        self.stop()
        self.kept.clear()
        self._look, self._caption, self._find_odd = look, caption, find_odd

    def show_places(self, places: Places) -> None:
        """Show the pictures of these numbers."""
        place = int(self.places[self.current]) if 0 <= self.current < len(self.places) else -1
        self.places = places
        found = np.flatnonzero(places == place)
        self.current = int(found[0]) if len(found) else -1
        self.setAccessibleName(f"{len(places):,} pictures")
        self._set_range()
        if self.current < 0:
            self.verticalScrollBar().setValue(0)
        self._soon.start()
        self.viewport().update()

    def select(self, index: int) -> None:
        """Choose a picture by its place in the grid, and bring it into sight."""
        if not len(self.places):
            return
        self.current = max(0, min(index, len(self.places) - 1))
        cell = self.cell(self.current)
        bar = self.verticalScrollBar()
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top())
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + EDGE)
        self.viewport().update()
        self.chosen.emit(int(self.places[self.current]))

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._soon.stop()
        if self._job is not None:
            self._job.cancel(timeout)
            self._job.deleteLater()
            self._job = None

    # --- places ---------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """How many pictures are in a row."""
        return max((self.viewport().width() - 2 * EDGE + GAP) // (SIDE + GAP), 1)

    def cell(self, index: int) -> QRect:
        """Return where a picture stands with its caption, in the viewport."""
        row, column = divmod(index, self.columns)
        high = SIDE + CAPTION + GAP
        return QRect(
            EDGE + column * (SIDE + GAP), EDGE + row * high - self.verticalScrollBar().value(), SIDE, SIDE + CAPTION
        )

    def find(self, point: QPoint) -> int:
        """Return the place in the grid of the picture at a point of the viewport, -1 where there is none."""
        across, down = point.x() - EDGE, point.y() - EDGE + self.verticalScrollBar().value()
        column, row = across // (SIDE + GAP), down // (SIDE + CAPTION + GAP)
        index = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and index < len(self.places)
        return index if inside and self.cell(index).contains(point) else -1

    def _in_sight(self, more: int = 0) -> range:
        """Return the places in the grid of the pictures in sight, and of so many rows beside them."""
        high = SIDE + CAPTION + GAP
        first = max(self.verticalScrollBar().value() // high - more, 0)
        last = (self.verticalScrollBar().value() + self.viewport().height()) // high + 1 + more
        return range(min(first * self.columns, len(self.places)), min(last * self.columns, len(self.places)))

    def _set_range(self) -> None:
        rows = -(-len(self.places) // self.columns)
        bar, high = self.verticalScrollBar(), SIDE + CAPTION + GAP
        bar.setRange(0, max(0, rows * high + 2 * EDGE - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(high // 2)

    # --- reading --------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read on a thread what is in sight and not read yet; what is out of sight by now is given up."""
        self.stop()
        wanted = [int(self.places[index]) for index in self._in_sight(AHEAD)]
        for place in wanted:
            if place in self.kept:
                self.kept.move_to_end(place)
        missing = [place for place in wanted if place not in self.kept]
        look = self._look
        if not missing or look is None:
            self.viewport().update()
            return
        news = self._news = []

        def work(report: Report) -> None:
            for number, place in enumerate(missing):
                if not report((number + 1) / len(missing)):
                    return
                news.append((place, look(place)))

        self._job = job = Job(work, self)
        job.progressed.connect(self._take_news)
        job.done.connect(self._end)
        job.failed.connect(self._end)
        job.start()

    def _take_news(self) -> None:
        news, self._news[:] = list(self._news), []
        for place, sight in news:
            self.kept[place] = sight
        while len(self.kept) > MOST_KEPT:
            self.kept.popitem(last=False)
        self.viewport().update()

    def _end(self) -> None:
        self._take_news()
        if self._job is not None:
            self._job.deleteLater()
            self._job = None

    # --- drawing --------------------------------------------------------------------------------------------------

    def paintEvent(self, event) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(text_font(10.5))
        for index in self._in_sight():
            self._paint_one(painter, index)

    def _paint_one(self, painter: QPainter, index: int) -> None:
        cell, place = self.cell(index), int(self.places[index])
        room = QRect(cell.left(), cell.top(), SIDE, SIDE)
        sight = self.kept.get(place)
        if sight is None or sight.small is None:
            painter.fillRect(room, colour(self.theme.card))
        else:
            draw_inside(painter, make_image(sight.small), room)
        if sight is not None and sight.reason:
            painter.setPen(colour(self.theme.error))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "✕ broken")
        elif sight is not None and self._find_odd(sight):
            painter.setPen(QPen(colour(self.theme.window), 1.5))
            painter.setBrush(colour(self.theme.warning))
            painter.drawEllipse(QPoint(room.right() - 7, room.top() + 7), 5, 5)
        if index == self.current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(self.theme.accent), 2))
            painter.drawRoundedRect(room.adjusted(-2, -2, 2, 2), 3, 3)
        painter.setPen(colour(self.theme.text if index == self.current else self.theme.muted))
        below = QRect(cell.left(), room.bottom() + 2, SIDE, CAPTION)
        told = painter.fontMetrics().elidedText(self._caption(place), Qt.TextElideMode.ElideRight, SIDE)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, told)

    # --- hands ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._set_range()
        self._soon.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.find(event.position().toPoint())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.select(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.find(event.position().toPoint())
        if index >= 0:
            self.opened.emit(int(self.places[index]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, rows = Qt.Key(event.key()), max(self.viewport().height() // (SIDE + CAPTION + GAP), 1)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -rows * self.columns,
            Qt.Key.Key_PageDown: rows * self.columns,
            Qt.Key.Key_Home: -len(self.places),
            Qt.Key.Key_End: len(self.places),
        }
        if key in steps:
            self.select(self.current + steps[key] if self.current >= 0 or steps[key] > 1 else 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self.current < len(self.places):
            self.opened.emit(int(self.places[self.current]))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.find(event.pos())
            sight = self.kept.get(int(self.places[index])) if index >= 0 else None
            told = (sight.reason or self._find_odd(sight)) if sight is not None else ""
            QToolTip.showText(event.globalPos(), write_tip(told), self.viewport())
            return True
        return super().viewportEvent(event)


def draw_inside(painter: QPainter, image: QImage, room: QRect) -> None:
    """Draw a picture as large as it fits into the middle of a rectangle; small ones keep their pixels sharp."""
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    is_small = image.width() < room.width() and image.height() < room.height()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_small)
    target = QRect(QPoint(0, 0), size)
    target.moveCenter(room.center())
    painter.drawImage(target, image)
