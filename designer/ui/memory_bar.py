"""A bar of the memory of a device: what training takes of it, part by part, and what stays free."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.theme import Theme, colour, text_font

if TYPE_CHECKING:
    from designer.engine.fit import Fitted

HEIGHT, KEY = 14, 22  # pixels of the bar, and of the words below
LEAST = 2.0  # pixels of the smallest part
GAP = 14  # between two words of the key
FAMILIES = {  # whose hues the parts borrow
    "weights": "linear",
    "gradients": "convolution",
    "optimizer": "activation",
    "activations": "pooling",
    "in passing": "normalization",
}


class MemoryBar(QWidget):
    """The parts of a step's peak side by side, to the scale of the peak or of what is free where that is little more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.parts: dict[str, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("memory at the peak of a step")

    def show_parts(self, fitted: "Fitted") -> None:
        """Show what was measured."""
        rest = max(0, fitted.step - fitted.gradients - fitted.activations)
        sizes = fitted.weights, fitted.gradients, fitted.optimizer, fitted.activations, rest
        self.parts = dict(zip(FAMILIES, sizes, strict=True))
        total = sum(sizes) or 1
        said = [f"{name} {100 * size / total:.0f} %" for name, size in self.parts.items()]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT + KEY)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(11))
        total = sum(self.parts.values()) or 1
        room = self.width() - LEAST * len(self.parts)
        x, word = 0.0, 0.0
        for name, size in self.parts.items():
            ink = colour(self.theme.family[FAMILIES[name]])
            width = LEAST + room * size / total
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRect(QRectF(x, 0, width - 1, HEIGHT))
            x += width
            painter.drawRect(QRectF(word, HEIGHT + 9, 8, 8))
            text = f"{name} {100 * size / total:.0f} %"
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QRectF(word + 12, HEIGHT + 3, 200, 20), Qt.AlignmentFlag.AlignVCenter, text)
            word += 12 + painter.fontMetrics().horizontalAdvance(text) + GAP
        painter.end()
