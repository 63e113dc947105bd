"""The figure of one layer as a widget that follows its settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec
from designer.ui.figures import HEIGHT, MARGIN, WIDTH
from designer.ui.theme import Theme, colour

if TYPE_CHECKING:
    from designer.ui.figures.brush import Subject

MOST_PICTURES = 8  # kept: an edit that is undone, and the layer one comes from, show what was seen before


class FigureView(QWidget):
    """Shows the figure of one layer on a quiet ground."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.subject: Subject | None = None
        self._pictures: list[tuple[object, QPixmap]] = []  # what was painted last, each with what it is the picture of
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(120)

    def show_layer(self, spec: LayerSpec | None, known: Inferred | None = None) -> None:
        """Show a layer with its own numbers, or an example of its kind; None shows nothing."""
        from designer.ui.figures.picture import make_subject  # the first paint of the window needs no figure

        self.subject = make_subject(spec, known) if spec is not None else None
        self.setVisible(self.subject is not None)
        self.setAccessibleName(f"picture: {spec.summary}" if spec is not None else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN)

    def heightForWidth(self, width: int) -> int:
        return round(min(width, 1.3 * WIDTH) * HEIGHT / WIDTH) + 2 * MARGIN

    def paintEvent(self, event) -> None:
        if self.subject is None:
            return
        ratio = self.devicePixelRatioF()
        shown = (self.subject, self.theme, self.size(), ratio, self.font().key())
        picture = next((picture for known, picture in self._pictures if known == shown), None)
        if picture is None:
            picture = self._draw(self.subject, ratio)
            self._pictures = [(shown, picture), *self._pictures[: MOST_PICTURES - 1]]
        painter = QPainter(self)
        painter.drawPixmap(0, 0, picture)
        painter.end()

    def _draw(self, subject: "Subject", ratio: float) -> QPixmap:
        """Return the picture: what surrounds it is painted much more often than it changes."""
        from designer.ui.figures.picture import paint_figure

        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.window))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        painter.setFont(self.font())
        inner = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        paint_figure(painter, self.theme, subject, inner)
        painter.end()
        return picture
