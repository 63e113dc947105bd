"""A CSV file in the Data tab: looked at on a thread, its columns to choose from, Apply to take them over."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.catalogue.parameters import Values, resolve
from designer.catalogue.registry import sources
from designer.data import Table
from designer.data.columns import find_task
from designer.document.graph import Value
from designer.document.project import Choice, Data
from designer.document.wording import show_name
from designer.ui.background import Job
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.columns_model import ColumnsModel, RowsModel
from designer.ui.panels.table_reader import Selection, TableReader, find_parameters, find_place
from designer.ui.words import write_amount, write_message

EMPTY = "Choose a CSV file. Its columns are then listed here: tick what to predict from, and what to predict."
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars |", " ": "spaces"}
ROW_HEIGHT = 24


class CsvPage(QWidget):
    """Shows the file of a project's Csv source, or another one that was chosen. `applied` carries new parameters."""

    applied = Signal(object)  # Mapping[str, Value]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.columns, self.rows = ColumnsModel(), RowsModel()
        self._data = Data()
        self._path = ""
        self._left = False  # the project was left that all this was shown for
        self._beside: Path | None = None
        self.reader = TableReader(self)
        self._applied: Selection | None = None
        self.choose = QPushButton("Choose a file …")
        self.name = make_label("", "strong")
        self.facts = make_label("", "muted")
        self.bar = QProgressBar(textVisible=False)
        self.cancel = QPushButton("Cancel")
        self.separator = QComboBox()
        self.header = QCheckBox("header")
        self.task = QComboBox()
        self.preview = QCheckBox("first rows")
        self.apply = QPushButton("Apply")
        self.message = make_label("", wrap=True)
        self.empty = make_label(EMPTY, "muted", wrap=True)
        self._build()
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
        if self._left and (other or path != self._path):
            self._show_nothing()
        self._left = False
        if path and path != self._path:
            self.open(path)
        elif path:
            self._take_over_choice()

    def open(self, path: str | Path) -> None:
        """Look at a file, as it asks to be looked at."""
        self._path = str(path)
        values = self._recorded()
        known = values["path"] == self._path
        self._look(values["separator"] if known else None, not values["names"] if known else None)

    def take(self, table: Table) -> None:
        """Show a table that was looked at already."""
        self.stop()
        self._path = str(table.path)
        self._show_table(table)

    def ask(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, "Choose a table", self._path, "Tables (*.csv *.tsv *.txt *.data);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open)
        dialog.open()

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
            "value" if self.task.currentData() == "value" else "class",
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

    def _look(self, separator: str | None, header: bool | None) -> None:
        self._say("")
        self.bar.setValue(0)
        self.reader.look(str(find_place(self._path, self._beside)), separator, header)

    def _show_table(self, table: Table) -> None:
        self.table = table
        self.rows.show_table(table)
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

    def _show_nothing(self) -> None:
        self._path, self._applied, self.table = "", None, None
        self.columns.show_table(None)
        self.rows.show_table(None)
        self._say("")
        self._refresh()

    def _show_failure(self, reason: str) -> None:
        """Say what went wrong; a table that was read stays, unless it is the file itself that failed."""
        if self.table is None or self.table.path != find_place(self._path, self._beside):
            self.table = None
            self.columns.show_table(None)
            self.rows.show_table(None)
        self._say(reason)
        self._refresh()

    def _take_over_choice(self) -> None:
        """Tick what the project has recorded of this file."""
        values, table = self._recorded(), self.table
        if table is None or values["path"] != self._path or not values["target"]:
            return
        names = {column.name for column in table.columns}
        categories = [name for name, _ in values["categories"]]
        features = [name for name in (*values["numbers"], *categories) if name in names]
        if values["target"] not in names:
            return
        numbers = {column.name for column in table.columns if column.kind == "number"}
        self.columns.show_table(table, values["target"], features, numbers.intersection(categories))
        self._fit_task("class" if values["classes"] else "value")
        self._applied = self.selection()
        self._refresh()

    # --- choosing -------------------------------------------------------------------------------------------------

    def _note_choice(self) -> None:
        """Follow a tick: another target may be another task."""
        table = self.table
        if table is not None and (self._applied is None or self._applied.target != self.columns.target):
            target = self.columns.target
            self._fit_task(find_task(table.column(target), table.rows) if target else "class")
        self._say("")
        self._refresh()

    def _fit_task(self, task: str) -> None:
        table, target = self.table, self.columns.target
        number = table is not None and bool(target) and table.column(target).kind == "number"
        self.task.setEnabled(number)
        self.task.setCurrentIndex(self.task.findData(task))

    def _apply(self) -> None:
        if self.table is not None:
            self._say("")
            self.reader.find(self.table, self.selection(), self._data)

    def _finish(self, selection: Selection, parameters: Mapping[str, Value]) -> None:
        self._applied = selection
        self.applied.emit({**parameters, "path": self._path})  # as it was chosen: relative paths stay so
        self._refresh()

    # --- showing --------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self.message.setText(write_message(text))
        self.message.setVisible(bool(text))
        set_mark(self.message, "error", bool(text))

    def _refresh(self) -> None:
        table = self.table
        self.name.setText(show_name(Path(self._path).name) if self._path else "")
        self.facts.setText("reading …" if self.busy else _describe(table, self.columns.target) if table else "")
        self.facts.setToolTip(_say_dropped(table, self.columns.target).replace("`", "") if table else "")
        self.bar.setVisible(self.reader.is_long)
        self.cancel.setVisible(self.reader.is_long)
        self.facts.setVisible(not self.reader.is_long)
        self.separator.setEnabled(bool(self._path) and not self.busy)
        self.header.setEnabled(bool(self._path) and not self.busy)
        for widget in (self.preview, self.task_label, self.task):
            widget.setVisible(table is not None)
        changed = table is not None and self.selection() != self._applied
        self.apply.setEnabled(changed and not self.busy and bool(self.columns.target))
        self.apply.setToolTip("Train with these columns" if changed else "These columns are in use")
        page = 0 if table is None else 2 if self.preview.isChecked() else 1
        self.stack.setCurrentIndex(page)

    def _listen(self) -> None:
        self.choose.clicked.connect(self.ask)
        self.cancel.clicked.connect(self._give_up)
        self.reader.looked.connect(self._show_table)
        self.reader.found.connect(self._finish)
        self.reader.failed.connect(self._show_failure)
        self.reader.progressed.connect(lambda share: self.bar.setValue(round(100 * share)))
        self.reader.changed.connect(self._refresh)
        self.separator.activated.connect(self._overrule)
        self.header.clicked.connect(self._overrule)
        self.task.activated.connect(self._refresh)
        self.preview.toggled.connect(self._refresh)
        self.apply.clicked.connect(self._apply)
        self.columns.changed.connect(self._note_choice)

    def _give_up(self) -> None:
        self.stop()
        self._say("Reading was stopped.")

    def _overrule(self) -> None:
        self._look(self.separator.currentData(), self.header.isChecked())

    def _build(self) -> None:
        for separator, name in SEPARATORS.items():
            self.separator.addItem(name, separator)
        for task, name in (("class", "a class"), ("value", "a number")):
            self.task.addItem(name, task)
        self.separator.setAccessibleName("separator")
        self.separator.setToolTip("What stands between two fields of a row")
        self.header.setToolTip("The first row holds the names of the columns")
        self.preview.setToolTip("Show the first rows as they stand in the file")
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.task.setAccessibleName("predict as")
        self.apply.setProperty("primary", True)
        self.bar.setAccessibleName("progress of reading")
        self.task_label = make_label("predict as", "muted")
        self.view, self.head = _make_view(self.columns, "columns"), _make_view(self.rows, "first rows")
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(10)
        second.setSpacing(10)
        for part in (self.choose, self.name, self.facts, self.bar, self.cancel, self.apply):
            first.addWidget(part, 1 if part in (self.facts, self.bar) else 0)
        for tool in (self.separator, self.header, self.task_label, self.task):
            second.addWidget(tool)
        second.addStretch(1)
        second.addWidget(self.preview)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        for page in (self.empty, self.view, self.head):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 6)
        column.setSpacing(8)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.message)
        column.addWidget(self.stack, 1)


def _describe(table: Table, target: str | None) -> str:
    mark = "decimal comma" if table.form.decimal == "," else ""
    parts = (write_amount(table.rows, "row"), write_amount(len(table.columns), "column"), table.form.encoding, mark)
    dropped = "rows without a target are left out" if _say_dropped(table, target) else ""
    return " · ".join(part for part in (*parts, dropped) if part)


def _say_dropped(table: Table, target: str | None) -> str:
    return table.say_dropped(target) if target else ""


def _make_view(model: ColumnsModel | RowsModel, name: str) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setStretchLastSection(isinstance(model, ColumnsModel))
    return view
