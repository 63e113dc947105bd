"""What an ablation may leave out: layers marked as optional, and groups of layers of which one is used.

The mark is an option of the layer: "optional", or the name of its group. Layers of a group stand one behind another; one
of them is used, and the others are passed by as layers that are switched off are.
"""

from collections.abc import Iterable, Mapping

from designer.catalogue.options import ABLATION, WHEN
from designer.document import edits
from designer.document.graph import Node
from designer.document.project import Project

OPTIONAL = "optional"


def read_mark(node: Node) -> str:
    """Return how a layer is marked: "optional", the name of a group, "" for not at all."""
    mark = node.options.get(ABLATION.name, "")
    return mark if isinstance(mark, str) else ""


def mark(project: Project, nodes: Iterable[str], text: str) -> Project:
    """Return the project with layers marked; "" takes the mark away."""
    return edits.set_option(project, nodes, ABLATION.name, text or None)


def find_optional(project: Project) -> tuple[str, ...]:
    """Return the layers that may be left out."""
    return tuple(node.id for node in project.graph.nodes.values() if read_mark(node) == OPTIONAL)


def find_groups(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Return the groups of alternatives by name, each with its layers."""
    groups: dict[str, list[str]] = {}
    for node in project.graph.nodes.values():
        name = read_mark(node)
        if name and name != OPTIONAL:
            groups.setdefault(name, []).append(node.id)
    return {name: tuple(nodes) for name, nodes in groups.items()}


def use_alternative(project: Project, group: str, used: str) -> Project:
    """Return the project with one layer of a group in use. Raises EditError where it is none of them."""
    nodes = find_groups(project).get(group, ())
    if used not in nodes:
        raise edits.EditError(f"The alternatives of {group} are {', '.join(nodes) or 'gone'}, not {used}.")
    project = edits.set_option(project, [node for node in nodes if node != used], WHEN.name, False)
    return edits.set_option(project, (used,), WHEN.name, None)


def fresh_group(project: Project) -> str:
    """Return a name for one more group."""
    taken = find_groups(project)
    return next(name for number in range(1, 10_000) if (name := f"choice {number}") not in taken)
