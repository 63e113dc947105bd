"""Parallel coordinates: an axis for each setting and one for the goal, a line for each trial; a drag on an axis filters."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from designer.document.graph import Value
from designer.document.wording import show_name
from designer.engine.sweeps.definition import Axis, Sweep
from designer.engine.sweeps.trials import Trial
from designer.engine.sweeps.values import write_value
from designer.ui.theme import Theme, colour, mix

TOP, BOTTOM, SIDE = 24, 14, 54
REACH = 22  # pixels beside an axis that belong to it
LEAST = 4  # pixels of a drag that counts
MOST_SOLID = 150  # lines; of more each lets those below it be seen


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis as it is drawn: words from bottom to top, or a range; `places` are those of the trials, 0 to 1."""

    title: str
    places: tuple[float | None, ...]
    words: tuple[tuple[float, str], ...]


class ParallelPlot(QWidget):
    """The trials of a sweep as lines. `brushed` carries the trials inside all brushes, None where there is no brush."""

    brushed = Signal(object)
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scales: tuple[Scale, ...] = ()
        self.trials: tuple[Trial, ...] = ()
        self.brushes: dict[int, tuple[float, float]] = {}
        self.marked = -1
        self._sweep = Sweep()
        self._from: tuple[int, float] | None = None
        self._key: tuple[object, ...] = ()
        self._picture = QPixmap()  # of the trials that are over
        self._drawn: set[int] = set()  # those in it
        self.setMinimumSize(220, 80)
        self.setAccessibleName("trials by their values")
        self.setToolTip("Drag along an axis to keep the trials of a part of it; click the axis to let go")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 200)

    def show_trials(self, sweep: Sweep, trials: Sequence[Trial]) -> None:
        """Show those trials that have a result, or are about to."""
        if sweep is not self._sweep:
            self._sweep, self.brushes = sweep, {}
        self.trials = tuple(trial for trial in trials if trial.goal is not None and math.isfinite(trial.goal))
        scales = [_scale(axis, [trial.values.get(axis.key) for trial in self.trials]) for axis in sweep.axes]
        goals = [trial.goal for trial in self.trials]
        self.scales = (*scales, _scale_numbers(sweep.goal, goals, log=False)) if self.trials else ()
        if self.brushes:
            self.brushed.emit(self.find_inside())
        self.update()

    def mark(self, slot: int) -> None:
        """Draw one trial so that it stands out."""
        if slot != self.marked:
            self.marked = slot
            self.update()

    def find_inside(self) -> frozenset[int] | None:
        """Return the trials inside all brushes, None where there is none."""
        if not self.brushes:
            return None
        inside = set()
        for place, trial in enumerate(self.trials):
            at = {number: self.scales[number].places[place] for number in self.brushes}
            if all(at[n] is not None and low <= at[n] <= high for n, (low, high) in self.brushes.items()):
                inside.add(trial.slot)
        return frozenset(inside)

    def x_of(self, axis: int) -> float:
        """Return where an axis stands."""
        room = self.width() - 2 * SIDE
        return SIDE + (room * axis / max(1, len(self.scales) - 1))

    def y_of(self, place: float) -> float:
        """Return the height of a place on an axis, from 0 to 1."""
        return self.height() - BOTTOM - place * (self.height() - TOP - BOTTOM)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        axis = self._axis_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and axis is not None:
            self._from = axis, event.position().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        axis, start = self._from
        if abs(event.position().y() - start) >= LEAST:
            self._brush(axis, start, event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        axis, start = self._from
        self._from = None
        if abs(event.position().y() - start) < LEAST:
            if axis in self.brushes:
                del self.brushes[axis]
                self._tell()
            else:
                self._choose(event.position())
        else:
            self._brush(axis, start, event.position().y())

    def _brush(self, axis: int, start: float, end: float) -> None:
        room = self.height() - TOP - BOTTOM
        ends = sorted((self.height() - BOTTOM - y) / max(1, room) for y in (start, end))
        self.brushes[axis] = max(-0.03, ends[0]), min(1.03, ends[1])
        self._tell()

    def _tell(self) -> None:
        self.brushed.emit(self.find_inside())
        self.update()

    def _choose(self, at: QPointF) -> None:
        """Choose the trial whose line passes an axis next to the pointer."""
        axis = self._axis_at(at.x())
        near = [
            (abs(self.y_of(place) - at.y()), trial.slot)
            for place, trial in zip(self.scales[axis].places if axis is not None else (), self.trials, strict=False)
            if place is not None
        ]
        if near and min(near)[0] < 10:
            self.chosen.emit(min(near)[1])

    def _axis_at(self, x: float) -> int | None:
        near = [(abs(self.x_of(axis) - x), axis) for axis in range(len(self.scales))]
        return min(near)[1] if near and min(near)[0] <= REACH else None

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour(self.theme.panel))
        if not self.scales:
            painter.setPen(colour(self.theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Each trial that ends is a line here.")
            return
        inside = self.find_inside()
        self._draw_over(inside)
        painter.drawPixmap(0, 0, self._picture)
        for place, trial in enumerate(self.trials):
            if trial.slot not in self._drawn or trial.slot == self.marked:
                self._draw_line(painter, place, dim=inside is not None and trial.slot not in inside)
        for axis, scale in enumerate(self.scales):
            self._draw_axis(painter, axis, scale)

    def _draw_over(self, inside: frozenset[int] | None) -> None:
        """Draw the trials that are over into a picture; where all else is as it was, only those that are new."""
        ratio = self.devicePixelRatioF()
        key = (
            self._sweep,
            tuple(scale.words for scale in self.scales),
            (self.size(), ratio, self.theme.name),
            tuple(self.brushes.items()),
        )
        if key != self._key:
            self._key, self._drawn = key, set()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
        over = ("done", "pruned", "failed")
        new = [
            place for place, trial in enumerate(self.trials) if trial.slot not in self._drawn and trial.state in over
        ]
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in sorted(new, key=self._rank, reverse=True):
            slot = self.trials[place].slot
            self._draw_line(painter, place, dim=inside is not None and slot not in inside, marks=False)
            self._drawn.add(slot)
        painter.end()

    def _rank(self, place: int) -> float:
        """Return what the lines are drawn by: the best last, above the others."""
        goal = self.scales[-1].places[place] or 0.0
        return goal if self._sweep.is_better_lower else -goal

    def _draw_line(self, painter: QPainter, place: int, *, dim: bool, marks: bool = True) -> None:
        points = [
            QPointF(self.x_of(axis), self.y_of(at))
            for axis, scale in enumerate(self.scales)
            if (at := scale.places[place]) is not None
        ]
        goal = self.scales[-1].places[place] or 0.0
        good = 1 - goal if self._sweep.is_better_lower else goal
        theme, trial = self.theme, self.trials[place]
        ink = mix(mix(theme.panel, theme.muted, 0.55), theme.accent, good**1.5)
        marked = marks and trial.slot == self.marked
        if marked:
            ink = theme.text
        shade = colour(ink if not dim else mix(theme.panel, theme.border, 0.6))
        if not marked:
            shade.setAlphaF(min(1.0, max(0.15, MOST_SOLID / len(self.trials))))
        pen = QPen(shade, 1.2 + 1.2 * good)
        if marked:
            pen.setWidthF(2.6)
        if trial.state != "done":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(points[0])
        for before, after in itertools.pairwise(points):
            middle = (before.x() + after.x()) / 2
            path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
        painter.drawPath(path)

    def _draw_axis(self, painter: QPainter, axis: int, scale: Scale) -> None:
        theme, x = self.theme, self.x_of(axis)
        painter.setPen(QPen(colour(theme.wire), 1))
        painter.drawLine(QPointF(x, self.y_of(0)), QPointF(x, self.y_of(1)))
        if axis in self.brushes:
            low, high = self.brushes[axis]
            area = QRectF(QPointF(x - 6, self.y_of(high)), QPointF(x + 6, self.y_of(low)))
            fill = colour(theme.accent)
            fill.setAlphaF(0.3)
            painter.fillRect(area, fill)
            painter.setPen(QPen(colour(theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area)
        font = painter.font()
        metrics = painter.fontMetrics()
        gap = (self.width() - 2 * SIDE) / max(1, len(self.scales) - 1)
        wide = min(gap, 2 * SIDE) if len(self.scales) > 1 else 2 * SIDE
        title = metrics.elidedText(scale.title, Qt.TextElideMode.ElideLeft, int(wide) - 4)
        last = axis == len(self.scales) - 1
        painter.setPen(colour(theme.accent if last else theme.text))
        painter.drawText(QRectF(x - wide / 2, 2, wide, TOP - 6), Qt.AlignmentFlag.AlignCenter, title)
        painter.setFont(font)
        painter.setPen(colour(theme.muted))
        end = float("inf")
        for place, word in sorted(scale.words):
            y = self.y_of(place)
            if end - y < metrics.height() - 2:
                continue  # no room for this one
            end = y
            text = metrics.elidedText(word, Qt.TextElideMode.ElideRight, SIDE - 10 if last else int(gap) - 14)
            box = QRectF(x + 6, y - 9, max(SIDE, gap), 18)
            ground = colour(theme.panel)
            ground.setAlphaF(0.75)
            painter.fillRect(QRectF(x + 5, y - 7, metrics.horizontalAdvance(text) + 2, 14), ground)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _scale(axis: Axis, values: Sequence[Value]) -> Scale:
    """Return the scale of what varies: its choices one above the other, or its range."""
    if axis.choices:
        count = len(axis.choices)
        heights = {write_value(one): (at / (count - 1) if count > 1 else 0.5) for at, one in enumerate(axis.choices)}
        words = tuple((height, show_name(word, 30)) for word, height in heights.items())
        places = tuple(
            heights.get(write_value(value)) if value is not None or None in axis.choices else None for value in values
        )
        return Scale(axis.name, places, words)
    numbers = [float(value) if isinstance(value, int | float) else None for value in values]
    return _scale_numbers(axis.name, numbers, log=axis.log, ends=(axis.low, axis.high))


def _scale_numbers(
    title: str, numbers: Sequence[float | None], *, log: bool, ends: tuple[float, float] | None = None
) -> Scale:
    known = [number for number in numbers if number is not None]
    low, high = ends if ends is not None else (min(known), max(known))
    if high <= low:
        low, high = low - 0.5, high + 0.5

    def place(number: float) -> float:
        if log:
            return math.log(number / low) / math.log(high / low)
        return (number - low) / (high - low)

    middle = math.sqrt(low * high) if log else (low + high) / 2
    words = tuple((place(one), f"{one:.3g}") for one in (low, middle, high))
    return Scale(title, tuple(None if number is None else place(number) for number in numbers), words)
