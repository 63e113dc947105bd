"""The one place where the window keeps its project: value, history, selection, and what follows from the value.

Canvas and panels read from here, ask for edits here and listen here; they know nothing of one another.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.catalogue.check import Problem, check
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.catalogue.trials import find_untrusted
from designer.codegen.source import NotReady, Source
from designer.document.custom import consent_of_user
from designer.document.graph import Edge
from designer.document.history import History
from designer.document.project import Project


class Editor(QObject):
    """A project under edit.

    Every change goes through `apply`, `undo`, `redo` or `open`; all of them end in the same signals. When
    `project_changed` is emitted, `inference` and `problems` already belong to the new project.
    """

    project_changed = Signal(object, object)  # Project before, Project after
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
    def selected_nodes(self) -> frozenset[str]:
        """Ids of the selected nodes."""
        return self._nodes

    @property
    def selected_edges(self) -> frozenset[Edge]:
        """The selected wires."""
        return self._edges

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

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = ()) -> None:
        """Select these nodes and wires and nothing else; unknown ones are left out."""
        graph = self.project.graph
        wanted_nodes = frozenset(node for node in nodes if node in graph.nodes)
        wanted_edges = frozenset(edges)
        wanted_edges &= frozenset(graph.edges) if wanted_edges else frozenset()
        if (wanted_nodes, wanted_edges) != (self._nodes, self._edges):
            self._nodes, self._edges = wanted_nodes, wanted_edges
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
        self._analyse()
        self.project_changed.emit(before, self.project)
        self.select(self._nodes, self._edges)

    def _analyse(self) -> None:
        project = self.project
        self._inference = infer_project(project, self._inference)
        self._problems = check(project, self._inference)
        self._untrusted = find_untrusted(project, self.consent)
