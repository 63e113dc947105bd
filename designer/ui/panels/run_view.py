"""What is seen of a run: how far it has come, what can be turned, its curves, and the plane of two-dimensional data."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from designer.ui.panels.drawn import Curves
from designer.ui.panels.live import AgainRow, LiveControls
from designer.ui.panels.progress_bar import ProgressBar
from designer.ui.panels.text_line import TextLine

PROGRESS = 420  # pixels of progress beside which there may be what can be turned; where there is less it goes below
MARGIN = (20, 10, 16, 4)
GAP = 6  # pixels between the rows
LEAST_CURVES = 150  # pixels of the curves with their heads: where there are fewer the line above them gives way
ANY_HEIGHT = 16_777_215  # Qt's word for it


class RunView(QWidget):
    """Progress, controls and curves of a run below each other, the plane at the right over the whole height.

    `settings_wanted` says whether the person wants the settings of the next run beside it.
    """

    settings_wanted = Signal(bool)

    def __init__(self, curves: Curves) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._curves = curves
        self._line: QWidget | None = None
        self.bar = ProgressBar()
        self.bar.setAccessibleName("progress of the run")
        self.place = TextLine()
        self.live = LiveControls()
        self.again = AgainRow()
        self.settings = QToolButton(text="Settings", checkable=True, toolTip="Show the settings of the next run")
        self.settings.setAccessibleName("settings beside the curves")
        self.settings.clicked.connect(self.settings_wanted)
        self._build(curves)

    def add_line(self, line: QWidget) -> None:
        """Put a line above the curves; where they need the room it has no more than its least height."""
        self._column.insertWidget(self._column.count() - 1, line)
        self._line = line

    def show_step(self, step: int) -> None:
        """Move the bar to a step, where it moves by a pixel or comes to its end."""
        moves = abs(step - self.bar.value()) * self.bar.width() >= self.bar.maximum()
        if not moves and step != self.bar.maximum():
            return
        self.bar.setUpdatesEnabled(False)  # it would paint at once, apart from all else
        self.bar.setValue(step)
        self.bar.setUpdatesEnabled(True)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Share out the room; call it when the plane comes or goes."""
        side = self._curves.side
        self._curves.fit_side(self.height() - MARGIN[1] - MARGIN[3])
        room = self.width() - MARGIN[0] - MARGIN[2] - (0 if side.isHidden() else side.width())
        parts = (self.live, self.again)
        beside = room >= PROGRESS + max((part.sizeHint().width() for part in parts if not part.isHidden()), default=0)
        flow = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._head.direction() != flow:
            self._head.setDirection(flow)
        self._fit_line()

    def _fit_line(self) -> None:
        if self._line is None:
            return
        above = self.bar.height() + self._head.sizeHint().height() + 3 * GAP + MARGIN[1] + MARGIN[3]
        tall = self.height() - above - self._line.sizeHint().height() >= LEAST_CURVES
        self._line.setMaximumHeight(ANY_HEIGHT if tall else self._line.minimumSizeHint().height())

    def _build(self, curves: Curves) -> None:
        assert isinstance(curves, QWidget)
        said = QHBoxLayout()
        said.setSpacing(12)
        said.addWidget(self.place, 1)
        said.addWidget(self.settings)
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._head.setSpacing(GAP)
        self._head.addLayout(said, 1)
        for controls in (self.live, self.again):
            self._head.addWidget(controls)
        self._column = QVBoxLayout()
        self._column.setSpacing(GAP)
        self._column.addWidget(self.bar)
        self._column.addLayout(self._head)
        self._column.addWidget(curves, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*MARGIN)
        row.setSpacing(18)
        row.addLayout(self._column, 1)
        row.addWidget(curves.side)
