"""Orders over a graph: which node comes before which."""

from collections import deque
from collections.abc import Callable, Iterable

from designer.document.graph import Graph


def sort_nodes(graph: Graph) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return node ids in topological order, and the ids that have no place in it.

    The second part holds the nodes on a cycle or behind one. Among nodes that are free to go, the one added first
    goes first, so the order is stable under edits elsewhere (Kahn, 1962).
    """
    waiting = {node: len(graph.incoming.get(node, ())) for node in graph.nodes}
    ready = deque(node for node, count in waiting.items() if count == 0)
    order: list[str] = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for edge in graph.outgoing.get(node, ()):
            waiting[edge.target] -= 1
            if waiting[edge.target] == 0:
                ready.append(edge.target)
    return tuple(order), frozenset(node for node, count in waiting.items() if count > 0)


def find_ancestors(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """Return every node from which one of `ids` can be reached, `ids` left out unless on a cycle."""
    return _walk(ids, lambda node: [edge.source for edge in graph.incoming.get(node, ())])


def find_descendants(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """Return every node that can be reached from one of `ids`, `ids` left out unless on a cycle."""
    return _walk(ids, lambda node: [edge.target for edge in graph.outgoing.get(node, ())])


def find_cycle_nodes(graph: Graph) -> frozenset[str]:
    """Return the nodes that lie on a cycle or between two (not those merely behind one)."""
    _, unplaced = sort_nodes(graph)
    # Peel from the other end as well: what is left both ways is on a cycle or between two of them.
    waiting = {node: sum(edge.target in unplaced for edge in graph.outgoing.get(node, ())) for node in unplaced}
    ready = deque(node for node, count in waiting.items() if count == 0)
    while ready:
        node = ready.popleft()
        for edge in graph.incoming.get(node, ()):
            if edge.source in waiting:
                waiting[edge.source] -= 1
                if waiting[edge.source] == 0:
                    ready.append(edge.source)
    return frozenset(node for node, count in waiting.items() if count > 0)


def _walk(ids: Iterable[str], step: Callable[[str], list[str]]) -> frozenset[str]:
    seen: set[str] = set()
    pending = [near for node in ids for near in step(node)]
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending.extend(step(node))
    return frozenset(seen)
