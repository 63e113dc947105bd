"""Calm bars above the canvas: what went wrong or wants a decision, without stopping the work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QCursor,
    QEnterEvent,
    QGuiApplication,
    QMouseEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.ui.marks import make_label
from designer.ui.theme import fixed_font
from designer.ui.words import write_plain

Severity = Literal["note", "warning", "error"]

SIGNS: dict[Severity, str] = {"note": "●", "warning": "▲", "error": "■"}
OF_ONE_DOCUMENT = ("paste", "block", "remark", "export", "name")  # keys of what says nothing beside another document
MOST = 3  # bars at once; the oldest of the least weight gives way
WEIGHT: dict[str, int] = {"note": 0, "warning": 1, "error": 2}
LEAST_WORDS = 400  # logical pixels of the sentence: where there are less beside them, buttons stand under it
DETAILS = 150  # pixels of their text
READING = 6_000, 70  # milliseconds that information stays at least, and more for each letter
DEAD = 400  # milliseconds after a bar has moved in which a mouse that has not is not meant for it
STILL = 4  # pixels by which a hand that rests may move the mouse
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of a notice; pressing it closes the notice."""

    title: str
    run: Callable[[], object]


class Notice(QFrame):
    """One bar: a sign, a sentence, what can be done, and a way to close it. `key` tells repeats of one matter.

    One that is `passing` closes itself when there was time to read it: not while the mouse rests on it, while it has
    the keys, or while another window is in front.
    """

    def __init__(
        self,
        severity: Severity,
        text: str,
        answers: tuple[Answer, ...] = (),
        details: str = "",
        key: str = "",
        *,
        passing: bool = False,
    ) -> None:
        super().__init__()
        self.key = key or text
        self.text = write_plain(text)
        self.severity = severity
        self.titles = tuple(answer.title for answer in answers)
        self.timer = QTimer(self, singleShot=True, interval=READING[0] + READING[1] * len(text))
        self.timer.timeout.connect(self._pass)
        self._passing = passing
        self._moved = QElapsedTimer()
        self._mouse = QPoint()  # where it was when the bar moved
        self.setObjectName("notice")
        self.setProperty("severity", severity)
        self.setAccessibleName(f"{severity}: {self.text}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 7, 8, 7)
        row = QHBoxLayout()
        self._column.addLayout(row)
        row.setSpacing(10)
        sign = make_label(SIGNS[severity])
        sign.setObjectName("sign")
        row.addWidget(sign)
        self._label = label = make_label(self.text, wrap=True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words.addWidget(label, 1)
        self._buttons = buttons = QHBoxLayout()
        self._words.addLayout(buttons)
        row.addLayout(self._words, 1)
        for answer in answers:
            button = QPushButton(answer.title)
            button.clicked.connect(partial(self._take, answer))
            buttons.addWidget(button)
        if details:
            self._add_details(buttons, details)
        buttons.addStretch(1)
        self.closer = QToolButton(text="×", autoRaise=True, toolTip="Close this message")
        self.closer.setAccessibleName("close this message")
        self.closer.clicked.connect(self.dismiss)
        row.addWidget(self.closer, 0, Qt.AlignmentFlag.AlignTop)
        for one in (*self.findChildren(QPushButton), self.closer):
            one.installEventFilter(self)
        if passing:
            self.timer.start()

    def _add_details(self, row: QHBoxLayout, details: str) -> None:
        """Add buttons that unfold what is for those who ask, such as a trace, below the sentence, or copy it."""
        show, copy = QPushButton("Details"), QPushButton("Copy details")
        show.setCheckable(True)
        show.setToolTip("Show the trace of the error below, or hide it")
        text = QPlainTextEdit(details, readOnly=True)
        text.setFont(fixed_font(12))
        text.setFixedHeight(DETAILS)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setAccessibleName("details")
        text.hide()
        self._column.addWidget(text)
        show.toggled.connect(text.setVisible)
        show.toggled.connect(
            lambda: text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())
        )  # what failed
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        row.addWidget(show)
        row.addWidget(copy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what can be done below the sentence where it would leave too little room beside it."""
        way, room = QBoxLayout.Direction, event.size().width() - self._buttons.sizeHint().width()
        self._words.setDirection(way.TopToBottom if room < LEAST_WORDS else way.LeftToRight)
        super().resizeEvent(event)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return the room that all of the sentence takes in a bar of this width: panels give way to it."""
        least = super().minimumSizeHint()
        return QSize(least.width(), max(least.height(), self._column.totalHeightForWidth(self.width())))

    def moveEvent(self, event: QMoveEvent) -> None:
        self._come()
        super().moveEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._come()
        super().showEvent(event)

    def _come(self) -> None:
        """Take note that the bar stands elsewhere now, perhaps under the mouse."""
        self._moved.start()
        self._mouse = QCursor.pos()

    def eventFilter(self, button: QObject, event: QEvent) -> bool:
        """Keep from a button the click that was meant for the bar which was there a moment ago."""
        if event.type() not in PRESSES or not isinstance(event, QMouseEvent) or not self._moved.isValid():
            return False
        way = event.globalPosition().toPoint() - self._mouse
        return self._moved.elapsed() < DEAD and way.manhattanLength() <= STILL

    def enterEvent(self, event: QEnterEvent) -> None:
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._passing:
            self.timer.start()
        super().leaveEvent(event)

    def _pass(self) -> None:
        """Close, if nobody is busy with the bar and somebody could see it; else wait as long again."""
        focus = self.window().focusWidget()
        if self.underMouse() or not self.isActiveWindow() or (focus is not None and self.isAncestorOf(focus)):
            self.timer.start()
        else:
            self.dismiss()

    def say(self, text: str) -> None:
        """Say something else about the same matter, in place."""
        self.text = write_plain(text)
        self._label.setText(self.text)
        self.setAccessibleName(f"{self.property('severity')}: {self.text}")

    def _take(self, answer: Answer, *_: object) -> None:
        self.dismiss()
        answer.run()

    def dismiss(self) -> None:
        """Take the bar away."""
        self.timer.stop()
        self.hide()
        self.setParent(None)
        self.deleteLater()


class Notices(QWidget):
    """The bars that are shown, newest below. `coming` is emitted before one is added, `resized` after they took other room."""

    coming = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def shown(self) -> list[Notice]:
        """The bars from the top."""
        return self.findChildren(Notice, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def show_notice(
        self,
        severity: Severity,
        text: str,
        *answers: Answer,
        details: str = "",
        key: str = "",
        stays: bool | None = None,
    ) -> Notice:
        """Add a bar, in place of one about the same matter or of the same words if there is one.

        Information closes itself after some seconds, unless it `stays`; as a rule it does where it asks
        something, or where it ends in … as what is under way does.
        What warns, or tells of an error, stays.
        """
        self.coming.emit()
        stays = bool(answers) or text.endswith("…") if stays is None else stays
        notice = Notice(severity, text, answers, details, key, passing=severity == "note" and not stays)
        for old in self.shown:
            if old.key == notice.key or (old.severity, old.text) == (notice.severity, notice.text):
                old.dismiss()
        for old in sorted(self.shown, key=lambda one: WEIGHT[one.severity])[: max(0, len(self.shown) - MOST + 1)]:
            old.dismiss()
        self._column.addWidget(notice)
        QAccessible.updateAccessibility(QAccessibleEvent(notice, QAccessible.Event.Alert))  # read aloud at once
        return notice

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def dismiss_passing(self) -> None:
        """Take away the bars that were about the document that is no longer shown."""
        for key in OF_ONE_DOCUMENT:
            self.dismiss(key)

    def dismiss(self, key: str = "") -> None:
        """Take away the bars about one matter, or all."""
        for notice in self.shown:
            if not key or notice.key == key:
                notice.dismiss()
