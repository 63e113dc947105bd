"""Small pictures of networks as the canvas draws them, blocks closed: made one at a time while the window is idle."""

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from designer.catalogue.facts import facts, infer_project
from designer.catalogue.templates import Template
from designer.document.files import FileError, load
from designer.document.project import Project
from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.sheet import Sheet
from designer.ui.theme import Theme

MARGIN = 20.0  # canvas units around the network
LARGEST_SCALE = 1.0  # a network of three cards is not blown up
MOST_KEPT = 400  # pictures

Key = tuple[str, str, int, int, float]


class Pictures(QObject):
    """Keeps pictures by template, theme and size. `painted` is emitted for each one that is there now."""

    painted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[Key, QImage] = {}
        self._wanted: dict[Key, tuple[Template, Theme]] = {}
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._paint_next)

    def find(self, template: Template, theme: Theme, size: QSize, ratio: float = 1.0) -> QImage | None:
        """Return the picture of a template in logical pixels; None until it is painted, which is then asked for.

        `ratio` is the number of the screen's pixels in a logical one. What is asked for last is painted first.
        """
        key = (template.name, theme.name, size.width(), size.height(), ratio)
        found = self._kept.get(key)
        if found is None and not size.isEmpty():
            self._wanted.pop(key, None)
            self._wanted[key] = (template, theme)
            self._timer.start()
        return found

    def stop(self) -> None:
        """Paint no more of what was asked for."""
        self._wanted.clear()
        self._timer.stop()

    def _paint_next(self) -> None:
        if not self._wanted:
            return
        key, (template, theme) = self._wanted.popitem()
        size, ratio = QSize(key[2], key[3]), key[4]
        try:
            project = load(template.path)
        except FileError:
            project = Project()
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = paint_network(project, theme, size, ratio)
        if self._wanted:
            self._timer.start()
        self.painted.emit()


def paint_network(project: Project, theme: Theme, size: QSize, ratio: float = 1.0) -> QImage:
    """Return a picture of a project's network, fitted into a size in logical pixels."""
    known = facts(project)
    sheet = Sheet()
    sheet.show(project, infer_project(project), (), None if known is None else known.target)
    bounds = (sheet.bounds() or Box(0, 0, 0, 0)).grow(MARGIN)
    width, height = bounds.right - bounds.left, bounds.bottom - bounds.top
    scale = min(size.width() / width, size.height() / height, LARGEST_SCALE) * ratio
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    left = (bounds.left + bounds.right) / 2 - image.width() / scale / 2
    top = (bounds.top + bounds.bottom) / 2 - image.height() / scale / 2
    area = Box(left, top, left + image.width() / scale, top + image.height() / scale)
    network = SheetPainter(sheet, theme)
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.translate(-left, -top)
    network.paint_ground(painter, area, scale)
    network.paint_sheet(painter, area, scale, Marks())
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
