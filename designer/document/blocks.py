"""Edits of blocks: look inside, define, rename, give it parameters, find its uses. Pure functions.

The inside of a block is edited through `look_inside`, which gives a project whose network is that of the block: every
edit of `edits` works there, and `put_back` returns the whole project with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from frozendict import frozendict

from designer.document import limits
from designer.document.edits import EditError
from designer.document.expressions import ExpressionError, is_expression, substitute
from designer.document.graph import Edge, Graph, Node, Value
from designer.document.limits import Refused
from designer.document.naming import FreshNames, take_copy_name
from designer.document.order import find_descendants
from designer.document.project import (
    Block,
    BlockParameter,
    Blocks,
    Project,
    block_kind,
    used_block,
)
from designer.document.wording import show_name

INPUT, OUTPUT = "Input", "Output"
REPEAT = "repeat"  # the option that says how often a block is applied


def find_block(project: Project, block: str) -> Block:
    """Return a block of the project. Raise EditError where there is none of this id."""
    found = project.blocks.get(block)
    if found is None:
        raise EditError(f"There is no block with the id `{show_name(block)}`.")
    return found


def look_inside(project: Project, block: str) -> Project:
    """Return the project with the block's own network in the place of its network."""
    inside = find_block(project, block)
    return replace(project, graph=inside.graph, layout=inside.layout, drawing=inside.drawing)


def put_back(project: Project, block: str, view: Project) -> Project:
    """Return what an edited `look_inside(project, block)` makes of the project."""
    inside = view.blocks.get(block)
    if inside is None:
        raise EditError("The block that is being edited cannot be removed from inside.")
    if inside.graph is not view.graph or inside.layout is not view.layout or inside.drawing is not view.drawing:
        inside = replace(inside, graph=view.graph, layout=view.layout, drawing=view.drawing)
    blocks = view.blocks if view.blocks[block] is inside else frozendict({**view.blocks, block: inside})
    return replace(view, graph=project.graph, layout=project.layout, drawing=project.drawing, blocks=blocks)


def set_block(project: Project, block: str, value: Block) -> Project:
    """Return the project with a block defined, new or in the place of the one of this id. Raise EditError."""
    if block not in project.blocks and len(project.blocks) >= limits.MOST_BLOCKS:
        raise EditError(f"A project has at most {limits.MOST_BLOCKS:,} blocks.")
    try:
        limits.accept_name(value.name)
        for parameter in value.parameters:
            limits.accept_parameter_name(parameter.name)
            limits.accept_value(parameter.default)
    except Refused as reason:
        raise EditError(f"A name of the block `{show_name(value.name)}` {reason}.") from None
    names = [parameter.name for parameter in value.parameters]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise EditError(f"The block `{show_name(value.name)}` has two parameters called `{twice}`.")
    return replace(project, blocks=frozendict({**project.blocks, block: value}))


def rename_block(project: Project, block: str, name: str) -> Project:
    """Return the project with another name on a block."""
    return set_block(project, block, replace(find_block(project, block), name=name))


def set_block_parameters(project: Project, block: str, parameters: Iterable[BlockParameter]) -> Project:
    """Return the project with other parameters of a block; what its uses set stays."""
    return set_block(project, block, replace(find_block(project, block), parameters=tuple(parameters)))


def rename_block_parameter(project: Project, block: str, old: str, new: str) -> Project:
    """Return the project with a parameter renamed in the block, in its expressions and in everything that sets it."""
    inside = find_block(project, block)
    parameters = tuple(replace(item, name=new) if item.name == old else item for item in inside.parameters)
    project = set_block(project, block, replace(inside, parameters=parameters))
    inside = project.blocks[block]
    rewritten = _map_nodes(inside.graph, lambda node: rewrite_node(node, {old: f"={new}"}))
    project = set_block(project, block, replace(inside, graph=rewritten))
    kind = block_kind(block)

    def follow(node: Node) -> Node:
        if node.kind != kind or old not in node.parameters:
            return node
        return replace(
            node,
            parameters=frozendict({new if key == old else key: value for key, value in node.parameters.items()}),
        )

    blocks = {key: replace(item, graph=_map_nodes(item.graph, follow)) for key, item in project.blocks.items()}
    return replace(project, graph=_map_nodes(project.graph, follow), blocks=frozendict(blocks))


def remove_block(project: Project, block: str) -> Project:
    """Return the project without a block. Raise EditError while something uses it."""
    find_block(project, block)
    if any(True for _ in find_uses(project, block)):
        raise EditError(
            f"The block `{show_name(project.blocks[block].name)}` is still used. Dissolve or delete its uses."
        )
    return replace(project, blocks=frozendict({key: item for key, item in project.blocks.items() if key != block}))


def make_independent(project: Project, node: str) -> Project:
    """Return the project in which one use of a block has a copy of the block for itself."""
    use = find_block_use(project, node)
    block = used_block(use.kind)
    assert block is not None
    inside = find_block(project, block)
    name = take_copy_name(FreshNames(item.name for item in project.blocks.values()), inside.name)
    key = FreshNames(project.blocks).take(f"{block.rstrip('0123456789')[:900] or 'block'}", bare=True)
    project = set_block(project, key, replace(inside, name=name))
    return replace(project, graph=project.graph.with_node(replace(use, kind=block_kind(key))))


def find_uses(project: Project, block: str) -> Iterator[tuple[str | None, Node]]:
    """Yield every node that uses a block, with the id of the block it lies in, None for the network itself."""
    kind = block_kind(block)
    for where, graph in ((None, project.graph), *((key, item.graph) for key, item in project.blocks.items())):
        for node in graph.nodes.values():
            if node.kind == kind:
                yield where, node


def find_needed(blocks: Blocks, graph: Graph) -> tuple[str, ...]:
    """Return the blocks that a graph uses, those inside them included, each after the ones it needs itself.

    On a recursion every block comes once, and unknown ones are left out.
    """
    if not blocks:
        return ()
    found: dict[str, None] = {}
    seen: set[str] = set()
    pending = [(block, False) for block in reversed(_direct(graph))]
    while pending:
        block, done = pending.pop()
        if done:
            found[block] = None
        elif block in blocks and block not in seen:
            seen.add(block)
            pending.append((block, True))
            pending += [(inner, False) for inner in reversed(_direct(blocks[block].graph))]
    return tuple(found)


def find_recursion(blocks: Blocks) -> frozenset[str]:
    """Return the blocks that contain themselves, directly or through others."""
    direct = {key: [inner for inner in _direct(block.graph) if inner in blocks] for key, block in blocks.items()}
    edges = tuple(Edge(key, 0, inner, 0) for key, inners in direct.items() for inner in inners)
    graph = Graph({key: Node(key, "", "") for key in blocks}, edges)
    return frozenset(key for key in blocks if key in find_descendants(graph, [key]))


def bring_blocks(project: Project, blocks: Blocks) -> tuple[Project, Mapping[str, str]]:
    """Return the project with blocks of another one, and the kinds that have another name here.

    A block that is there already, equal in every part, is not brought twice; another one of the same id gets a new id.
    """
    kinds: dict[str, str] = {}
    ids = FreshNames({*project.blocks, *blocks})
    for key in find_needed(blocks, Graph({key: Node(key, block_kind(key), "") for key in blocks})):
        block = blocks[key]
        followed = _map_nodes(
            block.graph, lambda node: replace(node, kind=kinds[node.kind]) if node.kind in kinds else node
        )
        block = replace(block, graph=followed)
        known = project.blocks.get(key)
        if known == block:
            continue
        new = key if known is None else ids.take(key.rstrip("0123456789")[:900] or "block")
        if new != key:
            kinds[block_kind(key)] = block_kind(new)
            names = FreshNames(item.name for item in project.blocks.values())
            block = replace(block, name=take_copy_name(names, block.name))
        project = set_block(project, new, block)
    return project, kinds


def find_ports(block: Block) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Return the Input and the Output nodes of a block, in the order of its ports."""
    nodes = block.graph.nodes.values()
    return tuple(node for node in nodes if node.kind == INPUT), tuple(node for node in nodes if node.kind == OUTPUT)


def rewrite_node(node: Node, names: Mapping[str, Value]) -> Node:
    """Return a node whose expressions have these names replaced."""
    parameters = {key: substitute_value(value, names) for key, value in node.parameters.items()}
    options = {key: substitute_value(value, names) for key, value in node.options.items()}
    if parameters == node.parameters and options == node.options:
        return node
    if options.get("when") is True:
        del options["when"]
    return replace(node, parameters=frozendict(parameters), options=frozendict(options))


def substitute_value(value: Value, names: Mapping[str, Value]) -> Value:
    """Return a value with these names replaced where it is an expression; a wrong one stays as it is."""
    if not (isinstance(value, str) and is_expression(value)):
        return value
    try:
        return substitute(value, names)
    except ExpressionError:
        return value  # it was wrong before, and is wrong after


def _map_nodes(graph: Graph, change: Callable[[Node], Node]) -> Graph:
    changed = [new for node in graph.nodes.values() if (new := change(node)) is not node]
    for node in changed:
        graph = graph.with_node(node)
    return graph


def find_block_use(project: Project, node: str) -> Node:
    """Return a node that uses a block. Raise EditError where there is none of this id, or it is a layer."""
    use = project.graph.nodes.get(node)
    if use is None:
        raise EditError(f"There is no node with the id `{show_name(node)}`.")
    block = used_block(use.kind)
    if block is None:
        raise EditError(f"`{show_name(use.name)}` is a layer, not a block.")
    find_block(project, block)
    return use


def _direct(graph: Graph) -> list[str]:
    return list(dict.fromkeys(block for node in graph.nodes.values() if (block := used_block(node.kind)) is not None))
