"""Pictures in rows, each with its label below it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme, colour, text_font

GAP, CAPTION = 8, 15  # pixels
LARGEST, SMALLEST = 88, 44  # pixels of a side


class ImageGrid(QWidget):
    """Grey or coloured images in rows, each in a square with its label below, as large as they fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.images: list[QImage] = []
        self.labels: list[str] = []
        self.setMinimumHeight(60)

    def show_images(self, images: Sequence[NDArray[np.uint8]], labels: Sequence[str]) -> None:
        """Show images, height x width of grey or height x width x 3, and their labels."""
        self.images = [make_image(image) for image in images]
        self.labels = [str(label) for label in labels]
        self.setAccessibleName(f"{len(self.images)} images")
        self.update()

    def paintEvent(self, event) -> None:
        if not self.images:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(text_font(10.5))
        painter.setPen(colour(self.theme.muted))
        rows = max(1, min(self.height() // (SMALLEST + CAPTION + GAP), self.height() // (LARGEST + CAPTION + GAP) + 1))
        side = min((self.height() - rows * (CAPTION + GAP)) // rows, LARGEST)
        columns = max(int((self.width() + GAP) / (side + GAP)), 1)
        for place, (image, label) in enumerate(zip(self.images[: rows * columns], self.labels, strict=False)):
            x, y = (place % columns) * (side + GAP), (place // columns) * (side + CAPTION + GAP)
            scale = side / max(image.width(), image.height())
            width, height = scale * image.width(), scale * image.height()
            painter.drawImage(QRectF(x + (side - width) / 2, y + (side - height) / 2, width, height), image)
            told = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, side)
            painter.drawText(QRectF(x, y + side + 1, side, CAPTION), Qt.AlignmentFlag.AlignHCenter, told)


def make_image(values: NDArray[np.uint8]) -> QImage:
    """Return grey values height x width, or colours height x width x 3, as an image."""
    values = np.ascontiguousarray(values)
    height, width = values.shape[:2]
    form = QImage.Format.Format_Grayscale8 if values.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(values.data, width, height, values.strides[0], form).copy()
