"""Projects and files: new, open, save, recent, the export of the script, and the question about unsaved changes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from designer.catalogue.templates import Template
from designer.codegen.source import Source
from designer.document.edits import set_name
from designer.document.embedding import PICTURES, open_file
from designer.document.files import SUFFIX, FileError, load, save
from designer.document.placement import place_missing
from designer.document.project import Project
from designer.document.turning import turn_flow
from designer.document.wording import show_name
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument, start_document

if TYPE_CHECKING:
    from designer.ui.gallery.pictures import Pictures
    from designer.ui.window import Window

PROJECTS = f"Designer projects (*{SUFFIX})"
_WITH_PICTURES = " ".join(f"*{suffix}" for suffix in (SUFFIX, *PICTURES))
OPENED = f"Projects, and pictures with one inside ({_WITH_PICTURES});;{PROJECTS};;All files (*)"
MOST_REASONS = 3  # in a bar, of files that cannot be opened; of others there are but the names
MOST_NAMES = 8
Then = Callable[[], object]


def do_nothing() -> None:
    """Do nothing more."""


class Filing(QObject):
    """The file commands of one window. Whatever is opened gets a tab; nothing unsaved is let go without asking."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._documents = window.documents
        self._settings = window.settings
        self._pictures: Pictures | None = None  # of templates; made when first asked for

    # --- new and open -------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin an empty project."""
        self.show(self._documents.empty_project)

    def open(self, path: Path) -> None:
        """Open a file, or show it where it is open already; what is wrong with it is said in a bar."""
        self.open_all((path,))

    def open_all(self, paths: Iterable[Path]) -> None:
        """Open several files; one bar says of all that cannot be opened what is wrong with them."""
        wrong = {path: reason for path in paths if (reason := self._try_open(path))}
        if not wrong:
            return
        told = [f"{show_name(path.name)}: {reason}" for path, reason in wrong.items()]
        names = [show_name(path.name) for path in wrong][MOST_REASONS:]
        count = f"{len(told):,} files were not opened. " if len(told) > 1 else ""
        also = f" Nor were {', '.join(names[:MOST_NAMES])}" if names else ""
        also += f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        text = count + " ".join(told[:MOST_REASONS]) + also + "." * bool(also)
        self._window.notices.show_notice("error", text, details="\n".join(told) if names else "", key="open")

    def _try_open(self, path: Path) -> str:
        """Open a file, or show it where it is open already; return why it cannot be, else ""."""
        there = self._documents.find(path)
        if there is not None:
            self._documents.show(there)
            self._remember(path)
            return ""
        try:
            project, in_picture = open_file(path)
        except FileError as error:
            if not path.exists():
                self._settings.drop_recent(path)
            return str(error)
        # From a picture the project comes without a file of its own: saving must not put it in the picture's place.
        self.show(project, None if in_picture else path)
        return ""

    def show(self, project: Project, path: Path | None = None, *, saved: bool = True, remember: bool = True) -> None:
        """Open a project as a document of the window."""
        self.show_document(start_document(place_missing(project), path, saved=saved))
        if path is not None and remember:
            self._remember(path)

    def show_document(self, document: OpenDocument) -> None:
        """Open a document with a history of its own."""
        for matter in ("open", "export"):
            self._window.notices.dismiss(matter)
        self._documents.add(document)

    def ask_open(self) -> None:
        """Ask which file to open."""
        dialog = self._make_dialog("Open", OPENED)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def ask_template(self) -> None:
        """Open the gallery: which template to begin with."""
        from designer.ui.gallery.dialog import GalleryDialog  # the first paint of the window needs no gallery
        from designer.ui.gallery.pictures import Pictures

        if self._pictures is None:
            self._pictures = Pictures(self)
        dialog = GalleryDialog(self._window.theme, self._pictures, self._window)
        self._window.appearance.changed.connect(dialog.set_theme)
        dialog.chosen.connect(self.new_from)
        dialog.open()

    def new_from(self, template: Template) -> None:
        """Begin a project from a template."""
        try:
            project = load(template.path)
        except FileError as error:
            self._window.notices.show_notice("error", f"Template {template.name}: {error}", key="open")
            return
        self.show(turn_flow(project, self._settings.flow, self._window.canvas.page))

    def recent(self) -> list[Path]:
        """Return the files opened or saved last that are still there."""
        return [path for path in self._settings.recent if path.exists()]

    # --- save ---------------------------------------------------------------------------------------------------

    def save(self, then: Then = do_nothing) -> None:
        """Save to the project's file, asking for one if it has none; `then` follows only once it is saved."""
        if self._editor.path is None or self._editor.document.compared is not None:
            self.ask_save(then)
        else:
            self.save_to(self._editor.path, then)

    def ask_save(self, then: Then = do_nothing) -> None:
        """Ask where to save, then save."""
        if self._editor.document.compared is not None:
            text = "A comparison is not saved. Go to the tab of one of the two projects to save it."
            self._window.notices.show_notice("note", text, key="save")
            return
        dialog = self._make_save_dialog("Save", PROJECTS, SUFFIX[1:], self._suggest_name(SUFFIX))
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), then))
        dialog.open()

    def save_to(self, path: Path, then: Then = do_nothing, *, over: bool = False) -> None:
        """Save to a file. A project that is still untitled is called after it.

        What another program put into the file meanwhile is written `over` only where that was asked for.
        """
        there = self._documents.find(path)
        if there is not None and there is not self._editor.document:
            text = f"Not saved. {there.name} is open in another tab: choose another name, or close that one first."
            retry = Answer("Save as …", lambda: self.ask_save(then))
            self._window.notices.show_notice("error", text, retry, key="save")
            return
        if there is not None and not over:
            anyway = Answer("Save over it", lambda: self.save_to(path, then, over=True))
            elsewhere = Answer("Save as …", lambda: self.ask_save(then))
            if self._window.outside.refuse(there, anyway, elsewhere):
                return
        project = self._editor.project
        if project.name == Project().name and path.stem:
            project = set_name(project, path.stem)
        try:
            save(path, project)
        except FileError as error:
            retry = Answer("Save as …", lambda: self.ask_save(then))
            self._window.notices.show_notice("error", f"Not saved. {error}", retry, key="save")
            return
        self._window.notices.dismiss("save")
        self._editor.apply(f"name project {show_name(project.name)}", project)
        self._editor.mark_saved(path)
        self._remember(path)
        then()

    # --- close --------------------------------------------------------------------------------------------------

    def close(self, documents: Iterable[OpenDocument] | None = None) -> None:
        """Close documents, the one that is shown unless they are given, after asking what is to be asked."""
        pending = tuple(documents if documents is not None else (self._editor.document,))
        running = [document for document in pending if document is self._window.trainer.document]
        if pending and list(pending) == running:
            self._ask_running(running[0])
            return
        resting = [document for document in pending if document not in running]

        def let_go() -> None:
            self._let_go(resting)
            if running:
                self.close(running)  # asked last: the notice waits, and the others need not

        self.ask_unsaved(let_go, resting)

    def _let_go(self, documents: Iterable[OpenDocument]) -> None:
        for document in documents:
            self._documents.close(document)

    def _ask_running(self, document: OpenDocument) -> None:
        def stop_and_close() -> None:
            if self._window.trainer.document is document:  # its run may have ended, and another begun
                self._window.trainer.stop()
            self.ask_unsaved(lambda: self._documents.close(document), (document,))

        text = f"{document.name} is training. Closing it stops the run."
        self._window.notices.show_notice("warning", text, Answer("Stop and close", stop_and_close), key="close")

    def ask_unsaved(self, then: Then, documents: Iterable[OpenDocument] | None = None) -> None:
        """Go on with `then`, after asking of each of the documents (all, unless given) what to do with its changes."""
        pending = list(self._documents.all if documents is None else documents)
        unsaved = [document for document in pending if document.modified]
        if not unsaved:
            then()
            return
        first, rest = unsaved[0], unsaved[1:]
        self._documents.show(first)  # what is asked about is seen
        self._ask_about(first, lambda: self.ask_unsaved(then, rest))

    def _ask_about(self, document: OpenDocument, then: Then) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Unsaved changes")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"Save the changes to {document.name}?")
        box.setInformativeText("What is not saved is lost.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.setWindowModality(Qt.WindowModality.WindowModal)

        def go_on(pressed: int) -> None:
            if pressed == buttons.Save:
                self.save(then)
            elif pressed == buttons.Discard:
                then()

        box.finished.connect(go_on)
        box.open()

    # --- export -------------------------------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Ask where to put the training script; say why there is none where the network is not ready."""
        source = self._editor.code()
        if not isinstance(source, Source):
            first = source.problems[0].message if source.problems else "The network is not complete yet."
            answer = Answer("Show problems", lambda: self._window.workbench.show("problems"))
            self._window.notices.show_notice("warning", f"Not ready to export. {first}", answer, key="export")
            return
        dialog = self._make_save_dialog("Export script", "Python (*.py)", "py", self._suggest_name(".py"))
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the training script to a file."""
        source = self._editor.code()
        assert isinstance(source, Source)
        self._write(path, "Exported", lambda: path.write_text(source.text, encoding="utf-8", newline="\n"))

    def ask_file(self, title: str, filters: str, suffix: str, write: Callable[[Path], object]) -> None:
        """Ask for a file, and let `write` write it; what it cannot write is said in a bar."""
        dialog = self._make_save_dialog(title, filters, suffix, self._suggest_name(f".{suffix}"))
        dialog.fileSelected.connect(lambda name: self._write(Path(name), "Saved", lambda: write(Path(name))))
        dialog.open()

    # --- parts --------------------------------------------------------------------------------------------------

    def _write(self, path: Path, verb: str, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            reason = error.strerror or str(error)
            self._window.notices.show_notice("error", f"Not written to {path}: {reason}.", key="export")
            return
        self._settings.folder = str(path.parent)
        self._window.notices.show_notice("note", f"{verb} {path}", key="export")

    def _remember(self, path: Path) -> None:
        self._settings.add_recent(path.absolute())
        self._settings.folder = str(path.absolute().parent)

    def _suggest_name(self, suffix: str) -> str:
        stem = self._editor.path.stem if self._editor.path else self._editor.project.name
        if suffix == ".py":
            stem = stem.replace("-", "_")
        clean = "".join(c if c.isalnum() or c in "-_. " else "_" for c in stem[:80]).strip(". ")
        return (clean or "untitled") + suffix

    def _make_dialog(self, title: str, filters: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._settings.folder, filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _make_save_dialog(self, title: str, filters: str, suffix: str, name: str) -> QFileDialog:
        dialog = self._make_dialog(title, filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(name)
        return dialog
