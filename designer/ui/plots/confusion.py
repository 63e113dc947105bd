"""The confusion matrix: truths in rows, answers in columns; a cell is chosen by mouse or keys."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen

from designer.ui.plots.plot import PointedPlot, draw_note, tint
from designer.ui.theme import Theme, colour, contrast, readable

RIGHT_HUE, WRONG_HUE = "linear", "activation"
MOST_NAME = 92.0  # pixels for the names of classes at the left
FOOT = 32.0
LEAST_CELL, ROOMY_CELL = 13.0, 30.0  # pixels from which a cell has a number, and from which a column has its name
WIDEST_CELL = 92.0
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class ConfusionPlot(PointedPlot):
    """Cells are stronger the more of their row they hold: right answers blue, wrong ones orange.

    `chosen` carries truth and answer of a cell. Arrow keys move a frame, Return chooses.
    """

    chosen = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.counts = np.zeros((0, 0))
        self.labels: tuple[str, ...] = ()
        self.as_shares = False
        self.cell: tuple[int, int] | None = None  # that the keys are at
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(170, 74)
        self.setAccessibleName("confusion matrix")

    def sizeHint(self) -> QSize:
        return QSize(360, 240)

    def show_counts(self, counts: np.ndarray, labels: tuple[str, ...]) -> None:
        """Show how often each class (rows) was answered with each."""
        self.counts, self.labels, self._area = counts, labels, None
        if self.cell is not None and max(self.cell) >= len(counts):
            self.cell = None
        right = int(np.trace(counts)) if len(counts) else 0
        self.setAccessibleDescription(f"{right:,} of {int(counts.sum()):,} samples on the diagonal")
        self.update()

    def show_shares(self, on: bool) -> None:
        """Write shares of the rows, not counts."""
        self.as_shares = on
        self.update()

    def find_area(self) -> QRectF:
        size = max(len(self.counts), 1)
        names = max((self.fontMetrics().horizontalAdvance(name) for name in self.labels), default=0)
        left = min(names + 10.0, MOST_NAME) + 18
        width, height = self.width() - left - 8, self.height() - 6 - FOOT
        return QRectF(left, 6, max(min(width, size * WIDEST_CELL), 1), max(height, 1))

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return truth and answer at a place, None outside the matrix."""
        area, size = self.area, len(self.counts)
        if not size or not area.contains(place):
            return None
        row = min(int((place.y() - area.top()) / area.height() * size), size - 1)
        return row, min(int((place.x() - area.left()) / area.width() * size), size - 1)

    def place_of(self, row: int, column: int) -> QRectF:
        """Return where a cell is, in pixels."""
        area, size = self.area, max(len(self.counts), 1)
        width, height = area.width() / size, area.height() / size
        return QRectF(area.left() + column * width, area.top() + row * height, width, height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.cell = found
            self.update()
            self.chosen.emit(*found)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        size = len(self.counts)
        step = STEPS.get(event.key())  # type: ignore[call-overload]
        if size and step is not None:
            row, column = self.cell or (0, 0)
            if self.cell is not None:
                row, column = min(max(row + step[0], 0), size - 1), min(max(column + step[1], 0), size - 1)
            self.cell = row, column
            self.setAccessibleDescription(self._describe(row, column))
            self.update()
        elif size and self.cell is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def _describe(self, row: int, column: int) -> str:
        count, whole = int(self.counts[row, column]), max(int(self.counts[row].sum()), 1)
        samples = "sample" if count == 1 else "samples"
        return (
            f"{self.labels[row]} answered with {self.labels[column]}: {count:,} {samples}, {100 * count / whole:.1f} %"
        )

    def paint(self, painter: QPainter) -> None:
        size = len(self.counts)
        if not size:
            return
        shares = self.counts / np.maximum(self.counts.sum(1, keepdims=True), 1)
        area = self.area
        width, height = area.width() / size, area.height() / size
        numbered = height >= LEAST_CELL and width >= 18
        gap = 1.0 if min(width, height) > 6 else 0.0
        for row in range(size):
            for column in range(size):
                self._paint_cell(painter, row, column, float(shares[row, column]), gap, numbered=numbered)
        self._write_names(painter, width, height)
        if self.cell is not None and self.hasFocus():
            painter.setPen(QPen(colour(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.place_of(*self.cell).adjusted(1, 1, -1 - gap, -1 - gap))
        found = self.cell_at(self._at) if self._at is not None else None
        if found is not None and self._at is not None:
            row, column = found
            first, second = self._describe(row, column).rsplit(": ", 1)
            lines = [(first, self.theme.text), (f"{second} of the row", self.theme.muted)]
            draw_note(painter, self.theme, self._at, lines, QRectF(self.rect()))

    def _paint_cell(
        self, painter: QPainter, row: int, column: int, share: float, gap: float, *, numbered: bool
    ) -> None:
        theme, place = self.theme, self.place_of(row, column).adjusted(0, 0, -gap, -gap)
        hue = theme.family[RIGHT_HUE if row == column else WRONG_HUE]
        ground = tint(theme.card, hue, round(0.9 * share**0.7, 2))
        painter.fillRect(place, ground)
        count = self.counts[row, column]
        if numbered and count:
            text = f"{100 * share:.0f} %" if self.as_shares else f"{int(count):,}"
            ink = max((theme.text, theme.window), key=lambda code: contrast(code, ground.name()))
            painter.setPen(colour(ink if contrast(ink, ground.name()) >= 4.5 else readable(ink, ground.name(), ink)))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _write_names(self, painter: QPainter, width: float, height: float) -> None:
        area, metrics = self.area, painter.fontMetrics()
        painter.setPen(colour(self.theme.muted))
        room = area.left() - 24
        elide = Qt.TextElideMode.ElideRight
        every = max(1, round(LEAST_CELL / height + 0.49))
        for row in range(0, len(self.labels), every):
            text = metrics.elidedText(self.labels[row], elide, int(room))
            box = QRectF(18, area.top() + row * height, room, max(height, LEAST_CELL) if every == 1 else LEAST_CELL)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        every = max(1, round(ROOMY_CELL / width + 0.49))
        for column in range(0, len(self.labels), every):
            wide = max(width * every, ROOMY_CELL) - 4
            text = metrics.elidedText(self.labels[column], elide, int(wide))
            box = QRectF(area.left() + (column + 0.5) * width - wide / 2, area.bottom() + 2, wide, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)
        painter.drawText(
            QRectF(area.left(), area.bottom() + 16, area.width(), 14), Qt.AlignmentFlag.AlignHCenter, "answered"
        )
        painter.save()
        painter.translate(13, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, -9, 120, 14), Qt.AlignmentFlag.AlignHCenter, "true")
        painter.restore()
