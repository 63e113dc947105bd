"""What a run will learn from, in the Data tab: how many rows are in each part, and samples as they are changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.catalogue import facts as known_facts
from designer.catalogue.augmentation import find_form
from designer.document.project import Project
from designer.ui.background import Report
from designer.ui.marks import make_label
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.example_strip import ExampleStrip
from designer.ui.panels.parts_table import PartsTable
from designer.ui.panels.reading_page import ReadingPage
from designer.ui.panels.steps_form import StepsForm
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.inspection import Raw, Reading
    from designer.engine.preparation import Floats, Prepared

PARTS_WIDTH, STEPS_WIDTH = 228, 256  # pixels
AS_THEY_ARE = "Samples of this form are learned as they are."


class LearningPage(ReadingPage):
    """Shows rows of each part, and samples as they are learned. `changed` carries another list of changes to samples."""

    changed = Signal(object, str, str)

    def __init__(self, reader: DataReader, theme: Theme) -> None:
        super().__init__(reader)
        self._place, self._seed = 0, 0
        self.parts = PartsTable()
        self.steps = StepsForm()
        self.strip = ExampleStrip(theme)
        self.another, self.anew = QPushButton("Another"), QPushButton("Anew")
        self.steps.changed.connect(self.changed)
        self.another.clicked.connect(lambda: self._turn(place=1))
        self.anew.clicked.connect(lambda: self._turn(seed=1))
        self._build()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.strip.theme = theme
        self.strip.update()

    def refresh(self) -> None:
        """Show the data of the reader's project, and what is done to samples, which may be all that has changed."""
        project = self.reader.project
        self.steps.show_steps(project.data.augmentation, known_facts.facts(project))
        self._shown = None
        super().refresh()

    def find_work(self) -> Callable[[Report], Any]:
        """Return what counts the rows of each part, and changes a sample."""
        project, place, seed = self.reader.project, self._place, self._seed

        def work(reading: "Reading", raw: "Raw") -> "tuple[Prepared, list[Floats]]":
            from designer.engine.preparation import augment, sum_up

            prepared = sum_up(project, reading.names)
            return prepared, augment(project.data, prepared, place, seed) if _is_shown(project) else []

        return self.reader.finish(work)

    def show_found(self, found: "tuple[Prepared, list[Floats]]") -> None:
        """Show the parts, and a sample as it is and as it is learned."""
        prepared, shown = found
        self.parts.show_parts(prepared.parts)
        has_steps = any(choice.parameters.get("on", True) for choice in self.reader.project.data.augmentation)
        self.strip.show_examples(shown if has_steps else shown[:1], prepared.words)
        self.another.setVisible(bool(shown))
        self.anew.setVisible(bool(shown) and has_steps)
        self.say("" if shown else AS_THEY_ARE)

    def show_nothing(self) -> None:
        """Show neither parts nor samples."""
        self.parts.show_parts(())
        self.strip.show_examples(())

    def say(self, text: str, *, error: bool = False) -> None:
        """Say something above the body, which stays: changes can be chosen before there is anything to read."""
        super().say(text, error=error)
        self.body.show()

    def _turn(self, place: int = 0, seed: int = 0) -> None:
        self._place, self._seed = self._place + place, self._seed + seed
        self.begin()

    def _build(self) -> None:
        parts, right = QWidget(), QVBoxLayout()
        parts.setFixedWidth(PARTS_WIDTH)
        self.steps.setFixedWidth(STEPS_WIDTH)
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(make_label("Rows", "strong"))
        column.addWidget(self.parts, 1)
        column.addStretch(0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.another)
        buttons.addWidget(self.anew)
        right.addWidget(self.strip, 1)
        right.addLayout(buttons)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for part in (parts, self.steps):
            row.addWidget(part)
        row.addLayout(right, 1)
        for button, tip in ((self.another, "Show another sample"), (self.anew, "Draw its changes anew")):
            button.setToolTip(tip)
            button.setAccessibleName(tip.lower())
            button.hide()


def _is_shown(project: Project) -> bool:
    """Return whether samples have a form that is drawn."""
    known = known_facts.facts(project)
    return known is not None and find_form(known.input) is not None
