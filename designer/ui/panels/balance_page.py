"""Class balance in the Data tab: bars of each class and part, what is uneven in a sentence, and what evens it out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.catalogue.sampling import BALANCED, CLASS_WEIGHTS
from designer.document.project import OFF, Choice
from designer.ui.background import Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.class_bars import ClassBars
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.flow import FlowBox
from designer.ui.panels.reading_page import ReadingPage
from designer.ui.panels.sides import make_area
from designer.ui.theme import Theme
from designer.ui.words import write_message

if TYPE_CHECKING:
    from designer.engine.inspection.balance import Balance

# What evens classes out: the words of its button, why, the fields of Data that it sets, the title of the step.
REMEDIES: tuple[tuple[str, str, dict[str, Choice], str], ...] = (
    (
        "Split class by class",
        "Every part then has the classes in the same proportions",
        {"split": Choice("Stratified")},
        "split class by class",
    ),
    (
        "Weigh classes",
        "A mistake on a rare class then costs more, so that it is not passed over",
        {"sampling": Choice(CLASS_WEIGHTS)},
        "weigh classes",
    ),
    (
        "Balance draws",
        "Rows of rare classes are then drawn more often",
        {"sampling": Choice(BALANCED)},
        "balance draws",
    ),
    ("As they are", "Every row is learned once an epoch again", {"sampling": OFF}, "take rows as they are"),
)


class BalancePage(ReadingPage):
    """Shows how classes are spread. `wanted` carries fields of the data to set, and the title of that step.

    `class_picked` carries the class whose samples are to be seen.
    """

    wanted = Signal(object, str)
    class_picked = Signal(int)

    def __init__(self, reader: DataReader, theme: Theme) -> None:
        super().__init__(reader)
        self.bars = ClassBars(theme)
        self.sentence = make_label("", wrap=True)
        self.doing = make_label("", "muted", wrap=True)
        self.buttons: list[QPushButton] = []
        row = FlowBox(6, 6)
        for words, tip, fields, title in REMEDIES:
            button = QPushButton(words)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, fields=fields, title=title: self.wanted.emit(fields, title))
            self.buttons.append(button)
            row.add(button)
        said = QWidget()
        said.setObjectName("ground")
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.sentence, self.doing, row):
            column.addWidget(widget)
        column.addStretch(1)
        ground = QWidget()
        ground.setObjectName("ground")
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addWidget(self.bars)
        inner.addStretch(1)
        both = QHBoxLayout(self.body)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(16)
        both.addWidget(make_area(ground), 3)
        both.addWidget(make_area(said), 2)
        self.bars.picked.connect(self.class_picked)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.bars.theme = theme
        self.bars.update()

    def find_work(self) -> Callable[[Report], Any]:
        """Return what counts the samples of each class and part."""
        find = self.reader.list_samples()

        def work(report: Report) -> "Balance | None":
            from designer.engine.inspection.balance import weigh_up

            raw = find(report)
            return weigh_up(raw) if raw is not None else None

        return work

    def show_found(self, found: "Balance") -> None:
        """Show how rows are spread, and offer what could even them out."""
        self.bars.show_balance(found)
        self.sentence.setText(write_message(found.sentence))
        self.show_remedies()

    def show_nothing(self) -> None:
        """Show no bars."""
        self.bars.show_balance(None)

    def refresh(self) -> None:
        """Show the data of the reader's project; what is done against uneven classes needs no new look."""
        super().refresh()
        self.show_remedies()

    def show_remedies(self) -> None:
        """Offer what is not done yet and could help."""
        found, data = self.bars.balance, self.reader.project.data
        has_classes = found is not None and found.edges is None and bool(found.labels)
        split = has_classes and data.split.kind == "Random" and len(self.bars.parts) > 1
        shown = (
            split and (found.apart or found.uneven),
            has_classes and found.uneven and data.sampling.kind != CLASS_WEIGHTS,
            has_classes and found.uneven and data.sampling.kind != BALANCED,
            data.sampling.kind in (CLASS_WEIGHTS, BALANCED),
        )
        for button, on in zip(self.buttons, shown, strict=True):
            button.setVisible(bool(on))
        set_mark(self.buttons[0], "primary", bool(found is not None and found.apart))
        done = {
            CLASS_WEIGHTS: "The loss weighs each class by how rare it is.",
            BALANCED: "Rare classes are drawn more often.",
        }
        self.doing.setText(done.get(data.sampling.kind, ""))
        self.doing.setVisible(bool(self.doing.text()))
