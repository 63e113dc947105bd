"""The picture that is on the screen, kept: of the next one only what looks otherwise, or came into view, is drawn.

An edit touches a card or two of the dozens in view, and drawing those is all that it then costs.
"""

import math

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap, QTransform

from designer.ui.canvas.geometry import Box
from designer.ui.canvas.marks import Marks
from designer.ui.canvas.painter import SheetPainter
from designer.ui.canvas.sights import RIM, Sights, compare_sights, join_parts

DEAR = 12_000  # pixels that are as quickly drawn as one part more is begun


class Backdrop:
    """The picture of one view. What is far away is drawn from lists that are kept, and is not kept as a picture."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._drawing: SheetPainter | None = None
        self._transform = QTransform()
        self._sights = Sights()

    def forget(self) -> None:
        """Let the next picture be drawn whole."""
        self._drawing = None

    def paint(self, painter: QPainter, drawing: SheetPainter, marks: Marks, size: QSize) -> bool:
        """Draw a view of this size, in logical pixels; return whether it could be told what is seen in it."""
        device, transform = painter.device(), painter.worldTransform()
        ratio = device.devicePixelRatioF()
        area = _to_canvas(QRectF(0, 0, size.width(), size.height()), transform)
        sights = drawing.see(area, transform.m11(), marks)
        if sights is None:
            self.forget()
            return False
        pixels = QSize(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
        parts = self._find_stale(drawing, transform, sights, pixels, ratio)
        self.forget()  # until all of it is drawn
        for part in parts:
            self._draw(part, drawing, marks, transform)
        self._drawing, self._sights, self._transform = drawing, sights, transform
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._picture)
        painter.setWorldTransform(transform)
        return True

    def _find_stale(
        self, drawing: SheetPainter, transform: QTransform, sights: Sights, pixels: QSize, ratio: float
    ) -> list[QRect]:
        """Return the parts of the picture, in its pixels, that are to be drawn anew, after what stays is where it belongs."""
        picture, before = self._picture, self._transform
        across, down = (transform.dx() - before.dx()) * ratio, (transform.dy() - before.dy()) * ratio
        whole = QRect(0, 0, pixels.width(), pixels.height())
        same = picture.size() == pixels and picture.devicePixelRatio() == ratio
        if not same:
            self._picture = QPixmap(pixels)
            self._picture.setDevicePixelRatio(ratio)
        changed = None
        if same and drawing is self._drawing and transform.m11() == before.m11() and across % 1 == 0 and down % 1 == 0:
            changed = compare_sights(self._sights, sights)
        if changed is None or abs(across) >= pixels.width() or abs(down) >= pixels.height():
            return [whole]
        bare = self._shift(int(across), int(down), whole)
        boxes = [box.grow(RIM) for box in changed] + [_to_canvas(_to_logical(part, ratio), transform) for part in bare]
        area, dear = _to_canvas(_to_logical(whole, ratio), transform), DEAR / (transform.m11() * ratio) ** 2
        return [_to_pixels(part, transform, ratio) & whole for part in join_parts(boxes, area, dear)]

    def _shift(self, x: int, y: int, whole: QRect) -> list[QRect]:
        """Move what stays in view to where it is seen now; return what came into view."""
        if not x and not y:
            return []
        self._picture.scroll(x, y, whole)
        wide, high = whole.width(), whole.height()
        beside = QRect(0 if x > 0 else wide + x, 0, abs(x), high)
        below = QRect(0, 0 if y > 0 else high + y, wide, abs(y))
        return [part for part in (beside, below) if not part.isEmpty()]

    def _draw(self, part: QRect, drawing: SheetPainter, marks: Marks, transform: QTransform) -> None:
        ratio = self._picture.devicePixelRatio()
        place = _to_logical(part, ratio)
        painter = QPainter(self._picture)
        painter.setClipRect(place)
        painter.setWorldTransform(transform)
        area = _to_canvas(place, transform)
        drawing.paint_ground(painter, area, transform.m11())
        drawing.paint_sheet(painter, area, transform.m11(), marks)
        painter.end()


def _to_logical(part: QRect, ratio: float) -> QRectF:
    return QRectF(part.x() / ratio, part.y() / ratio, part.width() / ratio, part.height() / ratio)


def _to_canvas(rect: QRectF, transform: QTransform) -> Box:
    scale = transform.m11()
    left, top = (rect.left() - transform.dx()) / scale, (rect.top() - transform.dy()) / scale
    return Box(left, top, left + rect.width() / scale, top + rect.height() / scale)


def _to_pixels(box: Box, transform: QTransform, ratio: float) -> QRect:
    """Return all pixels that a box of the canvas touches, and one more on each side."""
    scale = transform.m11()
    left, top = (box.left * scale + transform.dx()) * ratio, (box.top * scale + transform.dy()) * ratio
    right, bottom = (box.right * scale + transform.dx()) * ratio, (box.bottom * scale + transform.dy()) * ratio
    x, y = math.floor(left) - 1, math.floor(top) - 1
    return QRect(x, y, math.ceil(right) + 1 - x, math.ceil(bottom) + 1 - y)
