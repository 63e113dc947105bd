"""Colours of explanations: blue against, orange for, the ground where nothing is said; and the legend that says so."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.plots.axes import write_tick
from designer.ui.plots.heat import NEGATIVE, POSITIVE
from designer.ui.plots.plot import SMALL, tint
from designer.ui.theme import Theme, colour, text_font

Floats = NDArray[np.float64]

DARKEST, BRIGHTEST = 40, 150  # greys of the picture below: both hues stand out from all of them
STRONGEST = 0.92  # share of its hue that the largest value has
BEND = 0.7  # power of the shares: small values should be told from none
BAR, HEIGHT = 120, 32  # pixels of the legend


def find_limit(heats: Iterable[Floats]) -> float:
    """Return the largest size of all values; 1 where all are 0."""
    return max((float(np.abs(values).max()) for values in heats if values.size), default=0.0) or 1.0


def hue_of(theme: Theme, value: float) -> str:
    """Return the hue that stands for the sign of a value."""
    return theme.family[POSITIVE if value >= 0 else NEGATIVE]


def tint_of(theme: Theme, ground: str, value: float, limit: float) -> QColor:
    """Return the ground in the colour of a value."""
    share = round(STRONGEST * min(abs(value) / limit, 1.0) ** BEND, 2)
    return tint(ground, hue_of(theme, value), share)


def paint_over(sample: NDArray[np.float32], values: Floats, limit: float, theme: Theme) -> QImage:
    """Return a sample, C x H x W, in grey with the colours of H x W values over it."""
    grey = sample.astype(np.float64).mean(0)
    low, high = float(np.nanmin(grey)), float(np.nanmax(grey))
    grey = DARKEST + (BRIGHTEST - DARKEST) * np.nan_to_num((grey - low) / (high - low or 1.0))
    share = (STRONGEST * np.clip(np.abs(values) / limit, 0, 1) ** BEND)[..., None]
    hues = [QColor(hue_of(theme, sign)) for sign in (-1.0, 1.0)]
    inks = np.array([(hue.red(), hue.green(), hue.blue()) for hue in hues], np.float64)
    mixed = grey[..., None] * (1 - share) + inks[(values >= 0).astype(int)] * share
    pixels = np.ascontiguousarray(np.rint(mixed).astype(np.uint8))
    height, width = values.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class HeatLegend(QWidget):
    """A bar from against to for, with its ends; where signs say nothing, from little to much."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._limit, self._signed, self._words = 1.0, True, ("against", "for")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("legend of the colours")

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.theme = theme
        self.update()

    def show_range(self, limit: float, *, signed: bool, words: tuple[str, str]) -> None:
        """Say what the colours stand for, with the words for both ends."""
        self._limit, self._signed, self._words = limit, signed, words
        most = write_tick(float(f"{limit:.2g}"))
        ends = f"blue, {words[0]}, to −{most}; orange, {words[1]}, to {most}"
        self.setAccessibleDescription(ends if signed else f"orange, {words[1]}, to {most}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BAR + 150, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(BAR + 20, HEIGHT)

    def paintEvent(self, event) -> None:
        painter, theme = QPainter(self), self.theme
        painter.setFont(text_font(SMALL))
        words = self._words
        wide = painter.fontMetrics().horizontalAdvance(words[0]) + 8
        bar = QRectF(wide, 4, min(BAR, self.width() - 2 * wide), 9)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for step in range(17):
            value = step / 8 - 1 if self._signed else step / 16
            gradient.setColorAt(step / 16, tint_of(theme, theme.card, value, 1.0))
        painter.fillRect(bar, gradient)
        painter.setPen(colour(theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, wide, 17), middle, words[0])
        painter.drawText(QRectF(bar.right() + 8, 0, 60, 17), middle, words[1])
        shown = (-self._limit, 0.0, self._limit) if self._signed else (0.0, self._limit)
        for value in shown:
            place = (value / self._limit + 1) / 2 if self._signed else value / self._limit
            x = bar.left() + bar.width() * place
            number = write_tick(float(f"{value:.2g}"))
            painter.drawText(QRectF(x - 40, 15, 80, 15), Qt.AlignmentFlag.AlignHCenter, number)
