"""Which wires may be drawn: the ports a node shows, the free ones, and why a wire is refused before it is dropped."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from designer.catalogue.blocks import BlockSpec, declare_blocks
from designer.catalogue.parameters import Flag, Integer, Maybe, Option, Parameter, Several, Sizes
from designer.catalogue.registry import layers
from designer.catalogue.shapes import TOP, Inference, Inferred, Scope, infer_node
from designer.catalogue.spec import LayerSpec, Port, TensorType
from designer.catalogue.usage import are_ports_filled
from designer.document.graph import NO_PARAMETERS, Edge, Graph, Node, Parameters
from designer.document.order import find_ancestors, find_descendants, sort_nodes
from designer.document.project import NO_BLOCKS, Blocks, block_kind

# A port that takes many wires counts them up to here; a file with a larger number is not obeyed.
MOST_WIRES = 1000


class _Lineage:
    """What comes before and after the nodes of one graph, each worked out when first asked for.

    A wire is dragged from one port to many, so one of its two ends is always known already.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._before: dict[str, frozenset[str]] = {}
        self._after: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()

    @cached_property
    def _places(self) -> dict[str, int]:
        """Places in a topological order, of the nodes that have one."""
        return {node: place for place, node in enumerate(sort_nodes(self.graph)[0])}

    def leads_to(self, start: str, end: str) -> bool:
        """Whether `end` can be reached from `start`."""
        places = self._places
        if start in places and end in places and places[start] >= places[end]:
            return False  # what is later in an order leads to nothing earlier
        if (before := self._before.get(end)) is not None:
            return start in before
        if (after := self._after.get(start)) is not None:
            return end in after
        if start in self._asked:  # a second time, for another end
            self._after[start] = after = find_descendants(self.graph, [start])
            return end in after
        self._asked.add(start)
        self._before[end] = before = find_ancestors(self.graph, [end])
        return start in before


# Of the graph that was asked about last: while a wire is dragged the graph stays the same.
_lineage = _Lineage(Graph())


def _lineage_of(graph: Graph) -> _Lineage:
    global _lineage
    if _lineage.graph is not graph:
        _lineage = _Lineage(graph)
    return _lineage


def input_ports(inference: Inference, node: str) -> tuple[Port, ...]:
    """Return the input ports to show on a node, by number.

    A port that takes many wires shows as one for each wire and a free one after them. A node of an unknown kind shows
    a port for each wire it has. A node that is not there has none.
    """
    there = inference.nodes.get(node)
    if there is None:
        return ()
    spec = there.spec
    wired = _highest_port(inference.graph, node) + 1
    if spec is None:
        return (Port("input"),) * wired
    if not spec.inputs or not spec.inputs[-1].many:
        return spec.inputs
    fixed = len(spec.inputs) - 1
    return spec.inputs[:fixed] + spec.inputs[fixed:] * min(MOST_WIRES, max(2, wired + 1 - fixed))


def output_ports(inference: Inference, node: str) -> tuple[Port, ...]:
    """Return the output ports to show on a node, by number; an unknown kind shows those that have wires."""
    there = inference.nodes.get(node)
    if there is None:
        return ()
    if there.spec is not None:
        return there.spec.outputs
    highest = max((edge.source_port for edge in inference.graph.outgoing.get(node, ())), default=-1)
    return (Port("output"),) * min(MOST_WIRES, highest + 1)


def refuse_wire(inference: Inference, edge: Edge) -> str:
    """Return why a wire may not be drawn, "" where it may.

    A wire into a port that has one takes its place, so that is no reason. Where something is not known yet, neither
    is a reason to refuse. Fast enough to be asked for every port while a wire is dragged.
    """
    graph = inference.graph
    source, target = inference.nodes.get(edge.source), inference.nodes.get(edge.target)
    if source is None or target is None:
        return "The layer is gone."
    if not 0 <= edge.source_port < len(output_ports(inference, edge.source)):
        return f"{source.subject} has no such output."
    if not 0 <= edge.target_port < len(input_ports(inference, edge.target)):
        return f"{target.subject} has no such input."
    if edge.source == edge.target:
        return "A layer cannot feed itself."
    if _lineage_of(graph).leads_to(edge.target, edge.source):
        return f"That would close a circle: {target.subject} already leads to {source.subject}."
    given = inference.type_at(edge.source, edge.source_port)
    return refuse_type(target, edge.target_port, given, inference.scope)


Signature = tuple[int, str]  # number of axes, kind of numbers


def offers(given: TensorType | None, blocks: Blocks = NO_BLOCKS) -> tuple[str, ...]:
    """Return the kinds of layer that would take a tensor of this type, in the order of the palette; then the blocks.

    Each is asked with its default parameters; all with an input are returned where the type is not known.
    """
    if not blocks:
        return _offer_layers(given)
    declared = declare_blocks(blocks).values()
    return (*_offer_layers(given), *(spec.kind for spec in declared if takes(spec, given, Scope(blocks))))


@lru_cache(maxsize=256)
def _offer_layers(given: TensorType | None) -> tuple[str, ...]:
    return tuple(kind for kind, spec in layers.items() if takes(spec, given))


def takes(spec: LayerSpec, given: TensorType | None, scope: Scope = TOP) -> bool:
    """Return whether a layer takes the type on its first input, with whatever the others then need."""
    if not spec.inputs:
        return False
    wires = len(spec.inputs) + spec.inputs[-1].many
    inferred = infer_node(Node("", spec.kind, ""), (given,) * wires, scope=scope)
    return inferred.error is None


def feeders(inference: Inference, node: str, port: int, more: Iterable[LayerSpec] = ()) -> tuple[str, ...]:
    """Return the kinds of layer whose first output an input port might take, in the order of the palette.

    `more` are the declarations of blocks to ask as well. What the new layer will itself be given is not known, nor how it
    will be set, so sizes rule nothing out: a kind is left out where no tensor makes it give the number of axes and the
    kind of numbers that the port takes beside what it has already. Then a block is asked a few times only.
    """
    wanted = signatures_at(inference, node, port)
    found = list(_find_feeders(wanted, _sign(inference.data) if inference.data is not None else None)) if wanted else []
    found += [spec.kind for spec in more if may_give(spec, wanted)]
    return tuple(found)


def signatures_at(inference: Inference, node: str, port: int) -> frozenset[Signature]:
    """Return what an input port takes beside what it has already: numbers of axes with kinds of numbers."""
    target = inference.nodes.get(node)
    if target is None:
        return frozenset()
    asked = [*PROBES, *_list_types(inference), *(kind for kind in target.inputs if kind is not None)]
    return frozenset(_sign(kind) for kind in asked if not refuse_type(target, port, kind, inference.scope))


def may_give(spec: LayerSpec, wanted: frozenset[Signature]) -> bool:
    """Return whether the first output of a layer or a block may be one of the wanted. A block is asked a few times only."""
    if not isinstance(spec, BlockSpec):
        return _may_give(spec, wanted, PROBES, TOP)
    probes = sorted(PROBES, key=lambda kind: _sign(kind) not in wanted)[:3]
    return _may_give(replace(spec, kind=block_kind(spec.block)), wanted, probes, Scope(spec.blocks))


_types: tuple[Inference | None, tuple[TensorType, ...]] = (None, ())


def _list_types(inference: Inference) -> tuple[TensorType, ...]:
    """Return some of the types that flow in a network; kept for the one that was asked about last."""
    global _types
    if _types[0] is not inference:
        there = {kind for known in inference.nodes.values() for kind in known.outputs or ()}
        _types = (inference, tuple(sorted(there, key=str)[:MOST_ASKED]))
    return _types[1]


MOST_ASKED = 24
MOST_AXES = 6
PROBES = [
    *map(TensorType, ((64,), (32, 64), (64, 32, 32), (64, 16, 16, 16))),
    TensorType((32,), "int"),
    TensorType((16, 32), "int"),
]


def _sign(kind: TensorType) -> Signature:
    return len(kind.sizes), kind.dtype


@lru_cache(maxsize=256)
def _find_feeders(wanted: frozenset[Signature], data: Signature | None) -> tuple[str, ...]:
    probes = sorted(PROBES, key=lambda kind: _sign(kind) not in wanted)  # most layers give what they are given
    return tuple(
        kind
        for kind, spec in layers.items()
        if (data is None or data in wanted if spec.role == "input" else _may_give(spec, wanted, probes, TOP))
    )


def _may_give(spec: LayerSpec, wanted: Collection[Signature], probes: Iterable[TensorType], scope: Scope) -> bool:
    """Return whether the first output of a layer may be one of the wanted; True where it never gave any."""
    if not spec.outputs:
        return False
    if any(map(_says_shape, spec.parameters)):
        return any(dtype == "float" for _, dtype in wanted)
    wires = len(spec.inputs) + spec.inputs[-1].many if spec.inputs else 0
    for parameters in _vary(spec):
        node, taken = Node("", spec.kind, "", parameters), []
        for given in probes:
            outputs = infer_node(node, (given,) * wires, scope=scope).outputs
            if outputs:
                if _sign(outputs[0]) in wanted:
                    return True
                taken.append(given)
        if not parameters and not taken:
            return True
        probes = taken or probes  # what the defaults refuse, other choices refuse as well
    return False


def _vary(spec: LayerSpec) -> Iterator[Parameters]:
    """Give the defaults of a layer, then each choice that may change how many axes it gives: a word, a switch, an axis."""
    yield NO_PARAMETERS
    for one in spec.parameters:
        if isinstance(one.type, Option):
            yield from ({one.name: word} for word in one.type.words if word != one.default)
        elif isinstance(one.type, Flag):
            yield {one.name: not one.default}
        elif isinstance(one.type, Integer) and "dim" in one.name:
            yield {one.name: 2}


def _says_shape(parameter: Parameter) -> bool:
    """Return whether a parameter may be any shape, so that its default tells nothing of what the layer can give."""
    kind = parameter.type.item if isinstance(parameter.type, Maybe) else parameter.type
    if isinstance(kind, Sizes):
        return kind.max_rank > 3
    return isinstance(kind, Several) and isinstance(kind.item, Integer) and kind.longest <= MOST_AXES


def refuse_type(target: Inferred, port: int, given: TensorType | None, scope: Scope) -> str:
    """Return why a node would not take a type at a port beside what it has, "" where it would or that is not known."""
    spec = target.spec
    if spec is None or given is None:
        return ""
    types = dict(zip(target.ports, target.inputs, strict=True)) | {port: given}
    ports = tuple(sorted(types))
    if not are_ports_filled(spec, ports):
        # What is missing might be anything. A port for many is asked as if the same came twice.
        if len(spec.inputs) > 1 or not spec.inputs[-1].many or len(types) > 1:
            return ""
        types, ports = {0: given, 1: given}, (0, 1)
    error = infer_node(target.node, tuple(types[port] for port in ports), ports, scope=scope).error
    return f"{target.subject} {error.message}." if error is not None else ""


def _highest_port(graph: Graph, node: str) -> int:
    return min(max((edge.target_port for edge in graph.incoming.get(node, ())), default=-1), MOST_WIRES)
