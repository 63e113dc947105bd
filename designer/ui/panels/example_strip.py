"""One sample as it is, and some times as it is learned: pictures, lines of numbers, or tokens."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from designer.document.wording import show_name
from designer.ui.theme import Theme, colour, fixed_font, text_font

GAP, CAPTION, LARGEST = 8, 15, 150  # pixels
LINE_HEIGHT = 18
MOST_TOKENS = 200

Numbers = NDArray[Any]


class ExampleStrip(QWidget):
    """Draws examples side by side, or below each other where they are tokens; the first is the sample as it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.examples: list[Numbers] = []
        self.images: list[QImage] = []
        self.words: Sequence[str] = ()
        self.setMinimumSize(120, 90)

    def show_examples(self, examples: Sequence[Numbers], words: Sequence[str] = ()) -> None:
        """Show examples, C x H x W, length x channels, one row of numbers or one of tokens; none shows nothing.

        `words` are the tokens by their numbers.
        """
        self.examples, self.words = list(examples), words
        self.images = make_images(self.examples) if examples and examples[0].ndim == 3 else []
        self.setAccessibleName(f"a sample as it is, and {max(len(examples) - 1, 0)} times as it is learned")
        self.update()

    def paintEvent(self, event) -> None:
        if not self.examples:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(10.5))
        if self.examples[0].dtype.kind in "iu":
            self._paint_tokens(painter)
            return
        side, columns = self._share_room()
        for place, example in enumerate(self.examples):
            x, y = (place % columns) * (side + GAP), (place // columns) * (side + CAPTION + GAP)
            room = QRectF(x, y, side, side)
            if self.images:
                self._paint_image(painter, self.images[place], room)
            else:
                self._paint_line(painter, example, room, is_first=place == 0)
            painter.setPen(colour(self.theme.muted))
            told = "as it is" if place == 0 else str(place)
            painter.drawText(QRectF(x, y + side + 1, side, CAPTION), Qt.AlignmentFlag.AlignHCenter, told)

    def _share_room(self) -> tuple[float, int]:
        """Return the side of a square and how many stand in a row, so that all are as large as they can be."""
        count, best = len(self.examples), (1.0, 1)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            wide = (self.width() + GAP) / columns - GAP
            high = (self.height() + GAP) / rows - GAP - CAPTION
            best = max(best, (min(wide, high, LARGEST), columns))
        return max(best[0], 1.0), best[1]

    def _paint_image(self, painter: QPainter, image: QImage, room: QRectF) -> None:
        scale = room.width() / max(image.width(), image.height())
        width, height = scale * image.width(), scale * image.height()
        left, top = room.x() + (room.width() - width) / 2, room.y() + (room.height() - height) / 2
        painter.drawImage(QRectF(left, top, width, height), image)

    def _paint_line(self, painter: QPainter, example: Numbers, room: QRectF, *, is_first: bool) -> None:
        low, high = _find_range(self.examples)
        painter.fillRect(room, colour(self.theme.card))
        shown = (
            [(example, self.theme.accent)]
            if is_first
            else [(self.examples[0], self.theme.muted), (example, self.theme.accent)]
        )
        for values, hue in shown:
            painter.setPen(QPen(colour(hue), 1.4))
            for channel in values.reshape(len(values), -1).T:
                across = room.x() + 4 + (room.width() - 8) * np.arange(len(channel)) / max(len(channel) - 1, 1)
                up = room.bottom() - 4 - (room.height() - 8) * (channel - low) / (high - low)
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across, up, strict=True)]))

    def _spell(self, token: int) -> str:
        """Return a token as a word, or as its number where its word is not known."""
        known = self.words[token] if 0 <= token < len(self.words) else str(token)
        return show_name(known.replace("\n", "⏎").replace(" ", "·"), 24)

    def _paint_tokens(self, painter: QPainter) -> None:
        painter.setFont(fixed_font(11))
        for row, example in enumerate(self.examples):
            x = 0.0
            for token, before in zip(example[:MOST_TOKENS].tolist(), self.examples[0].tolist(), strict=False):
                word = f"{self._spell(token)} "
                painter.setPen(colour(self.theme.text if token == before else self.theme.accent))
                painter.drawText(QPointF(x, LINE_HEIGHT * (row + 1)), word)
                x += painter.fontMetrics().horizontalAdvance(word)
                if x > self.width():
                    break


def make_images(examples: Sequence[Numbers]) -> list[QImage]:
    """Return pictures C x H x W as images; the values of the first one reach from black to white."""
    low, high = _find_range(examples[:1])
    images = []
    for example in examples:
        grey = np.clip((example - low) / (high - low) * 255, 0, 255).astype(np.uint8)
        colours = grey[:3] if len(grey) >= 3 else np.repeat(grey[:1], 3, 0)
        pixels = np.ascontiguousarray(np.moveaxis(colours, 0, -1))
        height, width = pixels.shape[:2]
        images.append(QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy())
    return images


def _find_range(examples: Sequence[Numbers]) -> tuple[float, float]:
    low = min(float(np.nanmin(each)) for each in examples)
    high = max(float(np.nanmax(each)) for each in examples)
    return low, high if high > low else low + 1
