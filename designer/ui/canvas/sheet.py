"""What lies on the canvas: one item for each node and each wire, kept equal to a project.

The sheet owns no truth. It is handed each new project with what was inferred of it and changes only the items that
differ; a drag shows a preview here, and the document hears of it at the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from designer.catalogue.check import Problem
from designer.catalogue.shapes import Inference
from designer.catalogue.spec import Target
from designer.catalogue.wiring import input_ports, output_ports
from designer.document.drawing import Drawing
from designer.document.graph import Edge
from designer.document.order import find_cycle_nodes
from designer.document.project import Project
from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.face import Face, describe_card, describe_refusal
from designer.ui.canvas.framing import place_remarks
from designer.ui.canvas.geometry import Box, Point, join_boxes
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.remark_item import RemarkItem, measure_comment
from designer.ui.canvas.routing import DOWN, RIGHT, Room, Route, find_route, separate_lanes

MOST_PORTS = 64  # a damaged file may name port 10,000: it is shown at the last of these
MOST_LOOKUPS = 200  # beyond so many moved cards every wire is laid anew
_NOWHERE: Point = (0.0, 0.0)


class Sheet:
    """The items of a project by node id and by edge, and where they lie."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Edge, EdgeItem] = {}
        self.remarks: dict[str, RemarkItem] = {}  # outer frames first, comments last
        self.cards: Buckets[str] = Buckets()
        self.wires: Buckets[Edge] = Buckets()
        self._project = Project()
        self.inference: Inference | None = None
        self._problems: tuple[Problem, ...] = ()
        self._target: Target | None = None
        self._reaches: Buckets[Edge] = Buckets()
        self._lanes: dict[Edge, Route] = {}
        self.version = 0  # rises with every change of place, so that what follows from places can be kept
        self._left: dict[str, Box] = {}  # where cards lay before the preview
        self._shifted: dict[str, Point] = {}  # where comments are shown meanwhile

    def show(
        self, project: Project, inference: Inference, problems: Iterable[Problem], target: Target | None = None
    ) -> None:
        """Make the items those of `project`. `target` is what the data asks to predict, where that is known."""
        self.version += 1
        before, self._project = self._project, project
        touched = list(self._left.values())
        changed = set(self._left)
        self._left = {}
        if before.drawing is not project.drawing:
            changed |= self._redraw(before.drawing, project.drawing, touched)
        if before.graph.nodes is not project.graph.nodes:
            touched += self._remove_nodes()
        old_edges, new_edges = self._match_edges() if before.graph is not project.graph else (set(), set())
        rewired = {key for edge in old_edges | new_edges for key in (edge.source, edge.target)}
        changed |= self._renew_nodes(inference, rewired)
        changed |= self._move_nodes(touched)
        changed &= self.nodes.keys()
        self._lay_wires(changed, new_edges, touched + [self.nodes[key].box for key in changed])
        if old_edges:
            self._spread_lanes()
        if inference is not self.inference:
            self.inference = inference
            self._judge_edges(inference)
        self._mark_problems(problems)
        self._place_remarks()
        if target != self._target:
            self._target = target
            for item in self.nodes.values():
                item.renew(item.inferred)

    def preview(self, positions: Mapping[str, Point]) -> None:
        """Show cards at other places than the document says; their wires follow. `{}` puts everything back."""
        if not positions and not self._left:
            return
        self.version += 1
        if not positions:
            touched = list(self._left.values())
            self._left = {}
            changed = self._move_nodes(touched)
            self._lay_wires(changed, (), touched + [self.nodes[key].box for key in changed])
            self._place_remarks()
            return
        for key, position in positions.items():
            item = self.nodes[key]
            self._left.setdefault(key, item.box)
            item.place(position)
            self.cards.put(key, item.box)
        for edge in self._edges_of(positions):
            self._lay(edge, self._find_route(edge), self.edges[edge].shift)
        self._place_remarks()

    def preview_remarks(self, positions: Mapping[str, Point]) -> None:
        """Show comments at other places than the document says. `{}` puts them back."""
        self._shifted = dict(positions)
        self._place_remarks()

    @property
    def room(self) -> Room:
        """The room that wires have, by the way data flows."""
        return RIGHT if self._project.drawing.flow == "right" else DOWN

    def face(self, item: NodeItem) -> Face:
        """Return what a card says, written when first asked for."""
        if item.face is None:
            item.face = describe_card(item.inferred, self._target)
        return item.face

    def bounds(self, keys: Iterable[str] | None = None) -> Box | None:
        """Return the box around these cards, or around all cards and wires; None where there is nothing."""
        if keys is not None:
            return join_boxes(self.nodes[key].box for key in keys if key in self.nodes)
        boxes = [item.box for item in self.nodes.values()] + [item.bounds for item in self.edges.values()]
        return join_boxes(boxes + [item.box for item in self.remarks.values()])

    def _redraw(self, before: Drawing, after: Drawing, touched: list[Box]) -> set[str]:
        """Give cards the size and the way of ports that a drawing asks for; return the ids of those that changed."""
        turned = after.flow == "right"
        changed = self.nodes.keys() if before.flow != after.flow else before.small ^ after.small
        found = {key for key in changed if key in self.nodes}
        for key in found:
            item = self.nodes[key]
            touched.append(item.box)
            item.turned, item.small = turned, key in after.small
            item.texts = None
            item.place(item.position)
            self.cards.put(key, item.box)
        return found

    def _place_remarks(self) -> None:
        """Lay the frames round their cards, and the comments where they belong."""
        remarks = self._project.drawing.remarks
        if not remarks and not self.remarks:
            return
        if self._shifted:
            moved = {key: self._shifted[key] for key in remarks if key in self._shifted}
            remarks = {**remarks, **{key: replace(remarks[key], position=place) for key, place in moved.items()}}
        wanted = {node for remark in remarks.values() for node in remark.nodes if node in self.nodes}
        boxes = place_remarks(remarks, {node: self.nodes[node].box for node in wanted}, measure_comment)
        self.remarks = {key: RemarkItem(key, remarks[key], box) for key, box in boxes.items()}

    def _remove_nodes(self) -> list[Box]:
        """Remove the items of nodes that are gone and return the boxes they leave."""
        gone = self.nodes.keys() - self._project.graph.nodes.keys()
        for key in gone:
            self.cards.drop(key)
        return [self.nodes.pop(key).box for key in gone]

    def _match_edges(self) -> tuple[set[Edge], set[Edge]]:
        """Remove the items of wires that are gone; return those wires, and the wires that have no item yet.

        A wire that a damaged file leaves hanging from a missing node is in the project but cannot be shown.
        """
        graph = self._project.graph
        nodes = graph.nodes
        wanted = {edge for edge in graph.edges if edge.source in nodes and edge.target in nodes}
        gone = self.edges.keys() - wanted
        for edge in gone:
            del self.edges[edge]
            self.wires.drop(edge)
            self._reaches.drop(edge)
            self._lanes.pop(edge, None)
        return gone, wanted - self.edges.keys()

    def _renew_nodes(self, inference: Inference, rewired: set[str]) -> set[str]:
        """Make the items of new nodes and renew those of which something new is known.

        Return the ids of new nodes and of those whose ports may have moved. `rewired` are nodes that got or lost wires.
        """
        changed: set[str] = set()
        graph, layout = self._project.graph, self._project.layout
        items = self.nodes
        turned = self.room.turned
        for order, key in enumerate(graph.nodes):
            inferred = inference.nodes[key]
            item = items.get(key)
            if item is None:
                small = key in self._project.drawing.small
                item = items[key] = NodeItem(inferred, layout.get(key, _NOWHERE), small=small, turned=turned)
                self.cards.put(key, item.box)
                changed.add(key)
            elif item.inferred is not inferred:
                item.renew(inferred)
            elif key not in rewired:
                item.order = order
                continue
            item.order = order
            inputs = min(len(input_ports(inference, key)), MOST_PORTS)
            outputs = min(len(output_ports(inference, key)), MOST_PORTS)
            if (inputs, outputs) != (item.inputs, item.outputs):
                item.inputs, item.outputs = inputs, outputs
                changed.add(key)
        return changed

    def _move_nodes(self, touched: list[Box]) -> set[str]:
        """Put cards where the document says, add the boxes they leave to `touched`, and return the ids of the moved."""
        layout = self._project.layout
        moved: set[str] = set()
        for key, item in self.nodes.items():
            position = layout.get(key, _NOWHERE)
            if item.position != position:
                touched.append(item.box)
                moved.add(key)
                item.place(position)
                self.cards.put(key, item.box)
        return moved

    def _edges_of(self, keys: Iterable[str]) -> set[Edge]:
        graph = self._project.graph
        near = (edge for key in keys for edge in (*graph.incoming.get(key, ()), *graph.outgoing.get(key, ())))
        return {edge for edge in near if edge in self.edges}

    def _lay_wires(self, changed: Iterable[str], new: Iterable[Edge], touched: list[Box]) -> None:
        """Find the way of new wires, of wires at changed cards and of wires that pass near a touched place."""
        if len(touched) > MOST_LOOKUPS:
            stale = {*self.edges, *new}
        else:
            stale = {*self._edges_of(changed), *new, *(edge for box in touched for edge in self._reaches.find(box))}
        for edge in stale:
            route = self._find_route(edge)
            if edge not in self.edges:
                self.edges[edge] = EdgeItem(edge, route)
            self._reaches.put(edge, route.reach)
            if route.lane is None:
                self._lanes.pop(edge, None)
                self._lay(edge, route, 0.0)
            else:
                self._lanes[edge] = route
        if stale:
            self._spread_lanes()

    def _spread_lanes(self) -> None:
        """Move lanes apart that would lie on one another, and back together where there is room again."""
        for edge, shift in separate_lanes(self._lanes).items():
            item, route = self.edges[edge], self._lanes[edge]
            if item.route is not route or item.shift != shift or edge not in self.wires:
                self._lay(edge, route, shift)

    def _lay(self, edge: Edge, route: Route, shift: float) -> None:
        item = self.edges[edge]
        item.lay(route, shift)
        self.wires.put(edge, item.bounds)

    def _find_route(self, edge: Edge) -> Route:
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        return find_route(
            source.output_point(edge.source_port),
            target.input_point(edge.target_port),
            (source.box, target.box),
            self._cards_in,
            self.room,
        )

    def _cards_in(self, box: Box) -> list[Box]:
        return [self.nodes[key].box for key in self.cards.find(box)]

    def _judge_edges(self, inference: Inference) -> None:
        """Write on each wire what flows along it and, where that does not fit, why."""
        circle = find_cycle_nodes(inference.graph) if inference.unplaced else frozenset()
        for edge, item in self.edges.items():
            source, target = self.nodes[edge.source], self.nodes[edge.target]
            item.type = inference.type_at(edge.source, edge.source_port)
            item.refusal = (
                describe_refusal(edge, source.inferred, target.inferred, circle)
                if circle or target.inferred.outputs is None or source.inferred.outputs is None
                else ""
            )

    def _mark_problems(self, problems: Iterable[Problem]) -> None:
        problems = tuple(problems)
        if not problems and not self._problems:
            return  # nothing to mark and nothing to take off
        self._problems = problems
        found: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.node is not None:
                found.setdefault(problem.node, []).append(problem)
        for key, item in self.nodes.items():
            item.report(tuple(found.get(key, ())))
