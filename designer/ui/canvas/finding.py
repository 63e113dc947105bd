"""Find what lies at a place of the canvas: cards, ports and wires, by box and by point."""

import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from designer.document.graph import Edge
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.geometry import Box, Point, PortRef, distance_to_line, line_meets_box
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.sheet import Sheet
from designer.ui.canvas.vitals import REACH as VITALS_REACH
from designer.ui.canvas.vitals import badge_place

PORT_REACH = 12.0  # canvas units around a port that count as the port,
LEAST_REACH = 8.0  # and at least so many logical pixels
BADGE_REACH = 11.0  # canvas units around the corner of a card that count as its badge
WIRE_REACH = 7.0  # logical pixels on either side of a wire
LEAST_PORT_SCALE = 0.4  # seen from further away ports are not drawn, so they are not to be hit


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer: a port, else a card, a wire, a comment or the title of a frame, else nothing.

    A port's card is named as well.
    """

    node: str | None = None
    port: PortRef | None = None
    edge: Edge | None = None
    remark: str | None = None

    @property
    def what(self) -> Literal["node", "edge", "remark", "canvas"]:
        """What it is, as menus call it."""
        if self.node is not None:
            return "node"
        return "edge" if self.edge is not None else "remark" if self.remark is not None else "canvas"


NOTHING = Hit()


def hit_test(sheet: Sheet, point: Point, scale: float) -> Hit:
    """Return what is under a point of the canvas, seen at `scale` logical pixels for each canvas unit."""
    if scale >= LEAST_PORT_SCALE:
        port = port_at(sheet, point, max(PORT_REACH, LEAST_REACH / scale))
        if port is not None:
            return Hit(port.node, port)
    node = node_at(sheet, point)
    if node is not None:
        return Hit(node.key)
    comment = remark_at(sheet, point, frames=False)
    if comment is not None:
        return Hit(remark=comment)
    edge = edge_at(sheet, point, WIRE_REACH / scale)
    if edge is not None:
        return Hit(edge=edge.edge)
    return Hit(remark=remark_at(sheet, point, frames=True))


def nodes_in(sheet: Sheet, box: Box) -> list[NodeItem]:
    """Return the cards that meet a box, in the order of the project: later ones lie above."""
    return sorted((sheet.nodes[key] for key in sheet.cards.find(box)), key=lambda item: item.order)


def edges_in(sheet: Sheet, box: Box) -> list[EdgeItem]:
    """Return the wires whose bounds meet a box, in no particular order."""
    return [sheet.edges[edge] for edge in sheet.wires.find(box)]


def edges_through(sheet: Sheet, box: Box) -> list[EdgeItem]:
    """Return the wires of which some part lies in a box."""
    return [item for item in edges_in(sheet, box) if line_meets_box(item.line, box)]


def node_at(sheet: Sheet, point: Point) -> NodeItem | None:
    """Return the uppermost card at a point."""
    found = nodes_in(sheet, Box(*point, *point))
    return found[-1] if found else None


def badge_at(sheet: Sheet, point: Point) -> NodeItem | None:
    """Return the uppermost card whose badge is at a point."""
    near = [item for item in nodes_in(sheet, Box(*point, *point).grow(BADGE_REACH)) if item.badge]
    return next(
        (item for item in reversed(near) if math.dist((item.box.right, item.box.top), point) <= BADGE_REACH), None
    )


def vitals_at(sheet: Sheet, point: Point) -> str:
    """Return the card of which a run says something wrong and whose badge for that is at a point, "" for none."""
    ill = (sheet.nodes[key] for key, vitals in sheet.vitals.items() if vitals.findings and key in sheet.nodes)
    near = (item for item in ill if math.dist(badge_place(item), point) <= VITALS_REACH)
    return next((item.key for item in near), "")


def remark_at(sheet: Sheet, point: Point, *, frames: bool) -> str | None:
    """Return the comment at a point, or the innermost frame whose title is there."""
    found = [key for key, item in sheet.remarks.items() if item.remark.is_frame == frames and item.is_hit(point)]
    return found[-1] if found else None


def edge_at(sheet: Sheet, point: Point, reach: float) -> EdgeItem | None:
    """Return the wire nearest to a point, at most `reach` away."""
    near = [
        (distance, item.edge)
        for item in edges_in(sheet, Box(*point, *point).grow(reach))
        if (distance := distance_to_line(point, item.line)) <= reach
    ]
    return sheet.edges[min(near)[1]] if near else None


def port_at(sheet: Sheet, point: Point, reach: float, among: AbstractSet[PortRef] | None = None) -> PortRef | None:
    """Return the port nearest to a point, at most `reach` away; only one of `among` where that is given."""
    near = [
        (distance, -item.order, port)
        for item in nodes_in(sheet, Box(*point, *point).grow(reach))
        for port, place in item.ports()
        if (among is None or port in among) and (distance := math.dist(place, point)) <= reach
    ]
    return min(near)[2] if near else None
