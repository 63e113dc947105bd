"""Keys for nodes wherever they lie: in the network, in the definition of a block, or inside one use of a block.

A node of the network goes by its id. One in the definition of a block is "block:ID/NODE"; one inside a use is the way
there: "stage1/rest[2]/conv1", with the number of the repetition in brackets where the block is repeated.
"""

from designer.document.graph import Node
from designer.document.project import Project, block_kind, used_block

SEPARATOR = "/"


def place_in_block(block: str, node: str) -> str:
    """Return the key of a node in the definition of a block; of one in the network where `block` is ""."""
    return f"{block_kind(block)}{SEPARATOR}{node}" if block else node


def split_definition(project: Project, key: str) -> tuple[str, str]:
    """Return the block ("" for the network) and the node that a key of either kind leads to."""
    if key in project.graph.nodes:
        return "", key
    block = used_block(key)
    if block is not None:
        for name, inside in project.blocks.items():
            inner = block.removeprefix(name + SEPARATOR)
            if inner != block and inner in inside.graph.nodes:
                return name, inner
        return "", ""
    way = walk(project, key)
    if not way:
        return "", ""
    uses, node = way[:-1], way[-1]
    return (used_block(uses[-1].kind) or "" if uses else ""), node.id


def find_use(project: Project, key: str) -> str | None:
    """Return the node of the network itself that a key leads to or into, None where there is none."""
    way = walk(project, key)
    return way[0].id if way else None


def walk(project: Project, key: str) -> tuple[Node, ...]:
    """Return the nodes on the way to a node inside uses of blocks, that node last; empty where the way breaks off."""
    return tuple(node for node, _ in walk_turns(project, key))


def walk_turns(project: Project, key: str) -> tuple[tuple[Node, str], ...]:
    """Return what `walk` does, with the number of the repetition that the way goes into, from 0 on, "" where there is none."""
    graph, rest = project.graph, key
    found: list[tuple[Node, str]] = []
    while rest:
        node = graph.nodes.get(rest)
        if node is not None:
            return (*found, (node, ""))
        head, _, rest = rest.partition(SEPARATOR)
        node, turn = graph.nodes.get(head), ""
        if node is None:
            head, _, turn = head.rpartition("[")
            node = graph.nodes.get(head)
        inside = project.blocks.get(used_block(node.kind) or "") if node is not None else None
        if node is None or inside is None:
            return ()
        found.append((node, turn.removesuffix("]")))
        graph = inside.graph
    return tuple(found)
