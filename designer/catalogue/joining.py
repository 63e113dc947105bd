"""Find what a layer may be wired to: the nearest ports that fit, so that a wire can be drawn without a mouse."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from designer.catalogue.shapes import Inference
from designer.catalogue.wiring import input_ports, output_ports, refuse_wire
from designer.document.graph import Edge
from designer.document.project import Position

MOST, MOST_TRIED = 60, 600


@dataclass(frozen=True, slots=True)
class Joint:
    """A wire that may be drawn. It is `onward` where it leaves the layer that was asked for; `taken` is what it replaces."""

    edge: Edge
    onward: bool
    taken: Edge | None = None

    @property
    def other(self) -> str:
        """The node at its other end."""
        return self.edge.target if self.onward else self.edge.source


def sort_by_distance(inference: Inference, layout: Mapping[str, Position], node: str) -> list[str]:
    """Return the other nodes, the nearest first."""
    here = layout.get(node, (0.0, 0.0))
    return sorted(
        (key for key in inference.graph.nodes if key != node),
        key=lambda key: math.dist(here, layout.get(key, (0.0, 0.0))),
    )


def find_joints(
    inference: Inference, node: str, others: Collection[str], wanted: Callable[[str], bool] = lambda node: True
) -> list[Joint]:
    """Return the wires that may be drawn between a node and the wanted ones of the others, free ports first.

    Asked are the first of them, at most MOST_TRIED ports; at most MOST are returned.
    """
    free: list[Joint] = []
    taken: list[Joint] = []
    tried = 0
    for other in others:
        if not wanted(other):
            continue
        for joint in _join(inference, node, other):
            tried += 1
            if not refuse_wire(inference, joint.edge):
                (free if joint.taken is None else taken).append(joint)
        if len(free) >= MOST or tried >= MOST_TRIED:
            break
    return (free + taken)[:MOST]


def _join(inference: Inference, node: str, other: str) -> Iterator[Joint]:
    """Give every wire that could lie between two nodes and does not: onward ones, then those into free inputs."""
    incoming = inference.graph.incoming
    at_other = {edge.target_port: edge for edge in incoming.get(other, ())}
    at_node = {edge.target_port: edge for edge in incoming.get(node, ())}
    for source in range(len(output_ports(inference, node))):
        for target in range(len(input_ports(inference, other))):
            edge = Edge(node, source, other, target)
            if at_other.get(target) != edge:
                yield Joint(edge, True, at_other.get(target))
    for source in range(len(output_ports(inference, other))):
        for target in range(len(input_ports(inference, node))):
            if target not in at_node:
                yield Joint(Edge(other, source, node, target), False)
