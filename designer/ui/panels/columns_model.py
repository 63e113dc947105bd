"""The columns of a table to choose from: which is predicted, which are used, and what is done to each."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from designer.catalogue.sources.treatments import Aspect, Kind, find_defaults, list_treatments
from designer.data import Column, Table
from designer.data.selection import Treated
from designer.document.graph import Value
from designer.document.wording import show_name
from designer.ui.words import write_count

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

HEADS = ("use", "predict", "column", "type", "missing", "different", "treatment", "examples")
TIPS = (
    "A feature: what the network predicts from",
    "The target: what the network predicts",
    "Its name in the file",
    "What its values are",
    "Rows where nothing stands",
    "How many values differ",
    "What is done to it before the network sees it, measured on the training rows. Click to choose",
    "The first values",
)
USE, PREDICT, NAME, TREATMENT = 0, 1, 2, 6
COUNTS = ("missing", "different")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TICKS = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
NO_INDEX = QModelIndex()
DEFAULTS = find_defaults()
WEIGHS = "weighs the rows"


class ColumnsModel(QAbstractTableModel):
    """A row for each column of the file. `changed` is emitted when the choice is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table: Table | None = None
        self.target = ""
        self.more: list[str] = []  # predicted as well
        self.features: set[str] = set()
        self.one_hot: set[str] = set()
        self.treated: dict[tuple[str, str], Value] = {}  # column and aspect: what is not as usual
        self.weight = ""  # the column that says how much each row counts
        self.split = ("", "")  # what kind of split goes by which column
        self.standardize = True  # whether numbers are scaled where nothing else is chosen

    def show_table(
        self,
        table: Table | None,
        target: str = "",
        features: Collection[str] = (),
        one_hot: Collection[str] = (),
        more: Collection[str] = (),
        treatments: Collection[Treated] = (),
    ) -> None:
        """Show the columns of a file with a choice made among them."""
        self.beginResetModel()
        self.table = table
        self.target, self.more = target, list(more)
        self.features, self.one_hot = set(features), set(one_hot)
        self.treated = {(name, aspect): word for name, aspect, word in treatments}
        self.endResetModel()

    def chosen_features(self) -> list[str]:
        """Return the features in the order of the file."""
        chosen = self.features - {self.target, *self.more}
        return [column.name for column in self._columns if column.name in chosen]

    def chosen_one_hot(self) -> list[str]:
        """Return the features that are numbers or dates and to be taken as categories."""
        return [name for name in self.chosen_features() if name in self.one_hot]

    def chosen_treatments(self) -> list[Treated]:
        """Return what is done to features and targets other than usual, in the order of the file."""
        names = [column.name for column in self._columns]
        used = {*self.chosen_features(), self.target}
        chosen = [(name, aspect, word) for (name, aspect), word in self.treated.items() if name in used]
        chosen = [one for one in chosen if one[0] != self.target or one[1] == "scale"]
        return sorted(chosen, key=lambda one: names.index(one[0]))

    def kind(self, column: Column) -> Kind:
        """Return as what a column is treated: a number, a text or a date."""
        if column.kind in ("number", "date") and column.name not in self.one_hot:
            return "number" if column.kind == "number" else "date"
        return "text"

    def treatment(self, name: str, aspect: Aspect, kind: Kind) -> str:
        """Return what is done to a column under an aspect."""
        ways = [one.word for one in list_treatments(kind, aspect)]
        word, usual = self.treated.get((name, aspect)), self._usual(aspect, ways)
        return str(word) if word in ways else usual

    def _usual(self, aspect: str, ways: Sequence[str]) -> str:
        """Return which of some ways holds where nothing is chosen."""
        return "none" if aspect == "scale" and not self.standardize else ways[0]

    def treat(self, name: str, aspect: str, word: Value) -> None:
        """Do something to a column from now on; under "as" it is taken as "categories" or as it is."""
        if aspect == "as":
            (self.one_hot.add if word == "categories" else self.one_hot.discard)(name)
        else:
            self.treated.pop((name, aspect), None)
            usual = {self._usual(aspect, [one.word]) for one in DEFAULTS if one.aspect == aspect}
            if word not in usual or name == self.target:
                self.treated[name, aspect] = word
        self._announce()

    def predict_too(self, name: str, on: bool) -> None:
        """Predict a further column beside the target, or no longer."""
        self.more = [one for one in self.more if one != name] + ([name] if on else [])
        self._announce()

    def give_role(self, name: str, role: str) -> None:
        """Let a column be the target, a feature or the weight from now on."""
        self.more = [one for one in self.more if one != name]
        if role == "target" and self.target != name:
            self.features.add(self.target)
            self.target = name
        self.weight = name if role == "weight" else "" if self.weight == name else self.weight
        (self.features.add if role == "feature" else self.features.discard)(name)
        self._announce()

    def use_all(self, on: bool) -> None:
        """Tick every column that can be used, or none."""
        names = {column.name for column in self._columns if column.kind != "empty"}
        self.features = names - {self.target} if on else set()
        self._announce()

    @property
    def _columns(self) -> tuple[Column, ...]:
        return self.table.columns if self.table is not None else ()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return HEADS[section]
            if role == Role.ToolTipRole:
                return TIPS[section]
            if role == Role.TextAlignmentRole and HEADS[section] in COUNTS:
                return RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        column, place = self._columns[index.row()], index.column()
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        tickable = {
            USE: column.kind != "empty" and column.name not in (self.target, *self.more),
            PREDICT: column.kind != "empty",
        }
        if place in tickable:
            flags = flags | Qt.ItemFlag.ItemIsUserCheckable if tickable[place] else Qt.ItemFlag.NoItemFlags
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        column, place = self._columns[index.row()], index.column()
        if role == Role.CheckStateRole and place in (USE, PREDICT):
            return self._tick(column, place)
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self._text(column, place, 400 if role == Role.ToolTipRole else 60)
        if role == Role.AccessibleTextRole:
            return f"{HEADS[place]} {show_name(column.name)}: {self._text(column, place, 60)}"
        if role == Role.TextAlignmentRole and HEADS[place] in COUNTS:
            return RIGHT
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        name = self._columns[index.row()].name
        self.weight = "" if name == self.weight else self.weight
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        if index.column() == USE:
            (self.features.add if on else self.features.discard)(name)
        elif name in self.more:
            self.more.remove(name)
        else:
            if self.target:
                self.features.add(self.target)  # what is predicted no longer may well be predicted from
            self.target = name
            self.features.discard(name)
        self._announce()
        return True

    def _tick(self, column: Column, place: int) -> Qt.CheckState | None:
        if column.kind == "empty":
            return None
        return TICKS[column.name in ((self.target, *self.more) if place == PREDICT else self.features)]

    def _text(self, column: Column, place: int, longest: int) -> str:
        kinds = {"number": "number", "class": "text", "text": "text, many values", "date": "date", "empty": "empty"}
        match HEADS[place]:
            case "column":
                return show_name(column.name, longest)
            case "type":
                return "whole number" if column.whole else kinds[column.kind]
            case "missing":
                return write_count(column.missing) if column.missing else ""
            case "different":
                return write_count(column.distinct)
            case "treatment":
                return self.describe(column) if column.kind != "empty" else ""
            case "examples":
                return show_name(", ".join(column.examples), longest)
        return ""

    def describe(self, column: Column) -> str:
        """Return in a few words what is done to a column, "" where it is not used."""
        name = column.name
        splits = f"splits the rows: {self.split[0].lower()}" if name == self.split[1] else ""
        if name == self.target and (name, "scale") in self.treated:
            ways = {one.word: one.title for one in list_treatments("number", "scale")}
            return ways[self.treatment(name, "scale", "number")]
        if name == self.weight:
            return WEIGHS
        if name not in self.features or name in (self.target, *self.more):
            return splits
        kind = self.kind(column)
        words = [", ".join(column.parts)] if kind == "date" else []
        for aspect in ("scale", "encode", "fill"):
            ways = {one.word: one.title for one in list_treatments(kind, aspect)}
            if ways and (aspect != "fill" or column.missing):
                words.append(ways[self.treatment(name, aspect, kind)])
        return " · ".join([*words, splits] if splits else words)

    def _announce(self) -> None:
        if self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._columns) - 1, len(HEADS) - 1))
        self.changed.emit()
