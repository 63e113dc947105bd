"""Shape inference over a graph without torch: what flows along every wire, what every layer learns and costs.

A layer is looked at again only when its node or the types of its inputs changed: pass the last Inference to `infer`.
The inside of a block is inferred once for each set of arguments and input types.
"""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import ClassVar, NamedTuple

from frozendict import frozendict

from designer.catalogue.blocks import BlockSpec, find_spec
from designer.catalogue.parameters import Objection, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType
from designer.catalogue.usage import (
    DEFAULT_OPTIONS,
    NO_NAMES,
    fit_ports,
    is_switched_off,
    resolve_options,
    resolve_with,
)
from designer.document.expressions import Names
from designer.document.graph import Edge, Graph, Node
from designer.document.order import sort_nodes
from designer.document.project import BLOCK, NO_BLOCKS, Blocks
from designer.document.wording import show_name

# A tensor or a weight beyond this many elements (16 TiB of float32) is refused instead of counted.
LARGEST_TENSOR = 2**42

# Layers of a project with all blocks written out and repeated; a larger one is refused instead of worked out.
MOST_EXPANDED = 1_000_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a graph stands: the blocks it may use, and for the inside of a block its arguments and input types.

    `inputs` is None for the network of the project itself, whose Input layers take the data. `within` are the blocks
    that are being looked into.
    """

    blocks: Blocks = NO_BLOCKS
    names: Names = NO_NAMES
    inputs: tuple[TensorType | None, ...] | None = None
    within: tuple[str, ...] = ()


TOP = Scope()


class Inferred(NamedTuple):
    """What is known of one node. A tuple, as an edit may need thousands of new ones.

    `inputs` has one entry for each connected wire in port order, None where the wire carries nothing known; `ports`
    are the port numbers those wires go to.
    `outputs` is None while the inputs are incomplete or refused; `error` then says why if it is this node's own
    fault. `values` and `options` are complete and sound even where `objections` says that some were not. `inside` is
    what is known of the inside of a block, once for each repetition; `weights` of a block are empty, `parameters` are
    those of all repetitions. `size` is the number of layers it stands for, blocks written out.
    """

    node: Node
    spec: LayerSpec | None
    values: Values
    objections: tuple[Objection, ...]
    inputs: tuple[TensorType | None, ...]
    ports: tuple[int, ...] = ()
    outputs: Outputs | None = None
    error: ShapeError | None = None
    weights: Mapping[str, tuple[int, ...]] = frozendict()
    parameters: int = 0
    multiply_adds: int = 0
    options: Values = DEFAULT_OPTIONS
    inside: "tuple[Inference, ...]" = ()
    size: int = 1

    @property
    def subject(self) -> str:
        """The node as messages call it: Linear `head`."""
        kind = self.spec.definition.name if isinstance(self.spec, BlockSpec) else self.node.kind
        return f"{show_name(kind)} `{show_name(self.node.name)}`"

    @property
    def is_off(self) -> bool:
        """Whether the layer is left out, so that its first input goes on unchanged."""
        return bool(self.node.options) and is_switched_off(self.options)


@dataclass(frozen=True)
class Inference:
    """What is known of every node of a graph, and a topological order of those that have one.

    `unplaced` are the nodes on a cycle or behind one. `scope` says where the graph stands. Without slots, so that the
    sums below are made once for each value.
    """

    graph: Graph
    data: TensorType | None
    order: tuple[str, ...]
    unplaced: frozenset[str]
    nodes: Mapping[str, Inferred]
    scope: Scope = TOP
    merged: ClassVar[bool] = False  # whether of two projects at once: see designer.catalogue.comparing.merging

    @cached_property
    def parameters(self) -> int:
        """Number of learned numbers in the network; weights that layers share are counted once."""
        shared = sum(
            math.prod(inferred.weights[name]) if inferred.weights else inferred.parameters
            for inferred in self.nodes.values()
            if inferred.node.options
            for name in find_shared(self, inferred.node.id)
        )
        return sum([inferred.parameters for inferred in self.nodes.values()]) - shared

    @cached_property
    def size(self) -> int:
        """Number of layers, blocks written out."""
        return sum([inferred.size for inferred in self.nodes.values()])

    @cached_property
    def multiply_adds(self) -> int:
        """Products of one sample's forward pass."""
        return sum(inferred.multiply_adds for inferred in self.nodes.values())

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The Output nodes in the order of the graph."""
        ends = [key for key, known in self.nodes.items() if known.spec is not None and known.spec.role == "output"]
        if len(ends) > 1:
            wanted = frozenset(ends)
            ends = [key for key in self.graph.nodes if key in wanted]
        return tuple(ends)

    def type_at(self, node: str, port: int = 0) -> TensorType | None:
        """Return what leaves output `port` of `node`, None where that is not known."""
        inferred = self.nodes.get(node)
        if inferred is None or inferred.outputs is None or not 0 <= port < len(inferred.outputs):
            return None
        return inferred.outputs[port]


def find_shared(inference: Inference, node: str) -> tuple[str, ...]:
    """Return the weights that a node takes from the one it shares with, by name; none where it can share none.

    Two layers of one kind share everything, other kinds the `weight` alone where it has one size (an Embedding and a
    Linear layer). A block, whose weights have no names here, shares everything as "".
    """
    known = inference.nodes[node]
    owner = inference.nodes.get(known.options["shared_with"]) if known.options["shared_with"] != "" else None
    if owner is None or owner is known or owner.options["shared_with"] != "" or None in (owner.outputs, known.outputs):
        return ()
    if owner.node.kind == known.node.kind:
        same = owner.values == known.values and owner.weights == known.weights and owner.parameters == known.parameters
        return (tuple(known.weights) or ("",)) if same and known.parameters else ()
    size = known.weights.get("weight")
    return ("weight",) if size is not None and owner.weights.get("weight") == size else ()


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
        found = _recall(graph, data, scope)
        if found is None:
            found = _infer_after(graph, data, _find_nearest(graph, data, previous, scope), scope)
        _note(found)
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
    stale = _find_stale(graph, data, previous, unplaced, scope) if previous is not None else graph.nodes.keys()
    spread = stale if isinstance(stale, set) else None
    nodes: dict[str, Inferred] = {}
    if previous is not None:
        nodes.update(zip(order, map(before.get, order), strict=True))  # type: ignore[arg-type]  # stale ones follow
    for key in order:
        if key not in stale:
            continue
        node, edges, was = graph.nodes[key], incoming.get(key, ()), before.get(key)
        inputs = _find_types(nodes, edges)
        if was is not None and inputs and _still_holds(was, node, inputs, edges, scope):
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
        nodes[key] = infer_node(graph.nodes[key], (None,) * len(edges), _ports_of(edges), data, scope)
    return Inference(graph, data, order, unplaced, nodes, scope)


# The last networks, newest first: an edit that is undone or done again, or a wire that is cut and drawn again, leads back
# to one of them. Only outside blocks, whose insides are remembered by their arguments.
_recent: tuple[Inference, ...] = ()
_MOST_RECENT = 4


def _note(inference: Inference) -> None:
    global _recent
    _recent = (inference, *[known for known in _recent if known is not inference][: _MOST_RECENT - 1])


def _recall(graph: Graph, data: TensorType | None, scope: Scope) -> Inference | None:
    """Return what was found out of this very graph a short while ago."""
    for known in _recent:
        if known.graph is graph and known.data == data and known.scope == scope and known.scope.blocks is scope.blocks:
            return known
    return None


def _find_nearest(graph: Graph, data: TensorType | None, previous: Inference, scope: Scope) -> Inference:
    """Return of the previous inference and those before it one that is wired as the graph is, where there is one.

    Looked for only where a wire was drawn between nodes that were there: most often it was cut just before.
    """
    was = previous.graph
    if len(graph.edges) <= len(was.edges) or len(graph.nodes) != len(was.nodes):
        return previous
    for known in _recent:
        if (
            known.graph.nodes is graph.nodes
            and len(known.graph.edges) == len(graph.edges)
            and known.scope == scope
            and known.scope.blocks is scope.blocks
            and known.data == data
            and not known.unplaced
            and not _find_stale(graph, data, known, frozenset(), scope)
        ):
            return known
    return previous


def _find_stale(
    graph: Graph, data: TensorType | None, previous: Inference, unplaced: frozenset[str], scope: Scope
) -> set[str]:
    """Return the nodes that are not as they were, or not wired so, whose block changed or that depend on other data."""
    before, incoming, wires = previous.graph.nodes, graph.incoming, previous.graph.incoming
    stale = set(_find_others(before, graph.nodes))
    if incoming is not wires:
        stale.update([key for key in _find_others(wires, incoming) if wires.get(key) != incoming[key]])
        stale.update(wires.keys() - incoming.keys())
    if previous.scope.blocks is not scope.blocks:
        stale.update([key for key, known in previous.nodes.items() if not _is_current(known, scope)])
    if previous.data != data or scope.inputs is not None:
        stale.update(_find_inputs(previous))
    return stale.union(previous.unplaced, unplaced)


def _find_others(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the keys at which the second mapping does not hold the very value of the first."""
    return list(compress(after, map(operator.is_not, after.values(), map(before.get, after))))


def _infer_changed(graph: Graph, data: TensorType | None, previous: Inference, scope: Scope) -> Inference:
    """Return the inference of a graph whose wires are those of the previous one: only what changed is looked at."""
    stale = set(_find_others(previous.graph.nodes, graph.nodes))
    if previous.scope.blocks is not scope.blocks:
        stale.update(key for key, known in previous.nodes.items() if not _is_current(known, scope))
    if data != previous.data:
        stale.update(_find_inputs(previous))
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
        nodes[key] = infer_node(graph.nodes[key], (None,) * len(edges), _ports_of(edges), data, scope)
    return Inference(graph, data, previous.order, previous.unplaced, nodes, scope)


# What was known of nodes of the network before an edit took their inputs away or gave them back, by the identity of the
# node: undone, or wired again, the same holds as before. Only outside blocks, where nothing but node and inputs counts.
_complete: dict[int, Inferred] = {}
_waiting: dict[int, Inferred] = {}
_MOST_LOST = 50_000


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
        return infer_node(node, inputs, _ports_of(edges), data, scope, was)
    lost = _waiting if _lacks(inputs) else _complete
    kept = lost.get(id(node))
    if kept is not None and _still_holds(kept, node, inputs, edges, scope):
        return kept
    if was is not None and was.inputs:
        _keep(_waiting if _lacks(was.inputs) else _complete, was)
    now = infer_node(node, inputs, _ports_of(edges), data, scope, was)
    if lost is _waiting:
        _keep(lost, now)
    return now


def _keep(lost: dict[int, Inferred], known: Inferred) -> None:
    if len(lost) >= _MOST_LOST:
        lost.clear()
    lost[id(known.node)] = known


def _still_holds(
    was: Inferred, node: Node, inputs: tuple[TensorType | None, ...], edges: tuple[Edge, ...], scope: Scope
) -> bool:
    """Return whether what was known of a node holds under these inputs; never of an Input, which depends on the data."""
    taken = was.inputs
    if was.node is not node or len(taken) != len(inputs) or (taken[0] is None) is not (inputs[0] is None):
        return False
    if len(taken) > 1 and _lacks(taken) is not _lacks(inputs):
        return False
    if taken != inputs or (was.spec is not None and was.spec.role == "input"):
        return False
    return was.ports == _ports_of(edges) and _is_current(was, scope)


def _lacks(inputs: tuple[TensorType | None, ...]) -> bool:
    """Return whether something that comes in is not known. Types are not compared with None, which takes its time."""
    return bool(inputs) and (inputs[0] is None or (len(inputs) > 1 and any(kind is None for kind in inputs)))


def _find_inputs(inference: Inference) -> list[str]:
    """Return the nodes that depend on the data themselves."""
    return [key for key, known in inference.nodes.items() if known.spec is not None and known.spec.role == "input"]


def _find_given(graph: Graph, data: TensorType | None, scope: Scope) -> Mapping[str, TensorType | None]:
    """Return what the Input layers of the inside of a block are given, by node."""
    if scope.inputs is None:
        return frozendict()
    ways_in = [key for key, node in graph.nodes.items() if node.kind == "Input"]
    return dict(zip(ways_in, scope.inputs, strict=False))


def _is_current(known: Inferred, scope: Scope) -> bool:
    """Return whether a node's block is still the one it was inferred with."""
    return not known.node.kind.startswith(BLOCK) or find_spec(known.node.kind, scope.blocks) is known.spec


def _ports_of(edges: tuple[Edge, ...]) -> tuple[int, ...]:
    if len(edges) == 1 and edges[0].target_port == 0:
        return _FIRST
    return tuple([edge.target_port for edge in edges])


_FIRST = (0,)  # of most layers


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
    if was is not None and _lacks(inputs) and was.node is node and was.spec is not None:
        if (
            not was.is_off and was.spec.role != "input" and _is_current(was, scope)
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
            outputs, error = _find_outputs(inference)
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


def _find_outputs(inference: Inference) -> tuple[Outputs | None, ShapeError | None]:
    """Return what leaves the inside of a block, None where something inside is not known, and whose error it is."""
    outputs = []
    for key, node in inference.graph.nodes.items():
        known = inference.nodes[key]
        if known.error is not None:
            return None, ShapeError(f"cannot take its input: inside, {known.subject} {known.error.message}")
        if node.kind == "Output":
            outputs.append(known.inputs[0] if len(known.inputs) == 1 else None)
    complete = tuple(kind for kind in outputs if kind is not None)
    if len(complete) == len(outputs):
        return complete, None
    stuck = next((known for known in inference.nodes.values() if known.outputs is None), None)
    where = f"{stuck.subject} lacks an input" if stuck is not None else "an output gets nothing"
    return None, ShapeError(f"is not finished: inside, {where}")


def are_ports_filled(spec: LayerSpec, ports: tuple[int, ...]) -> bool:
    """Return whether wires into these ports, in rising order, give the layer each of its inputs exactly once."""
    fixed = len(spec.inputs)
    if not spec.inputs or not spec.inputs[-1].many:
        return ports == tuple(range(fixed))
    return len(ports) > fixed and ports[: fixed - 1] == tuple(range(fixed - 1)) and len(set(ports)) == len(ports)


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
