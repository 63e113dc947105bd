"""What a hand does with the pointer from press to release: one class a gesture.

A gesture may show a preview on the sheet; the document changes once, at the end, and not at all when cancelled.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from designer.document.graph import Edge
from designer.ui.canvas.changes import remove_wires
from designer.ui.canvas.finding import edges_in, edges_through
from designer.ui.canvas.geometry import Point, box_between, enclose, lines_cross
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
        nodes = set(sheet.cards.find(box))
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
