"""The one place where the window has its project: value, history, selection, and what follows from the value.

Canvas and panels read from here, ask for edits here and listen here; they know nothing of one another. The canvas and
what goes with it work on the `view`: the network, or the inside of the block in which one stands.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.catalogue.check import Problem
from designer.catalogue.shapes import Inference
from designer.catalogue.trials import find_untrusted
from designer.codegen.source import NotReady, Source
from designer.document.blocks import look_inside, put_back
from designer.document.custom import consent_of_user
from designer.document.graph import Edge
from designer.document.history import History
from designer.document.project import Project, used_block
from designer.ui.open_document import OpenDocument, start_document, take_stamp
from designer.ui.selection import Selection, find_touched
from designer.ui.standpoint import Step, Way, find_way, infer_where, keep_way, read_key, write_key

NO_EDITS = "This is a comparison: nothing is edited here. Go to the tab of one of the two projects to change it."


class Editor(QObject):
    """A project under edit, and where in it one stands. It belongs to the `document` that is shown.

    Every change goes through `apply`, `apply_view`, `undo`, `redo`, `jump`, `open` or `show`; all of them end in the same
    signals: `project_changed`, then `view_changed`. Going into a block and out of it ends in `view_changed` alone. When
    they are emitted, all that follows from the project already belongs to the new one. Where another document is shown,
    `leaving` comes before all of them, while everything is still of the old one, and `opened` after them.
    """

    project_changed = Signal(object, object)  # Project before, Project after
    view_changed = Signal(object, object)  # view before, view after; one of the two is to be listened to, not both
    selection_changed = Signal(object, object)  # frozenset of node ids, frozenset of Edges
    file_changed = Signal()  # path, modified or opened document changed
    refused = Signal(str)  # an edit of what is only to be looked at: why
    leaving = Signal()  # another document is about to be shown: what is half done ends now, in the present one
    opened = Signal()  # another document is shown, just opened or come back to

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = start_document(project or Project())
        self.consent = consent_of_user()
        self._untrusted: tuple[Problem, ...] = ()
        self._analyse()

    @property
    def document(self) -> OpenDocument:
        """The document that is shown."""
        return self._document

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._document.project

    @property
    def history(self) -> History:
        """All steps that can be undone and redone."""
        return self._document.history

    @property
    def path(self) -> Path | None:
        """The file of the document, if there is one."""
        return self._document.path

    @path.setter
    def path(self, path: Path | None) -> None:
        self._document.path = path

    @property
    def inference(self) -> Inference:
        """Shapes, weights and costs of the present graph."""
        assert self._document.inference is not None
        return self._document.inference

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the present project, worst first."""
        found = self._document.problems
        return (*self._untrusted, *found) if self._untrusted else found  # the same value for the same project

    def allows(self, codes: Collection[str]) -> bool:
        """Return whether the user lets these texts of Custom layers run."""
        return self.consent.allows(codes)

    def trust(self, codes: Collection[str]) -> None:
        """Let these texts run from now on."""
        self.consent.add(codes)
        self._announce(self.project)

    def amend(self, project: Project, document: OpenDocument | None = None) -> None:
        """Put what was found out in place of the present project: no step of the user's, nothing to undo.

        `document` says whose project it is, where that may rest in the background by now.
        """
        document = document or self._document
        before = document.project
        if document.amend(project) and document is self._document:
            self._announce(before)

    def lengthen(self, document: OpenDocument, start: History, past: History) -> bool:
        """Give a document opened with one step, `start`, the steps that led to it; return whether that could be."""
        can = document.lengthen(start, past)
        if can and document is self._document:
            self._announce(self.project)
        return can

    @property
    def way(self) -> Way:
        """The steps into the use of a block in which one stands; none in the network itself."""
        return self._document.way

    @property
    def where(self) -> tuple[str, ...]:
        """The blocks in which one stands, by id, from the outside in; none in the network itself."""
        return tuple(step.block for step in self._document.way)

    @property
    def view(self) -> Project:
        """The project with what is edited here as its network: the project itself, or the inside of a block."""
        return self._view

    @property
    def view_inference(self) -> Inference:
        """Shapes, weights and costs of the network that is edited here, as in the use that was entered."""
        return self._view_inference

    @property
    def view_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the network that is edited here, worst first."""
        return self._view_problems

    @property
    def selected_nodes(self) -> frozenset[str]:
        """Ids of the selected nodes."""
        return self._document.selection.nodes

    @property
    def selected_edges(self) -> frozenset[Edge]:
        """The selected wires."""
        return self._document.selection.edges

    @property
    def selected_remarks(self) -> frozenset[str]:
        """Ids of the selected comments and frames."""
        return self._document.selection.remarks

    @property
    def modified(self) -> bool:
        """Whether the project differs from what was last opened or saved."""
        return self._document.modified

    def code(self) -> Source | NotReady:
        """Return the training script of the present project, or why there is none yet. Made when first asked for."""
        return self._document.write_code()

    def apply(self, title: str, project: Project, key: str | None = None) -> None:
        """Make `project` the present one, as an undo step called `title`.

        Steps that follow each other with the same `key` become one (typing in a field, moving a slider). A project
        equal to the present one is no step.
        """
        if project is self.project or project == self.project:
            return
        if self._document.compared is not None:
            self._refuse()
            return
        self._become(self.history.commit(title, project, key))

    def apply_view(self, title: str, view: Project, key: str | None = None) -> None:
        """Make an edited `view` part of the project, as `apply` does."""
        if view is not self._view:
            self.apply(title, self._put_back(view), key)

    def amend_view(self, view: Project) -> None:
        """Put what was found out in place of the present view, as `amend` does."""
        self.amend(self._put_back(view))

    def enter(self, node: str) -> bool:
        """Step inside the block that a node of the view uses; return whether it uses one."""
        there = self._view.graph.nodes.get(node)
        block = used_block(there.kind) if there is not None else None
        if block is None or block not in self.project.blocks:
            return False
        self._go((*self._document.way, Step(block, node)))
        return True

    def enter_block(self, block: str) -> None:
        """Step inside a block where it is first used."""
        self._go(find_way(self.project, block))

    def enter_repetition(self, index: int) -> None:
        """Look at another repetition of the use in which one stands."""
        if self._document.way:
            self._go((*self._document.way[:-1], replace(self._document.way[-1], index=index)), keep=True)

    def leave(self, level: int | None = None) -> None:
        """Step out of the innermost block, or to a level: 0 is the network. The block that was left is then selected."""
        level = len(self._document.way) - 1 if level is None else level
        if 0 <= level < len(self._document.way):
            left = self._document.way[level].node
            self._go(self._document.way[:level])
            self.select([left])

    def find(self, key: str) -> str:
        """Go to where a node lies, by its key (`document.places`), and return its id there; "" where there is none."""
        way, node = read_key(self.project, key, self._document.way)
        if node and way != self._document.way:
            self._go(way)
        return node

    def key_of(self, node: str) -> str:
        """Return the key of a node of the view in the use where one stands, as a running network goes by it."""
        return write_key(self.inference, self._document.way, node)

    def undo(self) -> None:
        """Go one step back, if there is one."""
        self.jump(self.history.position - 1)

    def redo(self) -> None:
        """Go one step forward, if there is one."""
        self.jump(self.history.position + 1)

    def jump(self, position: int) -> None:
        """Go to a step of the history, by its place in `history.steps`; what the way there changed is selected."""
        self._become(self.history.jump(position), select_touched=True)

    def open(self, project: Project, path: Path | None = None, *, saved: bool = True) -> None:
        """Replace the document: new project, new history. Not `saved` marks it as modified (a recovered autosave)."""
        self.show(start_document(project, path, saved=saved))

    def show(self, document: OpenDocument) -> None:
        """Show another document, as it was left."""
        if document is self._document:
            return
        self.leaving.emit()
        before, seen = self.project, self._view
        self._document = document
        self._analyse()
        self.project_changed.emit(before, self.project)
        self.view_changed.emit(seen, self._view)
        self._tell_selection()
        self.opened.emit()
        self.file_changed.emit()

    def mark_saved(self, path: Path) -> None:
        """Remember that the present project is what the file at `path` holds."""
        self.path = path
        self._document.stamp = take_stamp(path)
        self._document.saved = self.project
        self.file_changed.emit()

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = (), remarks: Iterable[str] = ()) -> None:
        """Select these nodes, wires, comments and frames and nothing else; unknown ones are left out."""
        if self._pick(Selection(frozenset(nodes), frozenset(edges), frozenset(remarks))):
            self._tell_selection()

    def _pick(self, wanted: Selection) -> bool:
        """Let this be selected, as far as it is there; return whether that is news, which is not told yet."""
        before, self._document.selection = self._document.selection, wanted.within(self._view)
        return self._document.selection != before

    def _tell_selection(self) -> None:
        self.selection_changed.emit(self.selected_nodes, self.selected_edges)

    def _refuse(self) -> None:
        """Say that nothing can be edited here, and let everything that shows the project show it as it is."""
        self.project_changed.emit(self.project, self.project)
        self.view_changed.emit(self._view, self._view)
        self.refused.emit(NO_EDITS)

    def _become(self, history: History, *, select_touched: bool = False) -> None:
        if history is self.history:
            return
        before = self.project
        was_modified = self.modified
        self._document.history = history
        self._announce(before, select_touched=select_touched)
        if self.modified != was_modified:
            self.file_changed.emit()

    def _announce(self, before: Project, *, select_touched: bool = False) -> None:
        seen, way, where = self._view, self._document.way, self.where
        if self._document.compared is None:
            self._document.analysed = None
        self._analyse()
        self._drop_selection(way)
        follows = select_touched and seen is not self._view and where == self.where
        touched = find_touched(seen, self._view) if follows else ()
        self.project_changed.emit(before, self.project)
        self._show(seen, touched)

    def _put_back(self, view: Project) -> Project:
        return put_back(self.project, self._document.way[-1].block, view) if self._document.way else view

    def _go(self, way: Way, *, keep: bool = False) -> None:
        """Stand somewhere else; `keep` the selection where it is the same block."""
        seen, before = self._view, self._document.way
        if way == before:
            return
        self._document.way = way
        self._look()
        if not keep:
            self._drop_selection(before)
        self._show(seen)

    def _show(self, seen: Project, touched: Collection[str] = ()) -> None:
        """Tell of another view; what was touched is selected in it, or what was selected and is still there."""
        is_news = self._pick(Selection(frozenset(touched)) if touched else self._document.selection)
        self.view_changed.emit(seen, self._view)
        if is_news:
            self._tell_selection()

    def _drop_selection(self, before: Way) -> None:
        """Let nothing be selected where one stands in another block now: ids mean other nodes there."""
        if [step.block for step in before] != [step.block for step in self._document.way]:
            self.select()

    def _analyse(self) -> None:
        document, project = self._document, self.project
        document.analyse()
        self._untrusted = () if document.compared is not None else find_untrusted(project, self.consent)
        document.way = keep_way(project, document.way)
        self._look()

    def _look(self) -> None:
        """Work out what is seen from where one stands."""
        project, block = self.project, self._document.way[-1].block if self._document.way else ""
        self._view = look_inside(project, block) if block else project
        self._view_inference = infer_where(self.inference, self._document.way)
        found = self.problems
        self._view_problems = tuple(one for one in found if one.block == block) if project.blocks else found
