"""The outline as Qt's item views read it: the layers of the network in the order of flow, inside a block those of it.

The inside of a block is looked at when its row is first opened. After an edit only the rows that differ are told of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from designer.catalogue.blocks import BlockSpec, name_kind
from designer.catalogue.check import Problem
from designer.catalogue.check.blocks import infer_first_use
from designer.catalogue.comparing.merging import MergedInference
from designer.catalogue.shapes import Inference, Inferred, infer
from designer.document.graph import Graph
from designer.document.places import SEPARATOR
from designer.document.wording import show_name
from designer.ui.standpoint import Way
from designer.ui.words import tell_change, write_amount, write_plain, write_sizes, write_tip

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MOST_STEPS = 40  # where more rows come or go at once, the whole list is told anew
DETAIL = Qt.ItemDataRole.UserRole  # a Detail, for whoever draws the row


@dataclass(frozen=True, slots=True)
class Detail:
    """What a row shows: its name, its kind, the shape that leaves it, its family, and how bad its worst problem is."""

    name: str
    kind: str
    shape: str
    family: str
    severity: str = ""


@dataclass(slots=True)
class Level:
    """The rows of the network or of the inside of one use of a block. `number` is how indexes know it."""

    number: int
    inference: Inference
    block: str = ""
    owner: "Level | None" = None
    use: str = ""  # the node of the owner that is looked into
    keys: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    inner: dict[str, "Level"] = field(default_factory=dict)

    def take(self, keys: tuple[str, ...]) -> None:
        """Have these rows."""
        self.keys = keys
        self.rows = {key: row for row, key in enumerate(keys)}


class OutlineModel(QAbstractItemModel):
    """A tree of layers. Indexes carry the number of the level they are on."""

    renamed = Signal(object, str)  # the index of a row, and the name that was typed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._levels: dict[int, Level] = {}
        self._count = 0
        self._has_blocks = False
        self._inference: Inference | None = None
        self._problems: dict[tuple[str, str], Problem] = {}
        self._root = self._add_level(Level(0, infer(Graph())))

    # --- the project ----------------------------------------------------------------------------------------------

    def show(self, inference: Inference, problems: Iterable[Problem]) -> bool:
        """Show what is known of a network; return whether every row was told anew, so that no index holds any more."""
        worst: dict[tuple[str, str], Problem] = {}
        for problem in problems:  # worst first
            if problem.node is not None:
                worst.setdefault((problem.block, problem.node), problem)
        before, self._problems, self._inference = self._problems, worst, inference
        self._has_blocks = bool(inference.scope.blocks)
        changed = {key for key in before.keys() | worst.keys() if before.get(key) != worst.get(key)}
        if self._renew(self._root, inference, changed):
            return False
        self.beginResetModel()
        self._levels.clear()
        self._root = self._add_level(Level(0, inference))
        self._root.take(_list_keys(inference))
        self.endResetModel()
        return True

    def differs(self, inference: Inference) -> bool:
        """Return whether rows of the network itself would come or go if this were shown."""
        return _list_keys(inference) != self._root.keys

    def find(self, way: Way, node: str) -> QModelIndex:
        """Return the row of a node where one stands, looking into blocks on the way; nowhere where there is none."""
        level: Level | None = self._root
        for step in way:
            level = self._look_into(level, step.node) if level is not None and step.node in level.rows else None
        return self._index_of(level, node) if level is not None and node in level.rows else NOWHERE

    def key_of(self, index: Index) -> str:
        """Return the key of a row's node, as in `document.places`."""
        level = self._levels[index.internalId()]
        parts = [level.keys[index.row()]]
        while level.owner is not None:
            parts.append(level.use)
            level = level.owner
        return SEPARATOR.join(reversed(parts))

    def node_of(self, index: Index) -> str:
        """Return the id of a row's node where it lies."""
        return self._levels[index.internalId()].keys[index.row()]

    # --- what Qt asks ---------------------------------------------------------------------------------------------

    # Qt asks the next two of every row whenever a row comes or goes. `flags` is left to Qt: it would be asked twice.

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        root = self._root
        if not parent.isValid():
            return self.createIndex(row, column, root.number) if 0 <= row < len(root.keys) and not column else NOWHERE
        level = self._inside(parent)
        if level is None or not 0 <= row < len(level.keys) or column != 0:
            return NOWHERE
        return self.createIndex(row, column, level.number)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        level = self._levels.get(index.internalId()) if index.isValid() else None
        if level is None or level.owner is None:
            return NOWHERE
        return self._index_of(level.owner, level.use)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        level = self._root if not parent.isValid() else self._inside(parent)
        return len(level.keys) if level is not None else 0

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 1

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        if not parent.isValid():
            return True
        return self._has_blocks and isinstance(self._known(parent).spec, BlockSpec)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return show_name(self._known(index).node.name)
        if role == Qt.ItemDataRole.EditRole:
            return self._known(index).node.name
        if role == DETAIL:
            return self._describe(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._tell(index))
        return write_tip("\n".join(self._tell(index))) if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not isinstance(value, str):
            return False
        self.renamed.emit(index, value.strip())
        return True

    # --- inside ---------------------------------------------------------------------------------------------------

    def _known(self, index: Index) -> Inferred:
        level = self._levels[index.internalId()]
        return level.inference.nodes[level.keys[index.row()]]

    def _problem(self, index: Index) -> Problem | None:
        level = self._levels[index.internalId()]
        return self._problems.get((level.block, level.keys[index.row()]))

    def _describe(self, index: Index) -> Detail:
        known, problem = self._known(index), self._problem(index)
        return Detail(
            name=show_name(known.node.name),
            kind=_write_kind(known),
            shape=", ".join(map(write_sizes, known.outputs or ())),
            family="custom" if known.spec is None else known.spec.family,
            severity="" if problem is None else problem.severity,
        )

    def _tell(self, index: Index) -> Iterator[str]:
        """Give a row in words, for those who cannot see it."""
        known, problem = self._known(index), self._problem(index)
        inference = self._levels[index.internalId()].inference
        if isinstance(inference, MergedInference) and known.node.id in inference.changes:
            yield tell_change(inference.changes[known.node.id])
        yield show_name(known.node.name)
        yield _write_kind(known)
        if isinstance(known.spec, BlockSpec):
            yield f"block of {write_amount(known.size, 'layer')}"
        takes = [write_sizes(kind) for kind in known.inputs if kind is not None]
        if takes:
            yield f"takes {' and '.join(takes)}"
        if known.outputs:
            yield f"gives {' and '.join(map(write_sizes, known.outputs))}"
        if known.parameters:
            yield write_amount(known.parameters, "parameter")
        if problem is not None:
            yield f"{problem.severity}: {write_plain(problem.message)}"

    def _index_of(self, level: Level, node: str) -> QModelIndex:
        return self.createIndex(level.rows[node], 0, level.number)

    def _inside(self, index: Index) -> Level | None:
        level = self._levels[index.internalId()]
        return self._look_into(level, level.keys[index.row()])

    def _look_into(self, level: Level, node: str) -> Level | None:
        """Return the inside of a node, looked at if it was not yet; None of a layer."""
        if node in level.inner:
            return level.inner[node]
        spec = level.inference.nodes[node].spec
        if not isinstance(spec, BlockSpec):
            return None
        inner = self._add_level(Level(0, self._infer_inside(level, node), spec.block, level, node))
        inner.take(_list_keys(inner.inference))
        level.inner[node] = inner
        return inner

    def _infer_inside(self, level: Level, node: str) -> Inference:
        known = level.inference.nodes[node]
        assert isinstance(known.spec, BlockSpec)
        assert self._inference is not None
        return known.inside[0] if known.inside else infer_first_use(self._inference, known.spec.block)

    def _add_level(self, level: Level) -> Level:
        level.number = self._count
        self._count += 1
        self._levels[level.number] = level
        return level

    def _forget(self, level: Level) -> None:
        for inner in level.inner.values():
            self._forget(inner)
        self._levels.pop(level.number, None)

    def _renew(self, level: Level, inference: Inference, wrong: set[tuple[str, str]]) -> bool:
        """Let a level be that of another value of its network; return False where it is too different."""
        before, keys = level.inference, _list_keys(inference)
        if keys != level.keys and not self._match(level, inference, keys):
            return False
        level.inference = inference
        old, new = before.nodes, inference.nodes
        if old is not new:
            rows = [row for row, key in enumerate(keys) if old.get(key) is not new[key]]
            if rows:
                self._tell_of(level, rows[0], rows[-1])
        for block, node in wrong:
            if block == level.block and node in level.rows:
                self._tell_of(level, level.rows[node], level.rows[node])
        for node, inner in list(level.inner.items()):
            spec = new[node].spec
            if isinstance(spec, BlockSpec) and spec.block != inner.block:
                return False
            if not isinstance(spec, BlockSpec):
                if inner.keys:
                    self.beginRemoveRows(self._index_of(level, node), 0, len(inner.keys) - 1)
                self._forget(level.inner.pop(node))
                if inner.keys:
                    self.endRemoveRows()
            elif not self._renew(inner, self._infer_inside(level, node), wrong):
                return False
        return True

    def _match(self, level: Level, inference: Inference, keys: tuple[str, ...]) -> bool:
        """Take rows out and put rows in, one by one; return False where they are many, or lie in another order."""
        there, wanted = set(level.keys), set(keys)
        gone, come = there - wanted, wanted - there
        if len(gone) + len(come) > MOST_STEPS:
            return False
        if [key for key in level.keys if key in wanted] != [key for key in keys if key in there]:
            return False
        parent = NOWHERE if level.owner is None else self._index_of(level.owner, level.use)
        for node in sorted(gone, key=lambda key: -level.rows[key]):
            row = level.rows[node]
            self.beginRemoveRows(parent, row, row)
            if node in level.inner:
                self._forget(level.inner.pop(node))
            level.take(level.keys[:row] + level.keys[row + 1 :])
            self.endRemoveRows()
        if come:
            # From here on every row that Qt may ask about is known: those that stay are the same nodes.
            level.inference = inference
        for row, node in enumerate(keys):
            if node in come:
                self.beginInsertRows(parent, row, row)
                level.take((*level.keys[:row], node, *level.keys[row:]))
                self.endInsertRows()
        return True

    def _tell_of(self, level: Level, first: int, last: int) -> None:
        a, b = (self.createIndex(row, 0, level.number) for row in (first, last))
        self.dataChanged.emit(a, b)


def _list_keys(inference: Inference) -> tuple[str, ...]:
    """Return the nodes in the order in which data flows, those on a circle last."""
    return (*inference.order, *sorted(inference.unplaced)) if inference.unplaced else inference.order


def _write_kind(known: Inferred) -> str:
    """Return what a layer is, and what is special about it: Conv2d · frozen."""
    says = [show_name(known.node.kind) if known.spec is None else name_kind(known.spec)]
    if known.spec is None:
        says.append("unknown here")
    if known.node.options:
        times = known.options.get("repeat")
        if isinstance(times, int) and times > 1:
            says.append(f"× {times}")
        if known.is_off:
            says.append("off")
        if known.options.get("frozen") is True and known.parameters:
            says.append("frozen")
    return " · ".join(says)
