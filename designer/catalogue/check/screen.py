"""Which nodes pass a test, kept from one inference to the next: after an edit only what changed is tested again.

A test looks at an Inferred alone, or at one and the only one before it, so its verdict holds as long as those are the
same values, of one that looks at layers alone as long as those are the same layers. What is kept is never older than the inference it is asked of.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from itertools import compress

from designer.catalogue.shapes import Inference, Inferred
from designer.catalogue.spec import Trait

Test = Callable[[Inferred], bool]
PairTest = Callable[[Inferred, Inferred], bool]  # which looks at the layers alone, as a test `of_layers` does
Count = Callable[[Iterable[Inferred]], int]  # a sum over nodes: that of two parts is the sum of theirs

_OF_LAYERS: set[Test] = set()
_OF_PORTS: set[Test] = set()


def of_layers(test: Test) -> Test:
    """Mark a test that looks only at what a layer is: its node, declaration, values; not at what comes and goes."""
    _OF_LAYERS.add(test)
    return test


def of_ports(test: Test) -> Test:
    """Mark a test that looks only at what a layer is and at which of its ports wires enter."""
    _OF_PORTS.add(test)
    return test


class Screen:
    """The verdicts of tests on the nodes of one inference. A test must be the same function each time it is asked for.

    Nothing is taken away or changed once it is there, so that several threads may ask.
    """

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._passed: dict[Test, frozenset[str]] = {}
        self._paired: dict[PairTest, frozenset[str]] = {}
        self._totals: dict[Count, int] = {}

    @property
    def inference(self) -> Inference:
        """The inference whose nodes are tested."""
        return self._inference

    def find(self, test: Test) -> frozenset[str]:
        """Return the nodes that pass a test."""
        found = self._passed.get(test)
        if found is None:
            nodes = self._inference.nodes
            found = self._passed[test] = frozenset([key for key, known in nodes.items() if test(known)])
        return found

    def find_pairs(self, test: PairTest) -> frozenset[str]:
        """Return the nodes that pass a test together with the only node before them."""
        found = self._paired.get(test)
        if found is None:
            found = self._paired[test] = frozenset(_try_pairs(self._inference, test, self._inference.nodes))
        return found

    def total(self, count: Count) -> int:
        """Return what a count says of all nodes."""
        found = self._totals.get(count)
        if found is None:
            found = self._totals[count] = count(self._inference.nodes.values())
        return found

    def follow(self, inference: Inference) -> "Screen":
        """Return the verdicts on another inference: all those of this one, with the nodes tested that differ."""
        screen = Screen(inference)
        old, new = self._inference.nodes, inference.nodes
        changed = list(compress(new, map(operator.is_not, new.values(), map(old.get, new))))
        other, wired = _find_others(old, new, changed)
        if 2 * len(other) > len(new):
            return screen  # another network: what is asked for is worked out when it is
        gone = old.keys() - new.keys()
        stale, replaced = gone.union(changed), gone.union(other)
        layers, parts, whole = (
            [(key, new[key]) for key in keys] for keys in (other, dict.fromkeys([*other, *wired]), changed)
        )
        for test, passed in [*self._passed.items()]:
            again = layers if test in _OF_LAYERS else parts if test in _OF_PORTS else whole
            kept = passed - stale if again is whole else passed.difference(gone, [key for key, _ in again])
            screen._passed[test] = kept.union([key for key, known in again if test(known)])
        if self._paired:
            others = _find_second(self._inference, inference, other, replaced)
            for pair_test, passed in [*self._paired.items()]:
                screen._paired[pair_test] = (passed - others).union(_try_pairs(inference, pair_test, others))
        for count, total in [*self._totals.items()]:
            left = count([old[key] for key in stale if key in old])
            screen._totals[count] = total - left + count([known for _, known in whole])
        return screen


def _find_others(
    old: Mapping[str, Inferred], new: Mapping[str, Inferred], changed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return the nodes of which tests of layers may say something else now, and those whose wires enter elsewhere."""
    other: list[str] = []
    wired: list[str] = []
    for key in changed:
        was, now = old.get(key), new[key]
        if was is None or was.node is not now.node or was.spec is not now.spec or was.values is not now.values:
            other.append(key)
        if was is None or (was.ports is not now.ports and was.ports != now.ports):
            wired.append(key)
    return other, wired


def find_before(inference: Inference, node: str) -> Inferred | None:
    """Return the only node that feeds a node, None where there is none or several, or on a cycle."""
    edges = inference.graph.incoming.get(node, ())
    if len(edges) != 1:
        return None
    source = edges[0].source
    # Without the nodes on a cycle every walk from one node to the next comes to an end.
    return inference.nodes[source] if source not in inference.unplaced else None


def _try_pairs(inference: Inference, test: PairTest, keys: Iterable[str]) -> list[str]:
    nodes = inference.nodes
    return [
        key
        for key in keys
        if key in nodes and (before := find_before(inference, key)) is not None and test(nodes[key], before)
    ]


def _find_second(before: Inference, after: Inference, changed: Iterable[str], stale: Collection[str]) -> set[str]:
    """Return the nodes that are not the same layer, or do not have the same one before them."""
    if before.unplaced != after.unplaced:
        return {*before.nodes, *after.nodes}
    old, new = before.graph.incoming, after.graph.incoming
    outgoing = after.graph.outgoing
    found = {*stale, *(edge.target for key in changed for edge in outgoing.get(key, ()))}
    if old is not new:
        rewired = compress(new, map(operator.is_not, new.values(), map(old.get, new)))
        found.update([key for key in rewired if old.get(key) != new[key]])
        found.update(old.keys() - new.keys())
    return found


# Of the networks that were looked at last, newest first: an edit that is undone leads back to one of them. The insides of
# blocks, which are small, keep theirs themselves.
_recent: tuple[Screen, ...] = ()
_MOST_RECENT = 4
_FEW = 100  # changed nodes, up to which the newest is near enough


def screen_of(inference: Inference) -> Screen:
    """Return the verdicts on an inference, those on the one that has most in common with it taken over."""
    global _recent
    recent = _recent
    if recent and recent[0].inference is inference:
        return recent[0]
    if inference.scope.inputs is not None:
        return Screen(inference)
    found = next((screen for screen in recent if screen.inference is inference), None)
    if found is None:
        found = _find_nearest(recent, inference).follow(inference) if recent else Screen(inference)
    _recent = (found, *[screen for screen in recent if screen is not found][: _MOST_RECENT - 1])
    return found


def _find_nearest(screens: tuple[Screen, ...], inference: Inference) -> Screen:
    """Return the newest where little has changed since, else that since which the least has changed."""
    if len(screens) == 1 or _count_changed(screens[0].inference, inference) <= _FEW:
        return screens[0]
    return min(screens, key=lambda screen: _count_changed(screen.inference, inference))


def _count_changed(before: Inference, after: Inference) -> int:
    """Return at how many nodes an inference does not hold the very value that another does."""
    new = after.nodes
    return sum(map(operator.is_not, new.values(), map(before.nodes.get, new)))


@cache
def has_trait(trait: Trait) -> Test:
    """Return the test for nodes whose kind has a trait."""
    return of_layers(lambda known: known.spec is not None and trait in known.spec.traits)


@cache
def has_role(role: str) -> Test:
    """Return the test for nodes of a role."""
    return of_layers(lambda known: known.spec is not None and known.spec.role == role)


@cache
def is_kind(kind: str) -> Test:
    """Return the test for nodes of a kind of the catalogue."""
    return of_layers(lambda known: known.node.kind == kind and known.spec is not None)


@of_layers
def has_options(known: Inferred) -> bool:
    """Return whether any option of a node was set."""
    return bool(known.node.options)
