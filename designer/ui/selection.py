"""What is selected where one stands: layers, wires, comments and frames. Pure, no Qt."""

from collections.abc import Collection
from dataclasses import dataclass

from designer.document.diff import compare
from designer.document.graph import Edge
from designer.document.project import Project

MOST_TOUCHED = 50  # nodes of a network of which a step may select nearly all


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of nodes, wires, and ids of comments and frames."""

    nodes: frozenset[str] = frozenset()
    edges: frozenset[Edge] = frozenset()
    remarks: frozenset[str] = frozenset()

    def within(self, view: Project) -> "Selection":
        """Return what of it is there."""
        return Selection(
            frozenset(node for node in self.nodes if node in view.graph.nodes),
            self.edges & frozenset(view.graph.edges) if self.edges else self.edges,
            frozenset(remark for remark in self.remarks if remark in view.drawing.remarks),
        )


def find_touched(before: Project, after: Project) -> Collection[str]:
    """Return the nodes that an undone or redone step added or changed, else those that it moved.

    A step that went over most of a large network shows for itself, and nobody is to delete all that by accident.
    """
    change = compare(before, after)
    touched, count = (*change.added, *change.changed) or change.moved, len(after.graph.nodes)
    return touched if len(touched) < (count if count <= MOST_TOUCHED else count / 2) else ()
