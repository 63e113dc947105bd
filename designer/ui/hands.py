"""What hands do to the network from menus and keys: add, copy, paste, delete. Each is one undo step."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF
from PySide6.QtGui import QCursor, QGuiApplication

from designer.catalogue.registry import layers
from designer.catalogue.shapes import Scope
from designer.catalogue.wiring import offers, takes
from designer.document.clip import Clip, copy_nodes, from_text, paste_clip, to_text
from designer.document.edits import EditError
from designer.document.files import FileError
from designer.document.project import Project, block_kind
from designer.ui.canvas.changes import name_nodes, name_remarks, remove_selected
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, PortRef
from designer.ui.placing import add_after, add_at_input, add_at_output, bring_kind
from designer.ui.search_box import SearchBox
from designer.ui.theme import Theme
from designer.ui.words import write_amount

if TYPE_CHECKING:
    from designer.ui.window import Window

CLIP_MIME = "application/x-designer-clip"


class Hands(QObject):
    """Editing commands. They read the selection from the editor and leave what they made selected."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor
        self._box: SearchBox | None = None
        self._place: QPointF | None = None  # where on the canvas was asked for; None: wherever it fits
        self._port: PortRef | None = None
        self._rested: QPoint | None = None  # where the pointer was when the last layer was added by search
        self._pasted = 0  # how often the same clip was pasted: each copy lies a little further

    @property
    def box(self) -> SearchBox:
        """The search box, made when first asked for."""
        if self._box is None:
            self._box = SearchBox(self._window.theme, self._window)
            self._box.chosen.connect(self._place_chosen)
        return self._box

    def set_theme(self, theme: Theme) -> None:
        """Draw the search box in the colours of a theme."""
        if self._box is not None:
            self._box.set_theme(theme)

    def add(self, kind: str) -> None:
        """Add a layer after the selected one, or in the middle of the view."""
        middle = self._window.canvas.view_centre()
        place = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
        if (known := self._bring(kind)) is not None:
            self._finish(*add_after(known[0], self._one_selected(), known[1], place))

    def ask_layer(self) -> None:
        """Open the search box at the pointer where that is over the canvas, else in the middle of it."""
        canvas = self._window.canvas
        pointer = canvas.mapFromGlobal(QCursor.pos())
        if canvas.rect().contains(pointer):
            self.ask_layer_at(canvas.mapToScene(pointer))
        else:
            self._place, self._port = None, None
            self.box.ask(canvas.mapToGlobal(canvas.rect().center()), None, self._window.shelf.specs)

    def ask_layer_at(self, place: QPointF, port: PortRef | None = None) -> None:
        """Open the search box for a place on the canvas; from a dragged `port` only what fits is offered."""
        # From a hand that stays on the keys the pointer says nothing: the next layer goes below the last one.
        resting = port is None and QCursor.pos() == self._rested and self._one_selected() is not None
        self._place, self._port = None if resting else place, port
        canvas = self._window.canvas
        kinds = None if port is None else self._offer(port)
        self.box.ask(canvas.mapToGlobal(canvas.mapFromScene(place)), kinds, self._window.shelf.specs)

    def copy(self) -> None:
        """Put the selected layers and the wires between them on the clipboard, as text too."""
        clip = self._pick_up()
        if clip.graph.nodes or clip.drawing.remarks:
            text = to_text(clip)
            data = QMimeData()
            data.setData(CLIP_MIME, text.encode())
            data.setText(text)
            QGuiApplication.clipboard().setMimeData(data)
            self._pasted = 0

    def cut(self) -> None:
        """Copy the selected layers, then take them out."""
        self.copy()
        view, nodes, remarks = self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks
        if nodes or remarks:
            title, project = remove_selected(view, nodes, (), remarks)
            self._editor.apply_view(title.replace("delete", "cut", 1), project)

    def paste(self) -> None:
        """Add what the clipboard holds, a little beside the original."""
        text = QGuiApplication.clipboard().text()
        if not text.lstrip().startswith("{"):
            self._window.notices.show_notice(
                "note", "Nothing to paste: the clipboard holds no layers. Copy some first.", key="paste"
            )
            return
        try:
            clip = from_text(text)
            self._pasted += 1
            offset = 24.0 * self._pasted
            project, ids = paste_clip(self._editor.view, clip, (offset, offset))
        except (FileError, EditError) as error:
            self._window.notices.show_notice("note", f"Nothing to paste: {error}", key="paste")
            return
        what = write_amount(len(ids), "layer") if ids else write_amount(len(clip.drawing.remarks), "comment")
        self._commit(f"paste {what}", project, ids)

    def duplicate(self) -> None:
        """Copy the selected layers beside themselves, leaving the clipboard alone."""
        view, nodes, remarks = self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks
        if nodes or remarks:
            project, ids = paste_clip(view, self._pick_up())
            named = name_nodes(view.graph, nodes) if nodes else name_remarks(view, remarks)
            self._commit(f"duplicate {named}", project, ids)

    def delete(self) -> None:
        """Take the selected layers out, closing the gaps they leave, and cut the selected wires."""
        editor = self._editor
        chosen = editor.selected_nodes, editor.selected_edges, editor.selected_remarks
        if any(chosen):
            editor.apply_view(*remove_selected(editor.view, *chosen))

    def select_all(self) -> None:
        """Select every layer and comment."""
        view = self._editor.view
        comments = [key for key, remark in view.drawing.remarks.items() if not remark.is_frame]
        self._editor.select(view.graph.nodes, (), comments)

    def _pick_up(self) -> Clip:
        return copy_nodes(self._editor.view, self._editor.selected_nodes, self._editor.selected_remarks)

    def _offer(self, port: PortRef) -> tuple[str, ...]:
        """Return the kinds that fit the dragged port."""
        shelf = self._window.shelf
        if not port.is_output:
            return tuple(spec.kind for spec in (*layers.values(), *shelf.specs) if spec.outputs)
        given = self._editor.view_inference.type_at(port.node, port.number)
        scope = Scope(self._editor.view.blocks)
        fitting = [spec.kind for spec in shelf.own if takes(spec, given, scope)]
        for spec in shelf.kept:
            own = replace(spec, kind=block_kind(spec.block))
            fitting += [spec.kind] if takes(own, given, Scope(spec.blocks)) else []
        return (*offers(given), *fitting)

    def _place_chosen(self, kind: str) -> None:
        port = self._port
        self._rested = QCursor.pos()
        if self._place is None:
            self.add(kind)
            return
        if (known := self._bring(kind)) is None:
            return
        project, kind = known
        place = (self._place.x() - CARD_WIDTH / 2, self._place.y() - CARD_HEIGHT / 2)
        if port is None:
            self._finish(*add_after(project, self._one_selected(), kind, place, at_place=True))
        else:
            add = add_at_output if port.is_output else add_at_input
            self._finish(*add(project, port.node, port.number, kind, place))

    def _bring(self, kind: str) -> tuple[Project, str] | None:
        """Return the view ready to use a kind, and the kind; None, and a word to the user, where it is gone."""
        try:
            return bring_kind(self._editor.view, kind)
        except EditError as error:
            self._window.notices.show_notice("note", str(error), key="block")
            return None

    def _one_selected(self) -> str | None:
        chosen = self._editor.selected_nodes
        return next(iter(chosen)) if len(chosen) == 1 else None

    def _finish(self, project: Project, new: str, title: str) -> None:
        self._commit(title, project, [new])
        canvas = self._window.canvas
        canvas.reveal(canvas.sheet.nodes[new].box)

    def _commit(self, title: str, project: Project, chosen: Iterable[str]) -> None:
        known = self._editor.view.drawing.remarks.keys()
        self._editor.apply_view(title, project)
        new = self._editor.view.drawing.remarks.keys() - known
        self._editor.select(chosen, (), [key for key in new if not self._editor.view.drawing.remarks[key].is_frame])
        self._window.canvas.setFocus()
