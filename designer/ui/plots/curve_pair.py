"""The curves of a run: the loss, and beside it any other quantity, read together; and the plane of two-dimensional data."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer.engine.seeing import Boundary
from designer.ui.marks import make_label
from designer.ui.plots.curve_figure import Part, draw_figure
from designer.ui.plots.curve_table import write_curves
from designer.ui.plots.curves import TRAINING, VALIDATION, CurvePlot
from designer.ui.plots.key import Key
from designer.ui.plots.plane import PlanePlot
from designer.ui.theme import Theme

SMOOTHING = 30  # where the slider stands at first, 0 to 100
WIDEST = 0.1  # share of the run that the slider's end averages over
HEAD = 20  # pixels
LEAST_PLANE, MOST_PLANE = 170, 340  # pixels of width for the plane of two-dimensional data
ABOUT_PLANE = 56, 62  # pixels of width and height that its axes and its title take
NARROW = 300  # pixels under which a plot leaves out a word,
KEYED = 380  # and under which the names of the curves are written into it
GAP, SPACE = 18, 12  # pixels between two plots, and between the parts of a head


class CurvePair(QWidget):
    """The plots of a run and the controls that belong to all.

    Beside the loss is the first metric, or what is chosen in its place: another metric, the learning rate and the like,
    each a plot of its own that `quantity` gives. `save_wanted` asks for a file: "csv" or "png".
    """

    save_wanted = Signal(str)
    score_named = Signal()  # a plot shows another quantity, or is new

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.loss = CurvePlot("Loss", theme)
        self.score = CurvePlot("Accuracy", theme, better="higher", percent=True)
        self.others: dict[str, CurvePlot] = {}
        self.plane = PlanePlot(theme)
        self.side = QWidget(self)  # the plane under its title: who shows the curves gives it a place
        self.titles = (make_label("Loss", "strong"), make_label("Accuracy", "strong"))
        self.choice = QComboBox()
        self.keys = (Key("training", TRAINING, theme), Key("validation", VALIDATION, theme, "dots"))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self._smoothing_word = make_label("smoothing", "muted")
        self.log = QCheckBox("log")
        self.more = QToolButton(text="⋯")
        self._scores = QStackedWidget()
        self._build()
        self._build_menu()
        self.set_theme(theme)
        self._smooth(SMOOTHING)

    @property
    def plots(self) -> tuple[CurvePlot, ...]:
        """Loss and first metric, then what else there is."""
        return self.loss, self.score, *self.others.values()

    @property
    def shown(self) -> CurvePlot:
        """What is seen beside the loss."""
        plot = self._scores.currentWidget()
        assert isinstance(plot, CurvePlot)
        return plot

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        for plot in (*self.plots, self.plane):
            plot.set_theme(theme)
        for key in self.keys:
            key.theme = theme
            key.update()

    def set_score(self, title: str, *, better: str, percent: bool) -> None:
        """Say what the right plot shows first; call it while it has no points."""
        self.titles[1].setText(title)
        self.choice.setItemText(0, title)
        self.score.set_quantity(title, better=better, percent=percent)
        self.score_named.emit()

    def quantity(self, title: str, *, better: str = "", percent: bool = False) -> CurvePlot:
        """Return the plot of another quantity, made when first asked for in a run."""
        if title not in self.others:
            plot = CurvePlot(title, self._theme, better=better, percent=percent)
            plot.start(self.loss.epochs)
            plot.set_in_steps(self.in_steps.isChecked())
            plot.set_by_epoch(self.by_epoch.isChecked())
            plot.set_log(self.log.isChecked() and not percent)
            plot.set_smoothing(self._smoothing)
            plot.read_at.connect(self._read)
            self.others[title] = plot
            self._scores.addWidget(plot)
            self.choice.addItem(title)
            self._show_choice()
            self.score_named.emit()
        return self.others[title]

    def start(self, epochs: int) -> None:
        """Clear all plots for a run of so many epochs."""
        for title, plot in self.others.items():
            self.choice.removeItem(self.choice.findText(title))
            self._scores.removeWidget(plot)
            plot.deleteLater()
        self.others = {}
        self._show_choice()
        for plot in self.plots:
            plot.start(epochs)
        self.show_boundary(None)

    def show_boundary(self, boundary: Boundary | None) -> None:
        """Show the plane of two-dimensional data beside the curves, None where there is none."""
        self.side.setVisible(boundary is not None)
        self.plane.show_boundary(boundary)

    @property
    def plane_width(self) -> int:
        """The pixels that the plane wants beside the curves, 0 where there is none."""
        return 0 if self.side.isHidden() else self.side.width()

    def fit_side(self, height: int) -> None:
        """Give the plane the width that goes with so many pixels of height."""
        across, down = ABOUT_PLANE
        self.side.setFixedWidth(min(max(round((height - down) * 1.2) + across, LEAST_PLANE), MOST_PLANE))

    def extend(self, epochs: int) -> None:
        """Make room for so many epochs, in place of those it was started with."""
        for plot in self.plots:
            plot.extend(epochs)

    def mark(self, epoch: float, text: str) -> None:
        """Mark in all plots where something was changed."""
        for plot in self.plots:
            plot.mark(epoch, text)

    def note_step(self, epoch: float, step: int) -> None:
        """Note how many steps lie behind a place in epochs."""
        for plot in self.plots:
            plot.note_step(epoch, step)

    def refresh(self) -> None:
        """Draw what was added since the last call, where it is seen."""
        for plot in (self.loss, self.shown):
            plot.refresh()

    def save(self, path: Path) -> None:
        """Write the curves to a file: a picture of what is seen, or for .csv every point of every curve. Raises OSError."""
        if path.suffix.lower() == ".csv":
            path.write_text("".join(self.list_lines()), encoding="utf-8", newline="")
        elif not self.take_picture().save(str(path)):
            raise OSError("the picture cannot be written there")

    def take_picture(self) -> QPixmap:
        """Return the curves that are seen as a figure of their own, and the plane beside them where there is one."""
        seen = {plot.title: plot for plot in (self.loss, self.shown)}
        for plot in seen.values():
            plot.set_legend(True)
        axis = "step" if self.in_steps.isChecked() else "epoch"
        parts = [Part(title, plot.grab(), axis) for title, plot in seen.items()]
        if not self.side.isHidden():
            parts.append(Part("Decision boundary", self.plane.grab(), ""))
        self._share_legend()
        return draw_figure(self._theme, parts, self.devicePixelRatioF())

    def list_lines(self) -> Iterator[str]:
        """Yield the lines of the table of all curves."""
        yield from write_curves([plot for plot in self.plots if len(plot.training) or len(plot.validation)])

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        each = self.width() / 2
        self._smoothing_word.setVisible(each >= NARROW)
        for key in self.keys:
            key.setVisible(each >= KEYED)
        self._share_legend()

    def _share_legend(self) -> None:
        """Let the loss name the curves where there is no room for that above the plots."""
        for plot in self.plots:
            plot.set_legend(plot is self.loss and self.width() / 2 < KEYED)

    def minimumSizeHint(self) -> QSize:
        """Return the room that it needs without the words that it leaves out where it is narrow."""
        title = self.choice if self.choice.count() > 1 else self.titles[1]
        heads = ((self.titles[0], self.smoothing, self.log), (title, self.more))
        return QSize(GAP + sum(map(_measure, heads)), super().minimumSizeHint().height())

    def _build(self) -> None:
        self.smoothing.setRange(0, 100)
        self.smoothing.setValue(SMOOTHING)
        self.smoothing.setFixedWidth(80)
        self.smoothing.setAccessibleName("smoothing")
        self.smoothing.setToolTip("How far the training curves are averaged; the values themselves stay behind them")
        self.smoothing.valueChanged.connect(self._smooth)
        self.log.setAccessibleName("logarithmic loss axis")
        self.log.setToolTip("Draw the loss, and what else is no share, on a logarithmic axis")
        self.log.toggled.connect(self._set_log)
        self.choice.addItem("Accuracy")
        self.choice.setAccessibleName("quantity beside the loss")
        self.choice.setToolTip("What is drawn beside the loss")
        self.choice.setFixedHeight(HEAD + 6)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.currentIndexChanged.connect(self._scores.setCurrentIndex)
        self._scores.currentChanged.connect(lambda _: self.refresh())
        self._scores.addWidget(self.score)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        tools: tuple[tuple[QWidget, ...], ...] = (
            (self._smoothing_word, self.smoothing, self.log),
            (*self.keys, self.more),
        )
        names: tuple[tuple[QWidget, ...], ...] = ((self.titles[0],), (self.titles[1], self.choice))
        for title, widgets, plot in zip(names, tools, (self.loss, self._scores), strict=True):
            head = QHBoxLayout()
            head.setSpacing(SPACE)
            for name in title:
                head.addWidget(name)
            title[0].setFixedHeight(HEAD + 6)
            head.addStretch(1)
            for widget in widgets:
                head.addWidget(widget)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addLayout(head)
            column.addWidget(plot, 1)
            row.addLayout(column, 1)
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        heading = make_label("Decision boundary", "strong")
        heading.setFixedHeight(HEAD + 6)
        column.addWidget(heading)
        column.addWidget(self.plane, 1)
        self.side.hide()
        self.loss.read_at.connect(self._read)
        self.score.read_at.connect(self._read)
        self._show_choice()

    def _build_menu(self) -> None:
        menu = QMenu(self)
        self.by_epoch = QAction("One training point an epoch", menu)
        self.in_steps = QAction("Number the axis in steps", menu)
        for action, take in ((self.by_epoch, CurvePlot.set_by_epoch), (self.in_steps, CurvePlot.set_in_steps)):
            menu.addAction(action)
            action.setCheckable(True)
            action.toggled.connect(lambda on, take=take: [take(plot, on) for plot in self.plots])
        menu.addAction("Show all epochs", self._show_all)
        menu.addSeparator()
        menu.addAction("Save curves as CSV …", lambda: self.save_wanted.emit("csv"))
        menu.addAction("Save a picture …", lambda: self.save_wanted.emit("png"))
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName("more about the curves")
        self.more.setToolTip("Points an epoch, steps on the axis, save as CSV or as a picture")
        self.more.setFixedHeight(HEAD + 6)

    def _show_all(self) -> None:
        for plot in self.plots:
            plot.show_all()

    def _show_choice(self) -> None:
        """Let the title be a list where there is something to choose."""
        several = self.choice.count() > 1
        self.choice.setVisible(several)
        self.titles[1].setVisible(not several)

    def _set_log(self, on: bool) -> None:
        for plot in (self.loss, *self.others.values()):
            plot.set_log(on and not plot.percent)

    def _read(self, epoch: float | None) -> None:
        for plot in self.plots:
            plot.read(epoch)

    @property
    def _smoothing(self) -> float:
        return WIDEST * (self.smoothing.value() / 100) ** 2

    def _smooth(self, _: int) -> None:
        for plot in self.plots:
            plot.set_smoothing(self._smoothing)


def _measure(head: tuple[QWidget, ...]) -> int:
    """Return the least width of the parts of a head side by side, with the stretch between them."""
    return sum(part.minimumSizeHint().expandedTo(part.minimumSize()).width() for part in head) + SPACE * len(head)
