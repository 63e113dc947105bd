"""A line of text that changes many times a second: painted in place, where a label would lay out the window anew."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.marks import set_mark

GAP = 16  # pixels between the two texts


class TextLine(QWidget):
    """A dim text at the left, in fewer words or at last cut off where it is too long, and a strong one at the right end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = self._end = ""
        self._shorter: tuple[str, ...] = ()
        self._wrong = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the text at the left."""
        return self._text

    def end(self) -> str:
        """Return the text at the right."""
        return self._end

    def show_text(self, text: str, end: str = "", *, shorter: tuple[str, ...] = (), wrong: bool = False) -> None:
        """Show a text, and one at the right end; what went `wrong` in the colour of an error.

        Where there is too little room for it, the first of the `shorter` ones that fits stands in its place.
        """
        if (text, end, wrong) != (self._text, self._end, self._wrong):
            self._text, self._end, self._shorter, self._wrong = text, end, shorter, wrong
            self.setAccessibleName(f"{text} {end}".strip())
            set_mark(self, "error", wrong)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._end)
        room = self.width() - (painter.fontMetrics().horizontalAdvance(self._end) + GAP if self._end else 0)
        painter.setFont(self.font())
        dim = QPalette.ColorRole.WindowText if self._wrong else QPalette.ColorRole.PlaceholderText
        painter.setPen(self.palette().color(dim))
        forms = (self._text, *self._shorter)
        measure = painter.fontMetrics().horizontalAdvance
        said = next((form for form in forms if measure(form) <= room), forms[-1])
        text = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
