"""What stands above an evaluation: which weights, which part, the progress; and the threshold of yes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QProgressBar, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from designer.document.wording import show_name
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.weights_box import WeightsBox
from designer.ui.words import write_message

STEPS = 1000  # of a slider
SAVES = (
    ("figures.csv", "Save figures as CSV …"),
    ("classes.csv", "Save the table as CSV …"),
    ("samples.csv", "Save answers to all samples as CSV …"),
    ("json", "Save figures and tables as JSON …"),
    ("png", "Save the plot as PNG …"),
    ("svg", "Save the plot as SVG …"),
)
PARTS = (("validation", "validation"), ("test", "test"))


class EvaluateHead(QWidget):
    """`evaluate_wanted` carries weights and part, `save_wanted` what is to be saved."""

    evaluate_wanted = Signal(str, str)
    cancel_wanted = Signal()
    part_chosen = Signal(str)
    save_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton("Evaluate")
        self.weights = WeightsBox()
        self.part = QComboBox()
        self.outputs = QComboBox()
        self.about = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.more = QToolButton(text="Save  ")
        self.bar = QProgressBar(textVisible=False, maximum=1000)
        self._busy = False
        self._build()

    def show_choices(self, weights: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these weights, by key and title."""
        self.weights.show_choices(weights, chosen)
        self.button.setEnabled(bool(weights) or self._busy)

    def show_outputs(self, names: Sequence[str], chosen: int) -> None:
        """Offer the outputs of a network that has several."""
        self.outputs.blockSignals(True)
        self.outputs.clear()
        self.outputs.addItems([name or "output" for name in names])
        self.outputs.setCurrentIndex(chosen)
        self.outputs.blockSignals(False)
        self.outputs.setVisible(len(names) > 1)

    def show_busy(self, busy: bool) -> None:
        """Show whether it is at work."""
        self._busy = busy
        self.bar.setVisible(busy)
        self.button.setEnabled(busy or self.weights.count() > 0)
        self.show_verb(self._verb)

    def show_verb(self, verb: str) -> None:
        """Name the button by what it does next."""
        self._verb = verb
        self.button.setText("Cancel" if self._busy else verb)
        set_mark(self.button, "primary", not self._busy)

    def show_share(self, share: float) -> None:
        """Show how much is done."""
        self.bar.setValue(round(1000 * share))

    def _build(self) -> None:
        self._verb = "Evaluate"
        set_mark(self.button, "primary")
        self.weights.setAccessibleName("weights to evaluate")
        self.weights.setToolTip("Whose answers: the weights as they are now, of the last step, or of the best epoch")
        self.part.setAccessibleName("part of the data")
        self.part.setToolTip(
            "The samples held out while training, or those of the test part, which nobody has looked at"
        )
        for key, title in PARTS:
            self.part.addItem(title, key)
        self.outputs.setAccessibleName("output of the network")
        self.outputs.hide()
        for box in (self.part, self.outputs):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        menu = QMenu(self)
        for kind, title in SAVES:
            menu.addAction(title).triggered.connect(lambda _=False, kind=kind: self.save_wanted.emit(kind))
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName("save the evaluation")
        self.more.setToolTip("Save figures, tables, answers and plots")
        self.bar.setAccessibleName("progress of the evaluation")
        self.bar.hide()
        row = FlowBox(8, 4)
        on = make_label("on", "muted")
        for part in (self.button, self.weights, on, self.part, self.outputs, self.more, self.about):
            row.add(part)
        self.outputs.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(row)
        column.addWidget(self.bar)
        self.button.clicked.connect(self._press)
        self.part.currentIndexChanged.connect(lambda _: self.part_chosen.emit(self.part.currentData()))

    def _press(self) -> None:
        if self._busy:
            self.cancel_wanted.emit()
        elif self.weights.currentData():
            self.evaluate_wanted.emit(self.weights.currentData(), self.part.currentData())


class ThresholdBar(FlowBox):
    """Where yes begins: a slider, and buttons for what is best by some measure. `moved` carries a chance."""

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__(8, 4)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setFixedWidth(220)
        self.slider.setAccessibleName("threshold")
        self.slider.setToolTip("A chance above this is a yes. Figures, confusion matrix and samples follow")
        self.value = make_label("")
        self.value.setMinimumWidth(40)
        self.usual = QPushButton("0.5")
        self.usual.setToolTip("Where yes begins while it trains")
        self.offers: dict[str, QPushButton] = {}
        self._told = 0.5
        self.label = make_label("yes above", "muted")
        self.label.setBuddy(self.slider)
        for part in (self.label, self.slider, self.value, self.usual):
            self.add(part)
        self.slider.valueChanged.connect(lambda step: self._move(step / STEPS))
        self.usual.clicked.connect(lambda: self._move(0.5))

    def show_threshold(self, threshold: float, offers: Mapping[str, float], yes: str = "yes") -> None:
        """Show where yes begins, by what it is called, and what is offered."""
        self.label.setText(f"{write_message(show_name(yes, 24))} above")
        self._told = threshold
        self.slider.blockSignals(True)
        self.slider.setValue(round(STEPS * threshold))
        self.slider.blockSignals(False)
        self.value.setText(f"{threshold:.3f}")
        for name in offers:
            if name not in self.offers:
                button = self.offers[name] = QPushButton()
                button.clicked.connect(lambda _=False, button=button: self._move(button.property("threshold")))
                self.add(button)
        for name, button in self.offers.items():
            button.setVisible(name in offers)
            button.setText(f"{name} {offers.get(name, 0):.3f}")
            button.setProperty("threshold", offers.get(name, 0.5))
            tips = {
                "Best F1": "The threshold with the largest F1 on this part",
                "Youden": "The largest sum of recall and specificity on this part",
            }
            button.setToolTip(tips.get(name, name))

    def _move(self, threshold: float) -> None:
        if threshold != self._told:
            self.moved.emit(threshold)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
