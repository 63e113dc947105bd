"""The commands of what is drawn beside the network: comments, frames, small cards, the way data flows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor

from designer.document.drawing import Remark
from designer.document.edits import EditError
from designer.document.placement import move_to_room
from designer.document.remarks import add_remark, change_remarks, name_remarks, put_in_frame, set_small
from designer.document.turning import turn_flow
from designer.ui.canvas.changes import name_nodes
from designer.ui.canvas.finding import nodes_in
from designer.ui.canvas.geometry import Box, snap

if TYPE_CHECKING:
    from designer.ui.window import Window

FAR = 1400.0  # canvas units around the pointer within which a comment looks for room
COMMENT_HUE, FRAME_HUES = "yellow", ("blue", "green", "violet", "teal", "orange", "pink")


class Annotations(QObject):
    """The commands of one window. Each is one undo step; the words typed right after belong to it."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._editor = window.editor

    def comment(self) -> None:
        """Put a comment at the pointer, or in the middle of the view, on no card, and let its words be typed."""
        canvas = self._window.canvas
        pointer = canvas.viewport().mapFromGlobal(QCursor.pos())
        inside = canvas.viewport().rect().contains(pointer)
        place = canvas.mapToScene(pointer) if inside else canvas.view_centre()
        near = Box(place.x(), place.y(), place.x(), place.y()).grow(FAR)
        taken = [item.position for item in nodes_in(canvas.sheet, near)]
        free = move_to_room({"": (snap(place.x()), snap(place.y()))}, taken).positions[""]
        self._add("add comment", Remark("", COMMENT_HUE, position=free))

    def frame(self) -> None:
        """Put a frame round the selected cards, and let its title be typed."""
        view, nodes = self._editor.view, self._editor.selected_nodes
        if nodes:
            taken = sum(one.is_frame for one in view.drawing.remarks.values())
            hue = FRAME_HUES[taken % len(FRAME_HUES)]
            sheet = self._window.canvas.sheet
            around = sheet.bounds(nodes)
            if around is not None:  # what would visibly lie inside belongs inside
                nodes |= {key for key in sheet.cards.find(around) if around.encloses(sheet.nodes[key].box)}
            self._add(f"frame {name_nodes(view.graph, nodes)}", Remark("", hue, nodes))

    @property
    def can_leave(self) -> bool:
        """Whether a selected card stands in a frame."""
        chosen = self._editor.selected_nodes
        return any(chosen & remark.nodes for remark in self._editor.view.drawing.remarks.values())

    def leave_frames(self) -> None:
        """Take the selected cards out of their frames."""
        view, nodes = self._editor.view, self._editor.selected_nodes
        self._editor.apply_view(
            f"take {name_nodes(view.graph, nodes)} out of its frame", put_in_frame(view, None, nodes)
        )

    def set_hue(self, hue: str) -> None:
        """Give the selected comments and frames a colour."""
        view, chosen = self._editor.view, self._editor.selected_remarks
        named = name_remarks(view.drawing.remarks, chosen)
        self._editor.apply_view(f"colour {named} {hue}", change_remarks(view, chosen, hue=hue))

    def has_hue(self, hue: str) -> bool:
        """Return whether all selected comments and frames have this colour."""
        remarks, chosen = self._editor.view.drawing.remarks, self._editor.selected_remarks
        return bool(chosen) and all(remarks[key].hue == hue for key in chosen if key in remarks)

    def show(self, key: str) -> None:
        """Bring a comment or frame into view."""
        canvas = self._window.canvas
        if key in canvas.sheet.remarks:
            canvas.reveal(canvas.sheet.remarks[key].box)

    def write(self) -> None:
        """Let the words of the selected comment or frame be typed."""
        if len(self._editor.selected_remarks) == 1:
            self._window.canvas.write_remark(next(iter(self._editor.selected_remarks)))

    @property
    def are_small(self) -> bool:
        """Whether all selected cards are drawn small."""
        chosen = self._editor.selected_nodes
        return bool(chosen) and chosen <= self._editor.view.drawing.small

    def hide(self) -> None:
        """Draw the selected cards small, with their names alone; all small already, draw them in full."""
        view, nodes = self._editor.view, self._editor.selected_nodes
        if nodes:
            word = "show" if self.are_small else "hide"
            project = set_small(view, nodes, not self.are_small)
            self._editor.apply_view(f"{word} {name_nodes(view.graph, nodes)}", project)

    def set_flow(self, flow: str) -> None:
        """Let data flow down or to the right, here and in new projects."""
        self._window.settings.flow = flow
        project = turn_flow(self._editor.project, flow, self._window.canvas.page)
        if project is not self._editor.project:
            self._editor.apply(f"flow {flow}", project)
            self._window.canvas.fit_all()

    def _add(self, title: str, remark: Remark) -> None:
        try:
            project, key = add_remark(self._editor.view, remark)
        except EditError as error:
            self._window.notices.show_notice("note", str(error).replace("`", ""), key="remark")
            return
        step = f"remark {self._editor.where} {key}"
        self._editor.apply_view(title, project, key=step)
        self._editor.select((), (), [key])
        self._window.canvas.write_remark(key, step)
