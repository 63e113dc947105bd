"""Curves of several runs over each other: told apart by colour and by stroke, with their names and values beside."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPen

from designer.ui.plots.axes import Axis, Floats, fit_axis, fit_log_axis, list_ticks
from designer.ui.plots.plot import BOTTOM, LEFT, RIGHT, TOP, Plot, make_polygon
from designer.ui.plots.series import thin
from designer.ui.strokes import MOST, make_stroke
from designer.ui.theme import Theme, colour, text_font

LEGEND = 190.0  # logical pixels beside the area
LEAST = 430.0  # of width, from which the names stand beside the area; the table has the strokes in any case
ROW = 17.0
STROKE = 30.0  # pixels of the sample before a name


class RunLine(Protocol):
    """The curves of one run: x and y of training and of validation; either may be empty."""

    @property
    def name(self) -> str:
        """What the run is called."""

    @property
    def training(self) -> tuple[Floats, Floats]:
        """Places and values."""

    @property
    def validation(self) -> tuple[Floats, Floats]:
        """Places and values."""


class RunCurvePlot(Plot):
    """One quantity of several runs. Validation is drawn strong, training faint; `percent` labels values in percent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lines: tuple[RunLine, ...] = ()
        self._log = self._percent = False
        self._quantity, self._along = "", ""
        self._reading: float | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(160, 90)
        self.setAccessibleName("curves of the selected runs")

    def find_area(self) -> QRectF:
        beside = LEGEND if self.width() >= LEAST else 0.0
        width, height = self.width() - LEFT - RIGHT - beside, self.height() - TOP - BOTTOM - 8
        return QRectF(LEFT + 4, TOP + 4, max(width - 4, 1.0), max(height, 1.0))

    def show_lines(
        self, lines: Sequence[RunLine], quantity: str, along: str, *, percent: bool = False, log: bool = False
    ) -> None:
        """Show the curves of these runs, MOST of them; `quantity` is drawn over `along`: "epochs", "steps", "seconds"."""
        self.lines = tuple(lines[:MOST])
        self._quantity, self._along, self._percent, self._log = quantity, along, percent, log
        told = (f"{line.name}: last {self._write_last(line)}" for line in self.lines)
        self.setAccessibleDescription(f"{quantity} over {along}. {'; '.join(told) or 'no run is selected'}")
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, area = event.position(), self.area
        inside = area.contains(at) and bool(self.lines)
        self._reading = self.x_axis.value_at((at.x() - area.left()) / area.width()) if inside else None
        self.update()

    def leaveEvent(self, event) -> None:
        self._reading = None
        self.update()
        super().leaveEvent(event)

    def paint(self, painter: QPainter) -> None:
        area = self.area
        scale = 100.0 if self._percent else 1.0
        parts = [part for line in self.lines for part in (line.training, line.validation)]
        end = max((float(x[-1]) for x, _ in parts if len(x)), default=1.0)
        self.x_axis = Axis(0.0, max(end, 1e-9))
        self.y_axis, ticks = self._fit([scale * y for _, y in parts], max(int(area.height() / 32), 2))
        whole = self._along != "seconds"
        self.draw_grid(painter, list_ticks(0.0, end, max(int(area.width() / 60), 2), whole=whole and end > 3), ticks)
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        columns = max(int(area.width()), 50)
        for faint in (True, False):  # validation over all training
            for number, line in enumerate(self.lines):
                x, y = line.training if faint else line.validation
                x, y = thin(x, scale * y, columns)
                alone = not len(line.validation[0])
                self._draw_line(
                    painter, x, y, make_stroke(self.theme, number, 1.1 if faint else 1.8, faint=faint and not alone)
                )
        painter.setClipping(False)
        if self._reading is not None:
            at = round(self.point(self._reading, self.y_axis.low).x()) + 0.5
            painter.setPen(QPen(colour(self.theme.wire), 1))
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        self._draw_legend(painter)

    def _draw_line(self, painter: QPainter, x: Floats, y: Floats, pen: QPen) -> None:
        x, y = self.pixels_x(x), self.pixels_y(y)
        sound = np.isfinite(x) & np.isfinite(y)
        x, y = x[sound], y[sound]
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(x) == 1:
            painter.setBrush(pen.color())
            painter.drawEllipse(QPointF(float(x[0]), float(y[0])), 2.5, 2.5)
        elif len(x):
            painter.drawPolyline(make_polygon(x, y))

    def _fit(self, values: Sequence[Floats], ticks: int) -> tuple[Axis, tuple[float, ...]]:
        """Return an axis that holds all curves but single stray points."""
        ends = []
        for each in values:
            sound = np.sort(each[np.isfinite(each) & ((each > 0) | (not self._log))])
            if len(sound):
                stray = len(sound) // 100
                ends += [float(sound[stray]), float(sound[-1 - stray])]
        if not ends:
            return Axis(0.0, 1.0), (0.0, 0.5, 1.0)
        return (fit_log_axis if self._log else fit_axis)(min(ends), max(ends), ticks)

    def _draw_legend(self, painter: QPainter) -> None:
        """Write the names, each after a sample of its stroke, with the last value or the one under the mouse.

        Where there is no room beside the area they are written over it, while the mouse reads it.
        """
        area, beside = self.area, self.width() >= LEAST
        if not beside and self._reading is None:
            return
        left = area.right() + 14 if beside else area.left() + 12
        room = self.width() - left - 8 if beside else min(area.width() - 24, LEGEND + 40)
        where = "at the end" if self._reading is None else f"at {self._along[:-1]} {self._reading:.4g}"
        head = f"{self._quantity} {where}"
        painter.setFont(text_font(11, QFont.Weight.Medium))
        if not beside:
            painter.setPen(QPen(colour(self.theme.border), 1))
            painter.setBrush(colour(self.theme.card, 235))
            painter.drawRoundedRect(QRectF(left - 8, area.top() - 4, room + 16, 22 + ROW * len(self.lines)), 4, 4)
        painter.setPen(colour(self.theme.muted))
        metrics = painter.fontMetrics()
        painter.drawText(
            QPointF(left, area.top() + 9), metrics.elidedText(head, Qt.TextElideMode.ElideRight, int(room))
        )
        for number, line in enumerate(self.lines):
            y = area.top() + 20 + ROW * number
            if y + ROW > self.height():
                return
            painter.setPen(make_stroke(self.theme, number))
            painter.drawLine(QPointF(left, y + 4), QPointF(left + STROKE, y + 4))
            value = self._write_last(line) if self._reading is None else self._write_at(line, self._reading)
            wide = metrics.horizontalAdvance(value)
            painter.setPen(colour(self.theme.text))
            name = metrics.elidedText(line.name, Qt.TextElideMode.ElideMiddle, int(room - STROKE - wide - 18))
            painter.drawText(QPointF(left + STROKE + 7, y + 8), name)
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QPointF(left + room - wide, y + 8), value)

    def _write_last(self, line: RunLine) -> str:
        return self._write_at(line, float("inf"))

    def _write_at(self, line: RunLine, place: float) -> str:
        """Return the value of a run at a place: of validation, where there is none of training."""
        x, y = line.validation if len(line.validation[0]) else line.training
        at = int(np.searchsorted(x, place, "right")) - 1
        if at < 0 or not np.isfinite(y[at]):
            return "–"
        return f"{100 * y[at]:.2f} %" if self._percent else f"{y[at]:.4g}"
