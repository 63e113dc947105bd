"""What is wrong with the structure of a graph, whatever its layers mean: faults as values, found and never raised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import Literal

from frozendict import frozendict

from designer.document.graph import Edge, Graph
from designer.document.order import find_cycle_nodes
from designer.document.wording import show_name

FaultKind = Literal["cycle", "occupied", "dangling", "port", "no_name", "same_name"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault with the nodes and wires it concerns, the node to show first in front. `message` is a whole sentence.

    "cycle": `nodes` is one loop in the order of its wires `edges`. "occupied": several wires enter one input port.
    "dangling": a wire from or to a missing node. "port": a wire at a port with a negative number. "no_name": a name
    that is empty or blank. "same_name": `nodes` share one name.
    """

    kind: FaultKind
    message: str
    nodes: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()


def find_faults(graph: Graph) -> tuple[Fault, ...]:
    """Return every fault of the structure. Never raises, whatever the graph."""
    global _wired_well
    if _wired_well[0] is graph.edges and _wired_well[1] is graph.incoming:
        return tuple(_find_names(graph))
    wiring = (
        *_find_cycles(graph),
        *_find_dangling(graph),
        *_find_impossible_ports(graph),
        *_find_occupied(graph),
    )
    if not wiring:
        _wired_well = (graph.edges, graph.incoming)
    return (*wiring, *_find_names(graph))


# The wires in which nothing was found wrong last: most edits leave all of them as they are.
_wired_well: tuple[tuple[Edge, ...], Mapping[str, tuple[Edge, ...]]] = ((), frozendict())


def find_loops(graph: Graph) -> tuple[tuple[Edge, ...], ...]:
    """Return loops of wires that share no node, such that every cycle of the graph meets one of them."""
    remaining = set(find_cycle_nodes(graph))
    wires = {node: iter(graph.incoming.get(node, ())) for node in remaining}
    loops = []
    for start in [node for node in graph.nodes if node in remaining]:
        path: list[Edge] = []  # walked against the wires: path[i] enters the node at place i
        place = {start: 0} if start in remaining else {}
        while place:
            node = path[-1].source if path else start
            edge = next((edge for edge in wires[node] if edge.source in remaining), None)
            if edge is None:  # nothing left leads here: a dead end, one step back
                loop = [node]
                path = path[:-1]
            elif edge.source not in place:
                place[edge.source] = len(place)
                path.append(edge)
                continue
            else:
                path.append(edge)
                cut = place[edge.source]
                loops.append(tuple(reversed(path[cut:])))
                loop = [edge.target for edge in path[cut:]]
                path = path[: max(cut - 1, 0)]
            for node in loop:
                remaining.discard(node)
                del place[node]
    return tuple(loops)


def _find_cycles(graph: Graph) -> Iterable[Fault]:
    for edges in find_loops(graph):
        nodes = tuple(edge.source for edge in edges)
        names = [_name(graph, node) for node in nodes]
        way = " -> ".join([*names[:3], "...", names[-1]] if len(names) > 4 else names)
        yield Fault("cycle", f"The wires run in a circle: {way} -> {names[0]}. Remove one of them.", nodes, edges)


def _find_dangling(graph: Graph) -> Iterable[Fault]:
    if sum(map(len, graph.incoming.values())) == len(graph.edges):
        return  # the index lacks none of them
    for edge in graph.edges:
        there = tuple(node for node in (edge.target, edge.source) if node in graph.nodes)
        if len(there) < 2:
            end = f"{_name(graph, there[0])} and a layer" if there else "layers"
            message = f"A wire runs between {end} that {'is' if there else 'are'} missing. Remove the wire."
            yield Fault("dangling", message, there, (edge,))


def _find_impossible_ports(graph: Graph) -> Iterable[Fault]:
    for edge in [edge for edge in graph.edges if edge.source_port < 0 or edge.target_port < 0]:
        message = (
            f"The wire from {_name(graph, edge.source)} to {_name(graph, edge.target)} is at a port that cannot "
            "exist. Remove the wire."
        )
        there = tuple(node for node in (edge.target, edge.source) if node in graph.nodes)
        yield Fault("port", message, there, (edge,))


def _find_occupied(graph: Graph) -> Iterable[Fault]:
    for node, edges in compress(graph.incoming.items(), map((1).__lt__, map(len, graph.incoming.values()))):
        if len(edges) == len({edge.target_port for edge in edges}):
            continue
        by_port: dict[int, list[Edge]] = {}
        for edge in edges:
            by_port.setdefault(edge.target_port, []).append(edge)
        for port, rivals in by_port.items():
            if len(rivals) > 1:
                message = f"{len(rivals)} wires enter input {port} of {_name(graph, node)}, which takes one. Remove the others."
                yield Fault("occupied", message, (node,), tuple(rivals))


_NAME = attrgetter("name")


def _find_names(graph: Graph) -> Iterable[Fault]:
    names = set(map(str.strip, map(_NAME, graph.nodes.values())))
    if len(names) == len(graph.nodes) and "" not in names:
        return  # which is how it should be, and quickly seen
    by_name: dict[str, list[str]] = {}
    for key, node in graph.nodes.items():
        by_name.setdefault(node.name.strip(), []).append(key)
    for name, keys in by_name.items():
        if not name:
            for key in keys:
                yield Fault("no_name", "A layer has no name. Give it one.", (key,))
        elif len(keys) > 1:
            message = f"{len(keys)} layers are called `{show_name(name)}`. Give them different names."
            yield Fault("same_name", message, tuple(keys))


def _name(graph: Graph, node: str) -> str:
    there = graph.nodes.get(node)
    return f"`{show_name(node if there is None else there.name)}`"
