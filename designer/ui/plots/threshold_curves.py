"""Curves by threshold: ROC, and precision by recall; the threshold in force is marked where there is one."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.engine.evaluation.record import Curve
from designer.ui.plots.axes import Axis
from designer.ui.plots.plot import TOP, PointedPlot, draw_note, make_polygon
from designer.ui.strokes import make_stroke
from designer.ui.theme import Theme, class_colour, colour

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEGEND = 150.0  # pixels beside the area
FOOT, SIDE = 32.0, 50.0
ROW = 16.0


class ThresholdPlot(PointedPlot):
    """Curves in a square; `x_name` and `y_name` are what its axes are, `diagonal` what no skill comes to."""

    def __init__(self, theme: Theme, name: str, axes: tuple[str, str], *, diagonal: bool) -> None:
        super().__init__(theme)
        self._axes, self._diagonal = axes, diagonal
        self.curves: tuple[Curve, ...] = ()
        self.threshold: float | None = None
        self.chance: float | None = None  # the share of yes: precision without skill
        self.setMinimumSize(170, 74)
        self.setAccessibleName(name)

    def show_curves(self, curves: Sequence[Curve], threshold: float | None = None, chance: float | None = None) -> None:
        """Show curves, and on them a threshold."""
        self.curves, self.threshold, self.chance, self._area = tuple(curves), threshold, chance, None
        areas = "; ".join(f"{curve.name} {curve.area:.4f}" for curve in curves)
        self.setAccessibleDescription(f"areas: {areas}")
        self.update()

    def find_area(self) -> QRectF:
        legend = LEGEND if self.width() > 330 else 8.0
        side = self.width() - SIDE - legend
        height = max(self.height() - TOP - FOOT, 1.0)
        return QRectF(SIDE, TOP, max(min(side, 1.7 * height), 1.0), height)

    def find_point(self, curve: Curve, threshold: float) -> tuple[float, float]:
        """Return the point of a curve at a threshold."""
        levels = curve.thresholds
        # ROC goes from the highest threshold down, precision from the lowest up; yes is above the threshold.
        index = int((levels > threshold).sum()) - 1 if levels[0] >= levels[-1] else int((levels <= threshold).sum())
        index = min(max(index, 0), len(levels) - 1)
        return float(curve.x[index]), float(curve.y[index])

    def paint(self, painter: QPainter) -> None:
        area, theme = self.area, self.theme
        self.x_axis = self.y_axis = Axis(0.0, 1.0)
        ticks = TICKS if area.height() > 90 else TICKS[::2]
        self.draw_grid(painter, TICKS if area.width() > 150 else TICKS[::2], ticks)
        painter.setPen(colour(theme.muted))
        painter.drawText(
            QRectF(area.left(), area.bottom() + 17, area.width(), 14), Qt.AlignmentFlag.AlignHCenter, self._axes[0]
        )
        painter.save()
        painter.translate(12, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-80, -8, 160, 14), Qt.AlignmentFlag.AlignHCenter, self._axes[1])
        painter.restore()
        painter.setPen(QPen(colour(theme.wire), 1, Qt.PenStyle.DashLine))
        if self._diagonal:
            painter.drawLine(self.point(0, 0), self.point(1, 1))
        elif self.chance is not None:
            painter.drawLine(self.point(0, self.chance), self.point(1, self.chance))
        for number, curve in enumerate(self.curves):
            pen = make_stroke(theme, number)
            painter.setPen(pen)
            painter.drawPolyline(make_polygon(self.pixels_x(curve.x), self.pixels_y(curve.y)))
            if self.threshold is not None:
                painter.setPen(QPen(colour(theme.panel), 1.5))
                painter.setBrush(pen.color())
                painter.drawEllipse(self.point(*self.find_point(curve, self.threshold)), 4.5, 4.5)
        self._draw_legend(painter)
        self._draw_reading(painter)

    def _draw_legend(self, painter: QPainter) -> None:
        area, theme, metrics = self.area, self.theme, painter.fontMetrics()
        beside = self.width() - area.right() > LEGEND - 20
        left = area.right() + 12 if beside else area.left() + area.width() * 0.45
        room = self.width() - left - 8
        most = int(area.height() / ROW)
        top = area.top() if beside else area.bottom() - ROW * min(len(self.curves), most) - 4
        for number, curve in enumerate(self.curves[:most]):
            y = top + ROW * number + 8
            painter.setPen(make_stroke(theme, number))
            painter.drawLine(QPointF(left, y), QPointF(left + 16, y))
            text = f"{curve.area:.4f}"
            wide = metrics.horizontalAdvance(text)
            name = metrics.elidedText(curve.name, Qt.TextElideMode.ElideRight, int(room - wide - 30))
            painter.setPen(colour(theme.text))
            painter.drawText(QPointF(left + 22, y + 4), name)
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(left + 28 + metrics.horizontalAdvance(name), y + 4), text)

    def _draw_reading(self, painter: QPainter) -> None:
        if self._at is None or not self.area.contains(self._at) or not self.curves:
            return
        best = None
        for number, curve in enumerate(self.curves):
            x, y = self.pixels_x(curve.x), self.pixels_y(curve.y)
            away = np.hypot(x - self._at.x(), y - self._at.y())
            index = int(away.argmin())
            if best is None or away[index] < best[0]:
                best = float(away[index]), number, index
        assert best is not None
        curve, index = self.curves[best[1]], best[2]
        at = self.point(float(curve.x[index]), float(curve.y[index]))
        painter.setBrush(colour(class_colour(self.theme, 0)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(at, 3.0, 3.0)
        level = curve.thresholds[index]
        lines = [(curve.name, self.theme.text)]
        lines.append((f"{self._axes[0]} {100 * curve.x[index]:.1f} %", self.theme.muted))
        lines.append((f"{self._axes[1]} {100 * curve.y[index]:.1f} %", self.theme.muted))
        if np.isfinite(level):
            lines.append((f"from chance {level:.3f}", self.theme.muted))
        draw_note(painter, self.theme, at, lines, QRectF(self.rect()))
