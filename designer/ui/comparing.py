"""Comparing: which two projects, the tab that shows them on one canvas, and the way from difference to difference."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from designer.document.embedding import open_file
from designer.document.files import FileError
from designer.document.project import Project
from designer.document.wording import show_name
from designer.ui.background import Job, Report
from designer.ui.canvas.sheet import Sheet
from designer.ui.compared import Compared, Side, compare_sides, open_comparison
from designer.ui.legend import ComparisonLegend
from designer.ui.notices import Answer, Notice
from designer.ui.open_document import OpenDocument

if TYPE_CHECKING:
    from designer.catalogue.comparing import Difference, Section
    from designer.ui.window import Window

KEY = "comparison"  # of its notices
SLOW = 600  # layers of both: more are compared, and laid out, beside the window
LARGE_FILE = 2**18  # bytes: more are read beside the window too
COMPARED = 0.5  # share of the work that is done when the cards and wires are yet to be laid out
OPENED = "Designer projects and pictures with one inside (*.nnd *.png *.svg);;All files (*)"


class Comparing(QObject):
    """The comparisons of one window. What is chosen is the project before; the one that is shown, the one after."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.legend = ComparisonLegend(window.canvas, window.editor)
        self.legend.change_wanted.connect(self.step_to)
        self._shown: OpenDocument | None = None
        self._job: Job | None = None
        window.editor.refused.connect(lambda text: window.notices.show_notice("note", text, key=KEY))
        window.editor.opened.connect(self._follow)

    @property
    def compared(self) -> Compared | None:
        """The comparison that is shown, if one is."""
        return self._window.editor.document.compared

    def ask_file(self) -> None:
        """Ask with which file to compare."""
        dialog = QFileDialog(self._window, "Compare with", "", OPENED)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.with_file(Path(name)))
        dialog.open()

    def with_file(self, path: Path) -> None:
        """Compare what is shown with a file; what is wrong with it is said in a bar."""
        if self.compared is not None:
            return  # two projects are enough
        after = self._take_shown()
        if _is_large(path):
            self._begin(lambda report: work_out(Side(path.name, open_file(path).project), after, report), None, path)
            return
        try:
            project, _ = open_file(path)
        except FileError as error:
            self._complain(error, path)
            return
        self._work_out(Side(path.name, project), after)

    def with_document(self, document: OpenDocument) -> None:
        """Compare what is shown with another open document."""
        inference = document.inference if document.analysed is document.project else None
        self.with_side(Side(document.name, document.project, inference, document))

    def with_saved(self) -> None:
        """Compare what is shown with what its file holds."""
        document = self._window.editor.document
        self.with_side(Side("saved", document.saved))

    def with_step(self, title: str, project: Project) -> None:
        """Compare what is shown with what it was after a step of its history."""
        self.with_side(Side(title or "as opened", project))

    def with_side(self, before: Side) -> None:
        """Show a project before beside the one that is shown now, in a tab of its own."""
        if self.compared is not None:
            return  # two projects are enough
        self._work_out(before, self._take_shown())

    def with_sides(self, before: Side, after: Side) -> None:
        """Show two projects beside each other, in a tab of its own."""
        self._work_out(before, after)

    def swap(self) -> None:
        """Show the same comparison the other way about, in the place of this one."""
        if self.compared is not None:
            self._work_out(self.compared.after, self.compared.before, replaced=self._window.editor.document)

    def stop(self) -> None:
        """Give up a comparison that is still being worked out."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            self._window.notices.dismiss(KEY)

    def go(self, section: "Section", difference: "Difference") -> None:
        """Show where a difference is, stepping into the block that it lies in."""
        window = self._window
        if section.block is None:
            return
        editor = window.editor
        if (editor.where[-1] if editor.where else "") != section.block:
            editor.enter_block(section.block) if section.block else editor.leave(0)
        if difference.node:
            editor.select([difference.node])
            window.canvas.centre_on(difference.node)
        elif difference.wire is not None:
            editor.select((), [difference.wire])
            window.canvas.centre_on(difference.wire.target)

    def step(self, by: int, change: str = "") -> None:
        """Go to the next difference on the canvas, or to the one before; after the last comes the first."""
        compared, editor = self.compared, self._window.editor
        if compared is None:
            return
        places = [
            (section, one)
            for section in compared.record.sections
            if section.block is not None
            for one in section.differences
            if (one.node or one.wire is not None) and (not change or one.change == change)
        ]
        if not places:
            return
        block = editor.where[-1] if editor.where else ""
        here = [
            place
            for place, (section, one) in enumerate(places)
            if section.block == block and (one.node in editor.selected_nodes or one.wire in editor.selected_edges)
        ]
        start = here[0] if here else (-1 if by > 0 else 0)
        self.go(*places[(start + by) % len(places)])

    def step_to(self, change: str) -> None:
        """Go to the next difference of one kind."""
        self.step(1, change)

    def _take_shown(self) -> Side:
        editor = self._window.editor
        return Side(editor.document.name, editor.project, editor.inference, editor.document)

    def _renew(self, side: Side) -> Side:
        """Return a side as its document is now, where that is open still."""
        document = side.source
        if document is None or document not in self._window.documents.all or document.project is side.project:
            return side
        inference = document.inference if document.analysed is document.project else None
        return Side(document.name, document.project, inference, document)

    def _catch_up(self, compared: Compared) -> None:
        """Compare anew where one of the two projects was edited meanwhile."""
        before, after = self._renew(compared.before), self._renew(compared.after)
        if before is not compared.before or after is not compared.after:
            self._work_out(before, after, replaced=self._window.editor.document)

    def _work_out(self, before: Side, after: Side, *, replaced: OpenDocument | None = None) -> None:
        """Compare and show what was found, in a tab of its own or in the place of another comparison.

        Large networks are compared beside the window.
        """
        self.stop()
        if len(before.project.graph.nodes) + len(after.project.graph.nodes) <= SLOW:
            self._show(compare_sides(before, after), replaced=replaced)
        else:
            self._begin(lambda report: work_out(before, after, report), replaced)

    def _begin(
        self,
        work: Callable[[Report], "tuple[Compared, Sheet] | None"],
        replaced: OpenDocument | None,
        path: Path | None = None,
    ) -> None:
        """Do the work beside the window, and show what it found; `path` is the file that it reads, if it does."""
        self.stop()
        self._job = job = Job(work, self)
        stop = Answer("Stop", self.stop)
        notice = self._window.notices.show_notice("note", "Comparing …", stop, key=KEY)
        job.progressed.connect(lambda share: self._tell(notice, share))
        job.answered.connect(lambda: self._window.notices.dismiss(KEY))
        job.done.connect(lambda found: self._show(found[0], found[1], replaced) if found is not None else None)
        job.failed.connect(lambda error: self._fail(error, path))
        job.start()

    def _tell(self, notice: Notice, share: float) -> None:
        if notice in self._window.notices.shown:  # not closed meanwhile
            notice.say(f"Comparing … {share:.0%}" if share < COMPARED else f"Laying the comparison out … {share:.0%}")

    def _fail(self, error: Exception, path: Path | None) -> None:
        self._job = None
        if path is None or not isinstance(error, FileError):
            raise error
        self._complain(error, path)

    def _complain(self, error: FileError, path: Path) -> None:
        self._window.notices.show_notice("error", f"{show_name(path.name)}: {error}", key=KEY)

    def _show(
        self, compared: Compared | None, sheet: Sheet | None = None, replaced: OpenDocument | None = None
    ) -> None:
        self._job = None
        documents, editor = self._window.documents, self._window.editor
        if compared is None or (replaced is not None and replaced not in documents.all):
            return
        document = open_comparison(compared)
        if replaced is not None:
            documents.show(replaced)
            document.way = editor.way
        if sheet is not None and not document.way:
            self._window.canvas.bring_sheet(document, sheet)
        if replaced is None:
            documents.add(document)
        else:
            editor.show(document)

    def _follow(self) -> None:
        """Show the list of differences with a comparison, and put it away without one."""
        document, dock = self._window.editor.document, self._window.workbench.docks["comparison"]
        was, self._shown = self._shown, document
        if self._job is None:
            self._window.notices.dismiss(KEY)
        if document.compared is not None:
            self._window.workbench.show("comparison")
            self._catch_up(document.compared)
        elif was is not None and was.compared is not None:
            dock.hide()


def work_out(before: Side, after: Side, report: Report) -> tuple[Compared, Sheet] | None:
    """Return a comparison and its cards and wires, laid out; None where `report` says not to go on. On any thread."""
    compared = compare_sides(before, after, lambda share: report(COMPARED * share))
    if compared is None or not report(COMPARED):
        return None
    sheet = Sheet()
    sheet.show(compared.union.project, compared.merged, ())
    return (compared, sheet) if report(1.0) else None


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size > LARGE_FILE
    except OSError:
        return False
