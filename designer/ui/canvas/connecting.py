"""Draw a wire from a port to a port, in either direction, or plug the end of one in elsewhere."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from designer.catalogue.wiring import refuse_wire
from designer.document.graph import Edge
from designer.document.wording import show_name
from designer.ui.canvas.changes import draw_wire, edge_between, remove_wires
from designer.ui.canvas.finding import PORT_REACH, Hit, node_at, nodes_in, port_at
from designer.ui.canvas.geometry import Point, PortRef
from designer.ui.canvas.gestures import TOGGLE, Gesture, Pointer
from designer.ui.canvas.ghost import Chip
from designer.ui.canvas.ghost_painter import paint_beside
from designer.ui.canvas.hints import name_port
from designer.ui.canvas.labels import write_type
from designer.ui.canvas.pens import make_held_pen
from designer.ui.canvas.routing import free_curve
from designer.ui.theme import colour
from designer.ui.words import write_message

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

SNAP_REACH = 28.0  # logical pixels within which a fitting port draws the wire's end to itself


class DrawWire(Gesture):
    """Draw a wire from the pressed port. From an input that has a wire, that wire's end is lifted off instead.

    Only ports that would take the wire light up. Dropped on a layer that would not, the wire is refused with a word and
    a lifted one stays; dropped on nothing a new wire asks for a layer to add, and a lifted one is gone.
    """

    def __init__(self, view: "CanvasView", start: Pointer, port: PortRef) -> None:
        super().__init__(view, start)
        self._pressed = port
        self._lifted: Edge | None = None
        self._origin = port
        if not port.is_output:
            wires = view.editor.view.graph.incoming.get(port.node, ())
            self._lifted = next((edge for edge in reversed(wires) if edge.target_port == port.number), None)
        if self._lifted is not None:
            self._origin = PortRef(self._lifted.source, self._lifted.source_port, True)
        self._refusals: dict[PortRef, str] = {}
        self._tip = start.place

    def move(self, pointer: Pointer) -> None:
        view = self.view
        lit = self._light_ports(pointer.place)
        aim = port_at(view.sheet, pointer.place, max(PORT_REACH, SNAP_REACH / view.scale_now), lit)
        card = node_at(view.sheet, pointer.place)
        if aim is None and card is not None:
            aim = self._first_free(card.key, lit)
        self._tip = pointer.place if aim is None else view.sheet.nodes[aim.node].point_of(aim)
        view.mark(lit=lit, aim=Hit(port=aim), lifted=self._lifted)
        view.hint(self._explain(pointer, aim))

    def end(self, pointer: Pointer) -> None:
        view, editor = self.view, self.view.editor
        aim = view.marks.aim.port
        card = node_at(view.sheet, pointer.place)
        unfit = self._refusing_port(pointer) if aim is None else None
        self.cancel()
        if aim is not None:
            edge = edge_between(self._origin, aim)
            assert edge is not None
            if edge != self._lifted:
                editor.apply_view(*draw_wire(editor.view, edge, self._lifted))
        elif unfit is not None:
            edge = edge_between(self._origin, unfit)
            view.wire_refused.emit(edge, self._lifted, self._refuse(unfit), pointer.screen)
        elif self._lifted is not None:
            editor.apply_view(*remove_wires(editor.view, [self._lifted], "unplug"))
        elif card is None:
            view.add_requested.emit(QPointF(*pointer.place), self._origin)

    def click(self, pointer: Pointer) -> None:
        editor = self.view.editor
        if self.start.keys & TOGGLE:
            editor.select(editor.selected_nodes ^ {self._pressed.node}, editor.selected_edges)
        else:
            editor.select([self._pressed.node])

    def cancel(self) -> None:
        self.view.mark(lit=None, aim=Hit(), lifted=None)
        self.view.hint("")

    def paint(self, painter: QPainter) -> None:
        theme = self.view.theme
        origin = self.view.sheet.nodes[self._origin.node].point_of(self._origin)
        ends = (origin, self._tip) if self._origin.is_output else (self._tip, origin)
        start, first, second, end = (QPointF(*point) for point in free_curve(*ends, self.view.sheet.room))
        path = QPainterPath(start)
        path.cubicTo(first, second, end)
        scale = self.view.scale_now
        painter.setPen(make_held_pen(theme, scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(colour(theme.accent))
        tip = max(3.5, 3.5 / scale)
        painter.drawEllipse(QPointF(*self._tip), tip, tip)
        if (chip := self._tell()) is not None:
            paint_beside(painter, chip, self._tip, theme, QRectF(self.view.viewport().rect()))

    def _tell(self) -> Chip | None:
        """Return the chip that says what the wire brings where it is about to go, None where it goes nowhere."""
        aim = self.view.marks.aim.port
        edge = edge_between(self._origin, aim) if aim is not None else None
        if edge is None:
            return None
        item, given = (
            self.view.sheet.nodes[edge.target],
            self.view.editor.view_inference.type_at(edge.source, edge.source_port),
        )
        text = f"→ {show_name(item.inferred.node.name)}"
        return Chip("added", item.box, text, write_type(given) if given is not None else "", item.family)

    def _light_ports(self, point: Point) -> frozenset[PortRef]:
        """Return the ports in view that would take the wire. Each is asked once for the whole gesture."""
        lit = set()
        for item in nodes_in(self.view.sheet, self.view.area_around(point)):
            for port, _ in item.ports():
                if port.is_output != self._origin.is_output and not self._refuse(port):
                    lit.add(port)
        return frozenset(lit)

    def _refuse(self, port: PortRef) -> str:
        if port not in self._refusals:
            edge = edge_between(self._origin, port)
            assert edge is not None
            refusal = "" if edge == self._lifted else refuse_wire(self.view.editor.view_inference, edge)
            self._refusals[port] = refusal
        return self._refusals[port]

    def _first_free(self, node: str, lit: frozenset[PortRef]) -> PortRef | None:
        """Return the first fitting port of a card, one without a wire if there is any."""
        graph = self.view.editor.view.graph
        taken = {edge.target_port for edge in graph.incoming.get(node, ()) if edge != self._lifted}
        fitting = sorted(port for port in lit if port.node == node)
        return next((port for port in fitting if port.is_output or port.number not in taken), next(iter(fitting), None))

    def _explain(self, pointer: Pointer, aim: PortRef | None) -> str:
        """Return what the port is called that takes the wire, where the layer has several, or why none does."""
        if aim is not None:
            return name_port(self.view.sheet, aim)
        port = self._refusing_port(pointer)
        return "" if port is None else write_message(self._refuse(port))

    def _refusing_port(self, pointer: Pointer) -> PortRef | None:
        """Return the port at the pointer that would not take the wire, the first of a card's; None where there is none."""
        port = port_at(self.view.sheet, pointer.place, PORT_REACH)
        if port is None:
            card = node_at(self.view.sheet, pointer.place)
            ports = [] if card is None else [port for port, _ in card.ports()]
            port = next((port for port in ports if port.is_output != self._origin.is_output), None)
        if port is None or port.node == self._origin.node or port.is_output == self._origin.is_output:
            return None
        return port if self._refuse(port) else None
