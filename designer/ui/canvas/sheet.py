"""What lies on the canvas: one item for each node and each wire, kept equal to a project.

The sheet owns no truth. It is handed each new project with what was inferred of it and changes only the items that
differ; a drag shows a preview here, and the document hears of it at the end.
"""

from collections.abc import Iterable, Mapping
from itertools import count, islice
from typing import TYPE_CHECKING, cast

from designer.catalogue.check import Problem
from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.source_spec import Target
from designer.catalogue.wiring import input_ports, output_ports
from designer.document.diff import compare_edges
from designer.document.drawing import Drawing
from designer.document.graph import Edge, Graph
from designer.document.project import Project
from designer.ui.canvas.buckets import Buckets
from designer.ui.canvas.contrast import describe_contrast
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.face import Face, describe_card
from designer.ui.canvas.geometry import Box, Point, join_boxes
from designer.ui.canvas.node_item import NodeItem
from designer.ui.canvas.outputs import Output
from designer.ui.canvas.places import Past, Places
from designer.ui.canvas.remark_item import RemarkItem
from designer.ui.canvas.remarks import Remarks
from designer.ui.canvas.routing import DOWN, RIGHT, Room
from designer.ui.canvas.touches import Touches
from designer.ui.canvas.verdicts import Verdicts
from designer.ui.canvas.vitals import Vitals

if TYPE_CHECKING:
    from designer.catalogue.comparing.merging import MergedInference  # the first paint compares nothing

MOST_PORTS = 64  # a damaged file may name port 10,000: it is shown at the last of these
MANY = 100  # cards, and most of all, that go elsewhere at once: where they lay is kept, where they go is laid anew
_NOWHERE: Point = (0.0, 0.0)
_counts = count()


class Sheet:
    """The items of a project by node id and by edge, and where they lie."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Edge, EdgeItem] = {}
        self.touches = Touches()  # where cards, their ports or wires changed
        self._places = Places(self.nodes, self.edges, self.touches)
        self._remarks = Remarks(self.nodes)
        self._verdicts = Verdicts(self.nodes, self.edges)
        self._past: Past | None = None  # how everything lay before most cards went elsewhere at once
        self._project = Project()
        self.inference: Inference | None = None
        self.vitals: Mapping[str, Vitals] = {}  # what a run says of cards
        self.outputs: Mapping[str, Output] = {}  # what layers give for one sample
        self.contrast: MergedInference | None = None  # where two projects are shown at once
        self._target: Target | None = None
        self.fault: str | None = None  # the card of the layer that a run failed at
        self.version = 0  # rises with every change, so that what follows from the items can be kept
        self.places = next(_counts)  # another with every change of place or kind of a card, of no two sheets the same
        self._left: dict[str, Box] = {}  # where cards lay before the preview

    def show(
        self, project: Project, inference: Inference, problems: Iterable[Problem], target: Target | None = None
    ) -> None:
        """Make the items those of `project`. `target` is what the data asks to predict, where that is known."""
        if self._left and project.graph is self._project.graph and inference is self.inference:
            self.preview({})  # or cards on their way to one layout would keep the next from being taken up as it was
        self.version += 1
        self.contrast = cast("MergedInference", inference) if inference.merged else None
        before, self._project = self._project, project
        known, self.inference = self.inference, inference
        were, self._left = self._left, {}
        self._places.graph, self._places.room = project.graph, self.room
        if inference is known and not were and self._rearrange(before):
            self._finish(problems, self.nodes, target)
            return
        changed = set(were)
        if before.drawing is not project.drawing:
            changed |= self._redraw(before.drawing, project.drawing, were)
        gone, added = self._match_nodes(before, inference)
        were.update((key, were.get(key, item.box)) for key, item in gone.items())
        old_edges, new_edges = self._match_edges(before, {*gone, *added})
        news, other, unlike = self._find_news(inference) if inference is not known else ([], [], [])
        rewired = {key for edge in old_edges | new_edges for key in (edge.source, edge.target)}
        changed |= added | self._count_ports({*added, *other, *rewired})
        if changed or project.layout is not before.layout:
            changed |= self._move_nodes(were)
        changed &= self.nodes.keys()
        if changed or were or old_edges or new_edges or other:
            self.places = next(_counts)
        self._places.lay_wires(changed, new_edges, self._places.find_touched(were, added))
        if inference is not known:
            self._verdicts.judge(inference, known, news, self._places.edges_of(unlike), new_edges)
        self._finish(problems, {*changed, *gone}, target)

    def _finish(self, problems: Iterable[Problem], moved: Iterable[str], target: Target | None) -> None:
        """Show what follows from where the cards and wires lie."""
        self._verdicts.mark(problems)
        self._remarks.show(self._project.drawing, moved)
        if target != self._target:
            self._target = target
            for item in self.nodes.values():
                item.renew(item.inferred)

    def preview(self, positions: Mapping[str, Point], *, rough: bool = False) -> None:
        """Show cards at other places than the document says; their wires follow. `{}` puts everything back.

        `rough` wires go straight over whatever lies between: for cards that are on their way.
        """
        if not positions and not self._left:
            return
        self.version += 1
        self.places = next(_counts)
        if not positions:
            were, self._left = self._left, {}
            self._move_nodes(were)
            self._places.lay_wires(were, (), self._places.find_touched(were, ()))
            self._remarks.follow(were)
            return
        for key, position in positions.items():
            item = self.nodes[key]
            self._left.setdefault(key, item.box)
            item.place(position)
            self._places.put(item)
        for edge in self._places.edges_of(positions):
            self._places.lay(edge, self._places.find_route(edge, rough=rough), self.edges[edge].shift)
        self._remarks.follow(positions)

    def preview_remarks(self, positions: Mapping[str, Point]) -> None:
        """Show comments at other places than the document says. `{}` puts them back."""
        self._remarks.shift(positions)

    @property
    def remarks(self) -> Mapping[str, RemarkItem]:
        """The comments and frames, outer frames first, comments last."""
        return self._remarks.items

    @property
    def cards(self) -> Buckets[str]:
        """Where the cards lie."""
        return self._places.cards

    @property
    def wires(self) -> Buckets[Edge]:
        """Where the wires lie."""
        return self._places.wires

    @property
    def room(self) -> Room:
        """The room that wires have, by the way data flows."""
        return RIGHT if self.flow == "right" else DOWN

    @property
    def flow(self) -> str:
        """The way data flows."""
        return self._project.drawing.flow

    def face(self, item: NodeItem) -> Face:
        """Return what a card says, written when first asked for."""
        if item.face is None:
            item.face = describe_card(item.inferred, self._target)
            if self.contrast is not None:
                item.face = describe_contrast(item.face, item.inferred, self.contrast)
        return item.face

    def bounds(self, keys: Iterable[str] | None = None) -> Box | None:
        """Return the box around these cards, or around all cards and wires; None where there is nothing."""
        if keys is not None:
            return join_boxes(self.nodes[key].box for key in keys if key in self.nodes)
        boxes = [item.box for item in self.nodes.values()] + [item.bounds for item in self.edges.values()]
        return join_boxes(boxes + [item.box for item in self.remarks.values()])

    def _redraw(self, before: Drawing, after: Drawing, were: dict[str, Box]) -> set[str]:
        """Give cards the size and the way of ports that a drawing asks for; return the ids of those that changed.

        Where they lay is noted in `were`, as where others lay that move.
        """
        turned = after.flow == "right"
        changed = self.nodes.keys() if before.flow != after.flow else before.small ^ after.small
        found = {key for key in changed if key in self.nodes}
        for key in found:
            item = self.nodes[key]
            were.setdefault(key, item.box)
            item.turned, item.small = turned, key in after.small
            item.texts = None
            item.place(item.position)
            self._places.put(item)
        return found

    def _match_nodes(self, before: Project, inference: Inference) -> tuple[dict[str, NodeItem], set[str]]:
        """Remove the items of nodes that are gone, make those of new ones; return the first and the ids of the second."""
        items, nodes, layout = self.nodes, self._project.graph.nodes, self._project.layout
        if before.graph.nodes is nodes:
            return {}, set()
        gone = {key: items.pop(key) for key in [key for key in items if key not in nodes]}
        for item in gone.values():
            self._places.drop_card(item)
        added = {key for key in nodes if key not in items} if len(nodes) > len(items) else set()
        if added:
            small, turned = self._project.drawing.small, self.room.turned
            for key in nodes if len(added) > 1 else added:
                if key in added:
                    place = layout.get(key, _NOWHERE)
                    item = items[key] = NodeItem(inference.nodes[key], place, small=key in small, turned=turned)
                    self._places.put(item)
        if [*before.graph.nodes] != [*nodes]:
            for order, key in enumerate(nodes):
                items[key].order = order
        return gone, added

    def _match_edges(self, before: Project, nodes: set[str]) -> tuple[set[Edge], set[Edge]]:
        """Remove the items of wires that are gone; return those wires, and the wires that have no item yet.

        A wire that a damaged file leaves hanging from a missing node is in the project but cannot be shown. `nodes` are
        those that came or went, and with them such wires.
        """
        old, new = before.graph, self._project.graph
        if old is new:
            return set(), set()
        asked = {edge for graph in (old, new) for key in nodes for edge in _wires_at(graph, key)}
        asked.update(*compare_edges(old.edges, new.edges))
        wanted = {edge for edge in asked if edge in new.incoming.get(edge.target, ())}
        gone = {edge for edge in asked - wanted if edge in self.edges}
        for edge in gone:
            del self.edges[edge]
            self._places.drop_wire(edge)
        return gone, {edge for edge in wanted if edge not in self.edges}

    def _find_news(self, inference: Inference) -> tuple[list[str], list[str], list[str]]:
        """Renew the items of nodes of which something new is known.

        Return their ids, those of another declaration, and those that a wire may fit now or no longer.
        """
        items, nodes = self.nodes, inference.nodes
        news = [key for key, inferred in nodes.items() if items[key].inferred is not inferred]
        other = [key for key in news if items[key].inferred.spec is not nodes[key].spec]
        unlike = [key for key in news if not _takes_alike(items[key].inferred, nodes[key])]
        for key in news:
            items[key].renew(nodes[key])
        self.touches.add(*(items[key].box for key in other))
        return news, other, unlike

    def _count_ports(self, keys: Iterable[str]) -> set[str]:
        """Give cards the number of ports that they have now; return the ids of those that had another."""
        changed: set[str] = set()
        inference = self.inference
        assert inference is not None
        for key in keys:
            item = self.nodes.get(key)
            if item is None:
                continue
            inputs = min(len(input_ports(inference, key)), MOST_PORTS)
            outputs = min(len(output_ports(inference, key)), MOST_PORTS)
            if (inputs, outputs) != (item.inputs, item.outputs):
                item.inputs, item.outputs = inputs, outputs
                self.touches.add(item.box)
                changed.add(key)
        return changed

    def _rearrange(self, before: Project) -> bool:
        """Let most cards go elsewhere at once, if that is all that is new; return whether it was.

        Where they lay is kept, so that going back is a matter of taking it up again.
        """
        project = self._project
        if before.graph is not project.graph or before.drawing is not project.drawing:
            return False
        layout = project.layout
        moved = (key for key, item in self.nodes.items() if layout.get(key, _NOWHERE) is not item.position)
        if next(islice(moved, max(MANY, len(self.nodes) // 2), None), None) is None:
            return False
        past, self._past = self._past, Past.of(before, self.inference, self._places)
        if past is not None and past.is_of(project, self.inference):
            past.restore(self.nodes, self.edges)
            self._places = past.places
        else:
            self._places = self._places.begin_anew()
            for key, item in self.nodes.items():
                item.place(layout.get(key, _NOWHERE))
                self._places.put(item)
            self._places.lay_wires((), self.edges, [])
        self.places = next(_counts)
        self.touches.forget()
        return True

    def _move_nodes(self, were: dict[str, Box]) -> set[str]:
        """Put cards where the document says, note in `were` where they lay, and return the ids of the moved."""
        layout = self._project.layout
        moved: set[str] = set()
        for key in [key for key, item in self.nodes.items() if layout.get(key, _NOWHERE) is not item.position]:
            item, position = self.nodes[key], layout.get(key, _NOWHERE)
            if item.position != position:
                were.setdefault(key, item.box)
                moved.add(key)
                item.place(position)
                self._places.put(item)
            item.position = position
        return moved


def _takes_alike(was: Inferred, now: Inferred) -> bool:
    """Return whether all that is said of a wire that does not fit at a node is as it was."""
    return was.spec is now.spec and was.error is now.error and was.node is now.node


def _wires_at(graph: Graph, key: str) -> tuple[Edge, ...]:
    return (*graph.incoming.get(key, ()), *graph.outgoing.get(key, ()))
