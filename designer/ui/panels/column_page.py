"""One column of a table: its figures, how its values are spread over parts or classes, what it tells, and its role."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.data import Column, Table
from designer.data.columns import Task
from designer.data.summary import Groups, Spread, count_values, group_rows, tell_figures, tell_relation
from designer.document.wording import show_name
from designer.ui.background import Job, Report
from designer.ui.marks import make_label, set_mark
from designer.ui.panels.bars import Bars
from designer.ui.panels.fact_list import FactList
from designer.ui.panels.roles import ROLES
from designer.ui.panels.rows_head import name_kind
from designer.ui.panels.rows_model import PARTS
from designer.ui.theme import Theme
from designer.ui.words import write_plain

PATIENCE = 80  # milliseconds that the cursor rests on a column before it is looked at
BY = ("all rows", "part", "class")
TOLD = ("group", "weight", "time")  # roles whose meaning is said


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What was worked out of a column."""

    spread: Spread
    names: tuple[str, ...]
    figures: Sequence[tuple[str, str]]
    relation: Sequence[tuple[str, str]]


class ColumnPage(QWidget):
    """`role_wanted` carries a column and the role it is to have, `sort_wanted` one to sort by and whether it rises."""

    role_wanted = Signal(str, str)
    sort_wanted = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self._table: Table | None = None
        self._parts: NDArray[np.int8] | None = None
        self._target = ""
        self._task: Task = "class"
        self._column: Column | None = None
        self._role = "ignore"
        self._job: Job | None = None
        self.title = make_label("", "strong", wrap=True)
        self.role, self.by = QComboBox(), QComboBox()
        self.up, self.down = QPushButton("Sort up"), QPushButton("Sort down")
        self.meaning = make_label("", "muted", wrap=True)
        self.message = make_label("", wrap=True)
        set_mark(self.message, "error")
        self.bars = Bars(theme)
        self.facts = FactList()
        self._build()

    @property
    def column(self) -> str:
        """The name of the column that is shown, "" where none is."""
        return self._column.name if self._column is not None else ""

    @property
    def busy(self) -> bool:
        """Whether the column is being looked at."""
        return self._job is not None

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self.bars.theme = theme
        self.bars.update()

    def show_column(
        self,
        table: Table,
        column: Column,
        role: str,
        parts: NDArray[np.int8] | None,
        target: str,
        task: Task,
    ) -> None:
        """Show a column; its figures are worked out beside the window."""
        is_other = column is not self._column or table is not self._table
        is_same = not is_other and parts is self._parts and (target, task) == (self._target, self._task)
        self._table, self._column, self._parts = table, column, parts
        self._target, self._task = target, task
        self.title.setText(f"{show_name(column.name)} · {name_kind(column)}")
        self._role = role
        self.message.hide()
        self.meaning.setText(ROLES[role])
        self.meaning.setVisible(role in TOLD)
        self.role.setCurrentIndex(self.role.findData(role))
        self.role.setEnabled(column.kind != "empty")
        if not is_same:
            self._begin()

    def refuse(self, reason: str) -> None:
        """Say why the column cannot have the role that was chosen, and show the one it has."""
        self.role.setCurrentIndex(self.role.findData(self._role))
        self.message.setText(write_plain(reason))
        self.message.show()

    def forget(self) -> None:
        """Show no column: the table it was of is gone."""
        self.stop()
        self._table = self._column = self._parts = None

    def stop(self, timeout: float = 0.0) -> None:
        """Give up what is being worked out."""
        if self._job is not None:
            self._job.cancel(timeout)
            self._job.deleteLater()
            self._job = None

    def _begin(self) -> None:
        self.stop()
        table, column, parts, target, task = self._table, self._column, self._parts, self._target, self._task
        if table is None or column is None or table.frame is None:
            return
        by = self.by.currentData()

        def work(report: Report) -> _Seen:
            return _look(table, column, parts, target, task, by)

        self._job = job = Job(work, self)
        job.answered.connect(self.stop)
        job.done.connect(self._show)
        job.failed.connect(self._show_failure)
        job.start()

    def _show(self, seen: _Seen) -> None:
        assert self._column is not None
        self.bars.show_spread(seen.spread, seen.names, is_date=self._column.kind == "date")
        told = [(f"To {show_name(self._target, 12)}", "")] if seen.relation else []
        self.facts.show_facts([*seen.figures, *told, *seen.relation])

    def _show_failure(self, error: Exception) -> None:
        self.bars.show_spread(None)
        self.facts.show_facts([("Not known", str(error) or type(error).__name__)])

    def _build(self) -> None:
        for role, meaning in ROLES.items():
            self.role.addItem(role, role)
            self.role.setItemData(self.role.count() - 1, meaning, 3)  # Qt.ToolTipRole
        for name in BY:
            self.by.addItem(name if name == BY[0] else f"by {name}", name)
        self.role.setAccessibleName("role of the column")
        self.role.setToolTip("What the column is for")
        self.by.setAccessibleName("distribution over")
        self.by.setToolTip("What the bars are told apart by: the parts of the split, or the classes of the target")
        self.up.setToolTip("Sort the rows by this column, the least first")
        self.down.setToolTip("Sort the rows by this column, the largest first")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.title)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(make_label("Role", "muted"))
        first.addWidget(self.role, 1)
        second.addWidget(self.by, 1)
        second.addWidget(self.up)
        second.addWidget(self.down)
        column.addLayout(first)
        for label in (self.meaning, self.message):
            column.addWidget(label)
            label.hide()
        column.addWidget(self.bars)
        column.addLayout(second)
        column.addWidget(self.facts)
        column.addStretch(1)
        self.role.activated.connect(lambda: self.role_wanted.emit(self.column, self.role.currentData()))
        self.by.activated.connect(self._begin)
        self.up.clicked.connect(lambda: self.sort_wanted.emit(self.column, True))
        self.down.clicked.connect(lambda: self.sort_wanted.emit(self.column, False))


def _look(table: Table, column: Column, parts: NDArray[np.int8] | None, target: str, task: Task, by: str) -> _Seen:
    """Return what is to be shown of a column."""
    frame = table.frame
    assert frame is not None
    groups: Groups | None = None
    if by == "part" and parts is not None:
        kinds = [part for part in PARTS if part >= 0 and (parts == part).any()]
        codes = np.full(len(parts), -1, np.int64)
        for place, part in enumerate(kinds):  # a part may be empty
            codes[parts == part] = place
        groups = Groups(codes, tuple(PARTS[part] for part in kinds))
    elif by == "class" and target:
        groups = group_rows(frame[target], table.column(target))
    relation: Sequence[tuple[str, str]] = ()
    if target and target != column.name:
        relation = tell_relation(frame[column.name], column, frame[target], is_class=task != "value")
    names = groups.names if groups is not None else ()
    values = frame[column.name]
    return _Seen(count_values(values, column, groups), names, tell_figures(values, column), relation)
