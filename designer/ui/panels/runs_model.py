"""The runs as a table: what its columns are, how they are sorted, and what a filter lets through."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon

from designer.catalogue.registry import metrics
from designer.document.wording import show_name
from designer.engine.runs import Run, local_time
from designer.ui.strokes import draw_sample
from designer.ui.text_match import rate_text
from designer.ui.theme import Theme, colour
from designer.ui.words import write_short, write_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NO_INDEX = QModelIndex()
DESCENDING = Qt.SortOrder.DescendingOrder
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST_METRICS = 6
SAMPLE = QSize(26, 12)  # of a stroke, in logical pixels
STARS = {True: "★", False: "☆"}
SIGNS = {
    "finished": "●",
    "early stop": "●",
    "stopped": "■",
    "failed": "▲",
    "running": "▶",
    "broken": "◆",
    "damaged": "✕",
}
Key = float | str | None  # None: there is none, and it comes last


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, what it shows of a run, what it is sorted by, and what is meant."""

    title: str
    text: Callable[[Run], str]
    key: Callable[[Run], Key]
    tip: str = ""
    number: bool = True


def find_sign(run: Run) -> str:
    """Return what kind of end a run came to: a key of SIGNS."""
    return "broken" if run.is_broken else run.record.state


def write_figure(value: float | None) -> str:
    """Return a loss or a rate in a few digits, "" for none."""
    return "" if value is None else "no number" if math.isnan(value) else f"{value:.4g}"


def write_seconds(seconds: float) -> str:
    """Return a length of time: 3.2 s, 4:05, 2:04:05."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def write_state(run: Run) -> str:
    """Return how a run stands in little room: the step that it came to is left to the tool tip."""
    sign, (told, comma, place) = SIGNS.get(find_sign(run), "●"), run.told_state.partition(", ")
    return f"{sign} {told}{comma}{place if run.alive and run.record.state == 'running' else ''}".removesuffix(", ")


def _best(run: Run, name: str) -> float | None:
    value = run.record.best.get(name)
    return None if value is None or math.isnan(value) else value


FIRST = (
    Head(
        "★", lambda run: STARS[run.record.starred], lambda run: float(not run.record.starred), "Starred", number=False
    ),
    Head(
        "name", lambda run: show_name(run.name, 60), lambda run: run.name.casefold(), "What it is called", number=False
    ),
    Head(
        "state",
        write_state,
        find_sign,
        "How it ended, or how far it is",
        number=False,
    ),
    Head(
        "best loss",
        lambda run: write_figure(run.record.best.get("val_loss")),
        lambda run: _best(run, "val_loss"),
        "The lowest validation loss",
    ),
)
LAST = (
    Head("started", lambda run: local_time(run.record.started), lambda run: run.record.started, "", number=False),
    Head(
        "epochs",
        lambda run: f"{run.record.epoch:,} / {run.record.epochs:,}",
        lambda run: float(run.record.epoch),
        "Epochs that are over, and those it was to have",
    ),
    Head("parameters", lambda run: write_short(run.record.parameters), lambda run: float(run.record.parameters)),
    Head("time", lambda run: write_seconds(run.record.seconds), lambda run: run.record.seconds, "Seconds of work"),
    Head("device", lambda run: show_name(run.record.device, 20), lambda run: run.record.device, number=False),
    Head("seed", lambda run: str(run.record.seed), lambda run: float(run.record.seed)),
    Head("optimizer", lambda run: show_name(run.record.optimizer, 30), lambda run: run.record.optimizer, number=False),
    Head("rate", lambda run: run.told_rate, lambda run: run.record.learning_rate, "Learning rate"),
    Head("batch", lambda run: run.told_batch, lambda run: float(run.record.batch_size), "Batch size"),
)


def _make_metric(name: str) -> Head:
    """Return the column of a metric of the validation, at the best epoch."""
    spec = metrics.get(name)
    scale, unit, digits = (100.0, " %", 2) if spec is not None and spec.form.endswith("%") else (1.0, "", 0)

    def write(run: Run) -> str:
        value = run.record.best.get(f"val_{name}")
        if value is None:
            return ""
        return f"{scale * value:.{digits}f}{unit}" if unit else write_figure(value)

    title = spec.title.lower() if spec is not None else show_name(name, 30)
    return Head(title, write, lambda run: _best(run, f"val_{name}"), "Of the validation, at the best epoch")


def list_heads(runs: Sequence[Run]) -> tuple[Head, ...]:
    """Return the columns for these runs: some of their metrics are among them, the most frequent first."""
    counts: dict[str, int] = {}
    for run in runs:
        for name in run.record.best:
            if name.startswith("val_") and name != "val_loss":
                counts[name[4:]] = counts.get(name[4:], 0) + 1
    names = sorted(counts, key=lambda name: -counts[name])[:MOST_METRICS]
    return (*FIRST, *map(_make_metric, names), *LAST)


class RunsModel(QAbstractTableModel):
    """A row for each run. `renamed` and `starred` tell what was asked for in a cell."""

    renamed = Signal(object, str)
    starred = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.runs: tuple[Run, ...] = ()
        self.heads = list_heads(())
        self._strokes: dict[Path, int] = {}  # of those whose curves are drawn
        self._samples: dict[tuple[str, int], QIcon] = {}

    def show_strokes(self, folders: Sequence[Path]) -> None:
        """Show before the names of these runs how their curves are drawn."""
        now = {folder: number for number, folder in enumerate(folders)}
        if now != self._strokes:
            self._strokes = now
            if self.runs:
                self.dataChanged.emit(self.index(0, 1), self.index(len(self.runs) - 1, 1), [Role.DecorationRole])

    def show_runs(self, runs: tuple[Run, ...]) -> bool:
        """Show these runs; where they are those that were shown, only their cells change. Return whether all is new."""
        heads = list_heads(runs)
        same = [run.folder for run in runs] == [run.folder for run in self.runs]
        if same and [head.title for head in heads] == [head.title for head in self.heads]:
            changed = [place for place, (one, other) in enumerate(zip(runs, self.runs, strict=True)) if one != other]
            self.runs = runs
            for place in changed:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(heads) - 1))
            return False
        self.beginResetModel()
        self.runs, self.heads = runs, heads
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.heads):
            head = self.heads[section]
            values: Mapping[int, object] = {Role.DisplayRole: head.title, Role.ToolTipRole: head.tip or None}
            if role == Role.TextAlignmentRole and head.number:
                return RIGHT
            return values.get(role)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if self.heads[index.column()].title == "name" else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.runs):
            return None
        run, head = self.runs[index.row()], self.heads[index.column()]
        match role:
            case Role.DisplayRole:
                return head.text(run)
            case Role.EditRole:
                return run.name if head.title == "name" else head.text(run)
            case Role.UserRole:
                return head.key(run)
            case Role.TextAlignmentRole:
                return RIGHT if head.number else None
            case Role.DecorationRole if head.title == "name" and run.folder in self._strokes:
                key = self.theme.name, self._strokes[run.folder]
                if key not in self._samples:
                    picture = draw_sample(self.theme, key[1], SAMPLE, 2.0)
                    icon = self._samples[key] = QIcon(picture)
                    icon.addPixmap(picture, QIcon.Mode.Selected)  # else the style tints it, and colours must agree
                return self._samples[key]
            case Role.AccessibleTextRole:
                star = "starred" if run.record.starred else "not starred"
                return star if head.title == "★" else f"{head.title}: {head.text(run)}"
            case Role.ToolTipRole:
                return self._write_tip(run, head)
            case Role.ForegroundRole:
                return self._find_colour(run, head)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or self.heads[index.column()].title != "name":
            return False
        self.renamed.emit(self.runs[index.row()], str(value))
        return True

    def _find_colour(self, run: Run, head: Head) -> object:
        theme = self.theme
        if head.title == "★":
            return colour(theme.warning if run.record.starred else theme.muted)
        if head.title == "state":
            codes = {
                "running": theme.accent,
                "failed": theme.error,
                "broken": theme.warning,
                "damaged": theme.error,
                "stopped": theme.muted,
            }
            return colour(codes.get(find_sign(run), theme.text))
        return None

    def _write_tip(self, run: Run, head: Head) -> str:
        record = run.record
        lines = {
            "name": f"{show_name(run.name, 200)}\n{run.folder}",
            "state": f"{run.told_state}\n{show_name(record.cause, 500)}" if record.cause else run.told_state,
            "★": "Click, or press S: runs with a star are never thrown away to make room",
        }
        return write_tip(lines.get(head.title, ""))


class RunsOrder(QSortFilterProxyModel):
    """Sorts by any column and lets through what fits a text: every word of it begins, or is in, what a row says."""

    def __init__(self, model: RunsModel) -> None:
        super().__init__()
        self._text = ""
        self._model = model
        self.setSourceModel(model)
        self.setSortRole(Role.UserRole)
        self.setDynamicSortFilter(True)

    def filter_by(self, text: str) -> None:
        """Let through what fits a text."""
        self._text = text.strip()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        if not self._text:
            return True
        run = self._model.runs[row]
        record = run.record
        star = "starred" if record.starred else ""
        also = f"{run.told_state} {record.device} {record.optimizer} seed {record.seed} {star} {run.folder.name}"
        return rate_text(self._text, run.name, also) is not None

    def lessThan(self, left: Index, right: Index) -> bool:
        one, other = (self._model.data(index, Role.UserRole) for index in (left, right))
        if one is None or other is None:
            return (one is None) != (other is None) and (one is None) == (self.sortOrder() == DESCENDING)
        return bool(one < other)
