"""What is wrong on the canvas: why a wire does not fit, and the problems on cards."""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet

from designer.catalogue.check import Problem
from designer.catalogue.shapes import Inference
from designer.document.graph import Edge
from designer.document.order import find_cycle_nodes
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.face import describe_refusal
from designer.ui.canvas.node_item import NodeItem
from designer.ui.words import write_message


class Verdicts:
    """What the wires and cards of a sheet say of what is wrong with them."""

    def __init__(self, nodes: Mapping[str, NodeItem], edges: Mapping[Edge, EdgeItem]) -> None:
        self._nodes, self._edges = nodes, edges
        self._blamed: frozenset[Edge] = frozenset()  # wires with the sentence of a problem
        self._circle: AbstractSet[str] = frozenset()  # nodes on a cycle
        self._marked: frozenset[str] = frozenset()  # cards with problems
        self._is_lenient = False

    def judge(
        self,
        inference: Inference,
        known: Inference | None,
        news: Iterable[str],
        near: Iterable[Edge],
        new: Collection[Edge],
    ) -> None:
        """Write on each wire what flows along it and, where that does not fit, why.

        The first only on those from nodes of which there are `news` since what was `known`, the second on those `near`
        a node that takes other things than it did, and both on `new` ones; where there is or was a circle, on all.
        """
        items, outgoing = self._edges, inference.graph.outgoing
        self._circle = find_cycle_nodes(inference.graph) if inference.unplaced else frozenset()
        self._is_lenient = bool(inference.merged)  # the wires of two projects need not fit one another
        everywhere = bool(self._circle) or (known is not None and bool(known.unplaced))
        for edge in items if everywhere else [*new, *(edge for key in news for edge in outgoing.get(key, ()))]:
            if (item := items.get(edge)) is not None:
                item.type = inference.type_at(edge.source, edge.source_port)
        for edge in items if everywhere else {*near, *new}:
            self._judge_edge(edge)

    def mark(self, problems: Iterable[Problem]) -> None:
        """Put the problems on the cards, and on the wires that do not fit the very sentence of the list."""
        found: dict[str, list[Problem]] = {}
        blamed: dict[Edge, str] = {}
        for problem in problems:
            if problem.node is not None:
                found.setdefault(problem.node, []).append(problem)
            if problem.severity == "error":
                for edge in problem.edges:
                    blamed.setdefault(edge, problem.message)
        for edge in self._blamed - blamed.keys():
            if edge in self._edges:
                self._judge_edge(edge)
        for edge, message in blamed.items():
            if edge in self._edges:
                self._edges[edge].refusal = write_message(message)
        self._blamed = frozenset(blamed)
        for key in self._marked.union(found):
            if key in self._nodes:
                self._nodes[key].report(tuple(found.get(key, ())))
        self._marked = frozenset(found)

    def _judge_edge(self, edge: Edge) -> None:
        """Write on a wire why it does not fit, as far as that can be seen from its two ends."""
        if self._is_lenient:
            return
        source, target = self._nodes[edge.source].inferred, self._nodes[edge.target].inferred
        can_fail = self._circle or target.outputs is None or source.outputs is None
        self._edges[edge].refusal = describe_refusal(edge, source, target, self._circle) if can_fail else ""
