"""A matrix as a heat map: diverging colours around 0, the same range on both sides, large matrices as block means."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen

from designer.ui.plots.axes import Axis, list_ticks, round_step, write_tick
from designer.ui.plots.plot import LEFT, PointedPlot, draw_note
from designer.ui.theme import Theme, colour

Array = NDArray[np.float32]
Pixels = NDArray[np.uint32]

NEGATIVE, POSITIVE = "linear", "activation"  # families whose hues stand for the signs: blue and orange
BAR_WIDTH = 9.0
BAR_ROOM = 58.0  # pixels right of the matrix for the colour bar and its numbers


@dataclass(frozen=True, slots=True)
class Matrix:
    """What is drawn: numbers in rows and columns, what both are called, and how they are labelled."""

    values: Array
    rows: str = "out"
    columns: str = "in"


def make_matrix(tensor: Array, kind: str) -> Matrix:
    """Return a learned tensor of at least two axes as a matrix; the axes after the first lie side by side."""
    flat = tensor.reshape(len(tensor), -1)
    if kind == "Embedding":
        return Matrix(flat, "index", "feature")
    inner = "in" if tensor.ndim == 2 or flat.shape[1] == tensor.shape[1] else "in × kernel"
    return Matrix(flat, "out", inner)


def mean_blocks(values: Array, rows: int, columns: int) -> tuple[Array, tuple[int, int]]:
    """Return the means of equal blocks, at most `rows` x `columns` of them, and the size of a block.

    The blocks at the end are smaller where the sizes do not divide.
    """
    height, width = values.shape
    block = max(-(-height // max(rows, 1)), 1), max(-(-width // max(columns, 1)), 1)
    if block == (1, 1):
        return values, block
    sums = _sum_rows(_sum_rows(values, block[0]).T, block[1]).T
    starts = np.arange(0, height, block[0]), np.arange(0, width, block[1])
    counts = np.diff([*starts[0], height])[:, None] * np.diff([*starts[1], width])[None]
    return (sums / counts).astype(np.float32), block


def _sum_rows(values: Array, size: int) -> Array:
    """Return the sums of so many rows each; faster than reduceat, as whole rows are added."""
    sums = values[::size].copy(order="K")
    for offset in range(1, size):
        part = values[offset::size]
        sums[: len(part)] += part
    return sums


def find_range(values: Array) -> float:
    """Return a round number that nearly all values lie within, on both sides of 0."""
    finite = np.abs(values[np.isfinite(values)])
    if not finite.size:
        return 1.0
    most = float(np.percentile(finite, 99.5)) if finite.size > 200 else float(finite.max())
    return round_step(most) if most > 0 else 1.0


def make_palette(theme: Theme) -> Pixels:
    """Return 256 colours as 0xffrrggbb, from the most negative to the most positive; 0 is the ground."""
    middle, negative, positive = (
        _components(code) for code in (theme.canvas, theme.family[NEGATIVE], theme.family[POSITIVE])
    )
    places = np.linspace(-1, 1, 256)
    share = np.abs(places)[:, None] ** 0.8  # small weights are many: they should be told from none
    tints = np.where(places[:, None] < 0, negative, positive)
    mixed = np.rint(middle * (1 - share) + tints * share).astype(np.uint32)
    return (0xFF000000 | mixed[:, 0] << 16 | mixed[:, 1] << 8 | mixed[:, 2]).astype(np.uint32)


def _components(code: str) -> NDArray[np.float64]:
    """Return red, green and blue of "#rrggbb", 0 to 255."""
    ink = QColor(code)
    return np.array([ink.red(), ink.green(), ink.blue()], np.float64)


def paint_values(values: Array, limit: float, palette: Pixels) -> Pixels:
    """Return the colour of each value; what is not a number is white in the dark and black in the light."""
    finite = np.isfinite(values)
    places = np.clip((np.where(finite, values, 0) / limit + 1) * 127.5, 0, 255).astype(np.uint8)
    pixels = palette[places]
    if not finite.all():
        pixels[~finite] = palette[127] ^ 0x00FFFFFF
    return pixels


def make_image(pixels: Pixels) -> QImage:
    """Return the pixels as an image of its own memory."""
    height, width = pixels.shape
    return QImage(np.ascontiguousarray(pixels).data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class MatrixPlot(PointedPlot):
    """The heat map with its axes and its colour bar; the value under the mouse is read from the whole matrix."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.matrix = Matrix(np.zeros((1, 1), np.float32))
        self.limit = 1.0
        self.block = (1, 1)
        self._image: QImage | None = None
        self._palette = make_palette(theme)
        self.setAccessibleName("weights as a heat map")

    def find_area(self) -> QRectF:
        return super().find_area().adjusted(0, 0, -BAR_ROOM, -11)

    def set_theme(self, theme: Theme) -> None:
        self._palette = make_palette(theme)
        self._image = None
        super().set_theme(theme)

    def show_matrix(self, matrix: Matrix) -> None:
        """Show a matrix."""
        self.matrix = matrix
        self._image = None
        self.update()

    def value_at(self, place: QPointF) -> tuple[int, int, float] | None:
        """Return row, column and value at a place in pixels, None outside the matrix."""
        area, (height, width) = self.area, self.matrix.values.shape
        if not area.contains(place):
            return None
        row = min(int((place.y() - area.top()) / area.height() * height), height - 1)
        column = min(int((place.x() - area.left()) / area.width() * width), width - 1)
        return row, column, float(self.matrix.values[row, column])

    def resizeEvent(self, event) -> None:
        self._image = None
        super().resizeEvent(event)

    def paint(self, painter: QPainter) -> None:
        area = self.area
        height, width = self.matrix.values.shape
        if self._image is None:
            shown, self.block = mean_blocks(self.matrix.values, int(area.height()), int(area.width()))
            self.limit = find_range(shown)
            self._image = make_image(paint_values(shown, self.limit, self._palette))
        painter.drawImage(area, self._image)
        self._draw_sides(painter, height, width)
        draw_colour_bar(
            painter, self.theme, QRectF(area.right() + 10, area.top(), BAR_WIDTH, area.height()), self.limit
        )
        self._draw_reading(painter)

    def _draw_sides(self, painter: QPainter, height: int, width: int) -> None:
        area, matrix = self.area, self.matrix
        self.x_axis, self.y_axis = Axis(0, width), Axis(height, 0)
        painter.setPen(QPen(colour(self.theme.muted)))
        ends = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in list_ticks(0, height, max(int(area.height() / 34), 1), whole=True):
            y = self.point(0, row).y()
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), ends, write_tick(row))
        for column in list_ticks(0, width, max(int(area.width() / 60), 1), whole=True):
            x = self.point(column, 0).x()
            painter.drawText(
                QRectF(x - 40, area.bottom() + 3, 80, 14), Qt.AlignmentFlag.AlignHCenter, write_tick(column)
            )
        means = "" if self.block == (1, 1) else f" · means of {self.block[0]} × {self.block[1]}"
        text = f"{matrix.rows} ↓  {matrix.columns} →{means}"
        bottom = QRectF(area.left(), area.bottom() + 16, area.width() + BAR_ROOM, 14)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, text)

    def _draw_reading(self, painter: QPainter) -> None:
        found = self.value_at(self._at) if self._at is not None else None
        if found is None or self._at is None:
            return
        row, column, value = found
        names = f"{self.matrix.rows} {row}, {self.matrix.columns} {column}"
        lines = [(names, self.theme.muted), (f"{value:.4g}".replace("-", "−"), self.theme.text)]
        draw_note(painter, self.theme, self._at, lines, QRectF(self.rect()))


def draw_colour_bar(painter: QPainter, theme: Theme, bar: QRectF, limit: float) -> None:
    """Draw the colours from `limit` at the top to its negative at the bottom, with their numbers."""
    palette = make_palette(theme)
    gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    for place in range(0, 256, 15):
        gradient.setColorAt(place / 255, QColor.fromRgb(int(palette[place])))
    painter.fillRect(bar, gradient)
    painter.setPen(QPen(colour(theme.muted)))
    for value, y in ((limit, bar.top()), (0.0, bar.center().y()), (-limit, bar.bottom())):
        painter.drawText(QRectF(bar.right() + 4, y - 8, 48, 16), Qt.AlignmentFlag.AlignVCenter, write_tick(value))
