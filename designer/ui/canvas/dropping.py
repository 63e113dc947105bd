"""Drop a layer from the palette: on empty canvas, onto a wire, near a free port, or onto a card, whose place it takes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.catalogue.blocks import find_spec, name_kind
from designer.catalogue.replacing import find_replacements, replace_layers
from designer.catalogue.shapes import Scope
from designer.catalogue.spec import LayerSpec, TensorType
from designer.catalogue.wiring import Signature, may_give, signatures_at, takes
from designer.document.drawing import advance, pace
from designer.document.edits import EditError, add_node
from designer.document.graph import Edge
from designer.document.placement import move_to_room
from designer.document.project import Position, Project
from designer.document.wording import show_name
from designer.ui.canvas.changes import attach_layer, can_follow, can_insert, insert_layer
from designer.ui.canvas.finding import Hit, edge_at, node_at, nodes_in, port_at
from designer.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Box, Point, PortRef, centred, port_point, snap
from designer.ui.canvas.ghost import Chip
from designer.ui.canvas.ghost_painter import paint_beside
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.pens import make_held_pen, make_thin_pen
from designer.ui.placing import bring_kind, find_free_place
from designer.ui.theme import colour, mix

if TYPE_CHECKING:
    from designer.ui.canvas.view import CanvasView

WIRE_REACH = 18.0  # canvas units around the pointer within which a wire takes the layer
CARD_RIM = 9.0  # canvas units at the upper and lower rim of a card that do not take the layer in the card's place
FAR = 1400.0  # canvas units around the pointer within which a free place is looked for
PORT_REACH = 44.0  # canvas units from a port of the carried card to one that draws it


def read_kind(project: Project, kind: str) -> tuple[Project, str, LayerSpec] | None:
    """Return the project ready to use a kind, the kind and its declaration; None where there is no such kind."""
    try:
        project, kind = bring_kind(project, kind)
    except EditError:
        return None
    spec = find_spec(kind, project.blocks)
    return None if spec is None else (project, kind, spec)


class DropLayer:
    """A layer of some kind carried over the canvas. Knows where it would go and shows it.

    `project` is that of the view, with the block that is carried where it comes from the library.
    """

    def __init__(self, view: "CanvasView", project: Project, kind: str, spec: LayerSpec) -> None:
        self._view = view
        self._project = project
        self._kind = kind
        self._spec = spec
        self._name = name_kind(spec)
        self._known: dict[TensorType | None, bool] = {}  # whether it takes a type; asked again with every move
        self._ports: dict[PortRef, bool] = {}  # whether it may feed an input, and
        self._gives: dict[frozenset[Signature], bool] = {}  # whether it gives one of these
        self._place: Position = (0.0, 0.0)

    def move(self, point: Point) -> None:
        """Carry the layer's card with its middle at `point`."""
        view = self._view
        lit = self._light_ports(point)
        aim = Hit(self._card_at(point), edge=self._wire_at(point))
        self._place = centred(point)
        if aim.node is not None:
            lit, self._place = frozenset(), view.sheet.nodes[aim.node].position
        elif aim.edge is None and (port := self._port_near(point, lit)) is not None:
            aim = Hit(port=port)
            self._place = find_free_place(self._project, self._place_at(port))
        elif aim.edge is None or view.sheet.edges[aim.edge].route.lane is not None:
            self._place = self._find_room(self._place)
        view.mark(lit=lit, aim=aim)
        view.hint(self._explain(aim))

    def drop(self) -> str:
        """Add the layer where it is shown and return its id."""
        editor, aim = self._view.editor, self._view.marks.aim
        project = self._project
        if aim.node is not None:
            change, new = replace_layers(project, [aim.node], self._kind), aim.node
        elif aim.edge is not None:
            beside = self._view.sheet.edges[aim.edge].route.lane is not None
            change, new = insert_layer(project, aim.edge, self._kind, self._place if beside else None)
        elif aim.port is not None:
            change, new = attach_layer(project, aim.port, self._kind, self._place)
        else:
            project, new = add_node(project, self._kind, position=self._place)
            change = (f"add {show_name(project.graph.nodes[new].name)}", project)
        self.leave()
        editor.apply_view(*change)
        editor.select([new])
        self._view.layer_placed.emit(self._kind)
        return new

    def leave(self) -> None:
        """Take the preview away."""
        self._view.mark(lit=None, aim=Hit())
        self._view.hint("")

    def paint(self, painter: QPainter) -> None:
        """Draw the carried card, and the wire it would get."""
        theme, aim = self._view.theme, self._view.marks.aim
        x, y = self._place
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if aim.port is not None:
            there = self._view.sheet.nodes[aim.port.node].point_of(aim.port)
            here = self._own_port(self._place, is_output=not aim.port.is_output)
            painter.setPen(make_held_pen(theme, self._view.scale_now))
            painter.drawLine(QPointF(*there), QPointF(*here))
        family = theme.family[self._spec.family]
        painter.setOpacity(0.85)
        painter.setPen(make_thin_pen(theme.accent, 1.5))
        painter.setBrush(colour(mix(theme.card, family, 0.12)))
        radius = theme.metrics.card_radius
        painter.drawRoundedRect(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT), radius, radius)
        painter.fillRect(QRectF(x, y + radius, theme.metrics.bar_width, CARD_HEIGHT - 2 * radius), colour(family))
        painter.setOpacity(1.0)
        if aim.node is not None:  # else what the pointer carries says all
            self._tell_place(painter, self._view.sheet.nodes[aim.node])

    def _tell_place(self, painter: QPainter, item: NodeItem) -> None:
        """Write below a card that the layer takes its place."""
        theme = self._view.theme
        text = f"{self._name} in the place of {show_name(item.inferred.node.name)}"
        chip = Chip("changed", item.box, text, family=self._spec.family)
        left, _, _, bottom = item.box
        paint_beside(painter, chip, (left, bottom), theme, QRectF(self._view.viewport().rect()))

    def _light_ports(self, point: Point) -> frozenset[PortRef]:
        """Return the ports in view that have no wire yet and would take the layer."""
        editor = self._view.editor
        graph = editor.view.graph
        lit = set()
        for item in nodes_in(self._view.sheet, self._view.area_around(point)):
            sent = {edge.source_port for edge in graph.outgoing.get(item.key, ())}
            fed = {edge.target_port for edge in graph.incoming.get(item.key, ())}
            for port, _ in item.ports():
                if port.number in (sent if port.is_output else fed) or not can_follow(self._spec, port):
                    continue
                given = editor.view_inference.type_at(item.key, port.number) if port.is_output else None
                if self._takes(given) if port.is_output else self._feeds(port):
                    lit.add(port)
        return frozenset(lit)

    def _find_room(self, place: Position) -> Position:
        """Return the nearest place where the card lies on no other card and on no comment."""
        x, y = place
        area = Box(x, y, x + CARD_WIDTH, y + CARD_HEIGHT).grow(FAR, FAR)
        sheet = self._view.sheet
        comments = [item.remark.position for item in sheet.remarks.values() if not item.remark.is_frame]
        taken = [item.position for item in nodes_in(sheet, area)] + comments
        return move_to_room({"": place}, taken).positions[""]

    def _feeds(self, port: PortRef) -> bool:
        """Return whether the layer may give what an input takes; each port is asked once, as nothing changes meanwhile."""
        if port not in self._ports:
            wanted = signatures_at(self._view.editor.view_inference, port.node, port.number)
            if wanted not in self._gives:
                self._gives[wanted] = may_give(self._spec, wanted)
            self._ports[port] = self._gives[wanted]
        return self._ports[port]

    def _takes(self, given: TensorType | None) -> bool:
        if given not in self._known:
            self._known[given] = takes(self._spec, given, Scope(self._project.blocks))
        return self._known[given]

    def _card_at(self, point: Point) -> str | None:
        """Return the card whose middle the pointer is on; at its rims the ports draw the layer to themselves."""
        item = node_at(self._view.sheet, point)
        if item is None or not item.box.grow(0, -CARD_RIM).holds(point) or item.inferred.node.kind == self._kind:
            return None
        return item.key

    def _wire_at(self, point: Point) -> Edge | None:
        if not can_insert(self._spec) or node_at(self._view.sheet, point) is not None:
            return None
        item = edge_at(self._view.sheet, point, WIRE_REACH)
        return None if item is None else item.edge

    def _port_near(self, point: Point, lit: frozenset[PortRef]) -> PortRef | None:
        """Return the lit port nearest to the port of the carried card that would be wired to it."""
        sheet = self._view.sheet
        below = frozenset(port for port in lit if port.is_output)
        corner = (point[0] - CARD_WIDTH / 2, point[1] - CARD_HEIGHT / 2)
        entry, exit_ = self._own_port(corner, is_output=False), self._own_port(corner, is_output=True)
        return port_at(sheet, entry, PORT_REACH, below) or port_at(sheet, exit_, PORT_REACH, lit - below)

    def _place_at(self, port: PortRef) -> Position:
        """Return the place a step from a port at which the wire to it is straight; along the flow it is on the grid."""
        item, flow = self._view.sheet.nodes[port.node], self._view.editor.view.drawing.flow
        x, y = advance(flow, item.position, pace(flow) if port.is_output else -pace(flow))
        there, own = item.point_of(port), self._own_port((0.0, 0.0), is_output=not port.is_output)
        return (snap(x), there[1] - own[1]) if flow == "right" else (there[0] - own[0], snap(y))

    def _own_port(self, corner: Point, *, is_output: bool) -> Point:
        """Return where the first port of the carried card would be with its corner there."""
        return port_point(corner, 0, 1, is_output, turned=self._view.sheet.room.turned)

    def _explain(self, aim: Hit) -> str:
        """Return what a drop would do."""
        graph = self._view.editor.view.graph
        if aim.node is not None:
            name = show_name(graph.nodes[aim.node].name)
            fits = self._spec.kind in find_replacements(self._view.editor.view_inference, [aim.node], [self._spec])
            return f"Replace {name} by {self._name}; its wires stay" + ("" if fits else ". It does not fit there")
        if aim.edge is not None:
            source, target = graph.nodes[aim.edge.source], graph.nodes[aim.edge.target]
            given = self._view.editor.view_inference.type_at(aim.edge.source, aim.edge.source_port)
            doubt = "" if self._takes(given) else f". It does not take {given}"
            return f"Insert {self._name} between {show_name(source.name)} and {show_name(target.name)}{doubt}"
        if aim.port is not None:
            name = show_name(graph.nodes[aim.port.node].name)
            return f"Add {self._name} {'after' if aim.port.is_output else 'before'} {name}"
        return f"Add {self._name}"
