"""What inference finds out of a network: a record of each node, and one of the graph with its sums. Values, no rules."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

from frozendict import frozendict

from designer.catalogue.blocks import BlockSpec
from designer.catalogue.parameters import Objection, Values
from designer.catalogue.spec import LayerSpec, Outputs, ShapeError, TensorType
from designer.catalogue.usage import DEFAULT_OPTIONS, NO_NAMES, is_switched_off
from designer.document.expressions import Names
from designer.document.graph import Graph, Node
from designer.document.project import NO_BLOCKS, Blocks
from designer.document.wording import show_name


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


def find_outputs(inference: Inference) -> tuple[Outputs | None, ShapeError | None]:
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
