"""The figure of one layer as a widget that follows its settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.catalogue.shapes import Inferred
from designer.catalogue.spec import LayerSpec
from designer.ui.figures import HEIGHT, MARGIN, WIDTH
from designer.ui.theme import Theme, colour

if TYPE_CHECKING:
    from designer.ui.figures.brush import Subject


class FigureView(QWidget):
    """Shows the figure of one layer on a quiet ground."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.subject: Subject | None = None
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
        from designer.ui.figures.picture import paint_figure

        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.window))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        inner = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        paint_figure(painter, self.theme, self.subject, inner)
        painter.end()
