"""Texts as samples: one that is classed as it is typed, or one that a language model goes on with."""

from PySide6.QtCore import QMimeData, QSize, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.ui.marks import make_label, set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.number_line import NumberLine

REST = 120  # milliseconds from the last key to the question
MOST_TEXT = 200_000  # characters that are taken in
NUMBER_WIDTH = 64
MOST_LENGTH, USUAL_LENGTH = 20_000, 300


class WordsField(QPlainTextEdit):
    """Plain text; `rested` a moment after the last change by hand. Tab leaves it."""

    rested = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.rested)
        self._putting = False
        self.textChanged.connect(self._begin)

    def sizeHint(self) -> QSize:
        return QSize(320, 90)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 48)

    @property
    def text(self) -> str:
        """What stands there, cut where it is endless."""
        return self.toPlainText()[:MOST_TEXT]

    def put(self, text: str) -> None:
        """Show a text; nothing is asked."""
        self._putting = True
        self.setPlainText(text)
        self._putting = False
        self._rest.stop()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the window: their names are no texts to try."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def hideEvent(self, event) -> None:
        self._rest.stop()
        super().hideEvent(event)

    def _begin(self) -> None:
        if not self._putting:
            self._rest.start()


class WordsEntry(QWidget):
    """A text to put into a class. `edited` a moment after the last key."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = WordsField("text to try", "Type a text here")
        self.about = make_label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(self.field, 1)
        column.addWidget(self.about)
        self.field.rested.connect(self.edited)


class ContinueEntry(QWidget):
    """A text, and what a language model writes behind it.

    `edited` a moment after the last key; `wanted` asks to go on with the text, `stopped` to stop.
    """

    edited = Signal()
    wanted = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = WordsField("text to go on with", "Type how the text begins")
        self.about = make_label("", "muted", wrap=True)
        self.button = QPushButton("Continue")
        self.temperature = NumberLine(0.1, 0.0, 5.0)
        self.length = NumberLine(50, 1, MOST_LENGTH, whole=True)
        self.seed = NumberLine(1, 0, 2**31 - 1, whole=True)
        self.written = QPlainTextEdit(readOnly=True)
        self._busy = False
        self._build()

    def show_busy(self, busy: bool) -> None:
        """Show whether it is being written."""
        self._busy = busy
        self.button.setText("Stop" if busy else "Continue")
        set_mark(self.button, "primary", not busy)

    def begin(self) -> None:
        """Show an empty page for what is written."""
        self.written.clear()

    def add(self, text: str) -> None:
        """Show what was written further; the end stays in view where it was."""
        bar = self.written.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.written.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        if at_end:
            bar.setValue(bar.maximum())

    def _press(self) -> None:
        (self.stopped if self._busy else self.wanted).emit()

    def _build(self) -> None:
        self.written.setAccessibleName("what the network writes")
        self.written.setPlaceholderText("What the network writes appears here")
        self.written.setMinimumSize(140, 48)
        set_mark(self.button, "primary")
        self.button.setToolTip("Let the network write on, token by token")
        self.temperature.put(0.8)
        self.temperature.setToolTip(
            "How bold it writes: 0 takes the likeliest each time, 1 what it expects, more is wilder"
        )
        self.length.put(USUAL_LENGTH)
        self.length.setToolTip("So many tokens at most")
        self.seed.put(0)
        self.seed.setToolTip("The same seed gives the same text")
        tools = FlowBox(10, 4)
        tools.add(self.button)
        for title, box in (("temperature", self.temperature), ("length", self.length), ("seed", self.seed)):
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            label = make_label(title, "muted")
            label.setBuddy(box)
            box.setAccessibleName(title)
            box.setFixedWidth(NUMBER_WIDTH)
            row.addWidget(label)
            row.addWidget(box)
            tools.add(pair)
        pages = QHBoxLayout()
        pages.setSpacing(8)
        pages.addWidget(self.field, 2)
        pages.addWidget(self.written, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        column.addLayout(pages, 1)
        column.addWidget(self.about)
        column.addWidget(tools)
        self.field.rested.connect(self.edited)
        self.button.clicked.connect(self._press)
