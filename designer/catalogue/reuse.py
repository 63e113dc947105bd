"""What of an earlier inference still holds: whole networks that were here a short while ago, and single nodes of them."""

import operator
from collections.abc import Mapping
from itertools import compress

from designer.catalogue.blocks import find_spec
from designer.catalogue.inferred import Inference, Inferred, Scope
from designer.catalogue.spec import TensorType
from designer.document.graph import Edge, Graph, Node
from designer.document.project import BLOCK

_FIRST = (0,)  # the ports of most layers

# The last networks, newest first: an edit that is undone or done again, or a wire that is cut and drawn again, leads back
# to one of them. Only outside blocks, whose insides are remembered by their arguments.
_recent: tuple[Inference, ...] = ()
_MOST_RECENT = 4


def note_network(inference: Inference) -> None:
    """Remember what was found out of a network, as the newest."""
    global _recent
    _recent = (inference, *[known for known in _recent if known is not inference][: _MOST_RECENT - 1])


def recall_network(graph: Graph, data: TensorType | None, scope: Scope) -> Inference | None:
    """Return what was found out of this very graph a short while ago."""
    for known in _recent:
        if known.graph is graph and known.data == data and known.scope == scope and known.scope.blocks is scope.blocks:
            return known
    return None


def find_nearest(graph: Graph, data: TensorType | None, previous: Inference, scope: Scope) -> Inference:
    """Return of the previous inference and those before it one that is wired as the graph is, where there is one.

    Looked for only where a wire was drawn between nodes that were there: most often it was cut just before.
    """
    was = previous.graph
    if len(graph.edges) <= len(was.edges) or len(graph.nodes) != len(was.nodes):
        return previous
    for known in _recent:
        if (
            known.graph.nodes is graph.nodes
            and len(known.graph.edges) == len(graph.edges)
            and known.scope == scope
            and known.scope.blocks is scope.blocks
            and known.data == data
            and not known.unplaced
            and not find_stale(graph, data, known, frozenset(), scope)
        ):
            return known
    return previous


def find_stale(
    graph: Graph, data: TensorType | None, previous: Inference, unplaced: frozenset[str], scope: Scope
) -> set[str]:
    """Return the nodes that are not as they were, or not wired so, whose block changed or that depend on other data."""
    before, incoming, wires = previous.graph.nodes, graph.incoming, previous.graph.incoming
    stale = set(find_others(before, graph.nodes))
    if incoming is not wires:
        stale.update([key for key in find_others(wires, incoming) if wires.get(key) != incoming[key]])
        stale.update(wires.keys() - incoming.keys())
    if previous.scope.blocks is not scope.blocks:
        stale.update([key for key, known in previous.nodes.items() if not is_current(known, scope)])
    if previous.data != data or scope.inputs is not None:
        stale.update(find_inputs(previous))
    return stale.union(previous.unplaced, unplaced)


def find_others(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the keys at which the second mapping does not hold the very value of the first."""
    return list(compress(after, map(operator.is_not, after.values(), map(before.get, after))))


# What was known of nodes of the network before an edit took their inputs away or gave them back, by the identity of the
# node: undone, or wired again, the same holds as before. Only outside blocks, where nothing but node and inputs counts.
_complete: dict[int, Inferred] = {}
_waiting: dict[int, Inferred] = {}
_MOST_LOST = 50_000


def recall_node(
    node: Node, inputs: tuple[TensorType | None, ...], edges: tuple[Edge, ...], scope: Scope
) -> Inferred | None:
    """Return what was known of a node of the network when the same came in; None where that is forgotten."""
    kept = (_waiting if lacks_some(inputs) else _complete).get(id(node))
    return kept if kept is not None and still_holds(kept, node, inputs, edges, scope) else None


def note_node(known: Inferred) -> None:
    """Remember what is known of a node of the network with these inputs."""
    lost = _waiting if lacks_some(known.inputs) else _complete
    if len(lost) >= _MOST_LOST:
        lost.clear()
    lost[id(known.node)] = known


def still_holds(
    was: Inferred, node: Node, inputs: tuple[TensorType | None, ...], edges: tuple[Edge, ...], scope: Scope
) -> bool:
    """Return whether what was known of a node holds under these inputs; never of an Input, which depends on the data."""
    taken = was.inputs
    if was.node is not node or len(taken) != len(inputs) or (taken[0] is None) is not (inputs[0] is None):
        return False
    if len(taken) > 1 and lacks_some(taken) is not lacks_some(inputs):
        return False
    if taken != inputs or (was.spec is not None and was.spec.role == "input"):
        return False
    return was.ports == list_ports(edges) and is_current(was, scope)


def lacks_some(inputs: tuple[TensorType | None, ...]) -> bool:
    """Return whether something that comes in is not known. Types are not compared with None, which takes its time."""
    return bool(inputs) and (inputs[0] is None or (len(inputs) > 1 and any(kind is None for kind in inputs)))


def find_inputs(inference: Inference) -> list[str]:
    """Return the nodes that depend on the data themselves."""
    return [key for key, known in inference.nodes.items() if known.spec is not None and known.spec.role == "input"]


def is_current(known: Inferred, scope: Scope) -> bool:
    """Return whether a node's block is still the one it was inferred with."""
    return not known.node.kind.startswith(BLOCK) or find_spec(known.node.kind, scope.blocks) is known.spec


def list_ports(edges: tuple[Edge, ...]) -> tuple[int, ...]:
    """Return the port numbers that these wires go to."""
    if len(edges) == 1 and edges[0].target_port == 0:
        return _FIRST
    return tuple([edge.target_port for edge in edges])
