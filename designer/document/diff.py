"""What changed between two projects, for whoever shows one and is handed the next."""

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress, count, islice

from designer.document.graph import Edge, Node
from designer.document.project import Project


@dataclass(frozen=True, slots=True)
class Difference:
    """The way from one project to another.

    `changed` are nodes in both whose name, kind or parameters differ; `moved` nodes or positions in both whose
    position differs. Wires are added and removed, never changed. The rest says which other parts differ.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    added_edges: tuple[Edge, ...] = ()
    removed_edges: tuple[Edge, ...] = ()
    data: bool = False
    training: bool = False
    name: bool = False
    notes: bool = False
    blocks: bool = False
    drawing: bool = False

    @property
    def graph(self) -> bool:
        """Whether the network itself differs, positions aside."""
        return bool(self.added or self.removed or self.changed or self.added_edges or self.removed_edges)


def compare(before: Project, after: Project) -> Difference:
    """Return what changed. Parts that are the same object cost nothing, equal ones one look each."""
    old, new = before.graph, after.graph
    added, removed, changed = _compare_nodes(old.nodes, new.nodes)
    added_edges, removed_edges = compare_edges(old.edges, new.edges)
    return Difference(
        added,
        removed,
        changed,
        _compare_layout(before, after),
        added_edges,
        removed_edges,
        before.data is not after.data and before.data != after.data,
        before.training is not after.training and before.training != after.training,
        before.name != after.name,
        before.notes != after.notes,
        before.blocks is not after.blocks and before.blocks != after.blocks,
        before.drawing is not after.drawing and before.drawing != after.drawing,
    )


def _compare_nodes(
    old: Mapping[str, Node], new: Mapping[str, Node]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if old is new:
        return (), (), ()
    added = []
    changed = []
    for key, node in new.items():
        before = old.get(key)
        if before is None:
            added.append(key)
        elif before is not node and before != node:
            changed.append(key)
    if len(old) + len(added) == len(new):
        return tuple(added), (), tuple(changed)
    return tuple(added), tuple([key for key in old if key not in new]), tuple(changed)


def compare_edges(old: tuple[Edge, ...], new: tuple[Edge, ...]) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """Return edges added and removed. An edit leaves most of the tuple alone, so the equal ends are cut off first."""
    if old is new:
        return (), ()
    shorter = min(len(old), len(new))
    start = _count_alike(old, new, shorter)
    end = _count_alike(old[::-1], new[::-1], shorter - start)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    had, has = set(old), set(new)
    return tuple(edge for edge in new if edge not in had), tuple(edge for edge in old if edge not in has)


def _count_alike(old: tuple[Edge, ...], new: tuple[Edge, ...], most: int) -> int:
    """Return how many wires at the front of both are the same values, at most so many; by halves, in few comparisons."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _compare_layout(before: Project, after: Project) -> tuple[str, ...]:
    old, new = before.layout, after.layout
    if old is new:
        return ()
    return tuple([key for key, place in new.items() if (was := old.get(key)) is not place and was not in (None, place)])


def count_same(one: Iterable[object], other: Iterable[object], most: int) -> int:
    """Return how many values are the very same from the start on, at most so many. Nothing of it runs in Python."""
    differing = map(operator.is_not, islice(one, most), other)
    return next(compress(count(), differing), most)
