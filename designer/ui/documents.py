"""The documents that are open in one window, in the order of their tabs, and which of them is shown."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from designer.document.project import Project
from designer.document.remarks import set_flow
from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.open_document import OpenDocument, start_document
from designer.ui.settings import Settings


class Documents(QObject):
    """The list. There is always one document at least, and the editor shows one of them."""

    changed = Signal()  # the list, its order, or which of them is shown

    def __init__(self, editor: Editor, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings
        self._shown = editor.document
        self._all = [editor.document]
        editor.opened.connect(self._follow)

    @property
    def all(self) -> tuple[OpenDocument, ...]:
        """The documents in the order of their tabs."""
        return tuple(self._all)

    @property
    def empty_project(self) -> Project:
        """A project to begin with: nothing in it, and data flows as it last did."""
        return set_flow(Project(), self._settings.flow)

    @property
    def shown(self) -> OpenDocument:
        """The one that the editor shows."""
        return self._shown

    @property
    def index(self) -> int:
        """The place of the one that is shown."""
        return self._all.index(self._shown)

    @property
    def unsaved(self) -> tuple[OpenDocument, ...]:
        """Those with changes that are not saved."""
        return tuple(document for document in self._all if document.modified)

    def add(self, document: OpenDocument) -> None:
        """Open a document beside the one that is shown, or in its place where nothing was ever done there."""
        if not self._shown.untouched:
            self._all.insert(self.index + 1, document)
        self._editor.show(document)

    def find(self, path: Path) -> OpenDocument | None:
        """Return the open document of a file, if there is one."""
        wanted = path.resolve()
        return next((one for one in self._all if one.path is not None and one.path.resolve() == wanted), None)

    def show(self, document: OpenDocument) -> None:
        """Show one of the documents."""
        if document in self._all:
            self._editor.show(document)

    def show_at(self, index: int) -> None:
        """Show the document at a place, if there is one."""
        if 0 <= index < len(self._all):
            self._editor.show(self._all[index])

    def step(self, by: int) -> None:
        """Show a document so many places further on; after the last comes the first."""
        self.show_at((self.index + by) % len(self._all))

    def move(self, start: int, end: int) -> None:
        """Put the document at one place at another."""
        self._all.insert(end, self._all.pop(start))
        self.changed.emit()

    def close(self, document: OpenDocument) -> None:
        """Let a document go, without a question; where it was shown its neighbour is. An empty one follows the last."""
        if document not in self._all:
            return
        place = self._all.index(document)
        if len(self._all) == 1:
            self._editor.show(start_document(self.empty_project))
            return
        if document is self._shown:
            compared = document.compared.after.source if document.compared is not None else None
            if compared in self._all:  # back to where the comparison was asked for
                self._editor.show(compared)
            else:
                self.show_at(place + 1 if place + 1 < len(self._all) else place - 1)
        self._all.remove(document)
        self.changed.emit()

    def _follow(self) -> None:
        """Take note of what the editor shows; what it opened itself takes the place of what was shown."""
        document = self._editor.document
        if document not in self._all:
            self._all[self.index] = document
        self._shown = document
        self.changed.emit()


def name_documents(documents: Iterable[OpenDocument]) -> list[str]:
    """Return what the tabs say: of several by one name, those with files name the folder too, others a number."""
    documents = list(documents)
    names = [document.name for document in documents]
    counts: dict[str, int] = {}
    result = []
    for document, name in zip(documents, names, strict=True):
        if names.count(name) == 1:
            result.append(name)
        elif document.path is not None:
            result.append(f"{name} · {show_name(document.path.absolute().parent.name)}")
        else:
            counts[name] = counts.get(name, 0) + 1
            result.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return result
