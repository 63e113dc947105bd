"""The plane of two-dimensional data: what the network answers at each place, and the samples over it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from designer.engine.seeing import Boundary
from designer.ui.plots.axes import Axis, list_ticks
from designer.ui.plots.heat import make_image
from designer.ui.plots.plot import BOTTOM, LEFT, RIGHT, TOP, PointedPlot, draw_note
from designer.ui.theme import Theme, class_colour, colour

DOT = 2.6  # pixels
LEAST, MOST = 0.10, 0.55  # share of its colour a place has where the network is in doubt, and where it is sure


class PlanePlot(PointedPlot):
    """The regions of the classes, stronger where the network is surer, with points in the colours of their classes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.boundary: Boundary | None = None
        self._image: QImage | None = None
        self.setAccessibleName("decision boundary")

    def find_area(self) -> QRectF:
        area = super().find_area()
        side = min(area.width(), area.height() * 1.25)
        return QRectF(LEFT, TOP, max(side, 1.0), max(self.height() - TOP - BOTTOM, 1.0))

    def show_boundary(self, boundary: Boundary | None) -> None:
        """Show a plane, None for none."""
        self.boundary, self._image = boundary, None
        if boundary is not None:
            self.setAccessibleDescription(f"{self.count_right()} of {len(boundary.labels)} points in their own region")
        self.update()

    def count_right(self) -> int:
        """Return how many points lie in the region of their own class."""
        boundary = self.boundary
        if boundary is None:
            return 0
        rows, columns = boundary.classes.shape
        across = (boundary.points[:, 0] - boundary.left) / (boundary.right - boundary.left) * (columns - 1)
        up = (boundary.points[:, 1] - boundary.bottom) / (boundary.top - boundary.bottom) * (rows - 1)
        answers = boundary.classes[up.round().astype(int), across.round().astype(int)]
        return int((answers == boundary.labels).sum())

    def set_theme(self, theme: Theme) -> None:
        self._image = None
        super().set_theme(theme)

    def paint(self, painter: QPainter) -> None:
        boundary, area = self.boundary, self.area
        if boundary is None:
            return
        if self._image is None:
            self._image = make_image(paint_regions(boundary, self.theme))
        self.x_axis, self.y_axis = Axis(boundary.left, boundary.right), Axis(boundary.bottom, boundary.top)
        across = list_ticks(self.x_axis.low, self.x_axis.high, max(int(area.width() / 46), 2))
        up = list_ticks(self.y_axis.low, self.y_axis.high, max(int(area.height() / 34), 2))
        self._draw_axes(painter, across, up, ())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._image)
        x, y = self.pixels_x(boundary.points[:, 0].astype(np.float64)), self.pixels_y(boundary.points[:, 1].astype(np.float64))  # fmt: skip
        painter.setPen(QPen(colour(self.theme.panel), 0.8))
        for kind in np.unique(boundary.labels).tolist():
            painter.setBrush(colour(class_colour(self.theme, kind)))
            here = boundary.labels == kind
            for place in zip(x[here].tolist(), y[here].tolist(), strict=True):
                painter.drawEllipse(QPointF(*place), DOT, DOT)
        self._draw_reading(painter, boundary)

    def _draw_reading(self, painter: QPainter, boundary: Boundary) -> None:
        area, at = self.area, self._at
        if at is None or not area.contains(at):
            return
        rows, columns = boundary.classes.shape
        column = min(int((at.x() - area.left()) / area.width() * columns), columns - 1)
        row = min(int((area.bottom() - at.y()) / area.height() * rows), rows - 1)
        kind, sure = int(boundary.classes[row, column]), float(boundary.sureness[row, column])
        lines = [(f"class {kind}", class_colour(self.theme, kind)), (f"sure {100 * sure:.0f} %", self.theme.muted)]
        draw_note(painter, self.theme, at, lines, QRectF(self.rect()).adjusted(0, 0, -RIGHT, 0))


def paint_regions(boundary: Boundary, theme: Theme) -> np.ndarray:
    """Return the plane as pixels, the top row first: the colour of each place's class, the stronger the surer."""
    inks = [QColor(class_colour(theme, kind)) for kind in range(int(boundary.classes.max()) + 1)]
    table = np.array([(ink.red(), ink.green(), ink.blue()) for ink in inks], np.float64)
    ground = QColor(theme.panel)
    bare = np.array((ground.red(), ground.green(), ground.blue()), np.float64)
    share = (LEAST + (MOST - LEAST) * np.nan_to_num(boundary.sureness.astype(np.float64)))[..., None]
    mixed = np.rint(bare * (1 - share) + table[boundary.classes] * share).astype(np.uint32)[::-1]
    pixels = 0xFF000000 | mixed[..., 0] << 16 | mixed[..., 1] << 8 | mixed[..., 2]
    return np.asarray(pixels.astype(np.uint32))
