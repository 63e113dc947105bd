"""One document that is open in the window: all that belongs to it and not to the window it is shown in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from designer.catalogue.check import Problem, check
from designer.catalogue.facts import infer_project
from designer.catalogue.shapes import Inference
from designer.codegen.source import NotReady, Source
from designer.document.history import History
from designer.document.project import Project
from designer.document.remarks import set_flow
from designer.document.wording import show_name
from designer.ui.selection import Selection
from designer.ui.standpoint import Way

if TYPE_CHECKING:
    from designer.ui.compared import Compared


Stamp = tuple[int, int, int]  # of a file: what changes when it is written


@dataclass(slots=True, eq=False, weakref_slot=True)
class OpenDocument:
    """A document with what the editor knows of it, told apart by identity.

    The editor writes into the one that it shows; the others rest as they were left. `analysed` is the project that
    `inference` and `problems` are of: what was worked out once is there when the document is shown again.
    """

    history: History = field(default_factory=lambda: History.start(Project()))
    saved: Project = field(default_factory=Project)  # what the file holds
    path: Path | None = None
    stamp: Stamp | None = None  # of the file when it was read or written last; None where that is not known
    told: Stamp | None = None  # of the file when it was said that others changed it
    way: Way = ()
    selection: Selection = field(default_factory=Selection)
    analysed: Project | None = None
    inference: Inference | None = None
    problems: tuple[Problem, ...] = ()
    code: tuple[Project, Source | NotReady] | None = None
    coded: tuple[Inference | None, tuple[Problem, ...]] = (None, ())  # what the code was made of
    compared: "Compared | None" = None  # two projects on one canvas: to be looked at, not edited

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.history.present

    @property
    def modified(self) -> bool:
        """Whether the project differs from what was last opened or saved."""
        return self.project is not self.saved and self.project != self.saved

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever done here: an empty project without a file and without a step to undo."""
        empty = set_flow(Project(), self.project.drawing.flow)
        return self.path is None and len(self.history.steps) == 1 and self.project == empty and not self.modified

    @property
    def name(self) -> str:
        """What to call it: its file, or the name of its project while it has none."""
        return show_name(self.path.name if self.path is not None else self.project.name)

    def analyse(self) -> None:
        """Work out what is known of the project and what is wrong with it, where that is not done yet."""
        if self.analysed is not self.project:
            self.inference = infer_project(self.project, self.inference)
            self.problems = check(self.project, self.inference)
            self.analysed = self.project

    def write_code(self) -> Source | NotReady:
        """Return the training script of the project, which is analysed, or why there is none yet."""
        from designer.codegen.script import render_script  # the first paint of the window needs no code

        if self.code is not None and self._is_coded_alike(self.code[0]):
            self.code = (self.project, self.code[1])
        else:
            try:
                result: Source | NotReady = render_script(self.project, self.inference, self.problems)
            except NotReady as reason:
                result = reason
            self.code = (self.project, result)
            self.coded = (self.inference, self.problems)
        return self.code[1]

    def _is_coded_alike(self, before: Project) -> bool:
        """Return whether the script of a project is that of the present one: cards may lie elsewhere, notes differ."""
        now = self.project
        known, problems = self.coded
        return before is now or (
            known is self.inference
            and problems is self.problems
            and before.data is now.data
            and before.training is now.training
            and before.blocks is now.blocks
            and before.name == now.name
        )

    def amend(self, project: Project) -> bool:
        """Put what was found out in place of the project: no step, nothing to undo; return whether it is another one."""
        if project == self.project or self.compared is not None:
            return False
        modified = self.modified
        self.history = self.history.amend(project)
        if not modified:
            self.saved = project
        return True

    def lengthen(self, start: History, past: History) -> bool:
        """Put the steps that led to it before the one step it was opened with, `start`; return whether that could be.

        `past` stands at the same project. What was done since comes after it.
        """
        now = self.history
        if self.compared is not None or now.steps[0] is not start.steps[0]:
            return False
        past = past.amend(start.present)
        if len(now.steps) > 1:
            past = History((*past.steps[: past.position + 1], *now.steps[1:]), past.position + now.position)
        self.history = past
        return True


def start_document(project: Project, path: Path | None = None, *, saved: bool = True) -> OpenDocument:
    """Return a document with a history that begins here. Not `saved` marks it as modified (a recovered autosave)."""
    stamp = take_stamp(path) if path is not None else None
    return OpenDocument(History.start(project), project if saved else Project(), path, stamp)


def take_stamp(path: Path) -> Stamp | None:
    """Return what changes whenever a file is written; None where there is no file."""
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_mtime_ns, there.st_size, there.st_ino
