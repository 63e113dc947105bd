"""Which nodes of two graphs are the same: by their ids where one graph came from the other, else by name and structure.

Swapping the two graphs swaps the pairs and changes nothing else.
"""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from itertools import chain

from frozendict import frozendict

from designer.document.alignment import Token, align
from designer.document.graph import Graph, Node

Pairs = Mapping[str, str]  # id on the left: id on the right
NO_PAIRS: Pairs = frozendict()
KindToken = Callable[[str], Hashable]  # equal for kinds that are the same, on one of the two sides

_SURE = 0.8  # share of the ids in both that must be of nodes alike for the ids to be believed without another look
_LONGEST_RUN = 100  # nodes that were each replaced


class _Side:
    """One of the two graphs, with what is asked of it again and again. `kind` gives the token of a kind of node."""

    def __init__(self, graph: Graph, kind: KindToken) -> None:
        self.graph = graph
        self.order = sort_chains(graph)
        self.kinds: dict[str, Hashable] = {}
        known: dict[str, Hashable] = {}
        for key, node in graph.nodes.items():
            if node.kind not in known:
                known[node.kind] = kind(node.kind)
            self.kinds[key] = known[node.kind]


def sort_chains(graph: Graph) -> tuple[str, ...]:
    """Return all ids in an order that data can pass them in, each chain of nodes in one piece; circles come last."""
    waiting = {node: len(graph.incoming.get(node, ())) for node in graph.nodes}
    ready = [node for node, count in waiting.items() if count == 0][::-1]
    order: list[str] = []
    while ready:
        node = ready.pop()
        order.append(node)
        for edge in reversed(graph.outgoing.get(node, ())):
            waiting[edge.target] -= 1
            if waiting[edge.target] == 0:
                ready.append(edge.target)
    if len(order) < len(waiting):
        placed = set(order)
        order.extend(node for node in graph.nodes if node not in placed)
    return tuple(order)


def pair_nodes(left: Graph, right: Graph, left_kind: KindToken = str, right_kind: KindToken = str) -> Pairs:
    """Return for nodes on the left which on the right they are, each at most once. Never raises, whatever the graphs.

    Two kinds are the same where `left_kind` and `right_kind` give the same for them.
    """
    if left.nodes is right.nodes or left.nodes == right.nodes:
        return frozendict({key: key for key in left.nodes})
    if _rank(right, left):  # the same pairs come out, whichever graph is called the left one
        found = pair_nodes(right, left, right_kind, left_kind)
        return frozendict({there: here for here, there in found.items()})
    here, there = _Side(left, left_kind), _Side(right, right_kind)
    shared = [key for key in left.nodes if key in right.nodes]
    alike = sum(_are_alike(here, there, key, key) for key in shared)
    by_id = _complete(here, there, _pair_ids(here, there, shared)) if alike else {}
    if by_id and alike >= _SURE * len(shared) and 2 * len(shared) >= min(len(left.nodes), len(right.nodes)):
        return frozendict(by_id)
    by_form = _complete(here, there, {})
    return frozendict(by_id if by_id and _rate(here, there, by_id) >= _rate(here, there, by_form) else by_form)


def map_wires(left: Graph, right: Graph, pairs: Pairs) -> int:
    """Return how many wires of the left are there on the right as well."""
    wires = set(right.edges)
    return sum(
        type(edge)(pairs[edge.source], edge.source_port, pairs[edge.target], edge.target_port) in wires
        for edge in left.edges
        if edge.source in pairs and edge.target in pairs
    )


def _rank(first: Graph, second: Graph) -> bool:
    """Return whether the first graph comes before the second, in an order that all graphs have."""
    for measure in (_measure_size, _list_names, _list_wires, _list_settings):
        one, other = measure(first), measure(second)
        if one != other:
            return bool(one < other)  # type: ignore[operator]
    return False


def _measure_size(graph: Graph) -> object:
    return len(graph.nodes), len(graph.edges)


def _list_names(graph: Graph) -> object:
    return [(key, node.kind, node.name) for key, node in graph.nodes.items()]


def _list_wires(graph: Graph) -> object:
    return [(edge.source, edge.source_port, edge.target, edge.target_port) for edge in graph.edges]


def _list_settings(graph: Graph) -> object:
    return [repr((sorted(node.parameters.items(), key=repr), dict(node.options))) for node in graph.nodes.values()]


def _are_alike(here: _Side, there: _Side, left: str, right: str) -> bool:
    """Return whether two nodes are of one kind and name."""
    return here.kinds[left] == there.kinds[right] and here.graph.nodes[left].name == there.graph.nodes[right].name


def _pair_ids(here: _Side, there: _Side, shared: Iterable[str]) -> dict[str, str]:
    """Return the ids in both, without those that a deleted node left to another one of another kind, name and place."""
    return {
        key: key
        for key in shared
        if here.kinds[key] == there.kinds[key]
        or here.graph.nodes[key].name == there.graph.nodes[key].name
        or (
            not _list_neighbours(here.graph, key).isdisjoint(_list_neighbours(there.graph, key))
            and not _are_ends(here, there, key, key)
        )
    }


def _list_neighbours(graph: Graph, key: str) -> set[tuple[str, str]]:
    """Return what feeds a node and what it feeds."""
    return {("from", edge.source) for edge in graph.incoming.get(key, ())} | {
        ("to", edge.target) for edge in graph.outgoing.get(key, ())
    }


def _complete(here: _Side, there: _Side, pairs: dict[str, str]) -> dict[str, str]:
    """Return the pairs and more of them, from the surest signs to the faintest."""
    pairs = dict(pairs)
    if pairs:  # what is called the same among the few that are left, wherever it stands
        _pair_unique(here, there, pairs, lambda side, key: (side.kinds[key], side.graph.nodes[key].name))
    for sign in (_sign_whole, _sign_name, _sign_settings, _sign_kind):
        if not pairs or len(pairs) < min(len(here.order), len(there.order)):
            _pair_aligned(here, there, pairs, sign)
    _pair_unique(here, there, pairs, lambda side, key: (side.kinds[key], side.graph.nodes[key].name))
    _pair_neighbours(here, there, pairs)
    _pair_runs(here, there, pairs)
    return pairs


def _sign_whole(side: _Side, key: str) -> Token:
    node = side.graph.nodes[key]
    return side.kinds[key], node.name, _freeze(node)


def _sign_name(side: _Side, key: str) -> Token:
    return side.kinds[key], side.graph.nodes[key].name


def _sign_settings(side: _Side, key: str) -> Token:
    return side.kinds[key], _freeze(side.graph.nodes[key])


def _sign_kind(side: _Side, key: str) -> Token:
    return side.kinds[key]


def _freeze(node: Node) -> Token:
    return node.parameters, node.options


def _pair_aligned(here: _Side, there: _Side, pairs: dict[str, str], sign: Callable[[_Side, str], Token]) -> None:
    """Add the pairs of equal signs that stand in the same order on both sides, between those that are there."""
    taken = {right: place for place, right in enumerate(pairs.values())}
    number = {left: place for place, left in enumerate(pairs)}
    ours = [number[key] if key in number else ("new", sign(here, key)) for key in here.order]
    theirs = [taken[key] if key in taken else ("new", sign(there, key)) for key in there.order]
    tokens: dict[Token, int] = {}
    for left, right in align(_number_tokens(ours, tokens), _number_tokens(theirs, tokens)):
        pairs.setdefault(here.order[left], there.order[right])


def _number_tokens(sequence: Sequence[Token], tokens: dict[Token, int]) -> list[int]:
    return [tokens.setdefault(token, len(tokens)) for token in sequence]


def _pair_unique(here: _Side, there: _Side, pairs: dict[str, str], sign: Callable[[_Side, str], Token]) -> None:
    """Add the pairs of signs that only one free node on each side has."""
    gone = set(pairs.values())
    ours: dict[Token, list[str]] = {}
    theirs: dict[Token, list[str]] = {}
    for key in here.order:
        if key not in pairs:
            ours.setdefault(sign(here, key), []).append(key)
    for key in there.order:
        if key not in gone:
            theirs.setdefault(sign(there, key), []).append(key)
    for token, keys in ours.items():
        others = theirs.get(token, ())
        if len(keys) == len(others) == 1:
            pairs[keys[0]] = others[0]


def _pair_neighbours(here: _Side, there: _Side, pairs: dict[str, str]) -> None:
    """Add pairs of nodes of any kind that stand between the same nodes: one was put in the place of the other."""
    gone = set(pairs.values())
    places: dict[Token, list[str]] = {}
    for key in there.order:
        if key not in gone and (place := _find_place(there.graph, key)) is not None:
            places.setdefault(place, []).append(key)
    found: dict[Token, list[str]] = {}
    for key in here.order:
        if key not in pairs and (place := _find_place(here.graph, key, pairs)) is not None:
            found.setdefault(place, []).append(key)
    for place, keys in found.items():
        others = places.get(place, ())
        if len(keys) == len(others) == 1 and not _are_ends(here, there, keys[0], others[0]):
            pairs[keys[0]] = others[0]


def _pair_runs(here: _Side, there: _Side, pairs: dict[str, str]) -> None:
    """Add pairs along runs of one wire between the same two nodes, where both runs are as long: each step was replaced."""
    gone = set(pairs.values())
    for left, right in tuple(pairs.items()):
        ours, end = _follow_run(here.graph, left, pairs)
        if not ours:
            continue
        theirs, other = _follow_run(there.graph, right, gone)
        if len(ours) == len(theirs) and end in pairs and pairs[end] == other:
            pairs |= {a: b for a, b in zip(ours, theirs, strict=True) if not _are_ends(here, there, a, b)}


def _follow_run(graph: Graph, start: str, known: Container[str]) -> tuple[list[str], str]:
    """Return the nodes that are not known on the one wire out of a node, and the known one that it ends at, else ""."""
    run: list[str] = []
    here = start
    while len(out := graph.outgoing.get(here, ())) == 1:
        here = out[0].target
        if here in known:
            return run, here
        if len(graph.incoming[here]) > 1 or here == start or len(run) > _LONGEST_RUN:
            break
        run.append(here)
    return [], ""


def _find_place(graph: Graph, key: str, pairs: Pairs | None = None) -> Token | None:
    """Return what feeds a node and what it feeds, as ids on the right; None where something of it is not known there."""
    before = [(edge.target_port, edge.source, edge.source_port) for edge in graph.incoming.get(key, ())]
    after = [(edge.source_port, edge.target, edge.target_port) for edge in graph.outgoing.get(key, ())]
    if not before and not after:
        return None
    if pairs is not None:
        if any(end not in pairs for _, end, _ in chain(before, after)):
            return None
        before = [(port, pairs[end], other) for port, end, other in before]
        after = [(port, pairs[end], other) for port, end, other in after]
    return frozenset(before), frozenset(after)


def _are_ends(here: _Side, there: _Side, left: str, right: str) -> bool:
    """Return whether one is an Input or an Output and the other something else: no replacement, but a wire moved."""
    ends = {"Input", "Output"}
    kinds = here.graph.nodes[left].kind, there.graph.nodes[right].kind
    return kinds[0] != kinds[1] and not ends.isdisjoint(kinds)


def _rate(here: _Side, there: _Side, pairs: Pairs) -> int:
    """Return how much stays the same if these are the pairs."""
    same = sum(here.kinds[left] == there.kinds[right] for left, right in pairs.items())
    named = sum(here.graph.nodes[left].name == there.graph.nodes[right].name for left, right in pairs.items())
    return 2 * map_wires(here.graph, there.graph, pairs) + 2 * same + named
