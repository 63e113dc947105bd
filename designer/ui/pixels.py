"""Pictures of numbers, as they are: each pixel sharp, as large as it fits."""

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.theme import Theme, colour


class PixelView(QWidget):
    """A picture, channels x height x width from 0 to 1, as large as it fits, its pixels left sharp."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.pixels: np.ndarray | None = None
        self.setMinimumSize(56, 56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_pixels(self, pixels: np.ndarray | None) -> None:
        """Show a picture."""
        self.pixels = pixels
        self.setAccessibleDescription("" if pixels is None else f"{pixels.shape[1]} by {pixels.shape[2]} pixels")
        self.update()

    def paintEvent(self, event) -> None:
        if self.pixels is None:
            return
        painter, image = QPainter(self), make_image(self.pixels)
        scale = min((self.width() - 4) / image.width(), (self.height() - 4) / image.height())
        scale = max(int(scale), 1) if scale >= 1 else scale
        room = QRectF(2, 2, image.width() * scale, image.height() * scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(room, image)
        painter.setPen(QPen(colour(self.theme.border), 1))
        painter.drawRect(room)
        painter.end()


def stretch(values: np.ndarray) -> np.ndarray:
    """Return numbers of any range as a picture: the least black, the largest white."""
    low, high = float(values.min()), float(values.max())
    found: np.ndarray = (values - low) / ((high - low) or 1.0)
    return found


def make_image(pixels: np.ndarray) -> QImage:
    """Return a picture, channels x height x width from 0 to 1, as an image."""
    bytes_ = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
    rows = np.ascontiguousarray(np.moveaxis(bytes_, 0, -1))
    height, width, channels = rows.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(rows.data, width, height, width * channels, form).copy()
