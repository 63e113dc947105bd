"""The trials of a sweep as the rows of a table, sorted by any column."""

import math
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from designer.document.graph import Value
from designer.document.project import Project
from designer.document.wording import show_name
from designer.engine.sweeps.ablation import find_difference, write_choice
from designer.engine.sweeps.definition import Sweep
from designer.engine.sweeps.trials import Trial
from designer.ui.theme import Theme, colour

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
WORDS = {"done": "done", "pruned": "given up", "failed": "failed", "running": "running", "waiting": "waiting"}


class TrialsModel(QAbstractTableModel):
    """A row a trial: its number, its goal, what varied, how it stands."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.sweep = Sweep()
        self._project = Project()
        self.trials: list[Trial] = []
        self.heads = self._list_heads()
        self.best = -1
        self._all: tuple[Trial, ...] = ()
        self._only: frozenset[int] | None = None
        self._sorted = 0, Qt.SortOrder.AscendingOrder

    def _list_heads(self) -> list[str]:
        """Return the titles of the columns."""
        names = [axis.name for axis in self.sweep.axes]
        return [*("trial", self.sweep.goal, "±", "difference")[: self.lead], *names, "epochs", "time", "state"]

    @property
    def lead(self) -> int:
        """How many columns stand before what varies: an ablation also has the difference to the whole network."""
        return 4 if self.sweep.ablation else 3

    def show_trials(self, project: Project, sweep: Sweep, trials: tuple[Trial, ...]) -> None:
        """Show the trials of a sweep of a project."""
        if sweep is not self.sweep:
            self.beginResetModel()
            self._project, self.sweep, self._all, self._only = project, sweep, trials, None
            self.heads, self.trials = self._list_heads(), self._order()
            self._find_best()
            self.endResetModel()
            return
        self._all = trials
        self._refresh()

    def show_only(self, slots: Collection[int] | None) -> None:
        """Show some of the trials, all where it is None."""
        self._only = frozenset(slots) if slots is not None else None
        self._refresh()

    def row_of(self, slot: int) -> int:
        """Return where a trial stands, -1 where it is not shown."""
        return next((row for row, trial in enumerate(self.trials) if trial.slot == slot), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.trials)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole and section < len(self.heads):
            return self.heads[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.trials):
            return None
        trial, column = self.trials[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._write(trial, column)
        if role == Role.TextAlignmentRole:
            end = Qt.AlignmentFlag.AlignLeft if column == len(self.heads) - 1 else Qt.AlignmentFlag.AlignRight
            return end | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ToolTipRole and trial.reason:
            return show_name(trial.reason.replace("`", ""), 300)
        if role == Role.ForegroundRole:
            inks = {"failed": self.theme.error, "pruned": self.theme.muted, "waiting": self.theme.muted}
            return colour(inks.get(trial.state, self.theme.ok if trial.slot == self.best else self.theme.text))
        if role == Role.FontRole and trial.slot == self.best:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = column, order
        self.layoutAboutToBeChanged.emit()
        slots = {index.row(): self.trials[index.row()].slot for index in self.persistentIndexList()}
        self.trials = self._order()
        for index in self.persistentIndexList():
            row = self.row_of(slots[index.row()])
            self.changePersistentIndex(index, self.index(row, index.column()))
        self.layoutChanged.emit()

    def _refresh(self) -> None:
        """Take over what changed, with the selection where it is."""
        ordered = self._order()
        if [trial.slot for trial in ordered] == [trial.slot for trial in self.trials]:
            self.trials = ordered
            self._find_best()
            if ordered:
                self.dataChanged.emit(self.index(0, 0), self.index(len(ordered) - 1, len(self.heads) - 1))
            return
        gone = {trial.slot for trial in self.trials} - {trial.slot for trial in ordered}
        for row in range(len(self.trials) - 1, -1, -1):
            if self.trials[row].slot in gone:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.trials[row]
                self.endRemoveRows()
        known = {trial.slot for trial in self.trials}
        new = [trial for trial in ordered if trial.slot not in known]
        if new:
            self.beginInsertRows(QModelIndex(), len(self.trials), len(self.trials) + len(new) - 1)
            self.trials += new
            self.endInsertRows()
        self._find_best()
        self.sort(*self._sorted)

    def _find_best(self) -> None:
        done = [trial for trial in self._all if trial.state == "done" and trial.goal is not None]
        sign = 1 if self.sweep.is_better_lower else -1
        self.best = min(done, key=lambda trial: (sign * trial.goal, trial.slot)).slot if done else -1

    def _order(self) -> list[Trial]:
        column, order = self._sorted
        only = self._only
        shown = [trial for trial in self._all if only is None or trial.slot in only]
        down = order == Qt.SortOrder.DescendingOrder
        known = [trial for trial in shown if _key(self._value(trial, column)) is not None]
        rest = [trial for trial in shown if _key(self._value(trial, column)) is None]
        return sorted(known, key=lambda trial: _key(self._value(trial, column)), reverse=down) + rest

    def _value(self, trial: Trial, column: int) -> Value:
        axes, lead = self.sweep.axes, self.lead
        if lead <= column < lead + len(axes):
            return trial.values.get(axes[column - lead].key)
        if column == 3 and lead == 4:
            difference = find_difference(self._all, trial)
            return difference[0] if difference is not None else None
        rest: list[Value] = [trial.epochs, trial.seconds, WORDS[trial.state]]
        first: list[Value] = [trial.slot + 1, trial.goal, trial.spread]
        return first[column] if column < 3 else rest[column - lead - len(axes)]

    def _write(self, trial: Trial, column: int) -> str:
        value = self._value(trial, column)
        if column in (1, 2):
            return f"{value:.4g}" if isinstance(value, int | float) and math.isfinite(value) else ""
        if column == len(self.heads) - 2:
            return f"{value:.1f} s" if value else ""
        if value is None:
            return ""
        if column == 3 and self.lead == 4:
            difference = find_difference(self._all, trial)
            return f"{difference[0]:+.3g} ± {difference[1]:.2g}" if difference is not None else ""
        if 0 <= column - self.lead < len(self.sweep.axes):
            return write_choice(self._project, self.sweep.axes[column - self.lead], value)
        return f"{value:.4g}" if isinstance(value, float) else str(value)


def _key(value: Value) -> Any:
    """Return what a value is sorted by, None for what comes last."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool | int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value)
