"""What a run will learn from, in the Data tab: how many rows are in each part, and samples as they are changed."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.catalogue import facts as known_facts
from designer.catalogue.augmentation import find_form
from designer.document.project import OFF, Project
from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.example_strip import ExampleStrip
from designer.ui.panels.parts_table import PartsTable
from designer.ui.panels.steps_form import StepsForm
from designer.ui.panels.table_reader import PATIENCE
from designer.ui.theme import Theme
from designer.ui.words import write_message

if TYPE_CHECKING:
    from designer.engine.preparation import Floats, Prepared

TYPING = 300  # milliseconds after an edit before samples are changed anew
PARTS_WIDTH, STEPS_WIDTH = 228, 256  # pixels


class LearningPage(QWidget):
    """Reads a project's data on a thread while it can be seen. `changed` carries another list of changes to samples."""

    changed = Signal(object, str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._beside: Path | None = None
        self._read: tuple[object, Prepared] | None = None  # what was read, under what says which rows it has
        self._given_up: object = None
        self._place, self._seed = 0, 0
        self._job: Job | None = None
        self.setObjectName("ground")
        self.parts = PartsTable()
        self.message = make_label("", "muted", wrap=True)
        self.bar = QProgressBar(textVisible=False)
        self.cancel = QPushButton("Cancel")
        self.steps = StepsForm()
        self.strip = ExampleStrip(theme)
        self.another, self.anew = QPushButton("Another"), QPushButton("Anew")
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._begin)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(lambda: self._show_bar(True))
        self.steps.changed.connect(self.changed)
        self.cancel.clicked.connect(self._give_up)
        self.another.clicked.connect(lambda: self._turn(place=1))
        self.anew.clicked.connect(lambda: self._turn(seed=1))
        self._build()

    @property
    def busy(self) -> bool:
        """Whether something is being read or changed, or will be."""
        return self._job is not None or self._typing.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.strip.theme = theme
        self.strip.update()

    def show_project(self, project: Project, beside: Path | None) -> None:
        """Show a project's data; a relative path starts from `beside`."""
        self._project, self._beside = project, beside
        self.steps.show_steps(project.data.augmentation, known_facts.facts(project))
        if self.isVisible():
            self._typing.start()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._typing.start(0)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self._typing.stop()
        self._patience.stop()
        self._show_bar(False)
        if self._job is not None:
            self._job.cancel(timeout)
            self._job = None

    def leave(self) -> None:
        """Give up what is being read and forget what was: the next data shown are another project's."""
        self.stop()
        self._read, self._given_up = None, None

    # --- reading --------------------------------------------------------------------------------------------------

    def _key(self) -> object:
        """Return what says which rows there are, with what they hold."""
        return replace(self._project.data, sampling=OFF, augmentation=()), self._beside

    def _begin(self) -> None:
        self.stop()
        project, key = self._project, self._key()
        problem = known_facts.source_problem(project) or known_facts.missing_path(project)
        if problem or key == self._given_up:
            self._say(problem.replace("`", "") if problem else "Reading was stopped.")
            self.parts.show_parts(())
            self.strip.show_examples(())
            return
        from designer.engine.plan import find_data_path  # brings all of code generation with it

        path = find_data_path(project, self._beside)
        known = self._read[1] if self._read is not None and self._read[0] == key else None
        place, seed = self._place, self._seed

        def work(report: Report) -> "tuple[Prepared, list[Floats]]":
            from designer.engine.preload import import_torch

            import_torch()
            from designer.engine.preparation import augment, prepare

            prepared = known or prepare(project, path)
            shown = augment(project.data, prepared, place, seed) if report(0.5) and _is_shown(project) else []
            return prepared, shown

        self._job = job = Job(work, self)
        job.answered.connect(self.stop)
        job.done.connect(lambda found: self._show(key, *found))
        job.failed.connect(self._show_failure)
        self._patience.start()
        job.start()

    def _turn(self, place: int = 0, seed: int = 0) -> None:
        self._place, self._seed = self._place + place, self._seed + seed
        self._begin()

    def _give_up(self) -> None:
        self._given_up = self._key()
        self._begin()

    def _show(self, key: object, prepared: "Prepared", shown: "list[Floats]") -> None:
        self._read, self._given_up = (key, prepared), None
        self.parts.show_parts(prepared.parts)
        has_steps = any(choice.parameters.get("on", True) for choice in self._project.data.augmentation)
        self.strip.show_examples(shown if has_steps else shown[:1], prepared.words)
        self.another.setVisible(bool(shown))
        self.anew.setVisible(bool(shown) and has_steps)
        self._say("" if shown else "Samples of this form are learned as they are.")

    def _show_failure(self, error: Exception) -> None:
        self.parts.show_parts(())
        self.strip.show_examples(())
        self._say(str(error) or type(error).__name__, error=True)

    def _say(self, text: str, *, error: bool = False) -> None:
        set_mark(self.message, "error", error)
        self.message.setText(write_message(text))
        self.message.setVisible(bool(text))

    def _show_bar(self, shown: bool) -> None:
        self.bar.setVisible(shown)
        self.cancel.setVisible(shown)

    def _build(self) -> None:
        self.bar.setRange(0, 0)  # how long reading takes is not known
        self.bar.setAccessibleName("reading the data")
        parts, right = QWidget(), QVBoxLayout()
        parts.setFixedWidth(PARTS_WIDTH)
        self.steps.setFixedWidth(STEPS_WIDTH)
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        going = QHBoxLayout()
        going.addWidget(self.bar, 1)
        going.addWidget(self.cancel)
        column.addWidget(make_label("Rows", "strong"))
        column.addLayout(going)
        column.addWidget(self.message)
        column.addWidget(self.parts, 1)
        column.addStretch(0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.another)
        buttons.addWidget(self.anew)
        right.addWidget(self.strip, 1)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 8)
        row.setSpacing(16)
        for part in (parts, self.steps):
            row.addWidget(part)
        row.addLayout(right, 1)
        for button, tip in ((self.another, "Show another sample"), (self.anew, "Draw its changes anew")):
            button.setToolTip(tip)
            button.setAccessibleName(tip.lower())
            button.hide()
        self._show_bar(False)


def _is_shown(project: Project) -> bool:
    """Return whether samples have a form that is drawn."""
    known = known_facts.facts(project)
    return known is not None and find_form(known.input) is not None
