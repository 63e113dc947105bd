"""Orders over a graph: which node comes before which."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from itertools import filterfalse

from designer.document.graph import Graph


def sort_nodes(graph: Graph) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return node ids in topological order, and the ids that have no place in it.

    The second part holds the nodes on a cycle or behind one. Among nodes that are free to go, the one added first
    goes first, so the order is stable under edits elsewhere (Kahn, 1962). Worked out once for each graph.
    """
    known: tuple[tuple[str, ...], frozenset[str]] | None = graph.__dict__.get("_sorted")
    if known is None:
        known = graph.__dict__["_sorted"] = _sort(graph)
    return known


def _sort(graph: Graph) -> tuple[tuple[str, ...], frozenset[str]]:
    incoming, outgoing = graph.incoming, graph.outgoing
    waiting = {node: len(edges) for node, edges in incoming.items() if len(edges) > 1}  # the others wait for one
    order = list(filterfalse(incoming.__contains__, graph.nodes))
    for node in order:  # which grows on the way
        for edge in outgoing.get(node, ()):
            target = edge.target
            left = waiting.get(target, 1) - 1
            if left:
                waiting[target] = left
            else:
                order.append(target)
    return tuple(order), frozenset(graph.nodes.keys() - order) if len(order) < len(graph.nodes) else frozenset()


def find_ancestors(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """Return every node from which one of `ids` can be reached, `ids` left out unless on a cycle."""
    incoming = graph.incoming
    return _reach(ids, lambda node: [edge.source for edge in incoming.get(node, ())])


def find_descendants(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """Return every node that can be reached from one of `ids`, `ids` left out unless on a cycle."""
    outgoing = graph.outgoing
    return _reach(ids, lambda node: [edge.target for edge in outgoing.get(node, ())])


def _reach(ids: Iterable[str], go_on: Callable[[str], list[str]]) -> frozenset[str]:
    """Return every node that is come to from `ids` by going on again and again."""
    seen: set[str] = set()
    pending = [there for node in ids for there in go_on(node)]
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += go_on(node)
    return frozenset(seen)


def find_dead(graph: Graph, ends: Collection[str]) -> frozenset[str]:
    """Return the nodes of a graph without cycles that lead to none of `ends`, those themselves left out.

    Found backwards from the loose ends, so it takes no longer than there are of them.
    """
    incoming, outgoing = graph.incoming, graph.outgoing
    pending = list((graph.nodes.keys() - outgoing.keys()).difference(ends))
    dead = set(pending)
    while pending:
        for edge in incoming.get(pending.pop(), ()):
            source = edge.source
            if source not in dead and source not in ends and all(on.target in dead for on in outgoing[source]):
                dead.add(source)
                pending.append(source)
    return frozenset(dead)


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
