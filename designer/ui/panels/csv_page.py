"""A table in the Data tab: looked at on a thread, its columns to choose from, Apply to take them over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import sources
from designer.catalogue.sources.tables import list_targets
from designer.data import Table
from designer.data.columns import find_task
from designer.data.form import UnequalRows
from designer.data.selection import recall_form
from designer.document.graph import Value
from designer.document.project import Choice, Data
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.fitting_label import FittingLabel
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.columns_model import TREATMENT, ColumnsModel
from designer.ui.panels.table_form import TableForm
from designer.ui.panels.table_layout import lay_out
from designer.ui.panels.table_reader import Selection, TableReader, find_parameters, find_place
from designer.ui.panels.table_views import describe_table, make_view, say_dropped
from designer.ui.panels.treatment_menu import make_menu
from designer.ui.words import write_message

FILTER = "Tables (*.csv *.tsv *.txt *.data *.gz *.xlsx *.xlsm *.parquet *.jsonl *.ndjson *.json *.arff);;All files (*)"
EMPTY = "Choose a table. Its columns are then listed here: tick what to predict from, and what to predict."


class CsvPage(QWidget):
    """Shows the file of a project's Csv source, or another one that was chosen. `applied` carries new parameters."""

    applied = Signal(object)  # Mapping[str, Value]
    split_wanted = Signal(str, str)  # the kind of split, and the column that it goes by
    shown = Signal()  # another table, or none
    refused = Signal(str)  # why a column cannot have the role it was given

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.columns = ColumnsModel()
        self._data = Data()
        self._predicted: tuple[str, list[str]] = "", []
        self._path = ""
        self._left = False  # the project was left that all this was shown for
        self._beside: Path | None = None
        self.reader = TableReader(self)
        self._applied: Selection | None = None
        self._gives_role = False  # what is being found is what a role asks for
        self._given: dict[str, Any] = {}  # what of the form of the file was overruled
        self._types: Mapping[str, str] = {}  # what columns of the table that is shown were said to be
        self._overruled = False  # since the choice was taken over
        self.choose = QPushButton("Choose a file …")
        self.name = make_label("", "strong")
        self.facts = FittingLabel("muted", left_out=Qt.TextElideMode.ElideRight)
        self.bar = QProgressBar(textVisible=False)
        self.cancel = QPushButton("Cancel")
        self.separator = QComboBox()
        self.header = QCheckBox("header")
        self.task = QComboBox()
        self.task_label = make_label("predict as", "muted")
        self.stack = QStackedWidget()
        self.reading = QCheckBox("how it is read")
        self.form = TableForm()
        self.leave_out = QPushButton("Leave them out")
        self.menu: QMenu | None = None
        self.apply = QPushButton("Apply")
        self.message = make_label("", wrap=True)
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self.view = make_view(self.columns, "columns")
        lay_out(self)
        self._listen()
        self._refresh()

    @property
    def busy(self) -> bool:
        """Whether the file is being read."""
        return self.reader.busy

    def show_data(self, data: Data, beside: Path | None = None) -> None:
        """Show a project's data; the file is looked at if it was not yet. A relative path starts from `beside`."""
        if data == self._data and beside == self._beside:
            return
        other = beside != self._beside
        self._data, self._beside = data, beside
        path = str(self._recorded().get("path", ""))
        self.columns.standardize = bool(self._recorded()["standardize"])
        self.columns.split = data.split.kind, str(data.split.parameters.get("column", ""))
        if self._left and (other or path != self._path):
            self._show_nothing()
        self._left = False
        if path and path != self._path:
            self.open(path)
        elif path:
            self._take_over_choice()

    def open(self, path: str | Path) -> None:
        """Look at a file, as it asks to be looked at."""
        self._path, self._overruled = str(path), False
        values = self._recorded()
        self._given = recall_form(values) if values["path"] == self._path and values["target"] else {}
        self._look()

    def take(self, table: Table) -> None:
        """Show a table that was looked at already."""
        self.stop()
        self._path, self._given, self._overruled = str(table.path), {}, False
        self._show_table(table)

    def ask(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, "Choose a table", self._path, FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def give_role(self, name: str, role: str) -> None:
        """Let a column be the target, a feature or the weight, and take that over; `refused` says why it cannot be."""
        self._gives_role = True
        self.columns.give_role(name, role)
        self._apply()

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self.reader.stop(timeout)

    def leave(self) -> None:
        """Give up what is being read: the next data shown are another project's. A table that was read stays for it."""
        if self.busy:
            self.stop()
            self._show_nothing()
        self._data, self._left = Data(), True

    def selection(self) -> Selection:
        """Return what is chosen in the table now."""
        model = self.columns
        return Selection(
            model.target,
            tuple(model.chosen_features()),
            tuple(model.chosen_one_hot()),
            self.task.currentData() or "class",
            tuple(model.more),
            tuple(model.chosen_treatments()),
            model.weight,
        )

    def parameters_for(self, data: Data) -> "Job | None":
        """Return a job that finds the parameters of the present choice under another split, None without a table."""
        table, selection = self.table, self._applied
        if table is None or selection is None:
            return None
        return Job(lambda report: find_parameters(table, selection, data, report), self)

    def _recorded(self) -> Values:
        """Return the parameters of the project's source, defaults where it is of another kind."""
        source = self._data.source
        given = source.parameters if isinstance(source, Choice) and source.kind == "Csv" else {}
        return resolve(sources["Csv"].parameters, given)[0]

    # --- reading --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._say("")
        self.bar.setValue(0)
        self.reader.look(str(find_place(self._path, self._beside)), self._given)

    def _show_table(self, table: Table) -> None:
        self.table, self._types = table, self._given.get("types", {})
        self.form.show_form(table.form)
        self.separator.setCurrentIndex(self.separator.findData(table.form.separator))
        self.header.setChecked(not table.form.names)
        self._applied = None
        self.columns.show_table(table, table.target, table.features)
        self._fit_task(table.task)
        self._take_over_choice()
        for place in range(7):
            self.view.resizeColumnToContents(place)
            self.view.setColumnWidth(place, self.view.columnWidth(place) + 12)
        self._refresh()
        self.shown.emit()

    def _show_nothing(self) -> None:
        self._path, self._applied, self.table = "", None, None
        self.columns.show_table(None)
        self._say("")
        self._refresh()
        self.shown.emit()

    def _show_failure(self, reason: str) -> None:
        """Say what went wrong; a table that was read stays, unless it is the file itself that failed."""
        self._given["types"] = self._types
        if self.table is None or self.table.path != find_place(self._path, self._beside):
            self.table = None
            self.columns.show_table(None)
        if self._gives_role:
            self._gives_role = False
            self._take_over_choice()
            self.refused.emit(reason)
            return
        self._say(reason)
        self.leave_out.setVisible(isinstance(self.reader.error, UnequalRows) and str(self.reader.error) == reason)
        self._refresh()

    def _take_over_choice(self) -> None:
        """Tick what the project has recorded of this file."""
        values, table = self._recorded(), self.table
        if table is None or values["path"] != self._path or not values["target"]:
            return
        names = {column.name for column in table.columns}
        categories = [name for name, _ in values["categories"]]
        dates = [name for name, *_ in values["dates"]]
        features = [name for name in (*values["numbers"], *categories, *dates) if name in names]
        if values["target"] not in names:
            return
        numbers = {column.name for column in table.columns if column.kind in ("number", "date")}
        more = [name for name in list_targets(values)[1:] if name in names]
        one_hot, treated = numbers.intersection(categories) - set(self._given.get("types", ())), values["treatments"]
        self.columns.weight = values["weight"] if values["weight"] in names else ""
        self.columns.show_table(table, values["target"], features, one_hot, more, treated)
        self._fit_task("labels" if values["answers"] else "class" if values["classes"] else "value")
        self._applied = None if self._overruled else self.selection()
        self._refresh()

    # --- choosing -------------------------------------------------------------------------------------------------

    def _note_choice(self) -> None:
        """Follow a tick: another target may be another task."""
        table, target, more = self.table, self.columns.target, self.columns.more
        if table is not None and (target, more) != self._predicted:
            task = find_task(table.column(target), table.rows) if target else "class"
            numbers = all(table.column(name).kind == "number" for name in (target, *more) if name)
            self._fit_task(task if not more else "value" if numbers and task == "value" else "labels")
        self._say("")
        self._refresh()

    def _fit_task(self, task: str) -> None:
        table, target, more = self.table, self.columns.target, self.columns.more
        number = table is not None and bool(target) and table.column(target).kind == "number"
        self.task.setEnabled(number or bool(more))
        self.task.setCurrentIndex(self.task.findData(task))
        self._predicted = target, list(more)

    def _apply(self) -> None:
        if self.table is not None:
            self._say("")
            self.reader.find(self.table, self.selection(), self._data)

    def _finish(self, selection: Selection, parameters: Mapping[str, Value]) -> None:
        self._applied, self._gives_role, self._overruled = selection, False, False
        self.applied.emit({**parameters, "path": self._path})  # as it was chosen: relative paths stay so
        self._refresh()

    # --- showing --------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self.message.setText(write_message(text))
        self.message.setVisible(bool(text))
        self.leave_out.hide()
        set_mark(self.message, "error", bool(text))

    def _refresh(self) -> None:
        table = self.table
        self.name.setText(show_name(Path(self._path).name) if self._path else "")
        self.facts.setText("reading …" if self.busy else describe_table(table, self.columns.target) if table else "")
        self.facts.setToolTip(say_dropped(table, self.columns.target).replace("`", "") if table else "")
        self.bar.setVisible(self.reader.is_long)
        self.cancel.setVisible(self.reader.is_long)
        self.facts.setVisible(not self.reader.is_long)
        self.separator.setEnabled(bool(self._path) and not self.busy)
        self.header.setEnabled(bool(self._path) and not self.busy)
        for widget in (self.reading, self.task_label, self.task):
            widget.setVisible(table is not None)
        changed = table is not None and self.selection() != self._applied
        self.apply.setEnabled(changed and not self.busy and bool(self.columns.target))
        self.apply.setToolTip("Train with these columns" if changed else "These columns are in use")
        page = 0 if table is None else 2 if self.reading.isChecked() else 1
        self.stack.setCurrentIndex(page)

    def _listen(self) -> None:
        self.choose.clicked.connect(self.ask)
        self.cancel.clicked.connect(self._give_up)
        self.reader.looked.connect(self._show_table)
        self.reader.found.connect(self._finish)
        self.reader.failed.connect(self._show_failure)
        self.reader.progressed.connect(lambda share: self.bar.setValue(round(100 * share)))
        self.reader.changed.connect(self._refresh)
        self.separator.activated.connect(lambda: self._overrule("separator", self.separator.currentData()))
        self.header.clicked.connect(lambda on: self._overrule("header", on))
        self.form.overruled.connect(self._overrule)
        self.leave_out.clicked.connect(lambda: self._overrule("leave_out", True))
        self.view.clicked.connect(self._offer_treatments)
        self.view.activated.connect(self._offer_treatments)
        self.view.customContextMenuRequested.connect(self._offer_all)
        self.task.activated.connect(self._refresh)
        self.reading.toggled.connect(self._refresh)
        self.apply.clicked.connect(self._apply)
        self.columns.changed.connect(self._note_choice)

    def _give_up(self) -> None:
        self.stop()
        self._say("Reading was stopped.")

    def _overrule(self, name: str, value: object) -> None:
        self._given[name], self._overruled = value, True
        self._look()

    def _retype(self, name: str, kind: str) -> None:
        """Take a column for numbers, or for dates of a form."""
        self._overrule("types", {**self._given.get("types", {}), name: kind})

    def _offer_treatments(self, index: QModelIndex) -> None:
        """Open the menu of a column where its treatment was clicked."""
        if index.column() == TREATMENT:
            self._offer(index, self.view.visualRect(index).bottomLeft())

    def _offer_all(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        if index.isValid():
            self._offer(index, point)

    def _offer(self, index: QModelIndex, point: QPoint) -> None:
        assert self.table is not None
        column = self.table.columns[index.row()]
        if column.kind == "empty":
            return
        self.menu = make_menu(self.columns, column, self, self.split_wanted.emit, self._retype)
        self.menu.aboutToHide.connect(self.menu.deleteLater)
        self.menu.popup(self.view.viewport().mapToGlobal(point))
