"""Nodes, edges and the graph they make: plain frozen values that know nothing of what a layer means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from frozendict import frozendict

# What a parameter may hold. Anything else in a file is refused when it is read.
Value = bool | int | float | str | tuple["Value", ...] | None
Parameters = Mapping[str, Value]

# A field that this version does not know, as it stood in the file: objects are frozendicts, lists are tuples.
Json = bool | int | float | str | tuple["Json", ...] | Mapping[str, "Json"] | None
Extra = Mapping[str, Json]

NO_PARAMETERS: Parameters = frozendict()
NO_EXTRA: Extra = frozendict()


@dataclass(frozen=True, slots=True)
class Node:
    """One layer on the canvas.

    `id` never changes, through rename, copy of the file and undo; `name` is for people and becomes an identifier in
    generated code. `kind` is looked up in the catalogue and may be unknown to it. `parameters` holds only what was
    set: a missing name means the default of the declaration. `options` are settings that every kind of layer has, such
    as whether its weights are frozen; they too hold only what was set. `extra` holds the fields that a file had beside
    these: they are saved back unchanged.
    """

    id: str
    kind: str
    name: str
    parameters: Parameters = NO_PARAMETERS
    extra: Extra = NO_EXTRA
    options: Parameters = NO_PARAMETERS

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, frozendict):
            object.__setattr__(self, "parameters", frozendict(self.parameters))
        if not isinstance(self.options, frozendict):
            object.__setattr__(self, "options", frozendict(self.options))


class Edge(NamedTuple):
    """A wire: output port number `source_port` of node `source` feeds input port number `target_port` of `target`.

    A tuple, as sets of ten thousand wires are made all the time: it is hashed and compared in C.
    """

    source: str
    source_port: int
    target: str
    target_port: int


@dataclass(frozen=True)
class Graph:
    """Nodes by id and the edges between them.

    A graph read from a file may be wrong in any way (cycles, dangling edges, two edges into one port):
    `rules.find_faults` names what is wrong, nothing here raises. Without slots, so that the two
    indexes below are made once for each value.
    """

    nodes: Mapping[str, Node] = frozendict()
    edges: tuple[Edge, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.nodes, frozendict):
            object.__setattr__(self, "nodes", frozendict(self.nodes))
        if not isinstance(self.edges, tuple):
            object.__setattr__(self, "edges", tuple(self.edges))

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """Edges into each node that has any, by target port. Edges to or from missing nodes are left out."""
        return _index(self, "target")

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        """Edges out of each node that has any, by source port. Edges to or from missing nodes are left out."""
        return _index(self, "source")

    def with_node(self, node: Node) -> "Graph":
        """Return the graph with another node under the id of one it has. The indexes stay the same values."""
        graph = Graph({**self.nodes, node.id: node}, self.edges)
        if node.id in self.nodes:
            graph.__dict__.update(
                {name: index for name, index in self.__dict__.items() if name in ("incoming", "outgoing", "_sorted")}
            )
        return graph

    def with_nodes(self, changed: Iterable[Node]) -> "Graph":
        """Return the graph with other nodes under ids that it has. The indexes stay the same values."""
        graph = Graph({**self.nodes, **{node.id: node for node in changed}}, self.edges)
        graph.__dict__.update(
            {name: index for name, index in self.__dict__.items() if name in ("incoming", "outgoing", "_sorted")}
        )
        return graph

    def rewired(self, nodes: Mapping[str, Node], edges: tuple[Edge, ...], changed: Iterable[Edge]) -> "Graph":
        """Return a graph with other wires, and with more nodes if there are any; `changed` are those added or removed.

        The indexes are taken over, and made anew at the ends of the changed wires alone.
        """
        graph = Graph(nodes, edges)
        changed = tuple(changed)
        for name, end in (("incoming", "target"), ("outgoing", "source")):
            index = self.__dict__.get(name)
            if index is not None:
                ends = {getattr(edge, end) for edge in changed}
                if end == "source":
                    near = tuple([edge for edge in edges if edge.source in ends])
                else:
                    near = tuple([edge for edge in edges if edge.target in ends])
                kept = {**index}
                for key in ends:
                    kept.pop(key, None)
                kept.update(_index(Graph(graph.nodes, near), end))
                graph.__dict__[name] = kept
        return graph

    def edges_of(self, ids: Iterable[str]) -> tuple[Edge, ...]:
        """Return every edge that touches one of the nodes, in the order of `edges`."""
        wanted = set(ids)
        return tuple([edge for edge in self.edges if edge.source in wanted or edge.target in wanted])


def _index(graph: Graph, end: str) -> Mapping[str, tuple[Edge, ...]]:
    found: dict[str, tuple[Edge, ...]] = {}
    several: dict[str, list[Edge]] = {}  # most nodes have one wire
    at_source = end == "source"
    nodes = graph.nodes
    for edge in graph.edges:
        source, target = edge.source, edge.target
        if source in nodes and target in nodes:
            key = source if at_source else target
            if key not in found:
                found[key] = (edge,)
            elif key in several:
                several[key].append(edge)
            else:
                several[key] = [*found[key], edge]
    for key, edges in several.items():
        edges.sort(key=(lambda e: e.source_port) if at_source else (lambda e: e.target_port))
        found[key] = tuple(edges)
    return found
