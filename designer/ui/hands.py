"""What hands do to the network from menus and keys: copy, paste, delete. Each is one undo step."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor, QGuiApplication

from designer.document.clip import Clip, copy_nodes, from_text, paste_clip, to_text
from designer.document.drawing import COLUMN, ROW
from designer.document.edits import EditError
from designer.document.files import FileError
from designer.document.project import Position, Project
from designer.document.remarks import name_remarks
from designer.ui.canvas.changes import delete_selected, name_nodes, remove_selected, take_out
from designer.ui.placing import find_free_place, find_middle, place_clip
from designer.ui.search_box import SearchBox
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.window import Window


class Hands(QObject):
    """Editing commands. They read the selection from the editor and leave what they made selected."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor

    @property
    def box(self) -> SearchBox:
        """The box in which things are asked for by name."""
        return self._window.asking.box

    def add(self, kind: str) -> None:
        """Add a layer after the selected one, or in the middle of the view."""
        self._window.asking.add(kind)

    def copy(self) -> None:
        """Put the selected layers and the wires between them on the clipboard, as text too."""
        clip = self._pick_up()
        if clip.graph.nodes or clip.drawing.remarks:
            QGuiApplication.clipboard().setText(to_text(clip))  # a QMimeData of ours would crash Qt when it ends

    def cut(self) -> None:
        """Copy the selected layers, then take them out."""
        self.copy()
        view, nodes, remarks = self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks
        if nodes or remarks:
            title, project = remove_selected(view, nodes, (), remarks)
            self._editor.apply_view(title.replace("delete", "cut", 1), project)

    def paste(self) -> None:
        """Add what the clipboard holds at the pointer, or beside the original, where it covers nothing."""
        text = QGuiApplication.clipboard().text()
        try:
            clip = from_text(text)
            shift = place_clip(self._editor.view, clip, self._find_paste_place(clip))
            project, ids = paste_clip(self._editor.view, clip, shift)
        except (FileError, EditError) as error:
            self._window.notices.show_notice("note", f"Nothing to paste: {error}", key="paste")
            return
        what = write_amount(len(ids), "layer") if ids else write_amount(len(clip.drawing.remarks), "comment")
        self._commit(f"paste {what}", project, ids)

    def duplicate(self) -> None:
        """Copy the selected layers beside themselves, leaving the clipboard alone."""
        view, nodes, remarks = self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks
        if nodes or remarks:
            clip = self._pick_up()
            project, ids = paste_clip(view, clip, place_clip(view, clip))
            named = name_nodes(view.graph, nodes) if nodes else name_remarks(view.drawing.remarks, remarks)
            self._commit(f"duplicate {named}", project, ids)

    def delete(self) -> None:
        """Take the selected layers out, closing the gaps they leave, and cut the selected wires."""
        delete_selected(self._editor)

    def take_out(self) -> None:
        """Put the selected layers beside the network, out of their wires, which close behind them."""
        view, chosen = self._editor.view, self._editor.selected_nodes
        places = [view.layout.get(node, (0.0, 0.0)) for node in chosen]
        if not places:
            return
        lefts, tops = zip(*places, strict=True)
        right = view.drawing.flow == "right"  # beside is below then
        corner = (min(lefts), max(tops) + ROW) if right else (max(lefts) + COLUMN, min(tops))
        free = find_free_place(view, corner)
        delta = (free[0] - min(lefts), free[1] - min(tops))
        self._editor.apply_view(*take_out(view, chosen, delta))
        self._window.canvas.reveal_selection()

    def select_all(self) -> None:
        """Select every layer and comment."""
        view = self._editor.view
        comments = [key for key, remark in view.drawing.remarks.items() if not remark.is_frame]
        self._editor.select(view.graph.nodes, (), comments)

    def _find_paste_place(self, clip: Clip) -> Position | None:
        """Return where the middle of a clip goes: the pointer, or the middle of the view; None for where it lay."""
        canvas = self._window.canvas
        pointer = canvas.viewport().mapFromGlobal(QCursor.pos())
        if canvas.viewport().rect().contains(pointer):
            place = canvas.mapToScene(pointer)
        elif canvas.area().holds(find_middle(clip)):
            return None
        else:
            place = canvas.view_centre()
        return place.x(), place.y()

    def _pick_up(self) -> Clip:
        return copy_nodes(self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks)

    def _commit(self, title: str, project: Project, chosen: Iterable[str]) -> None:
        known = self._editor.view.drawing.remarks.keys()
        self._editor.apply_view(title, project)
        new = self._editor.view.drawing.remarks.keys() - known
        self._editor.select(chosen, (), [key for key in new if not self._editor.view.drawing.remarks[key].is_frame])
        canvas = self._window.canvas
        canvas.setFocus()
        canvas.reveal_selection()
