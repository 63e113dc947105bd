"""The Data tab: where samples come from, how they are split, and what is known of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from designer.catalogue import facts as known_facts
from designer.catalogue.matching import match_loss
from designer.catalogue.registry import sources
from designer.catalogue.source_spec import Facts, SourceSpec
from designer.data import Found
from designer.document.edits import EditError, set_data
from designer.document.graph import Value
from designer.document.project import Choice, Data, Project
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.choice import ChoiceForm
from designer.ui.panels.csv_page import CsvPage
from designer.ui.panels.data_layout import lay_out, put_below
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.data_sides import LEAKS, ROWS, DataSides
from designer.ui.panels.fact_list import FactList
from designer.ui.panels.known import carry_place, list_facts
from designer.ui.panels.proposal_bar import ProposalBar
from designer.ui.panels.samples_page import SamplesPage
from designer.ui.panels.sides import make_area
from designer.ui.panels.split_form import SplitForm
from designer.ui.panels.steps_form import Steps
from designer.ui.panels.table_sides import TableSides
from designer.ui.theme import Theme
from designer.ui.words import write_message

EMPTY = "Choose where the samples come from, at the left. What is known of them is then shown here."
LOOKED_AT = ("Idx", "ImageFolder", "Cifar", "Arrays", "Texts", "Characters", "Language", "Series")
# The page of each kind whose file or folder is looked at; every other kind has the first.
PAGES = {"Csv": 1} | dict.fromkeys(LOOKED_AT, 2)


def _hide_path(spec: SourceSpec) -> SourceSpec:
    """Return the declaration without the parameters that its page edits."""
    return replace(spec, parameters=tuple(one for one in spec.parameters if spec.kind != "Csv" or one.name != "path"))


SHOWN = {kind: _hide_path(spec) for kind, spec in sources.items()}


class DataPanel(QWidget):
    """Source and split on the left; on the right what is known of the source, or the page of its files.

    `vary_wanted` carries the key of a setting that is to vary in a sweep.
    """

    vary_wanted = Signal(str)

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._place_key: str | None = None  # of the step in which a file or folder was chosen
        self._job: Job | None = None
        self._shown: tuple[Project, bool] | None = None
        titles = {kind: spec.title for kind, spec in sources.items()}
        self.source = ChoiceForm("source", SHOWN, titles, varies=True, only_settings=True)
        self.split = SplitForm()
        self.title = make_label("", "strong", wrap=True)
        self.facts = FactList()
        self.help = make_label("", "muted", wrap=True)
        self.csv = CsvPage()
        self.samples = SamplesPage(theme)
        self.proposal = ProposalBar()
        self._stack = QStackedWidget()
        reader = DataReader()
        self.tables = TableSides(theme, reader, self)
        first = put_below(self.proposal, self._stack)
        self.sides = DataSides(theme, reader, first, self.tables.rows, make_area(self.tables.leaks))
        self.learning = self.sides.learning
        lay_out(self, self._stack)
        self.source.chosen.connect(self._choose)
        self.source.vary_wanted.connect(lambda name: self.vary_wanted.emit(f"data.{name}"))
        for form in (self.split, self.learning.steps):
            form.vary_wanted.connect(self.vary_wanted)
        self.split.changed.connect(self._set_split)
        self.learning.changed.connect(self._set_steps)
        self.sides.wanted.connect(lambda fields, title: self._set_split(fields, title, ""))
        self.csv.applied.connect(self._take_columns)
        self.csv.split_wanted.connect(self._split_by)
        self.csv.reader.looked.connect(self._take_guess)
        self.tables.changed.connect(self._take_data)
        self.tables.role_wanted.connect(self._give_role)
        self.tables.column_wanted.connect(self._show_column)
        self.tables.rows.opened.connect(self.sides.show_feed)
        self.tables.titled.connect(lambda text: self.sides.tabs.setTabText(LEAKS, text))
        self.sides.tabs.currentChanged.connect(self._show_tables)
        self.csv.shown.connect(self._show_tables)
        self.csv.refused.connect(self.tables.rows.column.refuse)
        self.samples.found.connect(self._take_found)
        self.samples.began.connect(self._show_samples)
        editor.project_changed.connect(self.refresh)
        editor.leaving.connect(self._leave)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.samples.set_theme(theme)
        self.sides.set_theme(theme)
        self.tables.set_theme(theme)

    def refresh(self) -> None:
        """Show the data of the present project; files are looked at only while the tab can be seen."""
        project, seen = self._editor.project, self.isVisible()
        if self._shown is not None and self._shown[0].data is project.data and self._shown[1] == seen:
            return
        self._shown = project, seen
        data, known = project.data, known_facts.facts(project)
        self.source.show_choice(data.source)
        self.split.show_data(data, known, self.csv.table)
        self._show_known(project, known)
        kind = data.source.kind if data.source is not None else ""
        self.sides.show_project(project, self._beside)
        self._stack.setCurrentIndex(PAGES.get(kind, 0))
        if not seen or data.source is None:
            return
        if kind == "Csv":
            self.csv.show_data(data, self._beside)
        elif kind in PAGES:
            self.samples.show_source(data.source, self._beside)
        self._show_tables()

    def _show_tables(self) -> None:
        """Show the rows and the leaks of the present project, while the tab can be seen."""
        if self.isVisible():
            self.tables.show_project(self._editor.project, self.csv.table, self._beside)

    def take_path(self, path: Path, refuse: Callable[[str], None]) -> None:
        """Begin with what was dropped, whatever it is; `refuse` hears why it cannot be used."""
        self.samples.look(path, lambda reason: self._refuse(reason, refuse))

    def _show_samples(self) -> None:
        self.sides.show_source()
        self._stack.setCurrentWidget(self.samples)

    def _refuse(self, reason: str, refuse: Callable[[str], None]) -> None:
        self._shown = None
        self.refresh()
        refuse(reason)

    def _take_found(self, seen: Choice | None, found: Found) -> None:
        """Record what was found: of the source that was looked at, or of what was dropped."""
        if seen is not None:
            self._record_place(seen, found.source.parameters)
            return
        source, before = found.source, self._editor.project.data.source
        if found.table is not None:
            if before is None or before.kind != source.kind or not before.parameters.get("target"):
                self._choose(source, "")  # as it is guessed; every guess can be changed
            self.csv.take(found.table)  # where columns of another table are in use, its own are chosen first
        else:
            self.samples.take(source, found, self._beside)  # first, so that it is not looked at again
            self._choose(source, "")
        self._shown = None
        self.refresh()

    def shut_down(self) -> None:
        """Give up what is being read, so that the program can close."""
        self.csv.stop(timeout=5)
        self.samples.stop(timeout=5)
        self.sides.stop(timeout=5)
        self.tables.stop(timeout=5)
        if self._job is not None:
            self._job.cancel(timeout=5)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self.refresh()

    def _leave(self) -> None:
        """Give up what is being read for this document: the answer would land in the next one."""
        self.csv.leave()
        self.samples.leave()
        self.sides.leave()
        self.tables.stop()
        self._give_up_refit()
        self._shown = None

    @property
    def _beside(self) -> Path | None:
        """The folder of the project's file."""
        return self._editor.path.parent if self._editor.path is not None else None

    def _show_known(self, project: Project, known: Facts | None) -> None:
        source = project.data.source
        spec = sources.get(source.kind) if source is not None else None
        if spec is None:
            name = f"The source {show_name(source.kind)} is not known here. It is kept as it is." if source else EMPTY
            self.title.setText(name)
            self.help.setText("")
            self.facts.show_facts(())
            return
        self.title.setText(write_message(spec.title))
        self.help.setText(write_message(f"{spec.summary} {spec.help}"))
        problem = known_facts.source_problem(project) or known_facts.missing_path(project)
        facts = list_facts(known, project.data) if known is not None else []
        self.facts.show_facts([*facts, ("To do", write_message(problem).replace("`", ""))] if problem else facts)

    # --- edits ----------------------------------------------------------------------------------------------------

    def _choose(self, choice: Choice, key: str) -> None:
        data = self._editor.project.data
        other = data.source is None or choice.kind != data.source.kind
        if other:
            title = f"choose {write_message(sources[choice.kind].title)} as data"
            choice = carry_place(data.source, choice)
        else:
            title = f"set data of {show_name(choice.kind)}"
        self._apply(title, replace(data, source=choice), f"data.{key}" if key else None)
        self._place_key = f"data.{key}" if key else None
        if PAGES.get(choice.kind) == 2 and (not other or choice.parameters) and self.isVisible():
            self.samples.show_source(choice, self._beside, chosen=True)

    def _set_split(self, fields: Mapping[str, Any], title: str, key: str) -> None:
        data = replace(self._editor.project.data, **fields)
        step = f"data.{key}" if key else None
        self._apply(title, data, step)
        if "sampling" not in fields:
            self._refit(data, step)

    def _set_steps(self, steps: Steps, title: str, key: str) -> None:
        """Take over another list of changes to samples."""
        data = replace(self._editor.project.data, augmentation=steps)
        self._apply(title, data, f"data.{key}" if key else None)

    def _split_by(self, kind: str, column: str) -> None:
        """Split the rows by a column of the table."""
        self._set_split({"split": Choice(kind, {"column": column})}, f"split by {show_name(column)}", "")

    def _take_data(self, data: Data, title: str) -> None:
        """Take over what a leak or a role asks for."""
        self._apply(title, data, None)
        self._refit(data, None)

    def _give_role(self, name: str, role: str) -> None:
        """Let a column of the table be the target, a feature or the weight."""
        self._give_up_refit()
        self.csv.give_role(name, role)

    def _show_column(self, name: str) -> None:
        """Show a column among the rows."""
        self.sides.tabs.setCurrentIndex(ROWS)
        self.tables.rows.show_at(name)

    def _refit(self, data: Data, key: str | None) -> None:
        """Find the categories of the new training rows of a table, in the same undo step."""
        if data.source is None or data.source.kind != "Csv" or not data.source.parameters.get("categories"):
            return
        self._give_up_refit()
        self._job = self.csv.parameters_for(data)
        if self._job is not None:
            self._job.done.connect(lambda parameters: self._record_table(parameters, key))
            self._job.start()

    def _give_up_refit(self) -> None:
        """Let no answer come that is about columns chosen before."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _take_columns(self, parameters: dict[str, Value]) -> None:
        """Record a choice of columns."""
        self._give_up_refit()
        self._record_table(parameters)

    def _record_table(self, parameters: dict[str, Value], key: str | None = None) -> None:
        data = self._editor.project.data
        kept = ("standardize", "scale_target", "every")
        before = data.source.parameters if data.source is not None and data.source.kind == "Csv" else {}
        both = {**{name: value for name, value in before.items() if name in kept}, **parameters}
        self._apply("choose columns of the table", replace(data, source=Choice("Csv", both)), key)

    def _take_guess(self) -> None:
        """Take the guessed columns over of a table that was just chosen, where there was none: all can be changed."""
        source = self._editor.project.data.source
        if source is not None and source.kind == "Csv" and not source.parameters.get("path"):
            self.csv.apply.click()

    def _record_place(self, seen: Choice, parameters: Mapping[str, Value]) -> None:
        """Record what was found in the place of a source, unless another was chosen since."""
        data, path = self._editor.project.data, seen.parameters.get("path")
        if data.source is None or (data.source.kind, data.source.parameters.get("path")) != (seen.kind, path):
            return
        both = {**data.source.parameters, **parameters, "path": path}
        # Under the key of the field itself: choosing a place is one step, whatever was found in it.
        title = "choose a folder of images" if seen.kind == "Idx" else f"read {write_message(sources[seen.kind].title)}"
        self._apply(title, replace(data, source=Choice(seen.kind, both)), self._place_key)

    def _apply(self, title: str, data: Data, key: str | None) -> None:
        """Take over other data, with a loss that can learn it."""
        try:
            project = match_loss(set_data(self._editor.project, data))
        except EditError:
            self._shown = None
            self.refresh()  # what no file could hold is put back
            return
        self._editor.apply(title, project, key)
