"""Importance of the columns of a table: measured when asked for, then a bar for each column, by the score that is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QScrollArea, QVBoxLayout, QWidget

from designer.ui.marks import make_label, set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.work_bar import WorkBar
from designer.ui.theme import Theme

ABOUT = (
    "Which columns the network goes by: how much worse it answers where the values of one column are shuffled among the samples, "
    "so that they say nothing."
)
SHARED = "Columns that say the same share what they matter: where one is shuffled, the other still tells."


class ImportancePage(QWidget):
    """`measure_wanted`, and `score_chosen` with the key of a score. `plot` draws bars (plots/effects.py)."""

    measure_wanted = Signal()
    score_chosen = Signal(str)

    def __init__(self, plot: QWidget) -> None:
        super().__init__()
        self.plot = plot
        self.button = QPushButton("Measure importance")
        self.score = QComboBox()
        self.about = make_label("", "muted")
        self.words = make_label(ABOUT, "muted", wrap=True)
        self.work = WorkBar("measuring importance")
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        if hasattr(self.plot, "set_theme"):
            self.plot.set_theme(theme)

    def show_scores(self, scores: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer scores by key and title; none while nothing was measured."""
        self.score.clear()
        for key, title in scores:
            self.score.addItem(title, key)
        self.score.setCurrentIndex(max(self.score.findData(chosen), 0))
        self.score.setVisible(len(scores) > 1)
        self.button.setText("Measure again" if scores else "Measure importance")
        set_mark(self.button, "primary", not scores)
        self.words.setText(SHARED if scores else ABOUT)

    def fit(self, height: int) -> None:
        """Give the bars so much height; where there is less they are scrolled."""
        self.plot.setMinimumHeight(height)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 90)

    def _build(self) -> None:
        self.score.setAccessibleName("score that importance is told in")
        self.score.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.button.setToolTip("Shuffle each column in its turn, ten times, and see how much worse the answers are")
        head = FlowBox(8, 4)
        for part in (self.button, self.score, self.about):
            head.add(part)
        area = QScrollArea()
        area.setObjectName("sidescroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self.work)
        column.addWidget(self.words)
        column.addWidget(area, 1)
        self.show_scores((), "")
        self.button.clicked.connect(self.measure_wanted)
        self.score.activated.connect(lambda _: self.score_chosen.emit(self.score.currentData()))
