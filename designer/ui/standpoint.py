"""Where one stands in a project: in its network, or inside the use of a block. Pure, no Qt.

A way is the steps from the network inward; the empty way is the network itself.
"""

from dataclasses import dataclass

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.check.blocks import infer_first_use
from designer.catalogue.shapes import Inference
from designer.document.graph import Graph
from designer.document.places import SEPARATOR, split_definition, walk
from designer.document.project import Project, used_block


@dataclass(frozen=True, slots=True)
class Step:
    """One step into a block: its id, the node that uses it where one stood before ("" for none), which repetition."""

    block: str
    node: str = ""
    index: int = 0


Way = tuple[Step, ...]


def keep_way(project: Project, way: Way) -> Way:
    """Return as much of a way as still leads into blocks of the project by nodes that use them."""
    graph = project.graph
    for place, step in enumerate(way):
        node = graph.nodes.get(step.node)
        block = project.blocks.get(step.block)
        if block is None or (step.node and (node is None or used_block(node.kind) != step.block)):
            return way[:place]
        graph = block.graph
    return way


def find_way(project: Project, block: str) -> Way:
    """Return the shortest way to where a block is first used; straight into it where nothing uses it."""
    pending: list[tuple[Graph, Way]] = [(project.graph, ())]
    seen: set[str] = set()
    for graph, way in pending:
        for node in graph.nodes.values():
            inner = used_block(node.kind)
            if inner is None or inner in seen or inner not in project.blocks:
                continue
            seen.add(inner)
            further = (*way, Step(inner, node.id))
            if inner == block:
                return further
            pending.append((project.blocks[inner].graph, further))
    return (Step(block),) if block in project.blocks else ()


def read_key(project: Project, key: str, here: Way = ()) -> tuple[Way, str]:
    """Return the way and the node that a key of `document.places` leads to; the node is "" where it leads nowhere.

    A key of a block's definition leads to the use in which one stands, else to the first.
    """
    block, node = split_definition(project, key)
    if not node:
        return (), ""
    if not block:
        return (), node
    if used_block(key) is not None and key not in project.graph.nodes:
        return (here if here and here[-1].block == block else find_way(project, block)), node
    uses, way, rest = walk(project, key)[:-1], [], key
    for use in uses:
        rest = rest.removeprefix(use.id)
        index = 0
        if rest.startswith("["):
            number, _, rest = rest[1:].partition("]")
            index = int(number) if number.isascii() and number.isdigit() else 0
        rest = rest.removeprefix(SEPARATOR)
        way.append(Step(used_block(use.kind) or "", use.id, index))
    return tuple(way), node


def write_key(inference: Inference, way: Way, node: str) -> str:
    """Return the key of a node in the use where one stands, as a running network goes by it; "" where it is in none."""
    parts: list[str] = []
    there: Inference | None = inference
    for step in way:
        known = there.nodes.get(step.node) if there is not None else None
        if known is None:
            return ""
        parts.append(f"{step.node}[{step.index}]" if len(known.inside) > 1 else step.node)
        there = known.inside[min(step.index, len(known.inside) - 1)] if known.inside else None
    return SEPARATOR.join((*parts, node))


def infer_where(inference: Inference, way: Way) -> Inference:
    """Return what is known of the network where one stands: its sizes are those of the use that was entered."""
    there = inference
    for step in way:
        known = there.nodes.get(step.node)
        fits = known is not None and isinstance(known.spec, BlockSpec) and known.spec.block == step.block
        if known is not None and fits and known.inside:
            there = known.inside[min(step.index, len(known.inside) - 1)]
        else:
            there = infer_first_use(inference, step.block)
    return there


def count_uses(inference: Inference, block: str) -> int:
    """Return how many times a block stands in the network, blocks written out and repeated."""
    counts: dict[int, int] = {}

    def count(there: Inference) -> int:
        if id(there) not in counts:
            counts[id(there)] = 0
            counts[id(there)] = sum(
                (known.spec.block == block) + count(inner)
                for known in there.nodes.values()
                if isinstance(known.spec, BlockSpec)
                for inner in known.inside
            )
        return counts[id(there)]

    return count(inference)
