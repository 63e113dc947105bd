"""Grouping and dissolving: layers become the inside of a block, and the inside of a block becomes layers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from frozendict import frozendict

from designer.document.blocks import (
    INPUT,
    OUTPUT,
    REPEAT,
    find_block,
    find_block_use,
    find_ports,
    rewrite_node,
    set_block,
    substitute_value,
)
from designer.document.drawing import advance, pace, progress
from designer.document.edits import EditError
from designer.document.expressions import find_names, is_expression
from designer.document.graph import Edge, Graph, Node, Value
from designer.document.naming import FreshNames, fresh_ids, fresh_names, take_copy_name, take_id
from designer.document.order import find_ancestors, find_descendants
from designer.document.project import PITCH, Block, Position, Project, block_kind, used_block
from designer.document.remarks import bring_drawing, turn
from designer.document.wording import show_name


def group(project: Project, ids: Iterable[str], name: str = "Block") -> tuple[Project, str]:
    """Return the project with these nodes made into a block, and the id of the node that takes their place.

    What comes in from one output elsewhere becomes one input of the block, what goes out of one output inside becomes
    one output. Raise EditError where the nodes cannot be taken out as one.
    """
    graph, chosen = project.graph, _check_choice(project, ids)
    order = [key for key in graph.nodes if key in chosen]
    entering = [edge for edge in graph.edges if edge.target in chosen and edge.source not in chosen]
    leaving = [edge for edge in graph.edges if edge.source in chosen and edge.target not in chosen]
    sources = list(dict.fromkeys((edge.source, edge.source_port) for edge in entering))
    results = list(dict.fromkeys((edge.source, edge.source_port) for edge in leaving))
    inner, layout = _make_inside(project, order, entering, sources, results)

    key = FreshNames(project.blocks).take(_words(name), bare=True)
    title = take_copy_name(FreshNames(block.name for block in project.blocks.values()), name)
    drawing = project.drawing.part(chosen)
    project = set_block(project, key, Block(title, inner, frozendict(layout), drawing=drawing))

    kept = {node: item for node, item in graph.nodes.items() if node not in chosen}
    rest = Graph(kept)
    new = take_id(fresh_ids(rest), key)
    use = Node(new, block_kind(key), fresh_names(rest).take(_words(name)))
    edges = [edge for edge in graph.edges if edge.source not in chosen and edge.target not in chosen]
    edges += [Edge(*source, new, port) for port, source in enumerate(sources)]
    edges += [
        Edge(new, results.index((edge.source, edge.source_port)), edge.target, edge.target_port) for edge in leaving
    ]
    places = {node: place for node, place in project.layout.items() if node not in chosen}
    places[new] = _corner(project.layout, order)
    left = replace(
        project.drawing,
        remarks=frozendict({key: one for key, one in project.drawing.remarks.items() if key not in drawing.remarks}),
    )
    around = left.renamed(dict.fromkeys(chosen, (new,)))
    around = replace(around, small=around.small - {new})
    return replace(project, graph=Graph({**kept, new: use}, tuple(edges)), layout=places, drawing=around), new


def dissolve(project: Project, node: str) -> tuple[Project, tuple[str, ...]]:
    """Return the project with the inside of a block in the place of a node that uses it, and the new nodes' ids.

    A repetition is laid out in full, expressions over the block's parameters become what the use set them to, and
    layers that the parameters switch off are left out. Raise EditError where it cannot be done.
    """
    use = find_block_use(project, node)
    block = used_block(use.kind)
    assert block is not None
    inside = find_block(project, block)
    if not inside.graph.nodes:
        raise EditError("The block is empty: there is nothing to put in its place.")
    times = use.options.get(REPEAT, 1)
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= 1000:
        raise EditError("The number of repetitions is not a plain number here. Set it before dissolving.")
    edges = project.graph.edges
    before = {edge.target_port: (edge.source, edge.source_port) for edge in edges if edge.target == node}
    after = [edge for edge in edges if edge.source == node]
    corner = project.layout.get(node, (0.0, 0.0))
    new: list[str] = []
    base = replace(
        project,
        graph=Graph(
            {key: item for key, item in project.graph.nodes.items() if key != node},
            tuple(edge for edge in edges if node not in (edge.source, edge.target)),
        ),
        layout={key: place for key, place in project.layout.items() if key != node},
    )
    ends: dict[int, tuple[str, int]] = {}
    flow = project.drawing.flow
    inside = turn(inside, flow)
    length = _length(flow, inside.layout)
    for index in range(times):
        names = _given(inside, use, index)
        base, ids, ends = _lay_in(base, inside, names, before, advance(flow, corner, index * length))
        new += ids
        before = {**before, **ends}
    wires = [Edge(*ends[edge.source_port], edge.target, edge.target_port) for edge in after if edge.source_port in ends]
    base = replace(base, graph=Graph(base.graph.nodes, (*base.graph.edges, *wires)))
    base = replace(base, drawing=base.drawing.renamed({node: new}))
    return _clear_room(base, new, after), tuple(new)


def _check_choice(project: Project, ids: Iterable[str]) -> frozenset[str]:
    """Return the nodes to group. Raise EditError where they cannot be one block."""
    graph, chosen = project.graph, frozenset(ids)
    if unknown := chosen - graph.nodes.keys():
        raise EditError(f"There is no node with the id `{show_name(min(unknown))}`.")
    if not chosen:
        raise EditError("Select the layers that are to become a block.")
    ends = [graph.nodes[key] for key in graph.nodes if key in chosen and graph.nodes[key].kind in (INPUT, OUTPUT)]
    if ends:
        raise EditError(
            f"`{show_name(ends[0].name)}` is where data enters or leaves; a block is made of what lies between."
        )
    around = (find_ancestors(graph, chosen) & find_descendants(graph, chosen)) - chosen
    if around:
        name = show_name(graph.nodes[min(around)].name)
        raise EditError(
            f"A way from these layers leads out through `{name}` and back in. Select it too, or cut the way."
        )
    return chosen


def _make_inside(
    project: Project,
    order: list[str],
    entering: list[Edge],
    sources: list[tuple[str, int]],
    results: list[tuple[str, int]],
) -> tuple[Graph, dict[str, Position]]:
    """Return the graph of a new block, its Inputs first and its Outputs last, and where its cards lie."""
    graph, chosen = project.graph, frozenset(order)
    ids, names = FreshNames(order), FreshNames(graph.nodes[key].name for key in order)
    ways_in = [Node(take_id(ids, INPUT), INPUT, names.take("input", bare=True)) for _ in sources]
    ways_out = [Node(take_id(ids, OUTPUT), OUTPUT, names.take("output", bare=True)) for _ in results]
    nodes = {node.id: node for node in ways_in}
    nodes.update((key, graph.nodes[key]) for key in order)
    nodes.update((node.id, node) for node in ways_out)
    edges = [edge for edge in graph.edges if edge.source in chosen and edge.target in chosen]
    edges += [
        Edge(ways_in[sources.index((edge.source, edge.source_port))].id, 0, edge.target, edge.target_port)
        for edge in entering
    ]
    edges += [Edge(*result, ways_out[number].id, 0) for number, result in enumerate(results)]
    left, top = _corner(project.layout, order)
    flow = project.drawing.flow
    layout = {key: (x - left, y - top) for key in order if (place := project.layout.get(key)) for x, y in (place,)}
    length = max((progress(flow, place) for place in layout.values()), default=0.0)
    beside = (0.0, 72.0) if flow == "right" else (240.0, 0.0)
    for row, ends in ((-pace(flow), ways_in), (length + pace(flow), ways_out)):
        for number, node in enumerate(ends):
            layout[node.id] = advance(flow, (number * beside[0], number * beside[1]), row)
    return Graph(nodes, tuple(edges)), layout


def _lay_in(
    project: Project,
    inside: Block,
    names: Mapping[str, Value],
    before: Mapping[int, tuple[str, int]],
    corner: Position,
) -> tuple[Project, tuple[str, ...], dict[int, tuple[str, int]]]:
    """Return the project with a copy of a block's inside, the new ids, and the output that each port of it gives."""
    graph, ids, free = project.graph, fresh_ids(project.graph), fresh_names(project.graph)
    body = [node for node in inside.graph.nodes.values() if node.kind not in (INPUT, OUTPUT)]
    new = {node.id: take_id(ids, node.kind) for node in body}
    copies = (
        replace(rewrite_node(node, names), id=new[node.id], name=take_copy_name(free, node.name)) for node in body
    )
    nodes = {copy.id: copy for copy in copies}
    edges, ends = _copy_wires(inside, new, before)
    left, top = _corner(inside.layout, new)
    shift = (corner[0] - left, corner[1] - top)
    layout = {
        copy: (inside.layout[key][0] + shift[0], inside.layout[key][1] + shift[1])
        for key, copy in new.items()
        if key in inside.layout
    }
    project = replace(
        project,
        graph=Graph({**graph.nodes, **nodes}, (*graph.edges, *edges)),
        layout={**project.layout, **layout},
        drawing=bring_drawing(project.drawing, inside.drawing, new, shift),
    )
    off = [node.id for node in nodes.values() if node.options.get("when") is False]
    for key in off:
        project, ends = _bridge(project, key, ends)
    return project, tuple(key for key in nodes if key not in off), ends


def _copy_wires(
    inside: Block, new: Mapping[str, str], before: Mapping[int, tuple[str, int]]
) -> tuple[list[Edge], dict[int, tuple[str, int]]]:
    """Return the wires into the copies of a block's nodes, and the output that each port of it gives."""
    ways_in, ways_out = find_ports(inside)
    entering = {(node.id, 0): before[port] for port, node in enumerate(ways_in) if port in before}

    def find_origin(edge: Edge) -> tuple[str, int] | None:
        inner = new.get(edge.source)
        return entering.get((edge.source, edge.source_port)) if inner is None else (inner, edge.source_port)

    edges = [
        Edge(*origin, new[edge.target], edge.target_port)
        for edge in inside.graph.edges
        if edge.target in new and (origin := find_origin(edge)) is not None
    ]
    ends = {
        port: origin
        for port, node in enumerate(ways_out)
        for edge in inside.graph.incoming.get(node.id, ())[:1]
        if (origin := find_origin(edge)) is not None
    }
    return edges, ends


def _clear_room(project: Project, new: Iterable[str], after: Iterable[Edge]) -> Project:
    """Return the project with what follows new nodes moved on, as far as they would lie over it."""
    layout, flow = project.layout, project.drawing.flow
    own = [layout[node] for node in new if node in layout]
    if not own:
        return project
    ends = [edge.target for edge in after]
    later = find_descendants(project.graph, ends) | set(ends)
    sides = [place[1] if flow == "right" else place[0] for place in own]
    first, last = min(progress(flow, place) for place in own), max(progress(flow, place) for place in own)
    column = [
        node
        for node in later
        if node in layout
        and min(sides) - PITCH < layout[node][flow == "right"] < max(sides) + PITCH * 2
        and progress(flow, layout[node]) > first
    ]
    end = last + pace(flow)
    shift = end - min((progress(flow, layout[node]) for node in column), default=end)
    if shift <= 0:
        return project
    return replace(project, layout={**layout, **{node: advance(flow, layout[node], shift) for node in column}})


def _bridge(
    project: Project, node: str, ends: dict[int, tuple[str, int]]
) -> tuple[Project, dict[int, tuple[str, int]]]:
    """Return the project without a node that is switched off: what enters its first input goes on in its place."""
    graph = project.graph
    first = next((edge for edge in graph.incoming.get(node, ()) if edge.target_port == 0), None)
    edges = []
    for edge in graph.edges:
        if edge.target == node or (edge.source == node and first is None):
            continue
        edges.append(
            edge._replace(source=first.source, source_port=first.source_port)
            if first is not None and edge.source == node
            else edge
        )
    kept = {key: item for key, item in graph.nodes.items() if key != node}
    layout = {key: place for key, place in project.layout.items() if key != node}
    if first is not None:
        origin = (first.source, first.source_port)
        ends = {port: origin if end[0] == node else end for port, end in ends.items()}
    drawing = project.drawing.without([node])
    return replace(project, graph=Graph(kept, tuple(edges)), layout=layout, drawing=drawing), ends


def _given(inside: Block, use: Node, index: int) -> dict[str, Value]:
    """Return what each parameter of a block is in one repetition of a use; it may be an expression itself."""
    given: dict[str, Value] = {}
    for parameter in inside.parameters:
        value = use.parameters.get(parameter.name, parameter.default)
        if isinstance(value, str) and is_expression(value) and "index" in find_names(value):
            value = substitute_value(value, {"index": index})
        given[parameter.name] = value
    return given


def _length(flow: str, layout: Mapping[str, Position]) -> float:
    places = [progress(flow, place) for place in layout.values()] or [0.0]
    return max(places) - min(places) + pace(flow)


def _corner(layout: Mapping[str, Position], ids: Iterable[str]) -> Position:
    """Return the upper left of where some nodes lie."""
    places = [layout[key] for key in ids if key in layout] or [(0.0, 0.0)]
    return min(x for x, _ in places), min(y for _, y in places)


def _words(name: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower())[:60].strip("_")
    return words or "block"
