"""The order of a network's work: which layers are written, which fold into one Sequential, what every value is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from frozendict import frozendict

from designer.catalogue.shapes import Inference, Inferred
from designer.document.graph import Edge, Graph
from designer.document.project import BLOCK

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
    incoming = graph.incoming
    order: list[str] = []
    seen: set[str] = set()
    pending: list[tuple[str, bool]] = [(node, False) for node in reversed(outputs)]
    while pending:
        node, done = pending.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            pending.append((node, True))
            pending.extend((edge.source, False) for edge in reversed(incoming.get(node, ())))
    return order


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
    incoming = inference.graph.incoming
    nodes = inference.nodes
    uses: dict[str, int] = {}
    for node in order:
        for edge in incoming.get(node, ()):
            uses[edge.source] = uses.get(edge.source, 0) + 1
    lenders = {nodes[node].options["shared_with"] for node in order if nodes[node].node.options}
    inputs: list[str] = []
    steps: list[Step] = []
    chain: list[str] = []
    taken: tuple[Place, ...] = ()

    def end_chain() -> None:
        if chain:
            steps.append(Step(tuple(chain), taken, conditions.get(chain[0], "")))
            chain.clear()

    for node in order:
        known = nodes[node]
        spec = known.spec
        assert spec is not None
        edges: tuple[Edge, ...] = incoming.get(node, ())
        folds = _can_fold(known) and not (is_block(known) and node in lenders)
        if chain and folds and edges[0].source == chain[-1] and uses[chain[-1]] == 1:
            if _are_alike(nodes[chain[-1]], known) and conditions.get(chain[-1]) == conditions.get(node):
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
    return known.node.kind.startswith(BLOCK)


def _can_fold(known: Inferred) -> bool:
    spec = known.spec
    if spec is None or spec.role != "layer" or not spec.foldable:
        return False
    return not known.node.options or not known.options["shared_with"]


def _are_alike(before: Inferred, after: Inferred) -> bool:
    return is_block(before) == is_block(after)
