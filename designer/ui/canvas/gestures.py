"""What a hand does with the pointer from press to release: one class a gesture.

A gesture may show a preview on the sheet; the document changes once, at the end, and not at all when cancelled.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from designer.document.graph import Edge
from designer.ui.canvas.changes import move_into, places_after, remove_wires, take_out
from designer.ui.canvas.finding import edges_in, edges_through, nodes_in
from designer.ui.canvas.framing import find_frame
from designer.ui.canvas.geometry import Point, box_between, enclose, lines_cross, snap_move
from designer.ui.theme import colour

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

Modifier = Qt.KeyboardModifier
TOGGLE = Modifier.ControlModifier | Modifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, on the canvas and in the view, and which keys are held."""

    place: Point
    screen: QPoint
    keys: Qt.KeyboardModifier = Modifier.NoModifier


class Gesture:
    """A gesture. `move` and `end` come only after the pointer went far enough for a drag, else `click`."""

    cursor: Qt.CursorShape | None = None

    def __init__(self, view: "CanvasView", start: Pointer) -> None:
        self.view = view
        self.start = start

    def move(self, pointer: Pointer) -> None:
        """Follow the pointer."""

    def end(self, pointer: Pointer) -> None:
        """Do what was shown."""

    def click(self, pointer: Pointer) -> None:
        """Do what a press and release in one place means."""

    def cancel(self) -> None:
        """Put everything back."""

    def paint(self, painter: QPainter) -> None:
        """Draw what belongs to the gesture alone, in canvas units."""


class Pan(Gesture):
    """Move the view."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: "CanvasView", start: Pointer) -> None:
        super().__init__(view, start)
        self._last = start.screen

    def move(self, pointer: Pointer) -> None:
        self.view.scroll_by(self._last - pointer.screen)
        self._last = pointer.screen


class MoveCards(Gesture):
    """Move the pressed card, and with it whatever else is selected; with Alt, take it out of its wires."""

    def __init__(self, view: "CanvasView", start: Pointer, node: str) -> None:
        super().__init__(view, start)
        self._node = node
        self._alone = bool(start.keys & Modifier.AltModifier)
        self._toggles = bool(start.keys & TOGGLE)
        editor = view.editor
        self._was_selected = node in editor.selected_nodes
        if not self._toggles and not self._was_selected:
            editor.select([node])

    def move(self, pointer: Pointer) -> None:
        editor = self.view.editor
        if self._node not in editor.selected_nodes:
            editor.select(editor.selected_nodes | {self._node}, editor.selected_edges)
        self.view.sheet.preview(places_after(editor.view, editor.selected_nodes, self._delta(pointer)))
        if self._alone:
            ids = editor.selected_nodes
            loose = (edge for edge in editor.view.graph.edges_of(ids) if not {edge.source, edge.target} <= ids)
            self.view.mark(doomed=frozenset(loose))
        self.view.mark(frame=self._find_frame())

    def end(self, pointer: Pointer) -> None:
        editor = self.view.editor
        ids, delta, frame = editor.selected_nodes, self._delta(pointer), self._find_frame()
        if self._alone:
            title, bare = take_out(editor.view, ids, (0.0, 0.0))
            change = (title, move_into(bare, ids, delta, frame, out=True)[1])
        else:
            change = move_into(editor.view, ids, delta, frame)
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
        self.view.mark(doomed=frozenset(), frame=None)

    def _find_frame(self) -> str | None:
        """Return the frame that the moved cards lie in."""
        editor, sheet = self.view.editor, self.view.sheet
        if not editor.view.drawing.remarks:
            return None
        around = sheet.bounds(editor.selected_nodes)
        if around is None:
            return None
        cards = {key: item.box for key, item in sheet.nodes.items()}
        middle = ((around.left + around.right) / 2, (around.top + around.bottom) / 2)
        return find_frame(editor.view.drawing.remarks, cards, editor.selected_nodes, middle)

    def _delta(self, pointer: Pointer) -> Point:
        anchor = self.view.editor.view.layout.get(self._node, (0.0, 0.0))
        return snap_move(anchor, (pointer.place[0] - self.start.place[0], pointer.place[1] - self.start.place[1]))


class PickWire(Gesture):
    """Select a wire; Ctrl or Shift adds it or takes it away."""

    def __init__(self, view: "CanvasView", start: Pointer, edge: Edge) -> None:
        super().__init__(view, start)
        editor = view.editor
        if start.keys & TOGGLE:
            editor.select(editor.selected_nodes, editor.selected_edges ^ {edge})
        else:
            editor.select((), [edge])


class SelectBox(Gesture):
    """Select the cards a box touches, or the wires where it touches no card; Shift adds to what was selected."""

    def __init__(self, view: "CanvasView", start: Pointer) -> None:
        super().__init__(view, start)
        self._before = (view.editor.selected_nodes, view.editor.selected_edges, view.editor.selected_remarks)
        self._end = start.place

    def move(self, pointer: Pointer) -> None:
        self._end = pointer.place
        sheet = self.view.sheet
        box = box_between(self.start.place, pointer.place)
        nodes = {item.key for item in nodes_in(sheet, box)}
        remarks = {key for key, item in sheet.remarks.items() if not item.remark.is_frame and item.box.meets(box)}
        edges = set() if nodes or remarks else {item.edge for item in edges_through(sheet, box)}
        if self.start.keys & TOGGLE:
            nodes |= self._before[0]
            edges |= self._before[1]
            remarks |= self._before[2]
        self.view.editor.select(nodes, edges, remarks)

    def click(self, pointer: Pointer) -> None:
        if not self.start.keys & TOGGLE:
            self.view.editor.select()

    def cancel(self) -> None:
        self.view.editor.select(*self._before)

    def paint(self, painter: QPainter) -> None:
        theme = self.view.theme
        pen = QPen(colour(theme.selection), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(colour(theme.selection, 28))
        painter.drawRect(QRectF(QPointF(*self.start.place), QPointF(*self._end)).normalized())


class CutWires(Gesture):
    """Cut every wire that the pointer's way crosses."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: "CanvasView", start: Pointer) -> None:
        super().__init__(view, start)
        self._way: list[Point] = [start.place]

    def move(self, pointer: Pointer) -> None:
        self._way.append(pointer.place)
        way = self._way
        near = edges_in(self.view.sheet, enclose(way))
        self.view.mark(doomed=frozenset(item.edge for item in near if lines_cross(way, item.line)))

    def end(self, pointer: Pointer) -> None:
        doomed = self.view.marks.doomed
        self.cancel()
        if doomed:
            editor = self.view.editor
            editor.apply_view(*remove_wires(editor.view, doomed, "cut"))

    def cancel(self) -> None:
        self.view.mark(doomed=frozenset())

    def paint(self, painter: QPainter) -> None:
        pen = QPen(colour(self.view.theme.error), 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in self._way]))
