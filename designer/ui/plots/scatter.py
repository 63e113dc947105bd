"""Predicted against true values, residuals, and forecasts over time: points that lead to their samples."""

from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from designer.ui.plots.axes import Axis, Floats, fit_axis, list_ticks, write_tick
from designer.ui.plots.plot import TOP, PointedPlot, draw_line, draw_note
from designer.ui.theme import Theme, colour

SIDE, FOOT = 62.0, 32.0
MOST_POINTS = 4000  # that are drawn
MOST_PATHS = 200  # forecasts of several steps that are drawn
NEAR = 12.0  # pixels within which a point is meant
Form = Literal["true", "residual", "time"]
NAMES = {"true": ("true", "predicted"), "residual": ("predicted", "error"), "time": ("sample, in order", "value")}


class ValuePlot(PointedPlot):
    """Points of values in one of three forms. `chosen` carries the number of the sample whose point is clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, form: Form) -> None:
        super().__init__(theme)
        self.form: Form = form
        self.truth = self.answers = self.course = np.zeros(0)
        self.paths = np.zeros((0, 0))
        self.unit = ""
        self._kept = np.zeros(0, np.int64)
        self.setMinimumSize(170, 74)
        self.setAccessibleName({"true": "predicted against true", "residual": "residuals", "time": "forecasts"}[form])

    def show_values(self, truth: Floats, answers: Floats, unit: str = "") -> None:
        """Show one value of each sample; of very many some, spread evenly."""
        self.truth, self.answers, self.unit = truth, answers, unit
        self.course, self.paths = truth, np.zeros((0, 0))
        count = len(truth)
        kept = np.arange(count) if self.form == "time" else np.linspace(0, count - 1, min(count, MOST_POINTS))
        self._kept = np.unique(kept.round().astype(np.int64))
        error = answers - truth
        if count:
            self.setAccessibleDescription(f"{count:,} samples, errors from {error.min():.4g} to {error.max():.4g}")
        self.update()

    def show_forecasts(self, truths: Floats, answers: Floats, unit: str = "") -> None:
        """Show forecasts of several steps, samples x steps, whole: each begins one step after the one before."""
        self.show_values(truths[:, 0], answers[:, 0], unit)
        self.course, self.paths = np.concatenate([truths[:, 0], truths[-1, 1:]]), answers
        self.setAccessibleDescription(f"{self.accessibleDescription()}, each of {answers.shape[1]:,} steps")

    def find_area(self) -> QRectF:
        height = max(self.height() - TOP - FOOT, 1.0)
        width = self.width() - SIDE - 14
        return QRectF(SIDE, TOP, max(min(width, 1.7 * height) if self.form == "true" else width, 1.0), height)

    @property
    def _points(self) -> tuple[Floats, Floats]:
        truth, answers = self.truth[self._kept], self.answers[self._kept]
        if self.form == "true":
            return truth, answers
        return (answers, answers - truth) if self.form == "residual" else (self._kept.astype(np.float64), answers)

    def paint(self, painter: QPainter) -> None:
        if not len(self._kept):
            return
        self._draw_frame(painter)
        theme, (x, y) = self.theme, self._points
        painter.setPen(QPen(colour(theme.wire), 1, Qt.PenStyle.DashLine))
        if self.form == "true":
            low, high = max(self.x_axis.low, self.y_axis.low), min(self.x_axis.high, self.y_axis.high)
            painter.drawLine(self.point(low, low), self.point(high, high))
        elif self.form == "residual":
            painter.drawLine(self.point(self.x_axis.low, 0), self.point(self.x_axis.high, 0))
        across, up = self.pixels_x(x), self.pixels_y(y)
        if self.form == "time":
            ahead = self.pixels_x(np.arange(len(self.course), dtype=np.float64))
            draw_line(painter, ahead, self.pixels_y(self.course), colour(theme.family["linear"]), 1.6)
            if not len(self.paths):
                draw_line(painter, across, up, colour(theme.family["activation"]), 1.6, dashed=True)
            for start in range(0, len(self.paths), max(1, self.paths.shape[1], -(-len(self.paths) // MOST_PATHS))):
                self._draw_path(painter, start, 1.6)
            self._draw_keys(painter)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.family["linear"], 255 if len(x) < 300 else 110))
            size = 2.6 if len(x) < 1000 else 1.9
            for place in zip(across.tolist(), up.tolist(), strict=True):
                painter.drawEllipse(QPointF(*place), size, size)
        self._draw_reading(painter, across, up)

    def _draw_path(self, painter: QPainter, start: int, width: float) -> None:
        """Draw a forecast of several steps, from the step that it begins with."""
        steps = np.arange(start, start + self.paths.shape[1], dtype=np.float64)
        hue = colour(self.theme.family["activation"])
        draw_line(painter, self.pixels_x(steps), self.pixels_y(self.paths[start]), hue, width, dashed=width < 2)

    def _draw_frame(self, painter: QPainter) -> None:
        area, theme, (x, y) = self.area, self.theme, self._points
        if self.form == "time":
            self.x_axis = Axis(0.0, max(float(len(self.course) - 1), 1.0))
        else:
            self.x_axis, _ = fit_axis(float(x.min()), float(x.max()), max(int(area.width() / 70), 2))
        low, high = float(y.min()), float(y.max())
        if self.form == "time":
            seen = np.concatenate([self.course, self.paths.ravel()])
            low, high = min(low, float(seen.min())), max(high, float(seen.max()))
        self.y_axis, ticks = fit_axis(low, high, max(int(area.height() / 30), 2))
        across = list_ticks(
            self.x_axis.low, self.x_axis.high, max(int(area.width() / 70), 2), whole=self.form == "time"
        )
        self.draw_grid(painter, across, ticks)
        painter.setPen(colour(theme.muted))
        unit = f", in {self.unit}" if self.unit else ""
        below, beside = NAMES[self.form]
        below += unit if self.form != "time" else ""
        bottom = QRectF(area.left(), area.bottom() + 17, area.width(), 14)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignHCenter, below)
        painter.save()
        painter.translate(10, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-100, -7, 200, 14), Qt.AlignmentFlag.AlignHCenter, beside)
        painter.restore()

    def _draw_keys(self, painter: QPainter) -> None:
        area, theme = self.area, self.theme
        right = area.right() - 130
        for name, family, style in (
            ("truth", "linear", Qt.PenStyle.SolidLine),
            ("forecast", "activation", Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(colour(theme.family[family]), 1.8, style))
            painter.drawLine(QPointF(right, area.top() + 8), QPointF(right + 16, area.top() + 8))
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(right + 20, area.top() + 12), name)
            right += 62

    def _find(self, at: QPointF, across: Floats, up: Floats) -> int | None:
        """Return the place among what is drawn of the point that is meant."""
        away = np.abs(across - at.x()) if self.form == "time" else np.hypot(across - at.x(), up - at.y())
        index = int(away.argmin())
        return index if self.form == "time" or away[index] <= NEAR else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(self._kept) and self.area.contains(event.position()):
            x, y = self._points
            found = self._find(event.position(), self.pixels_x(x), self.pixels_y(y))
            if found is not None:
                self.chosen.emit(int(self._kept[found]))
        super().mousePressEvent(event)

    def _draw_reading(self, painter: QPainter, across: Floats, up: Floats) -> None:
        if self._at is None or not self.area.contains(self._at):
            return
        found = self._find(self._at, across, up)
        if found is None:
            return
        number = int(self._kept[found])
        truth, answer = float(self.truth[number]), float(self.answers[number])
        at = QPointF(float(across[found]), float(up[found]))
        painter.setPen(QPen(colour(self.theme.text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 4.5, 4.5)
        lines = [(f"true {write_tick(round(truth, 6))}", self.theme.text)]
        lines.append((f"predicted {write_tick(round(answer, 6))}", self.theme.text))
        lines.append((f"error {write_tick(round(answer - truth, 6))}", self.theme.muted))
        if len(self.paths):
            self._draw_path(painter, number, 2.4)
            steps = self.paths.shape[1]
            mean = float(np.abs(self.paths[number] - self.course[number : number + steps]).mean())
            lines.append((f"on average {write_tick(round(mean, 6))} over {steps} steps", self.theme.muted))
        draw_note(painter, self.theme, at, lines, QRectF(self.rect()))
