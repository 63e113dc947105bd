"""The order of a network's work: which layers are written, which fold into one Sequential, what every value is called."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frozendict import frozendict

from designer.catalogue.shapes import Inference, Inferred
from designer.document.graph import Edge, Graph

Place = tuple[str, int]  # an output port of a node


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of forward: a chain of nodes, of which all but a lone one are folded into one Sequential.

    `sources` are the values it takes, by the port that gives them. `condition` is the expression that says whether
    the nodes are there, "" where they always are.
    """

    nodes: tuple[str, ...]
    sources: tuple[Place, ...]
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """What forward does: its arguments, its steps in an order that can be run, and the values it returns.

    `inputs` and `outputs` are in the order of the graph; `results` are the values that reach the outputs.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    results: tuple[Place, ...]
    steps: tuple[Step, ...]


def order_nodes(graph: Graph, outputs: Sequence[str]) -> list[str]:
    """Return every node that leads to one of `outputs`, those included, each branch in one piece.

    Depth first from the outputs, inputs in the order of their ports; on a cycle no node comes twice.
    """
    global _ordered
    incoming = graph.incoming
    if _ordered[0] is incoming and _ordered[1] == tuple(outputs):
        return [*_ordered[2]]
    order: list[str] = []
    seen: set[str] = set()
    pending: list[str | list[str]] = [*reversed(outputs)]  # a list is a row of nodes whose inputs are all there
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            order += reversed(node)
        elif node not in seen:
            seen.add(node)
            row = [node]
            edges = incoming.get(node, ())
            while len(edges) == 1 and (node := edges[0].source) not in seen:  # most nodes have one input
                seen.add(node)
                row.append(node)
                edges = incoming.get(node, ())
            pending.append(row)
            if len(edges) > 1:
                pending += [edge.source for edge in reversed(edges)]
    _ordered = (incoming, tuple(outputs), tuple(order))
    return order


# Between two edits most of a network stays the same value. What follows from parts of it that an edit left alone is
# taken over: here the order of work under the same wires, and the steps where no layer is another than before.
_ordered: tuple[Mapping[str, tuple[Edge, ...]], tuple[str, ...], tuple[str, ...]] = (frozendict(), (), ())


def find_outputs(inference: Inference) -> tuple[str, ...]:
    """Return the Output nodes in the order of the graph."""
    nodes = inference.nodes
    return tuple([key for key in inference.graph.nodes if (spec := nodes[key].spec) and spec.role == "output"])


def plan_flow(
    inference: Inference,
    order: Sequence[str],
    outputs: tuple[str, ...],
    conditions: Mapping[str, str] = frozendict(),
) -> Flow:
    """Return the steps of a network whose nodes, given by `order_nodes`, are all sound.

    Layers fold into one Sequential where each is the only one that takes what the one before gives, blocks with
    blocks and layers with layers, all under the same condition, if they have one. `conditions` has those, by node.
    """
    global _planned
    incoming = inference.graph.incoming
    nodes = inference.nodes
    given = (tuple(order), outputs, conditions)
    known = [nodes[node] for node in order]
    if _planned[0] is incoming and _planned[1] == given and are_changed_alike(_planned[2], known, _is_planned_alike):
        return _planned[3]
    flow = _plan(inference, order, outputs, conditions)
    _planned = (incoming, given, known, flow)
    return flow


def are_changed_alike(
    before: Sequence[Inferred], after: Sequence[Inferred], alike: Callable[[Inferred, Inferred], bool]
) -> bool:
    """Return whether two rows of layers are as long, and each pair of those that are not the same is alike."""
    return len(before) == len(after) and all(
        alike(one, other) for one, other in zip(before, after, strict=True) if one is not other
    )


def _is_planned_alike(one: Inferred, other: Inferred) -> bool:
    """Return whether two layers stand in the way of folding alike."""
    return one.spec is other.spec and one.node.kind == other.node.kind and one.options == other.options


_planned: tuple[Any, Any, list[Inferred], Flow] = (None, None, [], Flow((), (), (), ()))


def _plan(inference: Inference, order: Sequence[str], outputs: tuple[str, ...], conditions: Mapping[str, str]) -> Flow:
    incoming = inference.graph.incoming
    nodes = inference.nodes
    uses = Counter([edge.source for node in order for edge in incoming.get(node, ())])
    lenders = {nodes[node].options["shared_with"] for node in order if nodes[node].node.options}
    inputs: list[str] = []
    steps: list[Step] = []
    chain: list[str] = []
    taken: tuple[Place, ...] = ()
    foldable: dict[int, bool] = {}  # by declaration, of which there are few

    def end_chain() -> None:
        if chain:
            steps.append(Step(tuple(chain), taken, conditions.get(chain[0], "")))
            chain.clear()

    for node in order:
        known = nodes[node]
        spec = known.spec
        assert spec is not None
        edges: tuple[Edge, ...] = incoming.get(node, ())
        can_fold = foldable.get(id(spec))
        if can_fold is None:
            can_fold = foldable[id(spec)] = spec.foldable and spec.role == "layer"
        folds = can_fold and (not known.node.options or not known.options["shared_with"])
        if folds and node in lenders and is_block(known):
            folds = False
        if chain and folds and edges[0].source == chain[-1] and uses[chain[-1]] == 1:
            if _are_alike(nodes[chain[-1]], known) and (
                not conditions or conditions.get(chain[-1]) == conditions.get(node)
            ):
                chain.append(node)
                continue
        end_chain()
        sources = tuple([(edge.source, edge.source_port) for edge in edges])
        if spec.role == "input":
            inputs.append(node)
        elif folds:
            chain, taken = [node], sources
        elif spec.role == "layer":
            steps.append(Step((node,), sources, conditions.get(node, "")))
    end_chain()
    results = tuple((incoming[node][0].source, incoming[node][0].source_port) for node in outputs)
    if len(inputs) > 1:
        wanted = set(inputs)
        inputs = [node for node in inference.graph.nodes if node in wanted]
    return Flow(tuple(inputs), outputs, results, tuple(steps))


def is_block(known: Inferred) -> bool:
    """Return whether a node is the use of a block."""
    return known.spec is not None and known.spec.family == "block"


def _are_alike(before: Inferred, after: Inferred) -> bool:
    return before.spec is after.spec or is_block(before) == is_block(after)
