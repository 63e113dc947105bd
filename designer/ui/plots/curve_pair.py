"""Loss and metric side by side, read together, with smoothing and log scale."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from designer.engine.seeing import Boundary
from designer.ui.marks import make_label
from designer.ui.plots.curves import TRAINING, VALIDATION, CurvePlot
from designer.ui.plots.key import Key
from designer.ui.plots.plane import PlanePlot
from designer.ui.plots.plot import find_pace
from designer.ui.theme import Theme

SMOOTHING = 30  # where the slider stands at first, 0 to 100
WIDEST = 0.1  # share of the run that the slider's end averages over
HEAD = 20  # pixels
REDRAW_EVERY = 60  # milliseconds, at most
PLANE_WIDTH = 300  # pixels that the plane of two-dimensional data wants
LEAST_PLANE = 180
NARROW = 300  # pixels under which a plot leaves out words


class CurvePair(QWidget):
    """The two plots of a run and the controls that belong to both."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurvePlot("Loss", theme)
        self.score = CurvePlot("Accuracy", theme, better="higher", percent=True)
        self.plane = PlanePlot(theme)
        self.titles = (make_label("Loss", "strong"), make_label("Accuracy", "strong"))
        self.keys = (Key("training", TRAINING, theme), Key("validation", VALIDATION, theme, "dots"))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self._smoothing_word = make_label("smoothing", "muted")
        self.log = QCheckBox("log")
        self._build()
        self.set_theme(theme)
        self._smooth(SMOOTHING)

    @property
    def plots(self) -> tuple[CurvePlot, CurvePlot]:
        """Loss and metric."""
        return self.loss, self.score

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        for plot in (*self.plots, self.plane):
            plot.set_theme(theme)
        for key in self.keys:
            key.theme = theme
            key.update()

    def set_score(self, title: str, *, better: str, percent: bool) -> None:
        """Say what the right plot shows; call it while it has no points."""
        self.titles[1].setText(title)
        self.score.set_quantity(title, better=better, percent=percent)

    def start(self, epochs: int) -> None:
        """Clear both plots for a run of so many epochs."""
        for plot in self.plots:
            plot.start(epochs)
        self.show_boundary(None)

    def show_boundary(self, boundary: Boundary | None) -> None:
        """Show the plane of two-dimensional data beside the curves, None where there is none."""
        self._plane_side.setVisible(boundary is not None)
        self.plane.show_boundary(boundary)

    @property
    def plane_width(self) -> int:
        """The pixels that the plane wants beside the curves, 0 where there is none."""
        return 0 if self._plane_side.isHidden() else PLANE_WIDTH

    def extend(self, epochs: int) -> None:
        """Make room for so many epochs, in place of those it was started with."""
        for plot in self.plots:
            plot.extend(epochs)

    def mark(self, epoch: float, text: str) -> None:
        """Mark in both plots where something was changed."""
        for plot in self.plots:
            plot.mark(epoch, text)

    def pace(self) -> int:
        """Return the milliseconds that should lie between two redraws."""
        return find_pace((*self.plots, self.plane), REDRAW_EVERY)

    def refresh(self) -> None:
        """Draw what was added since the last call."""
        for plot in self.plots:
            plot.refresh()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        wide = self.width() / 2 >= NARROW
        self._smoothing_word.setVisible(wide)

    def _build(self) -> None:
        self.smoothing.setRange(0, 100)
        self.smoothing.setValue(SMOOTHING)
        self.smoothing.setFixedWidth(80)
        self.smoothing.setAccessibleName("smoothing")
        self.smoothing.setToolTip("How far the training curves are averaged; the values themselves stay behind them")
        self.smoothing.valueChanged.connect(self._smooth)
        self.log.setAccessibleName("logarithmic loss axis")
        self.log.setToolTip("Draw the loss on a logarithmic axis")
        self.log.toggled.connect(self.loss.set_log)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        tools = ((self._smoothing_word, self.smoothing, self.log), self.keys)
        for title, widgets, plot in zip(self.titles, tools, self.plots, strict=True):
            head = QHBoxLayout()
            head.setSpacing(12)
            head.addWidget(title)
            title.setFixedHeight(HEAD)
            head.addStretch(1)
            for widget in widgets:
                head.addWidget(widget)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addLayout(head)
            column.addWidget(plot, 1)
            row.addLayout(column, 1)
        self._plane_side = QWidget()
        side = QVBoxLayout(self._plane_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(2)
        head = make_label("Decision boundary", "strong")
        head.setFixedHeight(HEAD)
        side.addWidget(head)
        side.addWidget(self.plane, 1)
        self._plane_side.setMinimumWidth(LEAST_PLANE)
        self._plane_side.hide()
        row.addWidget(self._plane_side, 1)
        self.loss.read_at.connect(self._read)
        self.score.read_at.connect(self._read)

    def _read(self, epoch: float | None) -> None:
        for plot in self.plots:
            plot.read(epoch)

    def _smooth(self, place: int) -> None:
        for plot in self.plots:
            plot.set_smoothing(WIDEST * (place / 100) ** 2)
