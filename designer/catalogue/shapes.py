"""Shape inference over a graph without torch: what flows along every wire, what every layer learns and costs.

A layer is looked at again only when its node or the types of its inputs changed: pass the last Inference to `infer`.
The inside of a block is inferred once for each set of arguments and input types.
"""

import math
from collections.abc import Mapping

from frozendict import frozendict

from designer.catalogue.blocks import BlockSpec, find_spec
from designer.catalogue.inferred import TOP, Inference, Inferred, Scope, find_outputs, find_shared
from designer.catalogue.parameters import Values
from designer.catalogue.reuse import (
    find_inputs,
    find_nearest,
    find_others,
    find_stale,
    is_current,
    lacks_some,
    list_ports,
    note_network,
    note_node,
    recall_network,
    recall_node,
    still_holds,
)
from designer.catalogue.spec import Inputs, Outputs, ShapeError, TensorType
from designer.catalogue.usage import are_ports_filled, fit_ports, resolve_options, resolve_with
from designer.document.graph import Edge, Graph, Node
from designer.document.order import sort_nodes

__all__ = [
    "LARGEST_TENSOR",
    "MOST_EXPANDED",
    "TOP",
    "Inference",
    "Inferred",
    "Scope",
    "find_shared",
    "infer",
    "infer_inside",
    "infer_node",
]

# A tensor or a weight beyond this many elements (16 TiB of float32) is refused instead of counted.
LARGEST_TENSOR = 2**42

# Layers of a project with all blocks written out and repeated; a larger one is refused instead of worked out.
MOST_EXPANDED = 1_000_000


def infer(
    graph: Graph,
    data: TensorType | None = None,
    previous: Inference | None = None,
    scope: Scope = TOP,
) -> Inference:
    """Return shapes, weights and costs of every node. Never raises, whatever the graph.

    `data` is the type of one sample of the data source, for Input layers without a shape of their own. With the
    Inference of an earlier graph only what changed is worked out again.
    """
    if previous is not None and (previous.scope.names, previous.scope.inputs) != (scope.names, scope.inputs):
        previous = None
    if previous is not None and previous.data == data and previous.scope.blocks is scope.blocks:
        if previous.graph is graph:
            return previous
    if previous is not None and scope.inputs is None:
        found = recall_network(graph, data, scope)
        if found is None:
            found = _infer_after(graph, data, find_nearest(graph, data, previous, scope), scope)
        note_network(found)
        return found
    return _infer_after(graph, data, previous, scope)


def _infer_after(graph: Graph, data: TensorType | None, previous: Inference | None, scope: Scope) -> Inference:
    """Return the inference of a graph; what holds of the previous one is taken over."""
    if (
        previous is not None
        and previous.graph.edges is graph.edges
        and previous.graph.nodes.keys() == graph.nodes.keys()
    ):
        return _infer_changed(graph, data, previous, scope)
    order, unplaced = sort_nodes(graph)
    given = _find_given(graph, data, scope)
    incoming, outgoing = graph.incoming, graph.outgoing
    before: Mapping[str, Inferred] = previous.nodes if previous is not None else {}
    stale = find_stale(graph, data, previous, unplaced, scope) if previous is not None else graph.nodes.keys()
    spread = stale if isinstance(stale, set) else None
    nodes: dict[str, Inferred] = {}
    if previous is not None:
        nodes.update(zip(order, map(before.get, order), strict=True))  # type: ignore[arg-type]  # stale ones follow
    for key in order:
        if key not in stale:
            continue
        node, edges, was = graph.nodes[key], incoming.get(key, ()), before.get(key)
        inputs = _find_types(nodes, edges)
        if was is not None and inputs and still_holds(was, node, inputs, edges, scope):
            nodes[key] = was
            continue
        nodes[key] = now = _infer_again(node, inputs, edges, given.get(key, data), scope, was)
        if (
            spread is not None
            and (was is None or was.outputs is not now.outputs)
            and (was is None or now.outputs is None or was.outputs != now.outputs)
        ):
            for edge in outgoing.get(key, ()):
                spread.add(edge.target)
    for key in unplaced:
        edges = incoming.get(key, ())
        nodes[key] = infer_node(graph.nodes[key], (None,) * len(edges), list_ports(edges), data, scope)
    return Inference(graph, data, order, unplaced, nodes, scope)


def _infer_changed(graph: Graph, data: TensorType | None, previous: Inference, scope: Scope) -> Inference:
    """Return the inference of a graph whose wires are those of the previous one: only what changed is looked at."""
    stale = set(find_others(previous.graph.nodes, graph.nodes))
    if previous.scope.blocks is not scope.blocks:
        stale.update(key for key, known in previous.nodes.items() if not is_current(known, scope))
    if data != previous.data:
        stale.update(find_inputs(previous))
    given = _find_given(graph, data, scope)
    nodes = dict(previous.nodes)
    for key in previous.order:
        if key not in stale:
            continue
        edges = graph.incoming.get(key, ())
        inputs = _find_types(nodes, edges)
        before = nodes[key]
        nodes[key] = _infer_again(graph.nodes[key], inputs, edges, given.get(key, data), scope)
        if nodes[key].outputs != before.outputs:
            stale.update(edge.target for edge in graph.outgoing.get(key, ()))
    for key in stale & previous.unplaced:
        edges = graph.incoming.get(key, ())
        nodes[key] = infer_node(graph.nodes[key], (None,) * len(edges), list_ports(edges), data, scope)
    return Inference(graph, data, previous.order, previous.unplaced, nodes, scope)


def _infer_again(
    node: Node,
    inputs: tuple[TensorType | None, ...],
    edges: tuple[Edge, ...],
    data: TensorType | None,
    scope: Scope,
    was: Inferred | None = None,
) -> Inferred:
    """Return what is known of a node, as it was known before where the same came in then."""
    if scope.inputs is not None or not inputs:
        return infer_node(node, inputs, list_ports(edges), data, scope, was)
    kept = recall_node(node, inputs, edges, scope)
    if kept is not None:
        return kept
    if was is not None and was.inputs:
        note_node(was)
    now = infer_node(node, inputs, list_ports(edges), data, scope, was)
    if lacks_some(inputs):
        note_node(now)
    return now


def _find_given(graph: Graph, data: TensorType | None, scope: Scope) -> Mapping[str, TensorType | None]:
    """Return what the Input layers of the inside of a block are given, by node."""
    if scope.inputs is None:
        return frozendict()
    ways_in = [key for key, node in graph.nodes.items() if node.kind == "Input"]
    return dict(zip(ways_in, scope.inputs, strict=False))


def _find_types(nodes: Mapping[str, Inferred], edges: tuple[Edge, ...]) -> tuple[TensorType | None, ...]:
    return (_type_at(nodes, edges[0]),) if len(edges) == 1 else tuple([_type_at(nodes, edge) for edge in edges])


def infer_node(
    node: Node,
    inputs: tuple[TensorType | None, ...],
    ports: tuple[int, ...] | None = None,
    data: TensorType | None = None,
    scope: Scope = TOP,
    was: Inferred | None = None,
) -> Inferred:
    """Return what is known of one node, given the types on its wires.

    `ports` are the port numbers the wires go to (0, 1, 2 ... unless given). Serves the canvas as well, which asks
    before a wire is dropped whether a layer would take a type. `was` is what was known of it in the same scope.
    """
    if ports is None:
        ports = tuple(range(len(inputs)))
    if was is not None and lacks_some(inputs) and was.node is node and was.spec is not None:
        if (
            not was.is_off and was.spec.role != "input" and is_current(was, scope)
        ):  # parameters are as they were, and nothing else is known
            return Inferred(node, was.spec, was.values, was.objections, inputs, ports, options=was.options)
    spec = find_spec(node.kind, scope.blocks)
    if spec is None:
        return Inferred(node, None, frozendict(node.parameters), (), inputs, ports)
    names = {**scope.names, "index": 0} if isinstance(spec, BlockSpec) else scope.names
    values, objections = resolve_with(spec.parameters, node.parameters, names)
    options, others = resolve_options(node.options, scope.names)
    spec = fit_ports(spec, values)
    unknown = Inferred(node, spec, values, (*objections, *others), inputs, ports, options=options)
    if unknown.is_off:
        return _pass_on(unknown)
    given: Inputs = tuple(kind for kind in inputs if kind is not None)
    if spec.role == "input":
        if scope.inputs is not None:
            return unknown._replace(outputs=None if data is None else (data,))
        given = (data,) if data is not None else ()
    elif len(given) < len(inputs) or not are_ports_filled(spec, ports):
        return unknown
    if isinstance(spec, BlockSpec):
        return _infer_block(unknown, spec, given, scope)
    try:
        outputs = spec.shape(values, given)
        weights = spec.weights(values, given)
        _refuse_giants(outputs, weights)
        cost = spec.multiply_adds(values, given, outputs)
    except ShapeError as error:
        return unknown._replace(error=error)
    learned = sum(map(math.prod, weights.values()))
    return Inferred(
        node, spec, values, unknown.objections, inputs, ports, outputs, None, weights, learned, cost, options
    )


def _pass_on(known: Inferred) -> Inferred:
    """Return what is known of a layer that is switched off: its first input, unchanged."""
    spec = known.spec
    assert spec is not None
    if len(spec.outputs) != 1 or not spec.inputs:
        ways = "output" if len(spec.outputs) != 1 else "input"
        return known._replace(error=ShapeError(f"cannot be switched off: it does not have one {ways} to pass on"))
    first = known.inputs[0] if known.ports[:1] == (0,) else None
    return known._replace(outputs=None if first is None else (first,))


def infer_inside(spec: BlockSpec, values: Values, given: tuple[TensorType | None, ...], scope: Scope) -> Inference:
    """Return what is known of the inside of a block with these arguments and input types; worked out once."""
    key = (values, given)
    found: Inference | None = spec.memory.get(key)
    if found is None:
        if len(spec.memory) >= _MOST_REMEMBERED:
            spec.memory.clear()
        inner = Scope(spec.blocks, values, given, (*scope.within, spec.block))
        found = spec.memory[key] = infer(spec.definition.graph, None, spec.hints.get(key), inner)
    return found


_MOST_REMEMBERED = 1000


def _infer_block(known: Inferred, spec: BlockSpec, given: Inputs, scope: Scope) -> Inferred:
    """Return what is known of the use of a block: each repetition takes what the one before gives."""
    if spec.block in scope.within:
        return known._replace(error=ShapeError("contains itself, so it would never end. Take it out of itself"))
    times: int = known.options["repeat"]
    if times > 1 and len(spec.outputs) > len(spec.inputs):
        return known._replace(
            error=ShapeError(
                f"is repeated {times} times, but gives {len(spec.outputs)} outputs for {len(spec.inputs)} inputs, so it "
                "cannot feed itself. Set `repeat` to 1"
            ),
        )
    inside: list[Inference] = []
    values, objections, size = known.values, known.objections, 1
    taken = given
    varies = times > 1 and any("index" in str(value) for value in known.node.parameters.values())
    for index in range(times):
        if varies and index:
            values, objections = resolve_with(spec.parameters, known.node.parameters, {**scope.names, "index": index})
            if objections and not known.objections:
                known = known._replace(objections=objections)
        if not (inside and given == taken and not varies):
            inference = infer_inside(spec, values, given, scope)
            outputs, error = find_outputs(inference)
        taken = given
        inside.append(inference)
        size += inference.size
        if error is None and size > MOST_EXPANDED:
            error = ShapeError(f"stands for more than {MOST_EXPANDED:,} layers. Repeat less")
        if error is not None:
            if index:
                error = ShapeError(
                    f"is repeated {times} times, but repetition {index + 1} cannot take what the one before gives "
                    f"({', '.join(map(str, given))}): it {error.message}"
                )
            return known._replace(error=error, inside=tuple(inside))
        if outputs is None:
            return known._replace(inside=tuple(inside))
        given = (*outputs, *given[len(outputs) :])
    return known._replace(
        outputs=outputs,
        parameters=sum([inference.parameters for inference in inside]),
        multiply_adds=sum([inference.multiply_adds for inference in inside]),
        inside=tuple(inside),
        size=size,
    )


def _type_at(nodes: Mapping[str, Inferred], edge: Edge) -> TensorType | None:
    known = nodes.get(edge.source)
    outputs = known.outputs if known is not None else None
    return outputs[edge.source_port] if outputs is not None and 0 <= edge.source_port < len(outputs) else None


def _refuse_giants(outputs: Outputs, weights: Mapping[str, tuple[int, ...]]) -> None:
    largest = max([*(kind.elements for kind in outputs), *map(math.prod, weights.values())], default=0)
    if largest > LARGEST_TENSOR:
        raise ShapeError(
            f"would need a tensor of {largest:.1e} numbers, more than any machine has. Choose smaller sizes"
        )
