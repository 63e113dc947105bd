"""Filters of a convolution as pictures in a grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from designer.ui.plots.heat import (
    BAR_ROOM,
    BAR_WIDTH,
    draw_colour_bar,
    find_range,
    make_image,
    make_palette,
    paint_values,
)
from designer.ui.plots.plot import LEFT, Plot
from designer.ui.theme import Theme, colour

Array = NDArray[np.float32]
Pixels = NDArray[np.uint32]

LEAST_PIXELS = 2  # on the screen for one weight; filters that would be smaller are left out


@dataclass(frozen=True, slots=True)
class Grid:
    """How filters lie: `rows` x `columns` tiles of `height` x `width` weights, one weight apart, `scale` pixels each."""

    rows: int
    columns: int
    height: int
    width: int
    scale: int

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of weights, gaps included."""
        return self.rows * (self.height + 1) - 1, self.columns * (self.width + 1) - 1


def arrange_pictures(count: int, height: int, width: int, room: tuple[float, float]) -> Grid:
    """Return the grid that shows `count` pictures largest in so much room (height, width in pixels)."""
    best = Grid(1, 1, height, width, 0)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        scale = int(min(room[0] / (rows * (height + 1) - 1), room[1] / (columns * (width + 1) - 1)))
        if scale > best.scale or best.scale == 0:
            best = Grid(rows, columns, height, width, scale)
    if best.scale >= LEAST_PIXELS:
        return best
    return _fit(height, width, room)


def arrange_channels(filters: int, channels: int, height: int, width: int, room: tuple[float, float]) -> Grid:
    """Return the grid with a row for each filter and a column for each input channel, cut off where it is too large."""
    scale = int(min(room[0] / (filters * (height + 1) - 1), room[1] / (channels * (width + 1) - 1)))
    if scale >= LEAST_PIXELS:
        return Grid(filters, channels, height, width, scale)
    most = _fit(height, width, room)
    rows, columns = min(most.rows, filters), min(most.columns, channels)
    scale = int(min(room[0] / (rows * (height + 1) - 1), room[1] / (columns * (width + 1) - 1)))
    return Grid(rows, columns, height, width, max(scale, 1))


def _fit(height: int, width: int, room: tuple[float, float]) -> Grid:
    """Return the grid of as many tiles as there is room for at the least size."""
    rows, columns = (max(int((room[i] / LEAST_PIXELS + 1) / (side + 1)), 1) for i, side in ((0, height), (1, width)))
    return Grid(rows, columns, height, width, LEAST_PIXELS)


def tile(tiles: NDArray[np.uint32], grid: Grid, ground: int) -> Pixels:
    """Return tiles (n x height x width) laid out row by row in a grid, on the ground."""
    height, width = grid.size
    pixels = np.full((grid.rows * (grid.height + 1), grid.columns * (grid.width + 1)), ground, np.uint32)
    view = pixels.reshape(grid.rows, grid.height + 1, grid.columns, grid.width + 1)
    shown = tiles[: grid.rows * grid.columns]
    for place, one in enumerate(shown):
        view[place // grid.columns, : grid.height, place % grid.columns, : grid.width] = one
    return pixels[:height, :width]


def paint_colours(filters: Array, limit: float) -> Pixels:
    """Return filters over three channels (n x 3 x height x width) as colours; 0 is middle grey."""
    levels = np.clip((filters / limit + 1) * 127.5, 0, 255).astype(np.uint32)
    pixels: Pixels = 0xFF000000 | levels[:, 0] << 16 | levels[:, 1] << 8 | levels[:, 2]
    return pixels.astype(np.uint32)


class FilterPlot(Plot):
    """The filters of a two-dimensional convolution.

    Over one channel or three each filter is a picture; otherwise there is a row for each filter and a column for each
    input channel.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.filters = np.zeros((1, 1, 1, 1), np.float32)
        self.limit = 1.0
        self.grid = Grid(1, 1, 1, 1, 1)
        self._image: QImage | None = None
        self.setAccessibleName("filters")

    def find_area(self) -> QRectF:
        return super().find_area().adjusted(-LEFT, 0, -BAR_ROOM + 6, -2)

    @property
    def pictures(self) -> bool:
        """Whether each filter is one picture."""
        return self.filters.shape[1] in (1, 3)

    def set_theme(self, theme: Theme) -> None:
        self._image = None
        super().set_theme(theme)

    def resizeEvent(self, event) -> None:
        self._image = None
        super().resizeEvent(event)

    def show_filters(self, filters: Array) -> None:
        """Show a tensor of out x in x height x width."""
        self.filters = filters
        self._image = None
        self.update()

    def describe(self) -> str:
        """Return what is shown: "16 filters over 1 channel"."""
        count, channels = self.filters.shape[:2]
        grid = self.grid
        if self.pictures:
            shown = min(count, grid.rows * grid.columns)
            of = f"{count} filters" if shown == count else f"first {shown} of {count} filters"
            return f"{of} over {channels} channel{'s' if channels > 1 else ''}"
        rows = f"out ↓ {grid.rows}" + (f" of {count}" if grid.rows < count else "")
        columns = f"in → {grid.columns}" + (f" of {channels}" if grid.columns < channels else "")
        return f"{rows}  {columns}"

    def paint(self, painter: QPainter) -> None:
        area = self.area
        if self._image is None:
            self._image = self._render((area.height(), area.width()))
        height, width = self.grid.size
        scale = max(self.grid.scale, 1)
        target = QRectF(area.left(), area.top(), width * scale, height * scale)
        painter.drawImage(target, self._image)
        painter.setPen(QPen(colour(self.theme.muted)))
        painter.drawText(QPointF(area.left(), min(target.bottom(), area.bottom()) + 14), self.describe())
        if self.filters.shape[1] != 3:
            bar = QRectF(min(target.right(), area.right()) + 12, area.top(), BAR_WIDTH, area.height())
            draw_colour_bar(painter, self.theme, bar, self.limit)

    def _render(self, room: tuple[float, float]) -> QImage:
        count, channels, height, width = self.filters.shape
        self.limit = find_range(self.filters)
        ground = QColor(self.theme.panel).rgb()
        if self.pictures:
            self.grid = arrange_pictures(count, height, width, room)
            if channels == 3:
                tiles = paint_colours(self.filters, self.limit)
            else:
                tiles = paint_values(self.filters[:, 0], self.limit, make_palette(self.theme))
        else:
            self.grid = grid = arrange_channels(count, channels, height, width, room)
            shown = self.filters[: grid.rows, : grid.columns].reshape(-1, height, width)
            tiles = paint_values(shown, self.limit, make_palette(self.theme))
        return make_image(tile(tiles, self.grid, ground))
