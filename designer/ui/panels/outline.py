"""The outline: every layer of the network as a tree that follows the canvas, for eyes, keys and screen readers."""

from collections.abc import Iterable

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from designer.document.edits import EditError, rename_node
from designer.document.places import place_in_block
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.panels.outline_model import NOWHERE, OutlineModel
from designer.ui.panels.outline_tree import OutlineTree
from designer.ui.panels.remark_list import RemarkList
from designer.ui.theme import Theme

MOST_AT_ONCE = 200  # selected layers; more are shown a moment later,
MOST_SELECTED = 2000  # and more than this not at all
MOST_SHOWN = 1000  # rows; where there are more, those that come and go are shown once the hand rests
PAUSE = 150  # ms of rest


class Outline(QWidget):
    """The panel. While it is hidden nothing of it costs anything; when it is shown it looks at the project anew."""

    node_chosen = Signal(str)  # key of the layer to show, as in `document.places`
    node_entered = Signal(str)  # and of one to go to, with the keyboard too
    delete_requested = Signal()
    menu_requested = Signal(str, QPoint)
    refused = Signal(str)  # why a name cannot be given

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._following = False  # whether the selection changes because the canvas's did
        self._opened: list[tuple[str, ...]] = []
        self._are_many = False  # whether more rows are selected than are quickly compared
        self._stood: object = None  # the document and the way in it that were followed last
        self.model = OutlineModel(self)
        self.tree = OutlineTree(theme)
        self.tree.setModel(self.model)
        self.remarks = RemarkList(editor, theme)
        self.empty = make_label("No layers yet.", "muted")
        self.empty.setContentsMargins(14, 10, 14, 10)
        self._later = QTimer(self, singleShot=True, interval=PAUSE)
        self._later.timeout.connect(self._catch_up)
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self._follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.tree)
        column.addWidget(self.remarks)
        self.model.modelAboutToBeReset.connect(self._note_opened)
        self.model.renamed.connect(self._rename)
        self.tree.entered_row.connect(lambda index: self.node_entered.emit(self.model.key_of(index)))
        for part in (self.tree, self.remarks):
            part.delete_requested.connect(self.delete_requested)
        self.tree.menu_requested.connect(self.menu_requested)
        self.tree.selectionModel().selectionChanged.connect(self._choose)
        editor.project_changed.connect(lambda *_: self._show())
        for changed in (editor.view_changed, editor.selection_changed):
            changed.connect(lambda *_: self._follow())

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.tree.set_theme(theme)
        self.remarks.set_theme(theme)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._show()
        self._follow()

    def _show(self) -> None:
        """Bring the rows up to date, as far as they can be seen."""
        if not self.isVisible():
            return
        rows = self.model.rowCount()
        if rows > MOST_SHOWN and self.model.differs(self._editor.inference) and self.sender() is not self._later:
            self._later.start()  # Qt lays out all rows anew: once the hand rests is soon enough
            return
        self._later.stop()
        was, self._following = self._following, True
        if self.model.show(self._editor.inference, self._editor.problems):
            for way in self._opened:
                self.tree.expand(self._find_key(way))
            self._stood = None  # no row that was marked is there any more
            self.tree.stand_in(self._find_use() if self._editor.way else NOWHERE)
        self._following = was
        self.empty.setVisible(not self.model.rowCount())
        self.tree.setVisible(bool(self.model.rowCount()))

    def _catch_up(self) -> None:
        self._show()
        self._follow()

    def _follow(self) -> None:
        """Select what the canvas has selected, where one stands, and bring the first of it into view."""
        if not self.isVisible():
            return
        self.remarks.refresh()
        editor = self._editor
        if len(editor.selected_nodes) > MOST_AT_ONCE and self.sender() is not self._soon:
            self._soon.start()  # a frame is drawn over many: once it rests is soon enough
            return
        chosen = editor.selected_nodes if len(editor.selected_nodes) <= MOST_SELECTED else ()
        found = (self.model.find(editor.way, node) for node in chosen)
        rows = sorted((index for index in found if index.isValid()), key=lambda index: index.row())
        model = self.tree.selectionModel()
        use = self._find_use() if editor.way else NOWHERE
        self.tree.stand_in(use)
        stands = (editor.document, editor.way)
        if stands == self._stood and not self._are_many:
            marked = {(index.internalId(), index.row()) for index in model.selectedRows()}
            if marked == {(index.internalId(), index.row()) for index in rows}:
                return
        self._stood, self._are_many = stands, len(rows) > MOST_AT_ONCE
        was, self._following = self._following, True
        flags = QItemSelectionModel.SelectionFlag
        model.select(_join_rows(rows), flags.ClearAndSelect)
        if use.isValid():
            self.tree.expand(use)
        if rows or use.isValid():
            first = rows[0] if rows else use
            model.setCurrentIndex(first, flags.NoUpdate)
            self.tree.scrollTo(first)
        self._following = was

    def _find_use(self) -> QModelIndex:
        """Return the row of the block in which one stands."""
        way = self._editor.way
        return self.model.find(way[:-1], way[-1].node)

    def _choose(self) -> None:
        """Let the canvas select what was selected here: rows beside the current one, where they lie."""
        current = self.tree.currentIndex()
        rows = self.tree.selectionModel().selectedRows()
        if self._following or not current.isValid() or not rows:
            return
        if current not in rows:
            current = rows[-1]
        beside = [self.model.node_of(index) for index in rows if index.parent() == current.parent()]
        here = self.model.find(self._editor.way, self.model.node_of(current))
        self._following = True
        if here != current:
            self.node_chosen.emit(self.model.key_of(current))
        elif len(beside) == 1:  # by the block, not by the use: one stays in the repetition in which one stands
            self.node_chosen.emit(place_in_block("".join(self._editor.where[-1:]), beside[0]))
        if len(beside) > 1:
            self._editor.select(beside)
        self._following = False

    def _rename(self, index: QModelIndex | QPersistentModelIndex, name: str) -> None:
        editor, node = self._editor, self.model.node_of(index)
        here = self.model.find(editor.way, node)
        if not name or here != index:
            return
        old = editor.view.graph.nodes[node].name
        try:
            project = rename_node(editor.view, node, name)
        except EditError as error:
            self.refused.emit(str(error))
            return
        editor.apply_view(f"rename {show_name(old)} to {show_name(name)}", project)

    def _note_opened(self) -> None:
        """Remember which rows are open: they will be made anew."""
        self._opened = self._list_opened() if self._editor.project.blocks else []

    def _list_opened(self, parent: QModelIndex = NOWHERE) -> list[tuple[str, ...]]:
        """Return the way to each row that is open, by the ids of the nodes on it."""
        opened: list[tuple[str, ...]] = []
        for row in range(self.model.rowCount(parent)):
            index = self.model.index(row, 0, parent)
            if self.tree.isExpanded(index):
                node = self.model.node_of(index)
                opened += [(node,), *((node, *way) for way in self._list_opened(index))]
        return opened

    def _find_key(self, way: Iterable[str]) -> QModelIndex:
        index = NOWHERE
        for node in way:
            rows = (self.model.index(row, 0, index) for row in range(self.model.rowCount(index)))
            index = next((found for found in rows if self.model.node_of(found) == node), NOWHERE)
            if not index.isValid():
                break
        return index


def _join_rows(rows: list[QModelIndex]) -> QItemSelection:
    """Return a selection of rows of one level, each run of neighbours as one range."""
    selection = QItemSelection()
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place].row() != rows[place - 1].row() + 1:
            selection.select(rows[start], rows[place - 1])
            start = place
    return selection
