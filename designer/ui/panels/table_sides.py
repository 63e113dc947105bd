"""The sides of the Data tab that look at the data themselves: the rows of a table, and what leaks in the data."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.data import Table
from designer.data.remedies import Leak, Remedy, ignore_column, resplit
from designer.document.project import RANDOM, Data, Project
from designer.document.wording import show_name
from designer.ui.panels.data_reader import DataReader
from designer.ui.panels.leaks_page import READING, LeaksPage
from designer.ui.panels.roles import SPLITS, find_roles
from designer.ui.panels.rows_page import RowsPage
from designer.ui.panels.split_reader import SplitReader
from designer.ui.theme import Theme

NO_DATA = "Choose where the samples come from, at the side Source. What leaks in them is then said here."
INCOMPARABLE = (
    "Samples are not compared here: they overlap in time, and the last are held out; or nothing is held out; or they are "
    "too many."
)
TARGET_FIRST = "This is what is predicted. Give another column the role of the target first."
TITLE = "Leaks"


class TableSides(QObject):
    """Keeps the two sides in step with the project. `changed` carries other data and the title of the step.

    `role_wanted` carries a column that is to be the target, a feature or the weight, for which the table must be read;
    `column_wanted` one to be shown; `titled` what the tab of the leaks says: how many there are.
    """

    changed = Signal(object, str)  # Data
    column_wanted = Signal(str)
    role_wanted = Signal(str, str)
    titled = Signal(str)

    def __init__(self, theme: Theme, samples: DataReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows, self.leaks = RowsPage(theme), LeaksPage()
        self.reader = SplitReader(samples, self)
        self._is_table = False
        self._data = Data()
        self.reader.began.connect(self._begin)
        self.reader.found.connect(self._show)
        self.reader.failed.connect(self._show_failure)
        self.leaks.mended.connect(self._mend)
        self.leaks.chosen.connect(self.column_wanted)
        self.rows.role_wanted.connect(self._set_role)
        self._say(NO_DATA)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self.reader.busy or self.rows.busy

    def show_project(self, project: Project, table: Table | None, beside: Path | None) -> None:
        """Show a project's data; `table` is what was read of its table.

        A table is shared out at once; of other data the samples are compared as soon as one wants to see the leaks.
        """
        self._data, source = project.data, project.data.source
        is_csv = source is not None and source.kind == "Csv"
        is_chosen = is_csv and bool(source is not None and source.parameters.get("target"))
        self._is_table = is_csv
        self.rows.show_table(table if is_csv else None, project.data)
        has_rows = table is not None and table.frame is not None
        if source is None or (is_csv and not (is_chosen and has_rows)):
            self.reader.stop()
            self.rows.show_parts(None)
            self._say(NO_DATA)
        elif is_csv or self.leaks.isVisible():
            self.reader.read(project, table if is_csv else None, beside)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.rows.set_theme(theme)

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being read."""
        self.reader.stop(timeout)
        self.rows.stop(timeout)

    def _mend(self, remedy: Remedy) -> None:
        """Do what mends a leak."""
        self.changed.emit(remedy.change(self._data), remedy.title[0].lower() + remedy.title[1:])

    def _set_role(self, name: str, role: str) -> None:
        """Let a column of the table be something else."""
        data, title = self._data, f"take {show_name(name)} as {role}"
        before = find_roles(data).get(name)
        if before == "target" and (role in SPLITS or name == self._target):
            if role != "target":
                self.rows.column.refuse(TARGET_FIRST)
            return
        if before in SPLITS:
            data = replace(data, split=RANDOM)
        if role in SPLITS:
            data = resplit(ignore_column(data, name), SPLITS[role], name)
        elif role == "ignore" and before != "target":
            data = ignore_column(data, name)
        if data != self._data:
            self.changed.emit(data, title)
        if role not in (*SPLITS, "ignore") or (role == "ignore" and before == "target"):
            self.role_wanted.emit(name, role)

    @property
    def _target(self) -> str:
        """The column that is predicted, the first of several."""
        source = self._data.source
        return str(source.parameters.get("target", "")) if source is not None else ""

    def _begin(self) -> None:
        self._say(READING)

    def _show(self, parts: object, leaks: tuple[Leak, ...] | None) -> None:
        self.rows.show_parts(parts)  # type: ignore[arg-type]
        if leaks is None:
            self._say(INCOMPARABLE)
            return
        self.leaks.show_leaks(leaks, is_table=self._is_table)
        self.titled.emit(f"{TITLE} ({len(leaks)})" if leaks else TITLE)

    def _show_failure(self, reason: str) -> None:
        self.rows.show_parts(None)
        self._say(reason, error=True)

    def _say(self, text: str, *, error: bool = False) -> None:
        self.leaks.say(text, error=error)
        self.titled.emit(TITLE)
