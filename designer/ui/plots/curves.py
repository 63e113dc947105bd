"""Live curves of one quantity: training steps raw and smoothed, validation, the best epoch, values under the mouse."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent

from designer.ui.plots.axes import Axis, Floats, list_ticks
from designer.ui.plots.curve_levels import draw_levels, find_nearest, fit_values, name_levels
from designer.ui.plots.curve_notes import draw_best, draw_dots, draw_legend, draw_marks, place_best, place_legend
from designer.ui.plots.curve_reading import draw_reading
from designer.ui.plots.distribution import write_step
from designer.ui.plots.epoch_view import EpochView
from designer.ui.plots.plot import Plot, draw_line, tint
from designer.ui.plots.series import Series, cut, interpolate, leave_out_stray, thin
from designer.ui.theme import Theme, colour

TRAINING, VALIDATION = "linear", "activation"  # families whose hues the two curves borrow
MOST_DOTS = 60
SLACK = 12.0  # pixels around the area that still read it


class CurvePlot(Plot):
    """One quantity over epochs. `better` is "lower", "higher" or "" where neither is; `percent` scales and labels values in percent.

    The wheel zooms into the epochs at the mouse, dragging moves them, a double click shows all of them again. `read_at` carries the epoch
    under the mouse, None when it leaves, so that plots side by side can be read together.
    """

    read_at = Signal(object)

    def __init__(self, title: str, theme: Theme, *, better: str = "lower", percent: bool = False) -> None:
        super().__init__(theme)
        self.training = Series()
        self.validation = Series()
        self.means = Series()  # of the training values, one an epoch
        self.steps = Series()  # how many steps lie behind a place in epochs
        self.best: tuple[float, float] | None = None  # epoch and value
        self.levels: list[tuple[float, str]] = []  # what is to be beaten
        self.marks: list[tuple[float, str]] = []  # where something was changed, and what
        self._shown = EpochView()
        self._log = self._by_epoch = self._in_steps = self._legend = False
        self._grip: tuple[float, float] | None = None  # where the mouse drags from, and the first epoch shown then
        self._smoothing = 0.0
        self._reading: float | None = None
        self.set_quantity(title, better=better, percent=percent)
        self.setMouseTracking(True)

    def set_quantity(self, title: str, *, better: str, percent: bool) -> None:
        """Say what is drawn from now on; call it while there are no points."""
        self.title, self.better, self.percent = title, better, percent
        self._scale, self._unit = (100.0, " %") if percent else (1.0, "")
        self.setAccessibleName(f"{title} curve")

    @property
    def epochs(self) -> int:
        """The epochs there is room for."""
        return self._shown.epochs

    def set_log(self, log: bool) -> None:
        """Draw the value axis logarithmic or not."""
        self._log = log
        self.update()

    def set_by_epoch(self, on: bool) -> None:
        """Draw the training curve as the means of the epochs, or as the values of the steps."""
        self._by_epoch = on
        self.update()

    def set_in_steps(self, on: bool) -> None:
        """Count steps along the horizontal axis, or epochs."""
        self._in_steps = on
        self.update()

    def set_legend(self, on: bool) -> None:
        """Write the names of the two curves into the plot: where there is no room for them above it."""
        self._legend = on
        self.update()

    def set_smoothing(self, share: float) -> None:
        """Smooth the training curve over this share of the run, 0 for not at all."""
        self._smoothing = share
        self.training.span = share * self.epochs
        self.update()

    def set_levels(self, levels: Sequence[tuple[float, str]]) -> None:
        """Draw lines across at these values, each with its name: what is to be beaten."""
        scaled = [(value * self._scale, text) for value, text in levels]
        if scaled != self.levels:
            self.levels = scaled
            self.update()

    def start(self, epochs: int) -> None:
        """Clear all curves for a run of so many epochs."""
        self.training.clear()
        self.validation.clear()
        self.means.clear()
        self.steps.clear()
        self.best = None
        self.marks.clear()
        self._shown.show_all()
        self._shown.epochs = max(epochs, 1)
        self.training.span = self._smoothing * self.epochs
        self.refresh()

    def extend(self, epochs: int) -> None:
        """Make room for so many epochs, in place of those it was started with."""
        self._shown.epochs = max(epochs, 1)
        self.training.span = self._smoothing * self.epochs
        self.update()

    def mark(self, epoch: float, text: str) -> None:
        """Mark a place where something was changed; what was changed at the same place before goes with it."""
        if self.marks and self.marks[-1][0] == epoch:
            text = ", ".join(dict.fromkeys([*self.marks.pop()[1].split(", "), *text.split(", ")]))
        self.marks.append((epoch, text))
        self.update()

    def add_training(self, epochs: Floats, values: Floats) -> None:
        """Append training values at these places, in epochs (1.5 is the middle of the second)."""
        self.training.extend(epochs, values * self._scale)

    def add_mean(self, epoch: float, value: float) -> None:
        """Append the mean of an epoch's training values."""
        self.means.extend(np.array([epoch]), np.array([value * self._scale]))

    def note_step(self, epoch: float, step: int) -> None:
        """Note how many steps lie behind a place, so that the axis can be numbered in steps."""
        self.steps.extend(np.array([epoch]), np.array([float(step)]))

    def step_at(self, epoch: float) -> float:
        """Return the step at a place in epochs; beyond the last as the last ones went."""
        return float(interpolate(np.array([epoch]), self.steps.x, self.steps.y)[0]) if len(self.steps) else epoch

    def show_all(self) -> None:
        """Show all epochs again."""
        self._shown.show_all()
        self.update()

    def add_validation(self, epoch: float, value: float) -> None:
        """Append one validation value; remembers the best."""
        scaled = value * self._scale
        self.validation.extend(np.array([epoch]), np.array([scaled]))
        sign = 1 if self.better == "lower" else -1
        if not self.better:
            return
        if np.isfinite(scaled) and (self.best is None or sign * scaled < sign * self.best[1]):
            self.best = (epoch, scaled)

    def refresh(self) -> None:
        """Draw what was added since the last call, when the window next paints."""
        self.setAccessibleDescription(f"best {self.write_value(self.best[1])}" if self.best else "no values yet")
        self.update()

    def write_value(self, value: float) -> str:
        """Return a value as the plot labels it: 0.0612, 98.1 %."""
        return f"{value:.1f} %" if self.percent else f"{value:.4g}"

    def read(self, epoch: float | None) -> None:
        """Show the values at an epoch, None for none."""
        if epoch != self._reading:
            self._reading = epoch
            self.update()

    def readings(self, epoch: float) -> list[tuple[str, str]]:
        """Return the lines that say what the curves are at an epoch, each with its colour.

        Before the first validation nothing is known of it.
        """
        held_out = self.validation if len(self.validation) and epoch >= self.validation.x[0] else Series()
        values = (
            ("training", self.drawn.value_near(epoch, smooth=True), TRAINING),
            ("validation", held_out.value_near(epoch), VALIDATION),
        )
        return [
            (f"{name} {self.write_value(value)}", self.theme.family[hue])
            for name, value, hue in values
            if value is not None
        ]

    @property
    def drawn(self) -> Series:
        """The training values that are drawn: of the steps, or the means of the epochs."""
        return self.means if self._by_epoch else self.training

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._shown.is_part:
            self._grip = event.position().x(), self._shown.bounds[0]
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.unsetCursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grip is not None:
            start, left = self._grip
            self._shown.move(left, (start - at.x()) / self.area.width())
            self.update()
        inside = self.area.adjusted(-4, -SLACK, 4, SLACK).contains(at)
        self.read_at.emit(min(self._epoch_at(at.x()), self._reach) if inside and len(self.training) else None)

    def leaveEvent(self, event) -> None:
        self.read_at.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._shown.zoom(self._epoch_at(event.position().x()), 0.85 ** (event.angleDelta().y() / 120))
        self.update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def paint(self, painter: QPainter) -> None:
        area, theme = self.area, self.theme
        left, right = self._shown.bounds
        self.x_axis = Axis(left, right)
        columns = max(int(area.width() / 2), 50)
        drawn = self.drawn
        raw = thin(*cut(drawn.x, drawn.y, left, right), 2 * columns)
        smooth = thin(*cut(drawn.x, drawn.smooth, left, right), columns)
        held_out = cut(self.validation.x, self.validation.y, left, right)
        parts = [leave_out_stray(smooth[1]), held_out[1], *([leave_out_stray(raw[1])] if drawn.span else [])]
        parts.append(np.array(find_nearest(self.levels, self.better)))
        room = max(int(area.height() / 32), 2)
        self.y_axis, ticks = fit_values(np.concatenate(parts), room, log=self._log, percent=self.percent)
        self.draw_grid(painter, *self._place_ticks(left, right, ticks))
        places = [(self.point(left, value).y(), text) for value, text in self.levels]
        draw_levels(painter, theme, area, [y for y, _ in places])
        painter.setClipRect(area.adjusted(-3, -3, 3, 3))
        line, held = colour(theme.family[TRAINING]), theme.family[VALIDATION]
        if drawn.span:
            faint = tint(theme.panel, theme.family[TRAINING], 0.38)
            draw_line(painter, self.pixels_x(raw[0]), self.pixels_y(raw[1]), faint, 1)
        draw_line(painter, self.pixels_x(smooth[0]), self.pixels_y(smooth[1]), line, 1.8)
        if self._by_epoch and len(smooth[0]) < MOST_DOTS:
            draw_dots(painter, self.pixels_x(smooth[0]), self.pixels_y(smooth[1]), theme.family[TRAINING])
        x, y = self.pixels_x(held_out[0]), self.pixels_y(held_out[1])
        dots = len(x) < MOST_DOTS  # so the two curves differ without colour as well
        draw_line(painter, x, y, colour(held), 1.8, dashed=not dots)
        if dots:
            draw_dots(painter, x, y, held)
        painter.setClipping(False)
        shown = [(self.point(epoch, self.y_axis.low).x(), text) for epoch, text in self.marks if left <= epoch <= right]
        draw_marks(painter, theme, area, shown, low=self.better == "higher")
        best, names = self._place_best(), self._list_last()
        legend = place_legend(area, names, low=self.better == "higher")
        name_levels(painter, theme, area, places, [*legend, *([best[1]] if best is not None else [])])
        if best is not None:
            draw_best(painter, theme, *best)
        draw_legend(painter, theme, legend, names)
        if self._reading is not None and self.x_axis.low <= self._reading <= self.x_axis.high:
            draw_reading(painter, self, self._reading)

    def _list_last(self) -> list[tuple[str, str]]:
        """Return what the curves are now, behind their names where those stand nowhere else, and their families."""
        curves = (("training", self.drawn, TRAINING, ""), ("validation", self.validation, VALIDATION, "● "))
        return [
            (f"{dot}{name} {self.write_value(last)}" if self._legend else f"{dot}{self.write_value(last)}", hue)
            for name, series, hue, dot in curves
            if (last := series.value_near(self._reach, smooth=series is self.drawn)) is not None
        ]

    def _place_ticks(
        self, left: float, right: float, up: tuple[float, ...]
    ) -> tuple[tuple[float, ...], tuple[float, ...], tuple[str, ...]]:
        """Return the ticks of both axes, and what stands at those of the horizontal one."""
        most = max(int(self.area.width() / 36), 2)
        if not self._in_steps or not len(self.steps):
            return tuple(list_ticks(left, right, most, whole=right - left > 3)), up, ()
        low, high = self.step_at(left), self.step_at(right)
        marks = list_ticks(low, high, max(most * 2 // 3, 2), whole=True)
        places = interpolate(np.array(marks, np.float64), self.steps.y, self.steps.x)
        return tuple(places.tolist()), up, tuple(map(write_step, marks))

    def _place_best(self) -> tuple[QPointF, QRectF, str] | None:
        """Return the best point, where its value is written, and how; None where it is out of sight."""
        if self.best is None or not self.x_axis.low <= self.best[0] <= self.x_axis.high:
            return None
        at, text = self.point(*self.best), f"best {self.write_value(self.best[1])}"
        place = place_best(self.area, at, text)
        return (at, place, text) if place is not None else None

    def _epoch_at(self, x: float) -> float:
        area = self.area
        return self.x_axis.value_at(min(max((x - area.left()) / area.width(), 0.0), 1.0))

    @property
    def _reach(self) -> float:
        """How far the curves have come, in epochs."""
        return max((float(series.x[-1]) for series in (self.drawn, self.validation) if len(series)), default=0.0)
