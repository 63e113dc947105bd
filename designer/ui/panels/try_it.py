"""The Try it tab: a sample at the left, what the network answers beside it, and room for why at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.weights_box import WeightsBox
from designer.ui.theme import Theme

EMPTY = (
    "Ask the network about a sample of your own: fill in a row, draw a digit, drop a picture, type a text, or take a sample of "
    "the data. Its answer follows each change. Train a network first; of a kept run, choose Try it in the Runs tab."
)
GIVEN_UP = "Nothing was read. Choose above whose answers you want, to begin again."
OPENING = "The network and its data are being read …"
SIZES = (500, 340, 320)
LEAST_PANEL = 540  # logical pixels: below that it scrolls sideways
NARROW = 800  # logical pixels below which there is no room for why beside the answer
LEAST_HEIGHT, LEAST_WIDTH = 110, 206  # logical pixels


class TryHead(FlowBox):
    """Whose weights are asked, which sample of the data, and whether what layers give is shown on the canvas.

    `picker` chooses a sample held out.
    """

    weights_chosen = Signal(str)
    cancel_wanted = Signal()

    def __init__(self, picker: QWidget) -> None:
        super().__init__(10, 4)
        self.weights = WeightsBox()
        self.picker = picker
        self.along = QCheckBox("Show along the canvas")
        self.about = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.cancel = QPushButton("Cancel")
        self.cancel.hide()
        self.weights.setAccessibleName("weights to try")
        self.weights.setToolTip(
            "Who answers: the network as it is now, its best epoch, or its last step. While it trains, the answer follows"
        )
        self.along.setToolTip("Show beside each layer's card what it gives for this sample")
        for part in (self.weights, picker, self.along, self.about, self.cancel):
            self.add(part)
        self.cancel.hide()
        self.cancel.clicked.connect(self.cancel_wanted)
        self.weights.chosen.connect(self.weights_chosen)


class Pages(QStackedWidget):
    """One page at a time; none needs more height than there is: they scroll, or shrink what they show."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), LEAST_HEIGHT)


class TryPanel(QWidget):
    """Shows one of the entries for a sample at a time, and the widget of answers. `watched`: whether the tab is in view."""

    watched = Signal(bool)

    def __init__(self, picker: QWidget, answers: QWidget, entries: Sequence[QWidget]) -> None:
        super().__init__()
        self.head = TryHead(picker)
        self.message = make_label("", "error", wrap=True)
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.entries = Pages()
        for entry in entries:
            self.entries.addWidget(entry)
        self.answers = answers
        self.why = QWidget()
        self.right = QTabWidget()
        self._explains = False
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.stack = QStackedWidget()
        self._build()

    def show_nothing(self, text: str = EMPTY) -> None:
        """Say what will be there, or why it is not."""
        self.empty.setText(text)
        self.stack.setCurrentWidget(self.empty)

    def show_entry(self, entry: QWidget) -> None:
        """Let a sample be given by this one of the entries."""
        self.entries.setCurrentWidget(entry)
        self.stack.setCurrentWidget(self.splitter)

    def set_theme(self, theme: Theme) -> None:
        """Let all that is drawn take over a theme's colours."""
        for part in self.findChildren(QWidget):
            if hasattr(part, "set_theme"):
                part.set_theme(theme)

    def say(self, text: str) -> None:
        """Say why there is no answer; "" takes that away."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def put_why(self, widget: QWidget) -> None:
        """Let a widget stand at the right, where answers are explained."""
        self.why.layout().addWidget(widget)
        self._explains = True
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Leave what is dropped anywhere on the tab to an entry that takes it; all else goes to the window."""
        entry = self.entries.currentWidget()
        if entry.acceptDrops() and self.stack.currentWidget() is self.splitter:
            entry.dragEnterEvent(event)
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        self.entries.currentWidget().dropEvent(event)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Let why stand at the right of the answer, or where there is no room for both be a tab beside it."""
        narrow, place = self.width() < NARROW, self.right.indexOf(self.why)
        if not self._explains:
            return
        if narrow and place < 0:
            self.right.addTab(self.why, "Why")
        elif not narrow and self.splitter.indexOf(self.why) < 0:
            if place >= 0:
                self.right.removeTab(place)
            self.splitter.addWidget(self.why)
            self.why.show()
            self.splitter.setSizes(SIZES)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self.watched.emit(False)

    def _build(self) -> None:
        self.message.hide()
        self.setAcceptDrops(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMinimumWidth(160)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        QVBoxLayout(self.why).setContentsMargins(12, 0, 0, 0)
        self.why.hide()
        area = self._area = QScrollArea()  # kept: a splitter alone does not keep Python from taking it away
        area.setObjectName("sidescroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.answers)
        area.setMinimumWidth(LEAST_WIDTH)
        self.right.addTab(area, "Answer")
        self.right.setObjectName("plain")
        self.right.setTabBarAutoHide(True)
        self.right.setDocumentMode(True)
        self.right.tabBar().setAccessibleName("answer and why")
        for part in (self.entries, self.right):
            self.splitter.addWidget(part)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes(SIZES)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 6)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.message)
        column.addWidget(self.stack, 1)
        self.show_nothing()

    def heightForWidth(self, width: int) -> int:
        """Return the least that is needed: what holds the panel takes it for that, and scrolls below."""
        return self.layout().minimumHeightForWidth(width)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PANEL, super().minimumSizeHint().height())
