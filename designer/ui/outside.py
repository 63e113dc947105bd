"""Files that are changed by others while they are open here: told of, never written over unasked, loaded again if wanted."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.document.embedding import open_file
from designer.document.placement import place_missing
from designer.document.project import Project
from designer.document.reading import FileError
from designer.ui.notices import Answer
from designer.ui.open_document import OpenDocument, take_stamp

if TYPE_CHECKING:
    from designer.ui.window import Window

KEY = "outside"  # of its notices


class Outside(QObject):
    """Looks whether the file of a document still is what was read from it or written to it."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._about: OpenDocument | None = None  # what the bar is about
        self._editor.opened.connect(self.look)

    def read_other(self, document: OpenDocument) -> Project | FileError | None:
        """Return what another program put into the file of a document, why it cannot be read; None where nobody did."""
        path = document.path
        if path is None or document.stamp is None:
            return None
        stamp = take_stamp(path)
        if stamp is None or stamp == document.stamp:
            return None  # it is not there: saving puts it back
        try:
            found = place_missing(open_file(path).project)
        except FileError as error:
            return error
        if found == document.saved:
            document.stamp = stamp  # written anew, and the same
            return None
        return found

    def look(self) -> None:
        """Say so where the file of the document that is shown was changed; once for each change."""
        document, notices = self._editor.document, self._window.notices
        stamp = take_stamp(document.path) if document.path is not None else None
        if any(notice.key == KEY for notice in notices.shown):
            if self._about is document and stamp == document.told:
                return
            if self._about is not None:
                self._about.told = None  # nobody has answered: it comes again with its document
            notices.dismiss(KEY)
        if document.path is None or stamp is None or stamp == document.told:
            return
        found = self.read_other(document)
        if found is None:
            return
        document.told, self._about = stamp, document
        if isinstance(found, FileError):
            text = f"{document.name} was changed on the disk by another program, and cannot be read now. {found}"
            notices.show_notice("warning", text, key=KEY)
            return
        text = f"{document.name} was changed on the disk by another program."
        text += " Loading it again is a step that can be undone." if document.modified else ""
        again = Answer("Load it again", lambda: self.load_again(document))
        notices.show_notice("warning", text, again, self._offer_comparison(document.path), key=KEY)

    def load_again(self, document: OpenDocument) -> None:
        """Make what the file holds the present project, as a step of the history."""
        found = self.read_other(document)
        if document is not self._editor.document or document.path is None or found is None:
            return
        if isinstance(found, FileError):
            self._window.notices.show_notice("error", str(found), key=KEY)
            return
        self._editor.apply(f"load {document.name} again", found)
        self._editor.mark_saved(document.path)

    def refuse(self, document: OpenDocument, save: Answer, other: Answer) -> bool:
        """Return whether saving would write over the work of others; the answers say what to do then."""
        if document.path is None or self.read_other(document) is None:
            return False
        text = (
            f"Not saved. {document.name} was changed on the disk by another program since it was opened or saved here."
        )
        answers = (save, self._offer_comparison(document.path), other)
        self._window.notices.dismiss(KEY)
        self._window.notices.show_notice("warning", text, *answers, key="save")
        return True

    def _offer_comparison(self, path: Path) -> Answer:
        return Answer("Compare", lambda: self._window.comparing.with_file(path))
