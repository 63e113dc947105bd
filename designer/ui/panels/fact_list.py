"""Small parts of pages: a list of facts, a line between sections, a bar of colour, a heading that can be typed over."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QWidget

from designer.ui.marks import make_label
from designer.ui.theme import colour, fixed_font
from designer.ui.words import GLUED_TIMES, write_message

LABEL_WIDTH = 112


class FactList(QWidget):
    """Rows of a dim label and a value in fixed width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Show these labels and values; rows are kept and written over."""
        facts = list(facts)
        while len(self._rows) < len(facts):
            label, value = make_label("", "muted"), make_label("", wrap=True)
            value.setFont(fixed_font(12))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, len(self._rows), 0)
            self._grid.addWidget(value, len(self._rows), 1)
            self._rows.append((label, value))
        for place, (label, value) in enumerate(self._rows):
            is_used = place < len(facts)
            label.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                label.setText(facts[place][0])
                value.setText(write_message(facts[place][1]))
                value.setAccessibleName(f"{facts[place][0]}: {facts[place][1]}")

    def facts(self) -> dict[str, str]:
        """Return what is shown."""
        shown = [(label.text(), value.text()) for label, value in self._rows if not label.isHidden()]
        return {label: value.replace(GLUED_TIMES, " × ") for label, value in shown}


class ColourBar(QWidget):
    """The bar of a family's colour beside a heading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self.setFixedWidth(5)

    def show_colour(self, code: str) -> None:
        """Show "#rrggbb"."""
        self._code = code
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(5, 36)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._code))
        painter.drawRoundedRect(self.rect(), 2, 2)


class NameLine(QLineEdit):
    """A name as a heading that can be typed over; Return takes it, Escape gives up."""

    left = Signal()  # it was taken or given up: the keys may go back to where they came from

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setObjectName("name")
        self.setAccessibleName(what)
        self.setToolTip("Click to rename")
        self.setMaxLength(1000)

    def show_name(self, name: str) -> None:
        """Show a name, unless another is being typed for the same one."""
        if name != self._shown or not self.hasFocus():
            self._shown = name
            self.setText(name)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self.left.emit()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.left.emit()


def make_line() -> QFrame:
    """Return a thin line between two sections."""
    line = QFrame()
    line.setObjectName("line")
    line.setFixedHeight(1)
    return line
