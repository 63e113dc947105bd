"""Move cards by hand: to the grid or into line with others, into a frame, onto a wire, or out of their wires."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from designer.catalogue.shapes import Scope
from designer.catalogue.wiring import takes
from designer.document.graph import Edge
from designer.document.wording import show_name
from designer.ui.canvas.changes import can_insert, insert_card, move_into, places_after, take_out
from designer.ui.canvas.dropping import WIRE_REACH
from designer.ui.canvas.finding import LEAST_PORT_SCALE, Hit, edge_at, nodes_in
from designer.ui.canvas.framing import find_frame
from designer.ui.canvas.geometry import Box, Point, snap_move
from designer.ui.canvas.gestures import TOGGLE, Gesture, Modifier, Pointer
from designer.ui.canvas.guides import PULL, Guides, find_guides, search_area
from designer.ui.theme import colour

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView


class MoveCards(Gesture):
    """Move the pressed card, and with it whatever else is selected; with Alt, take it out of its wires.

    A card without wires that is let go over a wire goes into it.
    """

    def __init__(self, view: "CanvasView", start: Pointer, node: str) -> None:
        super().__init__(view, start)
        self._node = node
        self._alone = bool(start.keys & Modifier.AltModifier)
        self._toggles = bool(start.keys & TOGGLE)
        editor = view.editor
        self._was_selected = node in editor.selected_nodes
        self._guides: Guides | None = None
        if not self._toggles and not self._was_selected:
            editor.select([node])

    def move(self, pointer: Pointer) -> None:
        editor = self.view.editor
        if self._node not in editor.selected_nodes:
            editor.select(editor.selected_nodes | {self._node}, editor.selected_edges)
        self.view.sheet.preview(places_after(editor.view, editor.selected_nodes, self._delta(pointer)))
        self._aim(pointer)
        if self._alone:
            ids = editor.selected_nodes
            loose = (edge for edge in editor.view.graph.edges_of(ids) if not {edge.source, edge.target} <= ids)
            self.view.mark(doomed=frozenset(loose))
        self.view.mark(frame=self._find_frame())

    def paint(self, painter: QPainter) -> None:
        if self._guides is not None and self._guides.lines:
            pen = QPen(colour(self.view.theme.accent), 1, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines([QLineF(QPointF(*start), QPointF(*end)) for start, end in self._guides.lines])

    def end(self, pointer: Pointer) -> None:
        editor = self.view.editor
        ids, delta, frame = editor.selected_nodes, self._delta(pointer), self._find_frame()
        edge = self.view.marks.aim.edge
        if self._alone:
            title, bare = take_out(editor.view, ids, (0.0, 0.0))
            change = (title, move_into(bare, ids, delta, frame, out=True)[1])
        else:
            change = move_into(editor.view, ids, delta, frame)
        if edge is not None and edge in change[1].graph.edges:
            beside = self.view.sheet.edges[edge].route.lane is not None
            change = insert_card(change[1], edge, self._node, change[1].layout[self._node], beside=beside)
        editor.apply_view(*change)
        self.cancel()

    def click(self, pointer: Pointer) -> None:
        editor = self.view.editor
        if self._toggles:
            editor.select(editor.selected_nodes ^ {self._node}, editor.selected_edges)
        else:
            editor.select([self._node])

    def cancel(self) -> None:
        self.view.sheet.preview({})
        self.view.mark(doomed=frozenset(), frame=None, aim=Hit())
        self.view.hint("")

    def _find_frame(self) -> str | None:
        """Return the frame that the moved cards lie in."""
        editor, sheet = self.view.editor, self.view.sheet
        drawing = editor.view.drawing
        if not drawing.remarks:
            return None
        around = sheet.bounds(editor.selected_nodes)
        if around is None:
            return None
        cards = {key: item.box for key, item in sheet.nodes.items()}
        middle = ((around.left + around.right) / 2, (around.top + around.bottom) / 2)
        return find_frame(drawing.remarks, cards, drawing.flow, editor.selected_nodes, middle)

    def _delta(self, pointer: Pointer) -> Point:
        """Return how far the cards go: to the grid or into line with others, unless that is switched off."""
        view = self.view
        anchor = view.editor.view.layout.get(self._node, (0.0, 0.0))
        free = (pointer.place[0] - self.start.place[0], pointer.place[1] - self.start.place[1])
        self._guides = None
        if view.snaps == bool(pointer.keys & Modifier.ShiftModifier):
            return free
        snapped = snap_move(anchor, free)
        self._guides = guides = self._find_guides((anchor[0] + free[0], anchor[1] + free[1]))
        return (
            guides.place[0] - anchor[0] if guides.across else snapped[0],
            guides.place[1] - anchor[1] if guides.along else snapped[1],
        )

    def _find_guides(self, place: Point) -> Guides:
        view = self.view
        if view.scale_now < LEAST_PORT_SCALE:
            return Guides(place)
        pull, moved = PULL / view.scale_now, view.editor.selected_nodes
        columns, rows = (
            [item.position for item in nodes_in(view.sheet, area) if item.key not in moved and item.key != self._node]
            for area in search_area(place, pull)
        )
        return find_guides(place, columns, rows, pull)

    def _aim(self, pointer: Pointer) -> None:
        """Light the wire that the card would be put into, and say so."""
        edge = self._find_wire(pointer)
        self.view.mark(aim=Hit(edge=edge))
        self.view.hint("" if edge is None else self._explain(edge))

    def _find_wire(self, pointer: Pointer) -> Edge | None:
        """Return the wire under a single card that has no wires, or is being taken out of them."""
        view, node = self.view, self._node
        graph = view.editor.view.graph
        own = graph.edges_of([node])
        if view.editor.selected_nodes != {node} or (own and not self._alone):
            return None
        item = view.sheet.nodes[node]
        if not can_insert(item.inferred.spec):
            return None
        middle = ((item.box.left + item.box.right) / 2, (item.box.top + item.box.bottom) / 2)
        for point in (middle, pointer.place):
            if any(other.key != node and other.box.holds(point) for other in nodes_in(view.sheet, Box(*point, *point))):
                continue
            found = edge_at(view.sheet, point, WIRE_REACH)
            if found is not None and found.edge not in own:
                return found.edge
        return None

    def _explain(self, edge: Edge) -> str:
        """Return what a drop on a wire would do."""
        view, item = self.view, self.view.sheet.nodes[self._node]
        nodes = view.editor.view.graph.nodes
        given = view.editor.view_inference.type_at(edge.source, edge.source_port)
        spec = item.inferred.spec
        fits = spec is None or given is None or takes(spec, given, Scope(view.editor.view.blocks))
        doubt = "" if fits else f". It does not take {given}"
        ends = f"{show_name(nodes[edge.source].name)} and {show_name(nodes[edge.target].name)}"
        return f"Insert {show_name(nodes[self._node].name)} between {ends}{doubt}"
