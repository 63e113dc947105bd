"""Live curves of one quantity: training steps raw and smoothed, validation, the best epoch, values under the mouse."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.ui.plots.series import Floats, Series, thin
from designer.ui.theme import Theme, colour, text_font

COLUMNS = 600  # pairs of points a curve is thinned to: about the pixels it is wide
TRAINING, VALIDATION = "linear", "activation"  # families whose hues the two curves borrow


class CurvePlot(QWidget):
    """One quantity over epochs. `better` is "lower" or "higher"; `percent` scales and labels values in percent."""

    def __init__(self, title: str, theme: Theme, *, better: str = "lower", percent: bool = False) -> None:
        super().__init__()
        self.set_quantity(title, better=better, percent=percent)
        self._log = False
        self.training = Series(smoothing=0.9)
        self.validation = Series()
        self._plot = pg.PlotWidget(parent=self)
        self._raw = self._plot.plot()
        self._smooth = self._plot.plot()
        self._held_out = self._plot.plot()
        self._best = pg.ScatterPlotItem(size=9)
        self._best_text = pg.TextItem(anchor=(0, 1))
        self._hover = pg.InfiniteLine(angle=90)
        self._hover_text = pg.TextItem(anchor=(0, 0))
        for item in (self._best, self._best_text, self._hover, self._hover_text):
            self._plot.addItem(item, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.scene().sigMouseMoved.connect(self._read_value)
        self._best_at: tuple[float, float] | None = None
        self.set_theme(theme)
        self.start(1)

    def set_quantity(self, title: str, *, better: str, percent: bool) -> None:
        """Say what is drawn from now on; call it while there are no points."""
        self.title, self.better = title, better
        self._scale, self._unit = (100.0, " %") if percent else (1.0, "")
        self.setAccessibleName(f"{title} curve")

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        line, held = theme.family[TRAINING], theme.family[VALIDATION]
        self._plot.setBackground(colour(theme.panel))
        self._raw.setPen(pg.mkPen(colour(line, 90), width=1))
        self._smooth.setPen(pg.mkPen(colour(line), width=2))
        self._held_out.setPen(pg.mkPen(colour(held), width=2))
        self._held_out.setSymbolBrush(colour(held))
        self._held_out.setSymbolPen(None)
        self._best.setPen(pg.mkPen(colour(theme.ok), width=2))
        self._best.setBrush(colour(theme.panel))
        self._best_text.setColor(colour(theme.ok))
        self._hover.setPen(pg.mkPen(colour(theme.muted, 140), width=1))
        self._hover_text.setColor(colour(theme.text))
        for text in (self._best_text, self._hover_text):
            text.setFont(text_font(11, QFont.Weight.Medium))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setTextPen(colour(theme.muted))
            axis.setPen(colour(theme.border))
            axis.setStyle(tickFont=text_font(11), tickLength=-3)
        self._plot.showGrid(x=False, y=True, alpha=0.12)
        self.refresh()

    def set_log(self, log: bool) -> None:
        """Draw the value axis logarithmic or not."""
        self._plot.setLogMode(y=log)
        self._log = log
        self.refresh()

    def set_smoothing(self, smoothing: float) -> None:
        """Smooth the training curve by this weight of the past, 0 to below 1."""
        self.training.smoothing = smoothing
        self.refresh()

    def start(self, epochs: int) -> None:
        """Clear all curves for a run of so many epochs."""
        self.training.clear()
        self.validation.clear()
        self._best_at = None
        self._plot.setXRange(0, max(epochs, 1), padding=0.01)
        self._plot.enableAutoRange(axis="y")
        self.refresh()

    def add_training(self, epochs: Floats, values: Floats) -> None:
        """Append training values at these places, in epochs (1.5 is the middle of the second)."""
        self.training.extend(epochs, values * self._scale)

    def add_validation(self, epoch: float, value: float) -> None:
        """Append one validation value; remembers the best."""
        self.validation.extend(np.array([epoch]), np.array([value * self._scale]))
        sign = 1 if self.better == "lower" else -1
        scaled = value * self._scale
        if np.isfinite(scaled) and (self._best_at is None or sign * scaled < sign * self._best_at[1]):
            self._best_at = (epoch, scaled)

    def refresh(self) -> None:
        """Draw what was added since the last call; call it at most as often as the eye can follow."""
        training = self.training
        self._raw.setData(*thin(training.x, training.y, COLUMNS))
        self._smooth.setData(*thin(training.x, training.smooth, COLUMNS))
        self._held_out.setData(self.validation.x, self.validation.y)
        self._held_out.setSymbol("o" if len(self.validation) < 60 else None)
        self._held_out.setSymbolSize(5)
        best = self._best_at
        self._best.setVisible(best is not None)
        self._best_text.setVisible(best is not None)
        if best is not None:
            at = QPointF(best[0], np.log10(max(best[1], 1e-12)) if self._log else best[1])
            self._best.setData([at.x()], [at.y()])
            self._best_text.setText(f"best {best[1]:.4g}{self._unit}")
            self._best_text.setPos(at)
            right = at.x() > 0.8 * self._plot.viewRange()[0][1]
            self._best_text.setAnchor((1 if right else 0, 1))

    def leaveEvent(self, event) -> None:
        """Take the reading away with the mouse."""
        self._hover.hide()
        self._hover_text.hide()
        super().leaveEvent(event)

    def _read_value(self, position: QPointF) -> None:
        view = self._plot.getViewBox()
        inside = view.sceneBoundingRect().contains(position)
        place = view.mapSceneToView(position)
        lines = [
            f"{name} {value:.4g}{self._unit}"
            for name, series, values in (
                ("training", self.training, self.training.smooth),
                ("validation", self.validation, self.validation.y),
            )
            if (value := _value_near(series, values, place.x())) is not None
        ]
        shown = inside and bool(lines)
        self._hover.setVisible(shown)
        self._hover_text.setVisible(shown)
        if shown:
            left, right = view.viewRange()[0]
            self._hover.setPos(place.x())
            self._hover_text.setText("\n".join([f"epoch {place.x():.2f}", *lines]))
            self._hover_text.setAnchor((1 if place.x() > (left + right) / 2 else 0, 0))
            self._hover_text.setPos(place.x(), view.viewRange()[1][1])


def _value_near(series: Series, values: Floats, x: float) -> float | None:
    if not len(series):
        return None
    index = min(int(np.searchsorted(series.x, x)), len(series) - 1)
    return float(values[index])
