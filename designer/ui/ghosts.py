"""Shows on the canvas what the fix would do that the mouse or the keyboard is on; nothing is changed by that."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from designer.catalogue.check.preview import Preview
from designer.document.blocks import look_inside
from designer.ui.canvas.ghost import Ghost, imagine
from designer.ui.previews import previews_of
from designer.ui.standpoint import infer_where, keep_way

if TYPE_CHECKING:
    from designer.ui.window import Window


class Ghosts(QObject):
    """Listens to where a fix is pointed at. The canvas takes its ghost away itself when it shows another project."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        previews_of(window.editor).pointed.connect(self._show)

    def _show(self, seen: Preview | None) -> None:
        self._window.canvas.show_ghost(self._imagine(seen) if seen is not None else None)

    def _imagine(self, seen: Preview) -> Ghost | None:
        """Return what a fix would do where one stands, None where one stands elsewhere."""
        editor = self._window.editor
        if keep_way(seen.project, editor.way) != editor.way:
            return None
        view = look_inside(seen.project, editor.where[-1]) if editor.where else seen.project
        return imagine(self._window.canvas.sheet, editor.view, view, infer_where(seen.inference, editor.way))
