"""The parts of a network that an ablation leaves out or exchanges, as its layers are marked, also inside blocks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from frozendict import frozendict

from designer.catalogue.ablation import Mark, read_mark
from designer.catalogue.options import ABLATION
from designer.document import edits
from designer.document.graph import Graph
from designer.document.order import sort_nodes
from designer.document.places import place_in_block
from designer.document.project import Project
from designer.document.wording import show_name

MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Layers that come and go together, all of one graph: that of `block`, of the network itself where it is ""."""

    block: str
    nodes: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key of its first layer, by which it goes."""
        return place_in_block(self.block, self.nodes[0])


def find_optional(project: Project) -> tuple[Part, ...]:
    """Return what may be left out."""
    return tuple(part for mark, part in _list_parts(project) if mark.role == "optional")


def find_groups(project: Project) -> Mapping[str, tuple[Part, ...]]:
    """Return the groups of alternatives by their keys: the name, with the block before it that they lie in."""
    groups: dict[str, list[Part]] = {}
    for mark, part in _list_parts(project):
        if mark.role == "group":
            groups.setdefault(place_in_block(part.block, mark.name), []).append(part)
    return {name: tuple(parts) for name, parts in groups.items()}


def find_kinds(project: Project) -> Mapping[str, tuple[str, ...]]:
    """Return the kinds as which layers are tried too, by the keys of the layers."""
    return {part.key: mark.kinds for mark, part in _list_parts(project) if mark.role == "instead" and mark.kinds}


def find_part(parts: Iterable[Part], key: str) -> Part | None:
    """Return the part that goes by a key."""
    return next((part for part in parts if part.key == key), None)


def name_part(project: Project, part: Part) -> str:
    """Return in words which layers a part has."""
    nodes = graph_of(project, part.block).nodes
    names = [show_name(nodes[node].name) for node in part.nodes if node in nodes]
    more = len(names) - MOST_NAMES
    shown = names[:MOST_NAMES] if more > 1 else names
    end = [f"{more} others"] if more > 1 else []
    *first, last = *shown, *end
    return f"{', '.join(first)} and {last}" if first else last


def graph_of(project: Project, block: str) -> Graph:
    """Return the graph of a block, of the network itself where it is ""."""
    return project.blocks[block].graph if block else project.graph


def edit_inside(project: Project, block: str, edit: Callable[[Project], Project]) -> Project:
    """Return the project with the graph of a block edited as if it were a network of its own."""
    if not block:
        return edit(project)
    definition = project.blocks[block]
    inside = edit(Project(graph=definition.graph, blocks=project.blocks)).graph
    return replace(project, blocks=frozendict({**project.blocks, block: replace(definition, graph=inside)}))


def find_stretches(graph: Graph, nodes: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Return these nodes by what is wired together among them, each and all in the order of their work."""
    sound, circle = sort_nodes(graph)
    left = {node: None for node in (*sound, *circle) if node in nodes}
    stretches = []
    while left:
        found, new = set[str](), [next(iter(left))]
        while new:
            found.update(new)
            near = (edge for node in new for edge in (*graph.incoming.get(node, ()), *graph.outgoing.get(node, ())))
            new = list({end for edge in near for end in (edge.source, edge.target) if end in left} - found)
        stretches.append(tuple(node for node in left if node in found))
        left = {node: None for node in left if node not in found}
    return tuple(stretches)


def mark(project: Project, nodes: Iterable[str], text: str) -> Project:
    """Return the project with layers of the network marked; "" takes the mark away."""
    return edits.set_option(project, nodes, ABLATION.name, text or None)


def mark_optional(project: Project, nodes: Collection[str]) -> Project:
    """Return the project with layers marked as optional: what is wired together is left out together."""
    taken = {read_mark(node).part for node in project.graph.nodes.values()}
    for stretch in find_stretches(project.graph, nodes):
        name = "" if len(stretch) == 1 else _fresh("part", taken)
        project = mark(project, stretch, Mark("optional", part=name).text)
    return project


def mark_alternatives(project: Project, nodes: Collection[str]) -> Project:
    """Return the project with layers as alternatives of one another.

    They are the stretches that are wired together among the layers; where that is only one, its layers one by one.
    """
    stretches = find_stretches(project.graph, nodes)
    if len(stretches) == 1:
        stretches = tuple((node,) for node in stretches[0])
    group = _fresh("choice", {read_mark(node).name for node in project.graph.nodes.values()})
    taken = {""}
    for stretch in stretches:
        name = "" if len(stretch) == 1 else _fresh("way", taken)
        project = mark(project, stretch, Mark("group", group, name).text)
    lone = [parts[0].nodes for parts in find_groups(replace(project, blocks=frozendict())).values() if len(parts) < 2]
    return mark(project, [node for nodes in lone for node in nodes], "")


def _fresh(word: str, taken: set[str]) -> str:
    name = next(name for number in range(1, 100_000) if (name := f"{word} {number}") not in taken)
    taken.add(name)
    return name


def _list_parts(project: Project) -> Iterator[tuple[Mark, Part]]:
    for block, graph in (("", project.graph), *((key, block.graph) for key, block in project.blocks.items())):
        together: dict[Mark, list[str]] = {}
        for node in graph.nodes.values():
            found = read_mark(node)
            if found.part:
                together.setdefault(found, []).append(node.id)
            elif found.role:
                yield found, Part(block, (node.id,))
        for found, nodes in together.items():
            for stretch in find_stretches(graph, nodes):
                yield found, Part(block, stretch)
