"""The one place where the window keeps its project: value, history, selection, and what follows from the value.

Canvas and panels read from here, ask for edits here and listen here; they know nothing of one another. The canvas and
what goes with it work on the `view`: the network, or the inside of the block in which one stands.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.catalogue.check import Problem, check
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.catalogue.trials import find_untrusted
from designer.codegen.source import NotReady, Source
from designer.document.blocks import look_inside, put_back
from designer.document.custom import consent_of_user
from designer.document.graph import Edge
from designer.document.history import History
from designer.document.project import Project, used_block
from designer.ui.standpoint import Step, Way, find_way, infer_where, keep_way, read_key, write_key


class Editor(QObject):
    """A project under edit, and where in it one stands.

    Every change goes through `apply`, `apply_view`, `undo`, `redo` or `open`; all of them end in the same signals:
    `project_changed`, then `view_changed`. Going into a block and out of it ends in `view_changed` alone. When they are
    emitted, all that follows from the project already belongs to the new one.
    """

    project_changed = Signal(object, object)  # Project before, Project after
    view_changed = Signal(object, object)  # view before, view after; one of the two is to be listened to, not both
    selection_changed = Signal(object, object)  # frozenset of node ids, frozenset of Edges
    file_changed = Signal()  # path, modified or opened document changed
    opened = Signal()  # another document took the place of the present one

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History.start(project or Project())
        self._saved = self._history.present
        self._inference: Inference | None = None
        self.consent = consent_of_user()
        self._problems: tuple[Problem, ...] = ()
        self._untrusted: tuple[Problem, ...] = ()
        self._code: tuple[Project, Source | NotReady] | None = None
        self._nodes: frozenset[str] = frozenset()
        self._edges: frozenset[Edge] = frozenset()
        self._remarks: frozenset[str] = frozenset()
        self._way: Way = ()
        self.path: Path | None = None
        self._analyse()

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._history.present

    @property
    def history(self) -> History:
        """All steps that can be undone and redone."""
        return self._history

    @property
    def inference(self) -> Inference:
        """Shapes, weights and costs of the present graph."""
        assert self._inference is not None
        return self._inference

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the present project, worst first."""
        return (*self._untrusted, *self._problems)

    def allows(self, codes: Collection[str]) -> bool:
        """Return whether the user lets these texts of Custom layers run."""
        return self.consent.allows(codes)

    def trust(self, codes: Collection[str]) -> None:
        """Let these texts run from now on."""
        self.consent.add(codes)
        self._announce(self.project)

    def amend(self, project: Project) -> None:
        """Put what was found out in place of the present project: no step of the user's, nothing to undo."""
        if project == self.project:
            return
        before, modified = self.project, self.modified
        self._history = self._history.amend(project)
        if not modified:
            self._saved = project
        self._announce(before)

    @property
    def way(self) -> Way:
        """The steps into the use of a block in which one stands; none in the network itself."""
        return self._way

    @property
    def where(self) -> tuple[str, ...]:
        """The blocks in which one stands, by id, from the outside in; none in the network itself."""
        return tuple(step.block for step in self._way)

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
        return self._nodes

    @property
    def selected_edges(self) -> frozenset[Edge]:
        """The selected wires."""
        return self._edges

    @property
    def selected_remarks(self) -> frozenset[str]:
        """Ids of the selected comments and frames."""
        return self._remarks

    @property
    def modified(self) -> bool:
        """Whether the project differs from what was last opened or saved."""
        return self.project is not self._saved and self.project != self._saved

    def code(self) -> Source | NotReady:
        """Return the training script of the present project, or why there is none yet. Made when first asked for."""
        from designer.codegen.script import render_script  # the first paint of the window needs no code

        if self._code is None or self._code[0] is not self.project:
            try:
                result: Source | NotReady = render_script(self.project, self.inference, self._problems)
            except NotReady as reason:
                result = reason
            self._code = (self.project, result)
        return self._code[1]

    def apply(self, title: str, project: Project, key: str | None = None) -> None:
        """Make `project` the present one, as an undo step called `title`.

        Steps that follow each other with the same `key` become one (typing in a field, moving a slider). A project
        equal to the present one is no step.
        """
        if project is self.project or project == self.project:
            return
        self._become(self._history.commit(title, project, key))

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
        self._go((*self._way, Step(block, node)))
        return True

    def enter_block(self, block: str) -> None:
        """Step inside a block where it is first used."""
        self._go(find_way(self.project, block))

    def enter_repetition(self, index: int) -> None:
        """Look at another repetition of the use in which one stands."""
        if self._way:
            self._go((*self._way[:-1], replace(self._way[-1], index=index)), keep=True)

    def leave(self, level: int | None = None) -> None:
        """Step out of the innermost block, or to a level: 0 is the network. The block that was left is then selected."""
        level = len(self._way) - 1 if level is None else level
        if 0 <= level < len(self._way):
            left = self._way[level].node
            self._go(self._way[:level])
            self.select([left])

    def find(self, key: str) -> str:
        """Go to where a node lies, by its key (`document.places`), and return its id there; "" where there is none."""
        way, node = read_key(self.project, key, self._way)
        if node and way != self._way:
            self._go(way)
        return node

    def key_of(self, node: str) -> str:
        """Return the key of a node of the view in the use where one stands, as a running network goes by it."""
        return write_key(self.inference, self._way, node)

    def undo(self) -> None:
        """Go one step back, if there is one."""
        self._become(self._history.undo())

    def redo(self) -> None:
        """Go one step forward, if there is one."""
        self._become(self._history.redo())

    def open(self, project: Project, path: Path | None = None, *, saved: bool = True) -> None:
        """Replace the document: new project, new history. Not `saved` marks it as modified (a recovered autosave)."""
        self.path = path
        before = self.project
        if self._way:
            self.select()  # while all of the old document still stands: listeners look at it
            self._way = ()
        self._history = History.start(project)
        self._saved = project if saved else Project()
        self._inference = None
        self._announce(before)
        self.opened.emit()
        self.file_changed.emit()

    def mark_saved(self, path: Path) -> None:
        """Remember that the present project is what the file at `path` holds."""
        self.path = path
        self._saved = self.project
        self.file_changed.emit()

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = (), remarks: Iterable[str] = ()) -> None:
        """Select these nodes, wires, comments and frames and nothing else; unknown ones are left out."""
        graph = self._view.graph
        wanted_nodes = frozenset(node for node in nodes if node in graph.nodes)
        wanted_edges = frozenset(edges)
        wanted_edges &= frozenset(graph.edges) if wanted_edges else frozenset()
        known = self._view.drawing.remarks
        wanted_remarks = frozenset(remark for remark in remarks if remark in known)
        if (wanted_nodes, wanted_edges, wanted_remarks) != (self._nodes, self._edges, self._remarks):
            self._nodes, self._edges, self._remarks = wanted_nodes, wanted_edges, wanted_remarks
            self.selection_changed.emit(wanted_nodes, wanted_edges)

    def _become(self, history: History) -> None:
        if history is self._history:
            return
        before = self.project
        was_modified = self.modified
        self._history = history
        self._announce(before)
        if self.modified != was_modified:
            self.file_changed.emit()

    def _announce(self, before: Project) -> None:
        seen, way = self._view, self._way
        self._analyse()
        self._drop_selection(way)
        self.project_changed.emit(before, self.project)
        self._show(seen)

    def _put_back(self, view: Project) -> Project:
        return put_back(self.project, self._way[-1].block, view) if self._way else view

    def _go(self, way: Way, *, keep: bool = False) -> None:
        """Stand somewhere else; `keep` the selection where it is the same block."""
        seen, before = self._view, self._way
        if way == before:
            return
        self._way = way
        self._look()
        if not keep:
            self._drop_selection(before)
        self._show(seen)

    def _show(self, seen: Project) -> None:
        self.view_changed.emit(seen, self._view)
        self.select(self._nodes, self._edges, self._remarks)

    def _drop_selection(self, before: Way) -> None:
        """Let nothing be selected where one stands in another block now: ids mean other nodes there."""
        if [step.block for step in before] != [step.block for step in self._way]:
            self.select()

    def _analyse(self) -> None:
        project = self.project
        self._inference = infer_project(project, self._inference)
        self._problems = check(project, self._inference)
        self._untrusted = find_untrusted(project, self.consent)
        self._way = keep_way(project, self._way)
        self._look()

    def _look(self) -> None:
        """Work out what is seen from where one stands."""
        project, block = self.project, self._way[-1].block if self._way else ""
        self._view = look_inside(project, block) if block else project
        self._view_inference = infer_where(self.inference, self._way)
        found = self.problems
        self._view_problems = tuple(one for one in found if one.block == block) if project.blocks else found
