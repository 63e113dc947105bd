"""One sample by itself, enlarged: a picture or a text, with what is known of it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from designer.ui.marks import make_label
from designer.ui.panels.picture_grid import draw_inside
from designer.ui.theme import Theme, colour, text_font
from designer.ui.words import write_message, write_tip

MOST_LETTERS = 100_000  # of a text that are shown


class Enlarged(QWidget):
    """A picture as large as there is room; the pixels of a small one stay sharp."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setMinimumSize(80, 60)
        self.setAccessibleName("the picture, enlarged")

    def show_image(self, image: QImage | None) -> None:
        """Show a picture, None for none."""
        self.image = image
        self.update()

    def paintEvent(self, event) -> None:
        if self.image is not None:
            painter = QPainter(self)
            size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            draw_inside(painter, self.image, QRect(0, 0, self.width(), min(size.height(), self.height())))


class LengthBars(QWidget):
    """How many texts are how long, as bars from no word to the length that nearly all keep to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.counts: list[int] = []
        self.most = 0
        self.setFixedHeight(56)

    def show_lengths(self, lengths: NDArray[np.int64] | None) -> None:
        """Show lengths in words; those of the longest hundredth are counted as the last bar."""
        self.most = max(int(np.percentile(lengths, 99)), 1) if lengths is not None and len(lengths) else 0
        if lengths is not None and self.most:
            self.counts = np.histogram(np.minimum(lengths, self.most), min(self.most + 1, 40), (0, self.most))[
                0
            ].tolist()
        self.setAccessibleName(f"texts by their length, most of them up to {self.most:,} words")
        self.update()

    def paintEvent(self, event) -> None:
        if not self.most:
            return
        painter = QPainter(self)
        high, step = self.height() - 18, self.width() / len(self.counts)
        for place, count in enumerate(self.counts):
            bar = high * count / max(self.counts)
            painter.fillRect(QRectF(place * step, high - bar, max(step - 1, 1), bar), colour(self.theme.accent))
        painter.setFont(text_font(11))
        painter.setPen(colour(self.theme.muted))
        words = painter.fontMetrics().elidedText(
            f"words in a text: 0 to {self.most:,} and more", Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(0, self.height() - 4, words)


class SampleCard(QWidget):
    """Shows a sample."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.picture = Enlarged()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("the text")
        self.lengths = LengthBars(theme)
        self.facts = make_label("", wrap=True)
        self.warning = make_label("", "error", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.lengths)
        column.addWidget(self.picture, 1)
        column.addWidget(self.text, 1)
        for part in (self.facts, self.warning):
            column.addWidget(part)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        for part in (self.picture, self.text, self.lengths, self.warning):
            part.hide()
        self.facts.setText("")

    def show_picture(self, image: QImage | None, facts: str, warning: str, path: str) -> None:
        """Show a picture, what is known of it, what is wrong with it and, in a tip, where it is."""
        self.picture.show_image(image)
        self._show(facts, warning, self.picture)
        self.facts.setToolTip(write_tip(path))

    def show_text(self, text: str, facts: str) -> None:
        """Show a text and what is known of it."""
        self.text.setPlainText(text[:MOST_LETTERS])
        self._show(facts, "", self.text)

    def show_facts(self, facts: str) -> None:
        """Show only words."""
        self._show(facts, "", None)

    def show_overview(self, text: str, lengths: NDArray[np.int64] | None) -> None:
        """Show what all texts have in common, and how long they are."""
        self.text.setPlainText(text)
        self._show("", "", self.text)
        self.lengths.show_lengths(lengths)
        self.lengths.setVisible(lengths is not None)

    def _show(self, facts: str, warning: str, body: QWidget | None) -> None:
        for part in (self.picture, self.text, self.lengths):
            part.setVisible(part is body)
        self.facts.setText(write_message(facts))
        self.facts.setVisible(bool(facts))
        self.facts.setToolTip("")
        self.warning.setText(write_message(warning))
        self.warning.setVisible(bool(warning))
