"""Samples as points in a plane, in the colours of what they are; a point is read under the mouse and leads to its sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent

from designer.ui.plots.axes import Axis, Floats, list_ticks, write_tick
from designer.ui.plots.plot import PointedPlot, draw_note, tint
from designer.ui.theme import CLASS_FAMILIES, Theme, class_colour, colour

SIDE, FOOT, KEYS = 46.0, 34.0, 150.0  # pixels at the left, below, and for the legend
NEAREST, FURTHEST = 1e-9, 1e12  # ends of what is seen of an axis: a share of where it is, and a length
NEAR = 12.0  # pixels within which a point is meant
STEP = 1.25  # of one notch of the wheel
ROW = 16.0
FACE = 64  # logical pixels of a picture under the mouse
LOW, HIGH = "linear", "activation"  # hues of the least and the largest number
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

Describe = Callable[[int], tuple[QImage | None, Sequence[str]]]


def describe_nothing(place: int) -> tuple[QImage | None, Sequence[str]]:
    """Say nothing of a point."""
    return None, ()


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points and how they are coloured: by `kinds` with their `names`, by `numbers`, or all alike. Some are ringed.

    `axes` are what both axes are called.
    """

    points: Floats
    axes: tuple[str, str] = ("", "")
    kinds: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()
    numbers: Floats | None = None
    ringed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    ring: str = ""


class PointPlane(PointedPlot):
    """`chosen` carries the number of a point that is clicked. The wheel zooms, a double click shows all again."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.cloud = Cloud(np.zeros((0, 2)))
        self.describe: Describe = describe_nothing
        self.at_hand: int | None = None  # where the keys are
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(170, 74)
        self.setAccessibleName("samples in a plane")

    def sizeHint(self) -> QSize:
        return QSize(420, 260)

    def show_cloud(self, cloud: Cloud, describe: Describe) -> None:
        """Show points; `describe` tells of one by its number."""
        moved = cloud.points is not self.cloud.points
        self.cloud, self.describe, self._area = cloud, describe, None
        if moved:
            self.at_hand = None
            self.show_all()
        self.setAccessibleDescription(f"{len(cloud.points):,} points")
        self.update()

    def show_all(self) -> None:
        """Let all points be seen."""
        points = self.cloud.points
        if len(points):
            low, high = points.min(0), points.max(0)
            room = np.maximum((high - low) * 0.04, 1e-9)
            self.x_axis = Axis(float(low[0] - room[0]), float(high[0] + room[0]))
            self.y_axis = Axis(float(low[1] - room[1]), float(high[1] + room[1]))
        self.update()

    def find_area(self) -> QRectF:
        keys = KEYS if self.width() > 340 and (self.cloud.names or self.cloud.numbers is not None) else 8.0
        return QRectF(SIDE, 6, max(self.width() - SIDE - keys, 1.0), max(self.height() - 6 - FOOT, 1.0))

    def place_of(self, number: int) -> QPointF:
        """Return where a point lies, in pixels."""
        return self.point(*self.cloud.points[number].tolist())

    def find(self, at: QPointF) -> int | None:
        """Return the point that is meant by a place in pixels."""
        points = self.cloud.points
        if not len(points) or not self.area.contains(at):
            return None
        away = np.hypot(self.pixels_x(points[:, 0]) - at.x(), self.pixels_y(points[:, 1]) - at.y())
        index = int(away.argmin())
        return index if away[index] <= NEAR else None

    # --- hands ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.find(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.at_hand = found
            self.update()
            self.chosen.emit(found)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.find(event.position()) is None:
            self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        area, at = self.area, event.position()
        if not turns or not area.contains(at):
            event.ignore()
            return
        factor = STEP**-turns
        across = (at.x() - area.left()) / area.width()
        up = (area.bottom() - at.y()) / area.height()
        self.x_axis, self.y_axis = _zoom(self.x_axis, across, factor), _zoom(self.y_axis, up, factor)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self.cloud.points)
        step = STEPS.get(event.key())  # type: ignore[call-overload]
        if count and step is not None:
            self.at_hand = 0 if self.at_hand is None else (self.at_hand + step) % count
            self.setAccessibleDescription(", ".join(self.describe(self.at_hand)[1]))
            self.update()
        elif self.at_hand is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.at_hand)
        elif event.key() == Qt.Key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)

    # --- painting ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        cloud, area, theme = self.cloud, self.area, self.theme
        if not len(cloud.points):
            return
        if any(cloud.axes):
            across = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 70), 2))
            up = list_ticks(self.y_axis.low, self.y_axis.high, max(int(area.height() / 40), 2))
            self._draw_axes(painter, across, up, ())
        painter.setPen(colour(theme.muted))
        below = QRectF(area.left(), area.bottom() + 18, area.width(), 15)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, " · ".join(filter(None, cloud.axes)))
        painter.save()
        painter.setClipRect(area)
        x, y = self.pixels_x(cloud.points[:, 0]), self.pixels_y(cloud.points[:, 1])
        size = 3.4 if len(x) < 400 else 2.6
        inks = self._list_inks()
        for number, (left, top) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
            ringed = bool(cloud.ringed[number]) if len(cloud.ringed) else False
            painter.setPen(QPen(colour(theme.text), 1.3) if ringed else Qt.PenStyle.NoPen)
            painter.setBrush(colour(inks[number]))
            draw_mark(painter, QPointF(left, top), size, 0 if cloud.kinds is None else int(cloud.kinds[number]))
        painter.restore()
        self._draw_legend(painter)
        self._draw_reading(painter, x, y)

    def _list_inks(self) -> list[str]:
        """Return the colour of each point."""
        cloud, theme = self.cloud, self.theme
        if cloud.kinds is not None:
            return [class_colour(theme, kind) for kind in cloud.kinds.tolist()]
        if cloud.numbers is None:
            return [theme.family["linear"]] * len(cloud.points)
        low, high = float(np.nanmin(cloud.numbers)), float(np.nanmax(cloud.numbers))
        shares = np.nan_to_num((cloud.numbers - low) / (high - low or 1.0))
        return [_shade(theme, share) for share in np.round(shares, 2).tolist()]

    def _draw_legend(self, painter: QPainter) -> None:
        cloud, area, theme = self.cloud, self.area, self.theme
        left, top = area.right() + 14, area.top()
        room = self.width() - left - 20
        if room < 60:
            return
        metrics = painter.fontMetrics()
        lines = [(class_colour(theme, kind), name) for kind, name in enumerate(cloud.names)]
        if cloud.numbers is not None:
            ends = np.linspace(float(np.nanmax(cloud.numbers)), float(np.nanmin(cloud.numbers)), 5)
            lines = [(_shade(theme, 1 - place / 4), write_tick(float(f"{end:.3g}"))) for place, end in enumerate(ends)]
        most = max(int((area.height() - ROW) / ROW), 1)
        if len(lines) > most:
            lines = [*lines[: most - 1], ("", f"and {len(lines) - most + 1} more")]
        for kind, (ink, name) in enumerate(lines):
            if ink:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(ink))
                draw_mark(painter, QPointF(left + 4, top + 8), 4, kind if cloud.numbers is None else 0)
            painter.setPen(colour(theme.text if ink else theme.muted))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(left + 14, top, room, ROW), Qt.AlignmentFlag.AlignVCenter, text)
            top += ROW
        if cloud.ring and cloud.ringed.any():
            painter.setPen(QPen(colour(theme.text), 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + 4, top + 8), 4, 4)
            painter.setPen(colour(theme.muted))
            painter.drawText(QRectF(left + 14, top, room, ROW), Qt.AlignmentFlag.AlignVCenter, cloud.ring)

    def _draw_reading(self, painter: QPainter, x: Floats, y: Floats) -> None:
        found = self.find(self._at) if self._at is not None else self.at_hand if self.hasFocus() else None
        if found is None or self.is_vector:
            return
        at, theme = QPointF(float(x[found]), float(y[found])), self.theme
        painter.setPen(QPen(colour(theme.text), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 6, 6)
        image, lines = self.describe(found)
        inside = QRectF(self.rect())
        if image is not None:
            side = QRectF(0, 0, FACE * image.width() / max(image.height(), 1), FACE)
            side.moveTo(min(at.x() + 10, inside.right() - side.width() - 4), max(at.y() - FACE - 10, 2))
            painter.drawImage(side, image)
            painter.setPen(colour(theme.border))
            painter.drawRect(side)
        if lines:
            painter.setPen(colour(theme.text))
            draw_note(painter, theme, at, [(line, theme.muted if place else theme.text) for place, line in enumerate(lines)], inside)  # fmt: skip


def draw_mark(painter: QPainter, at: QPointF, size: float, kind: int) -> None:
    """Draw a point of a kind: those that share a colour differ in their form."""
    form = kind // len(CLASS_FAMILIES) % 3
    if form == 0:
        painter.drawEllipse(at, size, size)
    elif form == 1:
        painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
    else:
        top = QPointF(at.x(), at.y() - 1.3 * size)
        painter.drawPolygon([top, at + QPointF(1.2 * size, size), at + QPointF(-1.2 * size, size)])


def _shade(theme: Theme, share: float) -> str:
    """Return the colour of a number between the least, 0, and the largest, 1."""
    middle = theme.muted
    hue = theme.family[HIGH if share >= 0.5 else LOW]
    return tint(middle, hue, round(abs(2 * share - 1), 2)).name()


def _zoom(axis: Axis, place: float, factor: float) -> Axis:
    """Return an axis of which so much is seen, with one place where it was."""
    middle, span = axis.value_at(place), (axis.high - axis.low) * factor
    if not NEAREST * max(abs(middle), 1e-9) < span < FURTHEST:
        return axis
    return Axis(middle - (middle - axis.low) * factor, middle + (axis.high - middle) * factor)
