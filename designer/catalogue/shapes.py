"""Shape inference over a graph without torch: what flows along every wire, what every layer learns and costs.

A layer is looked at again only when its node or the types of its inputs changed: pass the last Inference to `infer`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from frozendict import frozendict

from designer.catalogue.parameters import Objection, Values, resolve
from designer.catalogue.registry import layers
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, ShapeError, TensorType
from designer.document.graph import Edge, Graph, Node
from designer.document.order import sort_nodes
from designer.document.wording import show_name

# A tensor or a weight beyond this many elements (16 TiB of float32) is refused instead of counted.
LARGEST_TENSOR = 2**42


@dataclass(frozen=True, slots=True)
class Inferred:
    """What is known of one node.

    `inputs` has one entry for each connected wire in port order, None where the wire carries nothing known; `ports`
    are the port numbers those wires go to.
    `outputs` is None while the inputs are incomplete or refused; `error` then says why if it is this node's own
    fault. `values` are complete and sound even where `objections` says that some were not.
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

    @property
    def subject(self) -> str:
        """The node as messages call it: Linear `head`."""
        return f"{show_name(self.node.kind)} `{show_name(self.node.name)}`"


@dataclass(frozen=True, slots=True)
class Inference:
    """What is known of every node of a graph, and a topological order of those that have one.

    `unplaced` are the nodes on a cycle or behind one.
    """

    graph: Graph
    data: TensorType | None
    order: tuple[str, ...]
    unplaced: frozenset[str]
    nodes: Mapping[str, Inferred]

    @property
    def parameters(self) -> int:
        """Number of learned numbers in the network."""
        return sum(inferred.parameters for inferred in self.nodes.values())

    @property
    def multiply_adds(self) -> int:
        """Products of one sample's forward pass."""
        return sum(inferred.multiply_adds for inferred in self.nodes.values())

    def type_at(self, node: str, port: int = 0) -> TensorType | None:
        """Return what leaves output `port` of `node`, None where that is not known."""
        inferred = self.nodes.get(node)
        if inferred is None or inferred.outputs is None or not 0 <= port < len(inferred.outputs):
            return None
        return inferred.outputs[port]


def infer(graph: Graph, data: TensorType | None = None, previous: Inference | None = None) -> Inference:
    """Return shapes, weights and costs of every node. Never raises, whatever the graph.

    `data` is the type of one sample of the data source, for Input layers without a shape of their own. With the
    Inference of an earlier graph only what changed is worked out again.
    """
    if previous is not None and previous.graph is graph and previous.data == data:
        return previous
    if (
        previous is not None
        and previous.graph.edges is graph.edges
        and previous.graph.nodes.keys() == graph.nodes.keys()
    ):
        return _infer_changed(graph, data, previous)
    order, unplaced = sort_nodes(graph)
    known = dict(previous.nodes) if previous is not None else {}
    if previous is not None and previous.data != data:
        for key in _find_inputs(previous):
            del known[key]
    nodes: dict[str, Inferred] = {}
    for key in order:
        edges = graph.incoming.get(key, ())
        inputs = tuple([_type_at(nodes, edge) for edge in edges])
        nodes[key] = _infer_again(known.get(key), graph.nodes[key], edges, inputs, data)
    for key in unplaced:
        edges = graph.incoming.get(key, ())
        nodes[key] = _infer_again(known.get(key), graph.nodes[key], edges, (None,) * len(edges), data)
    return Inference(graph, data, order, unplaced, nodes)


def _infer_changed(graph: Graph, data: TensorType | None, previous: Inference) -> Inference:
    """Return the inference of a graph whose wires are those of the previous one: only what changed is looked at."""
    old = previous.graph.nodes
    stale = {key for key, node in graph.nodes.items() if node is not old[key]}
    if data != previous.data:
        stale.update(_find_inputs(previous))
    nodes = dict(previous.nodes)
    for key in previous.order:
        if key not in stale:
            continue
        edges = graph.incoming.get(key, ())
        inputs = tuple([_type_at(nodes, edge) for edge in edges])
        before = nodes[key]
        nodes[key] = _infer_again(None, graph.nodes[key], edges, inputs, data)
        if nodes[key].outputs != before.outputs:
            stale.update(edge.target for edge in graph.outgoing.get(key, ()))
    for key in stale & previous.unplaced:
        edges = graph.incoming.get(key, ())
        nodes[key] = _infer_again(None, graph.nodes[key], edges, (None,) * len(edges), data)
    return Inference(graph, data, previous.order, previous.unplaced, nodes)


def _find_inputs(inference: Inference) -> list[str]:
    """Return the nodes that depend on the data themselves."""
    return [key for key, known in inference.nodes.items() if known.spec is not None and known.spec.role == "input"]


def _infer_again(
    before: Inferred | None,
    node: Node,
    edges: tuple[Edge, ...],
    inputs: tuple[TensorType | None, ...],
    data: TensorType | None,
) -> Inferred:
    """Return what was known of a node before where all it depends on is the same, else infer it."""
    ports = tuple([edge.target_port for edge in edges])
    if before is not None and before.node is node and before.inputs == inputs and before.ports == ports:
        return before
    return infer_node(node, inputs, ports, data)


def infer_node(
    node: Node,
    inputs: tuple[TensorType | None, ...],
    ports: tuple[int, ...] | None = None,
    data: TensorType | None = None,
) -> Inferred:
    """Return what is known of one node, given the types on its wires.

    `ports` are the port numbers the wires go to (0, 1, 2 ... unless given). Serves the canvas as well, which asks
    before a wire is dropped whether a layer would take a type.
    """
    if ports is None:
        ports = tuple(range(len(inputs)))
    spec = layers.get(node.kind)
    if spec is None:
        return Inferred(node, None, frozendict(node.parameters), (), inputs, ports)
    values, objections = resolve(spec.parameters, node.parameters)
    unknown = Inferred(node, spec, values, objections, inputs, ports)
    given: Inputs = tuple(kind for kind in inputs if kind is not None)
    if spec.role == "input":
        given = (data,) if data is not None else ()
    elif len(given) < len(inputs) or not are_ports_filled(spec, ports):
        return unknown
    try:
        outputs = spec.shape(values, given)
        weights = spec.weights(values, given)
        _refuse_giants(outputs, weights)
        cost = spec.multiply_adds(values, given, outputs)
    except ShapeError as error:
        return Inferred(node, spec, values, objections, inputs, ports, error=error)
    learned = sum(map(math.prod, weights.values()))
    return Inferred(node, spec, values, objections, inputs, ports, outputs, None, weights, learned, cost)


def are_ports_filled(spec: LayerSpec, ports: tuple[int, ...]) -> bool:
    """Return whether wires into these ports, in rising order, give the layer each of its inputs exactly once."""
    fixed = len(spec.inputs)
    if not spec.inputs or not spec.inputs[-1].many:
        return ports == tuple(range(fixed))
    return len(ports) > fixed and ports[: fixed - 1] == tuple(range(fixed - 1)) and len(set(ports)) == len(ports)


def _type_at(nodes: Mapping[str, Inferred], edge: Edge) -> TensorType | None:
    outputs = nodes[edge.source].outputs if edge.source in nodes else None
    return outputs[edge.source_port] if outputs is not None and 0 <= edge.source_port < len(outputs) else None


def _refuse_giants(outputs: Outputs, weights: Mapping[str, tuple[int, ...]]) -> None:
    largest = max([*(kind.elements for kind in outputs), *map(math.prod, weights.values())], default=0)
    if largest > LARGEST_TENSOR:
        raise ShapeError(
            f"would need a tensor of {largest:.1e} numbers, more than any machine has. Choose smaller sizes"
        )
