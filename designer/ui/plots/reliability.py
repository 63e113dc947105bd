"""The reliability diagram: how often what was called so likely came true, and how many samples there were."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.engine.evaluation.calibration import BINS
from designer.engine.evaluation.record import Reliability
from designer.ui.plots.axes import Axis
from designer.ui.plots.plot import TOP, PointedPlot, draw_line, draw_note, tint
from designer.ui.theme import Theme, colour

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
SIDE, FOOT = 50.0, 32.0


class ReliabilityPlot(PointedPlot):
    """Bars are the samples of a bin, points what came true of them; on the diagonal chances are worth what they say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.found = Reliability(np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
        self.setMinimumSize(170, 74)
        self.setAccessibleName("reliability diagram")

    def show_reliability(self, found: Reliability) -> None:
        """Show what chances are worth."""
        self.found = found
        pairs = zip(found.chances, found.shares, strict=True)
        self.setAccessibleDescription("; ".join(f"{100 * c:.0f} % came true {100 * s:.0f} %" for c, s in pairs))
        self.update()

    def find_area(self) -> QRectF:
        height = max(self.height() - TOP - FOOT, 1.0)
        return QRectF(SIDE, TOP, max(min(self.width() - SIDE - 14, 2.2 * height), 1.0), height)

    def paint(self, painter: QPainter) -> None:
        area, theme, found = self.area, self.theme, self.found
        self.x_axis = self.y_axis = Axis(0.0, 1.0)
        self.draw_grid(painter, TICKS, TICKS if area.height() > 90 else TICKS[::2])
        painter.setPen(colour(theme.muted))
        bottom = QRectF(area.left() - 20, area.bottom() + 17, area.width() + 34, 14)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignHCenter, "chance that was given")
        painter.save()
        painter.translate(12, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-80, -8, 160, 14), Qt.AlignmentFlag.AlignHCenter, "came true")
        painter.restore()
        most = max(int(found.counts.max()), 1) if len(found.counts) else 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(theme.panel, theme.family["data"], 0.45))
        for place, count in zip(self._find_bins(), found.counts.tolist(), strict=True):
            left, right = (self.point(edge / BINS, 0).x() for edge in (place, place + 1))
            height = 0.3 * area.height() * count / most
            painter.drawRect(QRectF(left + 1, area.bottom() - height, right - left - 2, height))
        painter.setPen(QPen(colour(theme.wire), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.point(0, 0), self.point(1, 1))
        x, y = self.pixels_x(found.chances), self.pixels_y(found.shares)
        ink = colour(theme.family["linear"])
        draw_line(painter, x, y, ink, 1.8)
        painter.setPen(QPen(colour(theme.panel), 1))
        painter.setBrush(ink)
        for across, up in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawEllipse(QPointF(across, up), 3.6, 3.6)
        self._draw_reading(painter)

    def _find_bins(self) -> list[int]:
        return np.clip(np.ceil(self.found.chances * BINS) - 1, 0, BINS - 1).astype(int).tolist()

    def _draw_reading(self, painter: QPainter) -> None:
        if self._at is None or not self.area.contains(self._at) or not len(self.found.chances):
            return
        index = int(np.abs(self.pixels_x(self.found.chances) - self._at.x()).argmin())
        chance, share, count = (part[index] for part in (self.found.chances, self.found.shares, self.found.counts))
        lines = [(f"said {100 * chance:.1f} %", self.theme.text), (f"came true {100 * share:.1f} %", self.theme.text)]
        lines.append((f"{int(count):,} answers", self.theme.muted))
        draw_note(painter, self.theme, self.point(float(chance), float(share)), lines, QRectF(self.rect()))
