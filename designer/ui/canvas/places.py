"""Where the cards and wires of one layout lie, found by place, and how each wire goes round what is in its way."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from designer.catalogue.shapes import Inference
from designer.document.graph import Edge, Graph
from designer.document.project import Project
from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.columns import Columns
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.geometry import Box, join_stacks, mirror_box
from designer.ui.canvas.lanes import Lanes
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.routing import DOWN, Room, Route, find_route, straight_route
from designer.ui.canvas.touches import Touches

MOST_LOOKUPS = 200  # beyond so many places that changed every wire is laid anew


class Places:
    """The places of a sheet's items. What changes moves only the wires that it could touch."""

    def __init__(self, nodes: Mapping[str, NodeItem], edges: dict[Edge, EdgeItem], touches: Touches) -> None:
        self.cards: Buckets[str] = Buckets()
        self.wires: Buckets[Edge] = Buckets()
        self.reaches: Buckets[Edge] = Buckets()  # of wires: the part of the canvas that has a part in their way
        self.lanes: Lanes[Edge] = Lanes()
        self.graph = Graph()
        self.room: Room = DOWN
        self._columns: Columns[str] = Columns()  # of the cards, mirrored where data flows to the right
        self._nodes, self._edges, self._touches = nodes, edges, touches

    def begin_anew(self) -> "Places":
        """Return the places of the same items in another layout: none is there yet."""
        new = Places(self._nodes, self._edges, self._touches)
        new.graph, new.room = self.graph, self.room
        return new

    def read(self) -> tuple[dict[str, tuple[object, ...]], dict[Edge, tuple[object, ...]]]:
        """Return how the cards and the wires lie."""
        cards = {key: item.lies for key, item in self._nodes.items()}
        return cards, {edge: item.lies for edge, item in self._edges.items()}

    def put(self, item: NodeItem) -> None:
        """Let a card be found where it lies now."""
        self._touches.add(self.cards.get(item.key), item.box)
        self.cards.put(item.key, item.box)
        self._columns.put(item.key, mirror_box(item.box) if item.turned else item.box)

    def drop_card(self, item: NodeItem) -> None:
        """Forget a card."""
        self._touches.add(item.box)
        self.cards.drop(item.key)
        self._columns.drop(item.key)

    def drop_wire(self, edge: Edge) -> None:
        """Forget a wire."""
        self._touches.add(self.wires.get(edge))
        self.wires.drop(edge)
        self.reaches.drop(edge)
        self.lanes.drop(edge)

    def find_touched(self, were: Mapping[str, Box], added: Iterable[str]) -> list[Box]:
        """Return the places that cards left or took; where one left and another took the very same, nothing changed."""
        left = Counter(were.values())
        took = Counter(self._nodes[key].box for key in {*were, *added} if key in self._nodes)
        return join_stacks([*(left - took), *(took - left)], turned=self.room.turned)

    def edges_of(self, keys: Iterable[str]) -> set[Edge]:
        """Return the wires at these cards."""
        graph = self.graph
        near = (edge for key in keys for edge in (*graph.incoming.get(key, ()), *graph.outgoing.get(key, ())))
        return {edge for edge in near if edge in self._edges}

    def lay_wires(self, changed: Iterable[str], new: Iterable[Edge], touched: list[Box]) -> None:
        """Find the way of new wires, of wires at changed cards and of wires that pass near a touched place."""
        if len(touched) > MOST_LOOKUPS:
            stale = {*self._edges, *new}
        else:
            stale = {*self.edges_of(changed), *new, *(edge for box in touched for edge in self.reaches.find(box))}
        for edge in stale:
            route = self.find_route(edge)
            item = self._edges.get(edge)
            if item is None:
                item = self._edges[edge] = EdgeItem(edge, route)
            elif item.route == route:
                route = item.route
            self.reaches.put(edge, route.reach)
            self.lanes.put(edge, route)
            if route.lane is None and (item.route is not route or item.shift or edge not in self.wires):
                self.lay(edge, route, 0.0)
        self._spread_lanes()

    def lay(self, edge: Edge, route: Route, shift: float) -> None:
        """Give a wire its way."""
        item = self._edges[edge]
        if item.route is not route or item.shift != shift:
            item.lay(route, shift)
        bounds = item.bounds
        self._touches.add(self.wires.get(edge), bounds)
        self.wires.put(edge, bounds)

    def find_route(self, edge: Edge, *, rough: bool = False) -> Route:
        """Return the way of a wire between its cards; a `rough` one goes straight over whatever lies between."""
        source, target = self._nodes[edge.source], self._nodes[edge.target]
        start, end = source.output_point(edge.source_port), target.input_point(edge.target_port)
        if rough:
            return straight_route(start, end, self.room)
        return find_route(start, end, (source.box, target.box), self._cards_in, self._columns.find, self.room)

    def _spread_lanes(self) -> None:
        """Move lanes apart that would lie on one another, and back together where there is room again."""
        for edge, (route, shift) in self.lanes.spread().items():
            item = self._edges[edge]
            if item.route is not route or item.shift != shift or edge not in self.wires:
                self.lay(edge, route, shift)

    def _cards_in(self, box: Box) -> list[Box]:
        return [self._nodes[key].box for key in self.cards.find(box)]


@dataclass(frozen=True, slots=True)
class Past:
    """A layout of a project as it was laid out, to go back to at once when it comes again: an Arrange is undone."""

    project: Project
    inference: Inference | None
    places: Places
    cards: Mapping[str, tuple[object, ...]]
    wires: Mapping[Edge, tuple[object, ...]]

    @classmethod
    def of(cls, project: Project, inference: Inference | None, places: Places) -> "Past":
        """Return how the cards and wires of a project lie."""
        return cls(project, inference, places, *places.read())

    def is_of(self, project: Project, inference: Inference | None) -> bool:
        """Return whether it is how this project lies."""
        was = self.project
        same = was.graph is project.graph and was.layout is project.layout and was.drawing is project.drawing
        return same and self.inference is inference

    def restore(self, nodes: Mapping[str, NodeItem], edges: Mapping[Edge, EdgeItem]) -> None:
        """Put cards and wires where they lay."""
        for key, card in self.cards.items():
            nodes[key].lie(card)
        for edge, wire in self.wires.items():
            edges[edge].lie(wire)
